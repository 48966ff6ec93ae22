//! The statements, once for both databases: both read `$1`, `ON CONFLICT` and `RETURNING`.

/// How an upsert into `due` treats a row that is there already: the newer mark joins it, wakes it if
/// it was given up, and makes it ready at once if it was waiting for its next try.
macro_rules! on_conflict {
    () => {
        " ON CONFLICT (repo, number) DO UPDATE SET installation = excluded.installation,
          name = excluded.name, generation = due.generation + 1,
          evaluate = CASE WHEN excluded.evaluate = 1 THEN 1 ELSE due.evaluate END,
          attempts = CASE WHEN due.dead = 1 THEN 0 ELSE due.attempts END,
          next_try = CASE WHEN excluded.next_try < due.next_try THEN excluded.next_try ELSE due.next_try END,
          dead = 0"
    };
}

pub(in crate::store) const INSERT_DELIVERY: &str =
    "INSERT INTO inbox (guid, event, installation, repo, number, received_at, done_at, body)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (guid) DO NOTHING";

pub(in crate::store) const MARK_PULL: &str = concat!(
    "INSERT INTO due (repo, number, installation, name, evaluate, generation, marked_at, next_try, attempts)
     VALUES ($1, $2, $3, $4, $5, 1, $6, $6, 0)",
    on_conflict!()
);

pub(in crate::store) const MARK_OPEN_PULLS: &str = concat!(
    "INSERT INTO due (repo, number, installation, name, evaluate, generation, marked_at, next_try, attempts)
     SELECT repo, number, installation, name, 1, 1, $3, $4, 0 FROM pulls
     WHERE is_open = 1 AND repo = $1 AND ($2 = '' OR base_ref = $2) ORDER BY repo, number",
    on_conflict!()
);

pub(in crate::store) const MARK_OPEN_PULLS_OF: &str = concat!(
    "INSERT INTO due (repo, number, installation, name, evaluate, generation, marked_at, next_try, attempts)
     SELECT repo, number, installation, name, 1, 1, $2, $2, 0 FROM pulls
     WHERE is_open = 1 AND installation = $1 ORDER BY repo, number",
    on_conflict!()
);

pub(in crate::store) const MARK_STALE: &str = concat!(
    "INSERT INTO due (repo, number, installation, name, evaluate, generation, marked_at, next_try, attempts)
     SELECT p.repo, p.number, p.installation, p.name, 1, 1, $2, $2, 0 FROM pulls p
     WHERE p.is_open = 1 AND p.evaluated_at < $1
       AND NOT EXISTS (SELECT 1 FROM due d WHERE d.repo = p.repo AND d.number = p.number AND d.dead = 0)
     ORDER BY p.evaluated_at, p.repo, p.number LIMIT $3",
    on_conflict!()
);

/// The turn of the installation that was served longest ago, and in it the oldest mark.
macro_rules! lease_statement {
    ($lock:literal) => {
        concat!(
            "UPDATE due SET leased_by = $1, lease_until = $3 WHERE (repo, number) = (
               SELECT d.repo, d.number FROM due d LEFT JOIN installations i ON i.id = d.installation
               WHERE d.dead = 0 AND d.next_try <= $2 AND d.lease_until <= $2
                 AND COALESCE(i.held_until, 0) <= $2
               ORDER BY COALESCE(i.served, 0), d.marked_at, d.repo, d.number LIMIT 1 ",
            $lock,
            ") RETURNING repo, number, installation, name, evaluate, generation, attempts, marked_at"
        )
    };
}
pub(in crate::store) use lease_statement;

pub(in crate::store) const SERVED: &str = "INSERT INTO installations (id, served)
     VALUES ($1, (SELECT COALESCE(MAX(served), 0) + 1 FROM installations))
     ON CONFLICT (id) DO UPDATE SET served = excluded.served";

pub(in crate::store) const RENEW: &str =
    "UPDATE due SET lease_until = $4 WHERE repo = $1 AND number = $2 AND leased_by = $3";

pub(in crate::store) const HELD: &str =
    "UPDATE due SET lease_until = lease_until WHERE repo = $1 AND number = $2 AND leased_by = $3";

pub(in crate::store) const FINISH: &str =
    "DELETE FROM due WHERE repo = $1 AND number = $2 AND leased_by = $3 AND generation = $4";

pub(in crate::store) const FINISH_MARKED_AGAIN: &str =
    "UPDATE due SET leased_by = NULL, lease_until = 0, attempts = 0, trouble = NULL
     WHERE repo = $1 AND number = $2 AND leased_by = $3";

pub(in crate::store) const POSTPONE: &str =
    "UPDATE due SET leased_by = NULL, lease_until = 0, attempts = attempts + $6,
       next_try = CASE WHEN generation = $4 THEN $5 ELSE next_try END, trouble = $7
     WHERE repo = $1 AND number = $2 AND leased_by = $3";

pub(in crate::store) const BURY: &str = "UPDATE due SET leased_by = NULL, lease_until = 0, trouble = $5,
       dead = CASE WHEN generation = $4 THEN 1 ELSE 0 END
     WHERE repo = $1 AND number = $2 AND leased_by = $3";

pub(in crate::store) const HOLD: &str =
    "INSERT INTO installations (id, held_until, trouble) VALUES ($1, $2, $3)
     ON CONFLICT (id) DO UPDATE SET trouble = excluded.trouble,
       held_until = CASE WHEN excluded.held_until > installations.held_until
                         THEN excluded.held_until ELSE installations.held_until END";

pub(in crate::store) const RECLAIM_ALL: &str =
    "UPDATE due SET leased_by = NULL, lease_until = 0 WHERE leased_by IS NOT NULL AND $1 = $1";

pub(in crate::store) const RECLAIM_EXPIRED: &str =
    "UPDATE due SET leased_by = NULL, lease_until = 0 WHERE leased_by IS NOT NULL AND lease_until <= $1";

pub(in crate::store) const PENDING: &str = "SELECT guid, event, received_at, body FROM inbox
     WHERE repo = $1 AND number = $2 AND done_at IS NULL ORDER BY seq";

pub(in crate::store) const DONE: &str = "UPDATE inbox SET done_at = $2, body = NULL WHERE guid = $1";

pub(in crate::store) const PUT_PULL: &str =
    "INSERT INTO pulls (repo, number, installation, name, base_ref, is_open, evaluated_at, state, head)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (repo, number) DO UPDATE SET installation = excluded.installation, name = excluded.name,
       base_ref = excluded.base_ref, is_open = excluded.is_open, evaluated_at = excluded.evaluated_at,
       state = excluded.state, head = excluded.head";

pub(in crate::store) const PULL: &str =
    "SELECT repo, number, installation, name, base_ref, is_open, evaluated_at, state, head FROM pulls
     WHERE repo = $1 AND number = $2";

pub(in crate::store) const PULL_NAMED: &str =
    "SELECT repo, number, installation, name, base_ref, is_open, evaluated_at, state, head FROM pulls
     WHERE LOWER(name) = LOWER($1) AND number = $2 ORDER BY evaluated_at DESC LIMIT 1";

pub(in crate::store) const PULLS_AT: &str =
    "SELECT repo, number, installation, name, base_ref, is_open, evaluated_at, state, head FROM pulls
     WHERE repo = $1 AND head = $2 AND is_open = 1 ORDER BY number";

pub(in crate::store) const LAST_ENTRY: &str =
    "SELECT seq, hash FROM ledger WHERE repo = $1 ORDER BY seq DESC LIMIT 1";

pub(in crate::store) const APPEND_ENTRY: &str =
    "INSERT INTO ledger (repo, seq, number, at, entry, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)";

pub(in crate::store) const LEDGER: &str = "SELECT repo, seq, number, at, entry, prev, hash FROM ledger
     WHERE repo = $1 AND ($2 < 0 OR number = $2) ORDER BY seq";

pub(in crate::store) const REPOSITORIES: &str = "SELECT DISTINCT repo, name FROM pulls ORDER BY repo, name";

pub(in crate::store) const PRUNE: &str = "DELETE FROM inbox WHERE received_at < $1 AND done_at IS NOT NULL";

pub(in crate::store) const KNOWN: &str = "SELECT guid FROM inbox WHERE guid = $1";

pub(in crate::store) const NOTE: &str = "SELECT value FROM notes WHERE name = $1";

pub(in crate::store) const SET_NOTE: &str = "INSERT INTO notes (name, value) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value";

pub(in crate::store) const DEPTH: &str =
    "SELECT COUNT(CASE WHEN dead = 0 THEN 1 END), COUNT(CASE WHEN dead = 1 THEN 1 END),
       MIN(CASE WHEN dead = 0 THEN marked_at END) FROM due";

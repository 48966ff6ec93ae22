//! The statements, once for both databases: both read `$1`, `ON CONFLICT` and `RETURNING`.

use super::StoreError;
use jiff::Timestamp;

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

pub(super) const INSERT_DELIVERY: &str =
    "INSERT INTO inbox (guid, event, installation, repo, number, received_at, done_at, body)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (guid) DO NOTHING";

pub(super) const MARK_PULL: &str = concat!(
    "INSERT INTO due (repo, number, installation, name, evaluate, generation, marked_at, next_try, attempts)
     VALUES ($1, $2, $3, $4, $5, 1, $6, $6, 0)",
    on_conflict!()
);

pub(super) const MARK_OPEN_PULLS: &str = concat!(
    "INSERT INTO due (repo, number, installation, name, evaluate, generation, marked_at, next_try, attempts)
     SELECT repo, number, installation, name, 1, 1, $3, $3, 0 FROM pulls
     WHERE is_open = 1 AND repo = $1 AND ($2 = '' OR base_ref = $2) ORDER BY repo, number",
    on_conflict!()
);

pub(super) const MARK_OPEN_PULLS_OF: &str = concat!(
    "INSERT INTO due (repo, number, installation, name, evaluate, generation, marked_at, next_try, attempts)
     SELECT repo, number, installation, name, 1, 1, $2, $2, 0 FROM pulls
     WHERE is_open = 1 AND installation = $1 ORDER BY repo, number",
    on_conflict!()
);

pub(super) const MARK_STALE: &str = concat!(
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
pub(super) use lease_statement;

pub(super) const SERVED: &str = "INSERT INTO installations (id, served)
     VALUES ($1, (SELECT COALESCE(MAX(served), 0) + 1 FROM installations))
     ON CONFLICT (id) DO UPDATE SET served = excluded.served";

pub(super) const RENEW: &str =
    "UPDATE due SET lease_until = $4 WHERE repo = $1 AND number = $2 AND leased_by = $3";

pub(super) const HELD: &str =
    "UPDATE due SET lease_until = lease_until WHERE repo = $1 AND number = $2 AND leased_by = $3";

pub(super) const FINISH: &str =
    "DELETE FROM due WHERE repo = $1 AND number = $2 AND leased_by = $3 AND generation = $4";

pub(super) const FINISH_MARKED_AGAIN: &str =
    "UPDATE due SET leased_by = NULL, lease_until = 0, attempts = 0, trouble = NULL
     WHERE repo = $1 AND number = $2 AND leased_by = $3";

pub(super) const POSTPONE: &str =
    "UPDATE due SET leased_by = NULL, lease_until = 0, attempts = attempts + $6,
       next_try = CASE WHEN generation = $4 THEN $5 ELSE next_try END, trouble = $7
     WHERE repo = $1 AND number = $2 AND leased_by = $3";

pub(super) const BURY: &str = "UPDATE due SET leased_by = NULL, lease_until = 0, trouble = $5,
       dead = CASE WHEN generation = $4 THEN 1 ELSE 0 END
     WHERE repo = $1 AND number = $2 AND leased_by = $3";

pub(super) const HOLD: &str = "INSERT INTO installations (id, held_until, trouble) VALUES ($1, $2, $3)
     ON CONFLICT (id) DO UPDATE SET trouble = excluded.trouble,
       held_until = CASE WHEN excluded.held_until > installations.held_until
                         THEN excluded.held_until ELSE installations.held_until END";

pub(super) const RECLAIM_ALL: &str =
    "UPDATE due SET leased_by = NULL, lease_until = 0 WHERE leased_by IS NOT NULL AND $1 = $1";

pub(super) const RECLAIM_EXPIRED: &str =
    "UPDATE due SET leased_by = NULL, lease_until = 0 WHERE leased_by IS NOT NULL AND lease_until <= $1";

pub(super) const PENDING: &str = "SELECT guid, event, received_at, body FROM inbox
     WHERE repo = $1 AND number = $2 AND done_at IS NULL ORDER BY seq";

pub(super) const DONE: &str = "UPDATE inbox SET done_at = $2, body = NULL WHERE guid = $1";

pub(super) const PUT_PULL: &str =
    "INSERT INTO pulls (repo, number, installation, name, base_ref, is_open, evaluated_at, state, head)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (repo, number) DO UPDATE SET installation = excluded.installation, name = excluded.name,
       base_ref = excluded.base_ref, is_open = excluded.is_open, evaluated_at = excluded.evaluated_at,
       state = excluded.state, head = excluded.head";

pub(super) const PULL: &str =
    "SELECT repo, number, installation, name, base_ref, is_open, evaluated_at, state, head FROM pulls
     WHERE repo = $1 AND number = $2";

pub(super) const PULL_NAMED: &str =
    "SELECT repo, number, installation, name, base_ref, is_open, evaluated_at, state, head FROM pulls
     WHERE LOWER(name) = LOWER($1) AND number = $2 ORDER BY evaluated_at DESC LIMIT 1";

pub(super) const PULLS_AT: &str =
    "SELECT repo, number, installation, name, base_ref, is_open, evaluated_at, state, head FROM pulls
     WHERE repo = $1 AND head = $2 AND is_open = 1 ORDER BY number";

pub(super) const LAST_ENTRY: &str = "SELECT seq, hash FROM ledger WHERE repo = $1 ORDER BY seq DESC LIMIT 1";

pub(super) const APPEND_ENTRY: &str =
    "INSERT INTO ledger (repo, seq, number, at, entry, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)";

pub(super) const LEDGER: &str = "SELECT repo, seq, number, at, entry, prev, hash FROM ledger
     WHERE repo = $1 AND ($2 < 0 OR number = $2) ORDER BY seq";

pub(super) const REPOSITORIES: &str = "SELECT DISTINCT repo, name FROM pulls ORDER BY repo, name";

pub(super) const PRUNE: &str = "DELETE FROM inbox WHERE received_at < $1 AND done_at IS NOT NULL";

pub(super) const KNOWN: &str = "SELECT guid FROM inbox WHERE guid = $1";

pub(super) const NOTE: &str = "SELECT value FROM notes WHERE name = $1";

pub(super) const SET_NOTE: &str = "INSERT INTO notes (name, value) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value";

pub(super) const DEPTH: &str =
    "SELECT COUNT(CASE WHEN dead = 0 THEN 1 END), COUNT(CASE WHEN dead = 1 THEN 1 END),
       MIN(CASE WHEN dead = 0 THEN marked_at END) FROM due";

pub(super) fn timestamp(what: &'static str, milliseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(milliseconds).map_err(|error| StoreError::Unreadable {
        what,
        why: error.to_string(),
    })
}

pub(super) fn unsigned(what: &'static str, number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|error| StoreError::Unreadable {
        what,
        why: error.to_string(),
    })
}

/// Ids and counts are below 2^63 in both GitHub and our tables; what is not is cut off there.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Writes [`Store`](super::Store) for one database. `$begin` starts a transaction that writes.
macro_rules! implement_store {
    ($store:ty, $lease:expr, $reclaim:expr, $lock_chain:expr) => {
        impl $crate::store::Store for $store {
            fn accept<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Accepted, StoreError>> {
                Box::pin(async move {
                    let mut tx = self.begin().await?;
                    let about = delivery.about.as_ref();
                    let received = delivery.received_at.as_millisecond();
                    let inserted = sqlx::query(sql::INSERT_DELIVERY)
                        .bind(delivery.id.as_str())
                        .bind(delivery.event.as_str())
                        .bind(signed(delivery.installation.0))
                        .bind(about.map(|key| signed(key.repo.0)))
                        .bind(about.map(|key| signed(key.number.0)))
                        .bind(received)
                        .bind(about.is_none().then_some(received))
                        .bind(about.map(|_| delivery.body.as_slice()))
                        .execute(&mut *tx)
                        .await?;
                    if inserted.rows_affected() == 0 {
                        tx.rollback().await?;
                        return Ok(Accepted::Duplicate);
                    }
                    for (name, value) in &delivery.notes {
                        sqlx::query(sql::SET_NOTE)
                            .bind(name.as_str())
                            .bind(value.as_str())
                            .execute(&mut *tx)
                            .await?;
                    }
                    for mark in &delivery.marks {
                        Self::make(&mut tx, mark, delivery.received_at).await?;
                    }
                    tx.commit().await?;
                    Ok(Accepted::New)
                })
            }

            fn mark<'a>(
                &'a self,
                marks: &'a [Mark],
                now: Timestamp,
            ) -> BoxFuture<'a, Result<(), StoreError>> {
                Box::pin(async move {
                    let mut tx = self.begin().await?;
                    for mark in marks {
                        Self::make(&mut tx, mark, now).await?;
                    }
                    tx.commit().await?;
                    Ok(())
                })
            }

            fn lease<'a>(
                &'a self,
                worker: &'a str,
                now: Timestamp,
                until: Timestamp,
            ) -> BoxFuture<'a, Result<Option<Lease>, StoreError>> {
                Box::pin(async move {
                    let mut tx = self.begin().await?;
                    let row: Option<(i64, i64, i64, String, i64, i64, i64, i64)> = sqlx::query_as($lease)
                        .bind(worker)
                        .bind(now.as_millisecond())
                        .bind(until.as_millisecond())
                        .fetch_optional(&mut *tx)
                        .await?;
                    let Some((repo, number, installation, name, evaluate, generation, attempts, marked)) =
                        row
                    else {
                        tx.rollback().await?;
                        return Ok(None);
                    };
                    sqlx::query(sql::SERVED)
                        .bind(installation)
                        .execute(&mut *tx)
                        .await?;
                    tx.commit().await?;
                    Ok(Some(Lease {
                        key: PullKey {
                            installation: InstallationId(unsigned("installation", installation)?),
                            repo: RepoId(unsigned("repository", repo)?),
                            number: PullNumber(unsigned("number", number)?),
                        },
                        name,
                        work: if evaluate == 1 {
                            Work::Evaluate
                        } else {
                            Work::Deliveries
                        },
                        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
                        marked_at: timestamp("mark", marked)?,
                        worker: worker.to_owned(),
                        generation,
                    }))
                })
            }

            fn renew<'a>(
                &'a self,
                lease: &'a Lease,
                until: Timestamp,
            ) -> BoxFuture<'a, Result<bool, StoreError>> {
                Box::pin(async move {
                    let done = sqlx::query(sql::RENEW)
                        .bind(signed(lease.key.repo.0))
                        .bind(signed(lease.key.number.0))
                        .bind(lease.worker.as_str())
                        .bind(until.as_millisecond())
                        .execute(&self.pool)
                        .await?;
                    Ok(done.rows_affected() == 1)
                })
            }

            fn finish<'a>(&'a self, lease: &'a Lease) -> BoxFuture<'a, Result<(), StoreError>> {
                Box::pin(async move {
                    let mut tx = self.begin().await?;
                    let gone = sqlx::query(sql::FINISH)
                        .bind(signed(lease.key.repo.0))
                        .bind(signed(lease.key.number.0))
                        .bind(lease.worker.as_str())
                        .bind(lease.generation)
                        .execute(&mut *tx)
                        .await?;
                    if gone.rows_affected() == 0 {
                        sqlx::query(sql::FINISH_MARKED_AGAIN)
                            .bind(signed(lease.key.repo.0))
                            .bind(signed(lease.key.number.0))
                            .bind(lease.worker.as_str())
                            .execute(&mut *tx)
                            .await?;
                    }
                    tx.commit().await?;
                    Ok(())
                })
            }

            fn postpone<'a>(
                &'a self,
                lease: &'a Lease,
                at: Timestamp,
                trouble: &'a Trouble,
            ) -> BoxFuture<'a, Result<(), StoreError>> {
                Box::pin(async move {
                    let (counts, reason) = match trouble {
                        Trouble::Failed(reason) => (1_i64, reason),
                        Trouble::Waiting(reason) => (0, reason),
                    };
                    sqlx::query(sql::POSTPONE)
                        .bind(signed(lease.key.repo.0))
                        .bind(signed(lease.key.number.0))
                        .bind(lease.worker.as_str())
                        .bind(lease.generation)
                        .bind(at.as_millisecond())
                        .bind(counts)
                        .bind(reason.as_str())
                        .execute(&self.pool)
                        .await?;
                    Ok(())
                })
            }

            fn bury<'a>(
                &'a self,
                lease: &'a Lease,
                reason: &'a str,
            ) -> BoxFuture<'a, Result<(), StoreError>> {
                Box::pin(async move {
                    sqlx::query(sql::BURY)
                        .bind(signed(lease.key.repo.0))
                        .bind(signed(lease.key.number.0))
                        .bind(lease.worker.as_str())
                        .bind(lease.generation)
                        .bind(reason)
                        .execute(&self.pool)
                        .await?;
                    Ok(())
                })
            }

            fn hold<'a>(
                &'a self,
                installation: InstallationId,
                until: Timestamp,
                reason: &'a str,
            ) -> BoxFuture<'a, Result<(), StoreError>> {
                Box::pin(async move {
                    sqlx::query(sql::HOLD)
                        .bind(signed(installation.0))
                        .bind(until.as_millisecond())
                        .bind(reason)
                        .execute(&self.pool)
                        .await?;
                    Ok(())
                })
            }

            fn reclaim(&self, now: Timestamp) -> BoxFuture<'_, Result<u64, StoreError>> {
                Box::pin(async move {
                    let freed = sqlx::query($reclaim)
                        .bind(now.as_millisecond())
                        .execute(&self.pool)
                        .await?;
                    Ok(freed.rows_affected())
                })
            }

            fn pending(&self, pull: PullKey) -> BoxFuture<'_, Result<Vec<Kept>, StoreError>> {
                Box::pin(async move {
                    let rows: Vec<(String, String, i64, Option<Vec<u8>>)> = sqlx::query_as(sql::PENDING)
                        .bind(signed(pull.repo.0))
                        .bind(signed(pull.number.0))
                        .fetch_all(&self.pool)
                        .await?;
                    rows.into_iter()
                        .map(|(guid, event, received, body)| {
                            Ok(Kept {
                                id: DeliveryId(guid),
                                event,
                                received_at: timestamp("delivery", received)?,
                                body: body.unwrap_or_default(),
                            })
                        })
                        .collect()
                })
            }

            fn record<'a>(&'a self, record: &'a Record) -> BoxFuture<'a, Result<(), StoreError>> {
                Box::pin(async move {
                    let mut tx = self.begin().await?;
                    let pull = &record.pull;
                    let repo = signed(pull.key.repo.0);
                    let number = signed(pull.key.number.0);
                    if let Some(worker) = &record.worker {
                        let held = sqlx::query(sql::HELD)
                            .bind(repo)
                            .bind(number)
                            .bind(worker.as_str())
                            .execute(&mut *tx)
                            .await?;
                        if held.rows_affected() == 0 {
                            tx.rollback().await?;
                            return Err(StoreError::LeaseLost);
                        }
                    }
                    sqlx::query(sql::PUT_PULL)
                        .bind(repo)
                        .bind(number)
                        .bind(signed(pull.key.installation.0))
                        .bind(pull.name.as_str())
                        .bind(pull.base_ref.as_str())
                        .bind(i64::from(pull.open))
                        .bind(pull.evaluated_at.as_millisecond())
                        .bind(pull.state.as_str())
                        .bind(pull.head.as_str())
                        .execute(&mut *tx)
                        .await?;
                    if !record.entries.is_empty() {
                        let lock: Option<&'static str> = $lock_chain;
                        if let Some(lock) = lock {
                            sqlx::query(lock).bind(repo).execute(&mut *tx).await?;
                        }
                        let last: Option<(i64, String)> = sqlx::query_as(sql::LAST_ENTRY)
                            .bind(repo)
                            .fetch_optional(&mut *tx)
                            .await?;
                        let (mut seq, mut prev) = last.unwrap_or_default();
                        for entry in &record.entries {
                            seq += 1;
                            let hash = $crate::approvals::ledger::link(&prev, &entry.entry);
                            sqlx::query(sql::APPEND_ENTRY)
                                .bind(repo)
                                .bind(seq)
                                .bind(number)
                                .bind(entry.at.as_millisecond())
                                .bind(entry.entry.as_str())
                                .bind(prev.as_str())
                                .bind(hash.as_str())
                                .execute(&mut *tx)
                                .await?;
                            prev = hash;
                        }
                    }
                    for id in &record.done {
                        sqlx::query(sql::DONE)
                            .bind(id.as_str())
                            .bind(record.at.as_millisecond())
                            .execute(&mut *tx)
                            .await?;
                    }
                    tx.commit().await?;
                    Ok(())
                })
            }

            fn pull(&self, pull: PullKey) -> BoxFuture<'_, Result<Option<PullRow>, StoreError>> {
                Box::pin(async move {
                    let row: Option<sql::PullTuple> = sqlx::query_as(sql::PULL)
                        .bind(signed(pull.repo.0))
                        .bind(signed(pull.number.0))
                        .fetch_optional(&self.pool)
                        .await?;
                    row.map(sql::pull_row).transpose()
                })
            }

            fn pull_named<'a>(
                &'a self,
                name: &'a str,
                number: u64,
            ) -> BoxFuture<'a, Result<Option<PullRow>, StoreError>> {
                Box::pin(async move {
                    let row: Option<sql::PullTuple> = sqlx::query_as(sql::PULL_NAMED)
                        .bind(name)
                        .bind(signed(number))
                        .fetch_optional(&self.pool)
                        .await?;
                    row.map(sql::pull_row).transpose()
                })
            }

            fn pulls_at<'a>(
                &'a self,
                repo: RepoId,
                head: &'a str,
            ) -> BoxFuture<'a, Result<Vec<PullRow>, StoreError>> {
                Box::pin(async move {
                    let rows: Vec<sql::PullTuple> = sqlx::query_as(sql::PULLS_AT)
                        .bind(signed(repo.0))
                        .bind(head)
                        .fetch_all(&self.pool)
                        .await?;
                    rows.into_iter().map(sql::pull_row).collect()
                })
            }

            fn ledger(
                &self,
                repo: RepoId,
                number: Option<u64>,
            ) -> BoxFuture<'_, Result<Vec<LedgerRow>, StoreError>> {
                Box::pin(async move {
                    let rows: Vec<(i64, i64, i64, i64, String, String, String)> = sqlx::query_as(sql::LEDGER)
                        .bind(signed(repo.0))
                        .bind(number.map_or(-1, signed))
                        .fetch_all(&self.pool)
                        .await?;
                    rows.into_iter()
                        .map(|(repo, seq, number, at, entry, prev, hash)| {
                            Ok(LedgerRow {
                                repo: RepoId(unsigned("repository", repo)?),
                                seq: unsigned("ledger row", seq)?,
                                number: PullNumber(unsigned("number", number)?),
                                at: timestamp("ledger row", at)?,
                                entry,
                                prev,
                                hash,
                            })
                        })
                        .collect()
                })
            }

            fn repositories(&self) -> BoxFuture<'_, Result<Vec<(RepoId, String)>, StoreError>> {
                Box::pin(async move {
                    let rows: Vec<(i64, String)> = sqlx::query_as(sql::REPOSITORIES)
                        .fetch_all(&self.pool)
                        .await?;
                    rows.into_iter()
                        .map(|(repo, name)| Ok((RepoId(unsigned("repository", repo)?), name)))
                        .collect()
                })
            }

            fn mark_stale(
                &self,
                before: Timestamp,
                now: Timestamp,
                limit: u32,
            ) -> BoxFuture<'_, Result<u64, StoreError>> {
                Box::pin(async move {
                    let marked = sqlx::query(sql::MARK_STALE)
                        .bind(before.as_millisecond())
                        .bind(now.as_millisecond())
                        .bind(i64::from(limit))
                        .execute(&self.pool)
                        .await?;
                    Ok(marked.rows_affected())
                })
            }

            fn prune(&self, before: Timestamp) -> BoxFuture<'_, Result<u64, StoreError>> {
                Box::pin(async move {
                    let gone = sqlx::query(sql::PRUNE)
                        .bind(before.as_millisecond())
                        .execute(&self.pool)
                        .await?;
                    Ok(gone.rows_affected())
                })
            }

            fn known<'a>(
                &'a self,
                ids: &'a [DeliveryId],
            ) -> BoxFuture<'a, Result<Vec<DeliveryId>, StoreError>> {
                Box::pin(async move {
                    let mut known = Vec::new();
                    for id in ids {
                        let row: Option<(String,)> = sqlx::query_as(sql::KNOWN)
                            .bind(id.as_str())
                            .fetch_optional(&self.pool)
                            .await?;
                        known.extend(row.map(|(guid,)| DeliveryId(guid)));
                    }
                    Ok(known)
                })
            }

            fn note<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<String>, StoreError>> {
                Box::pin(async move {
                    let row: Option<(String,)> = sqlx::query_as(sql::NOTE)
                        .bind(name)
                        .fetch_optional(&self.pool)
                        .await?;
                    Ok(row.map(|(value,)| value))
                })
            }

            fn set_note<'a>(
                &'a self,
                name: &'a str,
                value: &'a str,
            ) -> BoxFuture<'a, Result<(), StoreError>> {
                Box::pin(async move {
                    sqlx::query(sql::SET_NOTE)
                        .bind(name)
                        .bind(value)
                        .execute(&self.pool)
                        .await?;
                    Ok(())
                })
            }

            fn depth(&self) -> BoxFuture<'_, Result<Depth, StoreError>> {
                Box::pin(async move {
                    let (due, dead, oldest): (i64, i64, Option<i64>) =
                        sqlx::query_as(sql::DEPTH).fetch_one(&self.pool).await?;
                    Ok(Depth {
                        due: unsigned("count", due)?,
                        dead: unsigned("count", dead)?,
                        oldest: oldest.map(|at| timestamp("mark", at)).transpose()?,
                    })
                })
            }

            fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>> {
                Box::pin(async move { self.set_note("ping", "pong").await })
            }

            fn close(&self) -> BoxFuture<'_, ()> {
                Box::pin(async move { self.pool.close().await })
            }
        }

        impl $store {
            async fn make(tx: &mut Transaction<'_>, mark: &Mark, now: Timestamp) -> Result<(), StoreError> {
                let now = now.as_millisecond();
                let statement = match mark {
                    Mark::Pull { key, name, work } => sqlx::query(sql::MARK_PULL)
                        .bind(signed(key.repo.0))
                        .bind(signed(key.number.0))
                        .bind(signed(key.installation.0))
                        .bind(name.as_str())
                        .bind(i64::from(*work == Work::Evaluate))
                        .bind(now),
                    Mark::OpenPulls { repo, base } => sqlx::query(sql::MARK_OPEN_PULLS)
                        .bind(signed(repo.0))
                        .bind(base.as_deref().unwrap_or(""))
                        .bind(now),
                    Mark::OpenPullsOf { installation } => sqlx::query(sql::MARK_OPEN_PULLS_OF)
                        .bind(signed(installation.0))
                        .bind(now),
                };
                statement.execute(&mut **tx).await?;
                Ok(())
            }
        }
    };
}
pub(super) use implement_store;

pub(super) type PullTuple = (i64, i64, i64, String, String, i64, i64, String, String);

pub(super) fn pull_row(row: PullTuple) -> Result<super::PullRow, StoreError> {
    let (repo, number, installation, name, base_ref, open, evaluated, state, head) = row;
    Ok(super::PullRow {
        key: super::PullKey {
            installation: crate::ids::InstallationId(unsigned("installation", installation)?),
            repo: crate::ids::RepoId(unsigned("repository", repo)?),
            number: crate::ids::PullNumber(unsigned("number", number)?),
        },
        name,
        base_ref,
        open: open == 1,
        evaluated_at: timestamp("pull request", evaluated)?,
        state,
        head,
    })
}

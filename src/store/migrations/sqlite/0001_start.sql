-- Times are milliseconds since 1970 in UTC. Flags are 0 or 1, so that both databases read alike.
CREATE TABLE inbox (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    guid         TEXT    NOT NULL UNIQUE,
    event        TEXT    NOT NULL,
    installation BIGINT  NOT NULL,
    repo         BIGINT,
    number       BIGINT,
    received_at  BIGINT  NOT NULL,
    done_at      BIGINT,
    body         BLOB
);
CREATE INDEX inbox_pending ON inbox (repo, number, seq) WHERE done_at IS NULL;
CREATE INDEX inbox_age ON inbox (received_at);

CREATE TABLE due (
    repo         BIGINT NOT NULL,
    number       BIGINT NOT NULL,
    installation BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    evaluate     BIGINT NOT NULL,
    generation   BIGINT NOT NULL,
    marked_at    BIGINT NOT NULL,
    next_try     BIGINT NOT NULL,
    attempts     BIGINT NOT NULL,
    leased_by    TEXT,
    lease_until  BIGINT NOT NULL DEFAULT 0,
    trouble      TEXT,
    dead         BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (repo, number)
);
CREATE INDEX due_order ON due (dead, next_try, marked_at);

CREATE TABLE installations (
    id         BIGINT PRIMARY KEY,
    served     BIGINT NOT NULL DEFAULT 0,
    held_until BIGINT NOT NULL DEFAULT 0,
    trouble    TEXT
);

CREATE TABLE pulls (
    repo         BIGINT NOT NULL,
    number       BIGINT NOT NULL,
    installation BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    base_ref     TEXT   NOT NULL,
    is_open      BIGINT NOT NULL,
    evaluated_at BIGINT NOT NULL,
    state        TEXT   NOT NULL,
    PRIMARY KEY (repo, number)
);
CREATE INDEX pulls_open ON pulls (is_open, evaluated_at);

CREATE TABLE ledger (
    repo   BIGINT NOT NULL,
    seq    BIGINT NOT NULL,
    number BIGINT NOT NULL,
    at     BIGINT NOT NULL,
    entry  TEXT   NOT NULL,
    prev   TEXT   NOT NULL,
    hash   TEXT   NOT NULL,
    PRIMARY KEY (repo, seq)
);
CREATE INDEX ledger_pull ON ledger (repo, number, seq);
CREATE TRIGGER ledger_keeps_rows BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_keeps_all BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE notes (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- What is written down in the registers that policies have the school keep, and how it was corrected and closed.

CREATE TABLE register_entries (
    id           TEXT    NOT NULL PRIMARY KEY,
    policy       TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    clause       TEXT    NOT NULL,
    register     TEXT    NOT NULL,
    answers      TEXT    NOT NULL,
    second       TEXT,
    written_by   TEXT    NOT NULL,
    written_at   BIGINT  NOT NULL,
    grant_id     TEXT,
    closed_by    TEXT,
    closed_at    BIGINT,
    close_reason TEXT
);
CREATE INDEX register_entries_by_register ON register_entries (policy, register, written_at);
CREATE INDEX register_entries_by_grant ON register_entries (grant_id);

CREATE TABLE register_lines (
    entry   TEXT   NOT NULL REFERENCES register_entries (id),
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    person  TEXT   NOT NULL,
    kind    TEXT   NOT NULL CHECK (kind IN ('corrected', 'closed', 'reopened')),
    reason  TEXT   NOT NULL,
    answers TEXT,
    second  TEXT,
    PRIMARY KEY (entry, number)
);

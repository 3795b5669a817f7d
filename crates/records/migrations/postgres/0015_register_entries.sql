-- What is written down in the registers that policies have the school keep, and how it was corrected and closed.

CREATE TABLE register_entries (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    policy       TEXT COLLATE "C" NOT NULL,
    version      BIGINT NOT NULL,
    clause       TEXT COLLATE "C" NOT NULL,
    register     TEXT COLLATE "C" NOT NULL,
    answers      TEXT COLLATE "C" NOT NULL,
    second       TEXT COLLATE "C",
    written_by   TEXT COLLATE "C" NOT NULL,
    written_at   BIGINT  NOT NULL,
    grant_id     TEXT COLLATE "C",
    closed_by    TEXT COLLATE "C",
    closed_at    BIGINT,
    close_reason TEXT COLLATE "C"
);
CREATE INDEX register_entries_by_register ON register_entries (policy, register, written_at);
CREATE INDEX register_entries_by_grant ON register_entries (grant_id);

CREATE TABLE register_lines (
    entry   TEXT COLLATE "C" NOT NULL REFERENCES register_entries (id),
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    person  TEXT COLLATE "C" NOT NULL,
    kind    TEXT COLLATE "C" NOT NULL CHECK (kind IN ('corrected', 'closed', 'reopened')),
    reason  TEXT COLLATE "C" NOT NULL,
    answers TEXT COLLATE "C",
    second  TEXT COLLATE "C",
    PRIMARY KEY (entry, number)
);

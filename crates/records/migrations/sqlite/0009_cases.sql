-- What people report, whom it is about, and what became of it.

CREATE TABLE cases (
    id            TEXT    NOT NULL PRIMARY KEY,
    policy        TEXT    NOT NULL,
    version       INTEGER NOT NULL,
    clause        TEXT    NOT NULL,
    report        TEXT    NOT NULL,
    reporter      TEXT    REFERENCES people (id),
    in_confidence BOOLEAN NOT NULL,
    sent_to       TEXT    NOT NULL,
    passed_to     TEXT    NOT NULL,
    told          TEXT    NOT NULL,
    needs         TEXT    NOT NULL,
    code_hash     TEXT    NOT NULL UNIQUE,
    opened_at     BIGINT  NOT NULL,
    due_at        BIGINT,
    deadline_at   BIGINT,
    state         TEXT    NOT NULL CHECK (state IN ('open', 'taken-up', 'closed')),
    settled_by    TEXT,
    settled_at    BIGINT,
    close_reason  TEXT
);
CREATE INDEX cases_by_time ON cases (opened_at);
CREATE INDEX cases_by_reporter ON cases (reporter, opened_at);

CREATE TABLE case_about (
    case_id TEXT NOT NULL REFERENCES cases (id),
    person  TEXT NOT NULL REFERENCES people (id),
    PRIMARY KEY (case_id, person)
);

CREATE TABLE case_entries (
    case_id TEXT   NOT NULL REFERENCES cases (id),
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    person  TEXT   NOT NULL,
    kind    TEXT   NOT NULL CHECK (kind IN ('taken-up', 'noted', 'answered', 'passed-on', 'is-about', 'closed', 'reopened')),
    words   TEXT,
    to_role TEXT,
    other   TEXT,
    PRIMARY KEY (case_id, number)
);

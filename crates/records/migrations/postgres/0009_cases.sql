-- What people report, whom it is about, and what became of it.

CREATE TABLE cases (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    policy        TEXT COLLATE "C" NOT NULL,
    version       BIGINT NOT NULL,
    clause        TEXT COLLATE "C" NOT NULL,
    report        TEXT COLLATE "C" NOT NULL,
    reporter      TEXT COLLATE "C" REFERENCES people (id),
    in_confidence BOOLEAN NOT NULL,
    sent_to       TEXT COLLATE "C" NOT NULL,
    passed_to     TEXT COLLATE "C" NOT NULL,
    told          TEXT COLLATE "C" NOT NULL,
    needs         TEXT COLLATE "C" NOT NULL,
    code_hash     TEXT COLLATE "C" NOT NULL UNIQUE,
    opened_at     BIGINT  NOT NULL,
    due_at        BIGINT,
    deadline_at   BIGINT,
    state         TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'taken-up', 'closed')),
    settled_by    TEXT COLLATE "C",
    settled_at    BIGINT,
    close_reason  TEXT COLLATE "C"
);
CREATE INDEX cases_by_time ON cases (opened_at);
CREATE INDEX cases_by_reporter ON cases (reporter, opened_at);

CREATE TABLE case_about (
    case_id TEXT COLLATE "C" NOT NULL REFERENCES cases (id),
    person  TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    PRIMARY KEY (case_id, person)
);

CREATE TABLE case_entries (
    case_id TEXT COLLATE "C" NOT NULL REFERENCES cases (id),
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    person  TEXT COLLATE "C" NOT NULL,
    kind    TEXT COLLATE "C" NOT NULL CHECK (kind IN ('taken-up', 'noted', 'answered', 'passed-on', 'is-about', 'closed', 'reopened')),
    words   TEXT COLLATE "C",
    to_role TEXT COLLATE "C",
    other   TEXT COLLATE "C",
    PRIMARY KEY (case_id, number)
);

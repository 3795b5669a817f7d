-- What the school keeps about people and what they did. Times are milliseconds since 1970 (UTC); identifiers are
-- UUIDs as 32 hexadecimal digits. Each column's exposure is declared in src/exposure.rs; a test fails for one that is not.

CREATE TABLE people (
    id        TEXT   NOT NULL PRIMARY KEY,
    username  TEXT   NOT NULL UNIQUE,
    name      TEXT   NOT NULL,
    mail      TEXT,
    audience  TEXT   NOT NULL,
    status    TEXT   NOT NULL CHECK (status IN ('here', 'left')),
    joined_at BIGINT NOT NULL,
    left_at   BIGINT
);
CREATE INDEX people_by_name ON people (name);

CREATE TABLE person_groups (
    person     TEXT NOT NULL REFERENCES people (id),
    group_name TEXT NOT NULL,
    PRIMARY KEY (person, group_name)
);
CREATE INDEX person_groups_by_group ON person_groups (group_name);

CREATE TABLE person_roles (
    person TEXT NOT NULL REFERENCES people (id),
    role   TEXT NOT NULL,
    PRIMARY KEY (person, role)
);

CREATE TABLE guardianship (
    parent TEXT NOT NULL REFERENCES people (id),
    child  TEXT NOT NULL REFERENCES people (id),
    PRIMARY KEY (parent, child)
);
CREATE INDEX guardianship_by_child ON guardianship (child);

CREATE TABLE credentials (
    person        TEXT   NOT NULL PRIMARY KEY REFERENCES people (id),
    password_hash TEXT   NOT NULL,
    set_at        BIGINT NOT NULL
);

CREATE TABLE invitations (
    token_hash TEXT   NOT NULL PRIMARY KEY,
    code_hash  TEXT   NOT NULL,
    person     TEXT   NOT NULL REFERENCES people (id),
    made_by    TEXT   NOT NULL,
    made_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX invitations_by_person ON invitations (person);

CREATE TABLE sessions (
    id         TEXT   NOT NULL PRIMARY KEY,
    token_hash TEXT   NOT NULL UNIQUE,
    person     TEXT   NOT NULL REFERENCES people (id),
    address    TEXT,
    started_at BIGINT NOT NULL,
    last_seen  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    ended_at   BIGINT
);
CREATE INDEX sessions_open ON sessions (ended_at, person);

CREATE TABLE sign_in_failures (
    subject TEXT   NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX sign_in_failures_by_subject ON sign_in_failures (subject, at);

CREATE TABLE versions (
    id           TEXT    NOT NULL PRIMARY KEY,
    policy       TEXT    NOT NULL,
    number       INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('draft', 'approved', 'published', 'superseded')),
    file_name    TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    text_hash    TEXT    NOT NULL,
    minor        BOOLEAN NOT NULL,
    summary      TEXT    NOT NULL,
    uploaded_by  TEXT    NOT NULL,
    uploaded_at  BIGINT  NOT NULL,
    published_by TEXT,
    published_at BIGINT,
    CHECK ((state = 'published') = (number > 0))
);
CREATE UNIQUE INDEX versions_by_number ON versions (policy, number) WHERE number > 0;

CREATE TABLE approvals (
    version TEXT   NOT NULL REFERENCES versions (id),
    role    TEXT   NOT NULL,
    person  TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (version, role)
);

CREATE TABLE agreements (
    id           TEXT    NOT NULL PRIMARY KEY,
    policy       TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    clause       TEXT    NOT NULL,
    text_hash    TEXT    NOT NULL,
    signer       TEXT    NOT NULL REFERENCES people (id),
    binds        TEXT    NOT NULL REFERENCES people (id),
    printed_name TEXT    NOT NULL,
    signed_at    BIGINT  NOT NULL,
    UNIQUE (policy, version, clause, signer, binds, signed_at)
);
CREATE INDEX agreements_by_bound ON agreements (binds, policy, version);
CREATE INDEX agreements_by_signer ON agreements (signer);

CREATE TABLE countersignatures (
    agreement    TEXT   NOT NULL PRIMARY KEY REFERENCES agreements (id),
    person       TEXT   NOT NULL,
    printed_name TEXT   NOT NULL,
    at           BIGINT NOT NULL
);

CREATE TABLE declines (
    id          TEXT    NOT NULL PRIMARY KEY,
    policy      TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    person      TEXT    NOT NULL REFERENCES people (id),
    binds       TEXT    NOT NULL REFERENCES people (id),
    reason      TEXT    NOT NULL,
    at          BIGINT  NOT NULL,
    answer      TEXT,
    answered_by TEXT,
    answered_at BIGINT
);
CREATE INDEX declines_by_person ON declines (person);

CREATE TABLE requests (
    id             TEXT    NOT NULL PRIMARY KEY,
    policy         TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    clause         TEXT    NOT NULL,
    permission     TEXT    NOT NULL,
    asker          TEXT    NOT NULL REFERENCES people (id),
    recipient      TEXT    NOT NULL,
    scope          TEXT    NOT NULL,
    reason         TEXT    NOT NULL,
    needs          TEXT    NOT NULL,
    asked_at       BIGINT  NOT NULL,
    until_at       BIGINT,
    handed_to      TEXT,
    state          TEXT    NOT NULL CHECK (state IN ('waiting', 'approved', 'refused', 'withdrawn')),
    decided_by     TEXT,
    decided_at     BIGINT,
    refusal_reason TEXT,
    grant_id       TEXT
);
CREATE INDEX requests_by_state ON requests (state, asked_at);
CREATE INDEX requests_by_asker ON requests (asker);

CREATE TABLE hand_ons (
    request TEXT   NOT NULL REFERENCES requests (id),
    person  TEXT   NOT NULL,
    to_role TEXT   NOT NULL,
    note    TEXT   NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX hand_ons_by_request ON hand_ons (request, at);

CREATE TABLE grants (
    id            TEXT   NOT NULL PRIMARY KEY,
    request       TEXT   NOT NULL REFERENCES requests (id),
    policy        TEXT   NOT NULL,
    clause        TEXT   NOT NULL,
    permission    TEXT   NOT NULL,
    recipient     TEXT   NOT NULL,
    scope         TEXT   NOT NULL,
    granted_by    TEXT   NOT NULL,
    from_at       BIGINT NOT NULL,
    until_at      BIGINT,
    revoked_at    BIGINT,
    revoked_by    TEXT,
    revoke_reason TEXT,
    ended_at      BIGINT
);
CREATE INDEX grants_open ON grants (ended_at, until_at);

CREATE TABLE sanctions (
    id          TEXT   NOT NULL PRIMARY KEY,
    person      TEXT   NOT NULL REFERENCES people (id),
    policy      TEXT   NOT NULL,
    clause      TEXT   NOT NULL,
    reason      TEXT   NOT NULL,
    imposed_by  TEXT   NOT NULL,
    from_at     BIGINT NOT NULL,
    until_at    BIGINT,
    lifted_at   BIGINT,
    lifted_by   TEXT,
    lift_reason TEXT
);
CREATE INDEX sanctions_by_person ON sanctions (person);

CREATE TABLE reminders (
    person  TEXT    NOT NULL REFERENCES people (id),
    policy  TEXT    NOT NULL,
    version INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    at      BIGINT  NOT NULL,
    given_by TEXT   NOT NULL,
    PRIMARY KEY (person, policy, version, number)
);

CREATE TABLE viewings (
    id          TEXT   NOT NULL PRIMARY KEY,
    viewer      TEXT   NOT NULL REFERENCES people (id),
    subject     TEXT   NOT NULL,
    purpose     TEXT   NOT NULL,
    policy      TEXT   NOT NULL,
    clause      TEXT   NOT NULL,
    from_at     BIGINT NOT NULL,
    to_at       BIGINT NOT NULL,
    asked_at    BIGINT NOT NULL,
    second_of   TEXT   NOT NULL,
    second      TEXT,
    second_at   BIGINT,
    opened_at   BIGINT
);
CREATE INDEX viewings_by_viewer ON viewings (viewer);

-- Each entry holds the hash of the one before it: whoever changes, removes or moves a row breaks the chain there.
CREATE TABLE ledger (
    sequence INTEGER NOT NULL PRIMARY KEY,
    at       BIGINT  NOT NULL,
    actor    TEXT    NOT NULL,
    verb     TEXT    NOT NULL,
    subject  TEXT    NOT NULL,
    details  TEXT    NOT NULL,
    previous TEXT    NOT NULL,
    hash     TEXT    NOT NULL
);
CREATE INDEX ledger_by_subject ON ledger (subject);

-- Where the chain ends, so that entries taken from its end are missed too.
CREATE TABLE ledger_head (
    only     INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    sequence INTEGER NOT NULL,
    hash     TEXT    NOT NULL
);
INSERT INTO ledger_head (only, sequence, hash) VALUES (1, 0, '');

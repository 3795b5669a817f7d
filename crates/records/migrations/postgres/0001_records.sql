-- The tables of ../sqlite/0001_records.sql for PostgreSQL: the same columns, every number a BIGINT, every text in the order
-- of its bytes (COLLATE "C"), as SQLite orders them. A test holds the two alike.

CREATE TABLE people (
    id        TEXT COLLATE "C"   NOT NULL PRIMARY KEY,
    username  TEXT COLLATE "C"   NOT NULL UNIQUE,
    name      TEXT COLLATE "C"   NOT NULL,
    mail      TEXT COLLATE "C",
    audience  TEXT COLLATE "C"   NOT NULL,
    status    TEXT COLLATE "C"   NOT NULL CHECK (status IN ('here', 'left')),
    joined_at BIGINT NOT NULL,
    left_at   BIGINT
);
CREATE INDEX people_by_name ON people (name);

CREATE TABLE person_groups (
    person     TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    group_name TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (person, group_name)
);
CREATE INDEX person_groups_by_group ON person_groups (group_name);

CREATE TABLE person_roles (
    person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    role   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (person, role)
);

CREATE TABLE guardianship (
    parent TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    child  TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    PRIMARY KEY (parent, child)
);
CREATE INDEX guardianship_by_child ON guardianship (child);

CREATE TABLE credentials (
    person        TEXT COLLATE "C"   NOT NULL PRIMARY KEY REFERENCES people (id),
    password_hash TEXT COLLATE "C"   NOT NULL,
    set_at        BIGINT NOT NULL
);

CREATE TABLE invitations (
    token_hash TEXT COLLATE "C"   NOT NULL PRIMARY KEY,
    code_hash  TEXT COLLATE "C"   NOT NULL,
    person     TEXT COLLATE "C"   NOT NULL REFERENCES people (id),
    made_by    TEXT COLLATE "C"   NOT NULL,
    made_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX invitations_by_person ON invitations (person);

CREATE TABLE sessions (
    id         TEXT COLLATE "C"   NOT NULL PRIMARY KEY,
    token_hash TEXT COLLATE "C"   NOT NULL UNIQUE,
    person     TEXT COLLATE "C"   NOT NULL REFERENCES people (id),
    address    TEXT COLLATE "C",
    started_at BIGINT NOT NULL,
    last_seen  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    ended_at   BIGINT
);
CREATE INDEX sessions_open ON sessions (ended_at, person);

CREATE TABLE sign_in_failures (
    subject TEXT COLLATE "C"   NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX sign_in_failures_by_subject ON sign_in_failures (subject, at);

CREATE TABLE versions (
    id           TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    policy       TEXT COLLATE "C"    NOT NULL,
    number       BIGINT  NOT NULL,
    state        TEXT COLLATE "C"    NOT NULL CHECK (state IN ('draft', 'approved', 'published', 'superseded')),
    file_name    TEXT COLLATE "C"    NOT NULL,
    text         TEXT COLLATE "C"    NOT NULL,
    text_hash    TEXT COLLATE "C"    NOT NULL,
    minor        BOOLEAN NOT NULL,
    summary      TEXT COLLATE "C"    NOT NULL,
    uploaded_by  TEXT COLLATE "C"    NOT NULL,
    uploaded_at  BIGINT  NOT NULL,
    published_by TEXT COLLATE "C",
    published_at BIGINT,
    CHECK ((state = 'published') = (number > 0))
);
CREATE UNIQUE INDEX versions_by_number ON versions (policy, number) WHERE number > 0;

CREATE TABLE approvals (
    version TEXT COLLATE "C"   NOT NULL REFERENCES versions (id),
    role    TEXT COLLATE "C"   NOT NULL,
    person  TEXT COLLATE "C"   NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (version, role)
);

CREATE TABLE agreements (
    id           TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    policy       TEXT COLLATE "C"    NOT NULL,
    version      BIGINT  NOT NULL,
    clause       TEXT COLLATE "C"    NOT NULL,
    text_hash    TEXT COLLATE "C"    NOT NULL,
    signer       TEXT COLLATE "C"    NOT NULL REFERENCES people (id),
    binds        TEXT COLLATE "C"    NOT NULL REFERENCES people (id),
    printed_name TEXT COLLATE "C"    NOT NULL,
    signed_at    BIGINT  NOT NULL,
    UNIQUE (policy, version, clause, signer, binds, signed_at)
);
CREATE INDEX agreements_by_bound ON agreements (binds, policy, version);
CREATE INDEX agreements_by_signer ON agreements (signer);

CREATE TABLE countersignatures (
    agreement    TEXT COLLATE "C"   NOT NULL PRIMARY KEY REFERENCES agreements (id),
    person       TEXT COLLATE "C"   NOT NULL,
    printed_name TEXT COLLATE "C"   NOT NULL,
    at           BIGINT NOT NULL
);

CREATE TABLE declines (
    id          TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    policy      TEXT COLLATE "C"    NOT NULL,
    version     BIGINT  NOT NULL,
    person      TEXT COLLATE "C"    NOT NULL REFERENCES people (id),
    binds       TEXT COLLATE "C"    NOT NULL REFERENCES people (id),
    reason      TEXT COLLATE "C"    NOT NULL,
    at          BIGINT  NOT NULL,
    answer      TEXT COLLATE "C",
    answered_by TEXT COLLATE "C",
    answered_at BIGINT
);
CREATE INDEX declines_by_person ON declines (person);

CREATE TABLE requests (
    id             TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    policy         TEXT COLLATE "C"    NOT NULL,
    version        BIGINT  NOT NULL,
    clause         TEXT COLLATE "C"    NOT NULL,
    permission     TEXT COLLATE "C"    NOT NULL,
    asker          TEXT COLLATE "C"    NOT NULL REFERENCES people (id),
    recipient      TEXT COLLATE "C"    NOT NULL,
    scope          TEXT COLLATE "C"    NOT NULL,
    reason         TEXT COLLATE "C"    NOT NULL,
    needs          TEXT COLLATE "C"    NOT NULL,
    asked_at       BIGINT  NOT NULL,
    until_at       BIGINT,
    handed_to      TEXT COLLATE "C",
    state          TEXT COLLATE "C"    NOT NULL CHECK (state IN ('waiting', 'approved', 'refused', 'withdrawn')),
    decided_by     TEXT COLLATE "C",
    decided_at     BIGINT,
    refusal_reason TEXT COLLATE "C",
    grant_id       TEXT COLLATE "C"
);
CREATE INDEX requests_by_state ON requests (state, asked_at);
CREATE INDEX requests_by_asker ON requests (asker);

CREATE TABLE hand_ons (
    request TEXT COLLATE "C"   NOT NULL REFERENCES requests (id),
    person  TEXT COLLATE "C"   NOT NULL,
    to_role TEXT COLLATE "C"   NOT NULL,
    note    TEXT COLLATE "C"   NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX hand_ons_by_request ON hand_ons (request, at);

CREATE TABLE grants (
    id            TEXT COLLATE "C"   NOT NULL PRIMARY KEY,
    request       TEXT COLLATE "C"   NOT NULL REFERENCES requests (id),
    policy        TEXT COLLATE "C"   NOT NULL,
    clause        TEXT COLLATE "C"   NOT NULL,
    permission    TEXT COLLATE "C"   NOT NULL,
    recipient     TEXT COLLATE "C"   NOT NULL,
    scope         TEXT COLLATE "C"   NOT NULL,
    granted_by    TEXT COLLATE "C"   NOT NULL,
    from_at       BIGINT NOT NULL,
    until_at      BIGINT,
    revoked_at    BIGINT,
    revoked_by    TEXT COLLATE "C",
    revoke_reason TEXT COLLATE "C",
    ended_at      BIGINT
);
CREATE INDEX grants_open ON grants (ended_at, until_at);

CREATE TABLE sanctions (
    id          TEXT COLLATE "C"   NOT NULL PRIMARY KEY,
    person      TEXT COLLATE "C"   NOT NULL REFERENCES people (id),
    policy      TEXT COLLATE "C"   NOT NULL,
    clause      TEXT COLLATE "C"   NOT NULL,
    reason      TEXT COLLATE "C"   NOT NULL,
    imposed_by  TEXT COLLATE "C"   NOT NULL,
    from_at     BIGINT NOT NULL,
    until_at    BIGINT,
    lifted_at   BIGINT,
    lifted_by   TEXT COLLATE "C",
    lift_reason TEXT COLLATE "C"
);
CREATE INDEX sanctions_by_person ON sanctions (person);

CREATE TABLE reminders (
    person  TEXT COLLATE "C"    NOT NULL REFERENCES people (id),
    policy  TEXT COLLATE "C"    NOT NULL,
    version BIGINT  NOT NULL,
    number  BIGINT  NOT NULL,
    at      BIGINT  NOT NULL,
    given_by TEXT COLLATE "C"   NOT NULL,
    PRIMARY KEY (person, policy, version, number)
);

CREATE TABLE viewings (
    id          TEXT COLLATE "C"   NOT NULL PRIMARY KEY,
    viewer      TEXT COLLATE "C"   NOT NULL REFERENCES people (id),
    subject     TEXT COLLATE "C"   NOT NULL,
    purpose     TEXT COLLATE "C"   NOT NULL,
    policy      TEXT COLLATE "C"   NOT NULL,
    clause      TEXT COLLATE "C"   NOT NULL,
    from_at     BIGINT NOT NULL,
    to_at       BIGINT NOT NULL,
    asked_at    BIGINT NOT NULL,
    second_of   TEXT COLLATE "C"   NOT NULL,
    second      TEXT COLLATE "C",
    second_at   BIGINT,
    opened_at   BIGINT
);
CREATE INDEX viewings_by_viewer ON viewings (viewer);

-- Each entry holds the hash of the one before it: whoever changes, removes or moves a row breaks the chain there.
CREATE TABLE ledger (
    sequence BIGINT  NOT NULL PRIMARY KEY,
    at       BIGINT  NOT NULL,
    actor    TEXT COLLATE "C"    NOT NULL,
    verb     TEXT COLLATE "C"    NOT NULL,
    subject  TEXT COLLATE "C"    NOT NULL,
    details  TEXT COLLATE "C"    NOT NULL,
    previous TEXT COLLATE "C"    NOT NULL,
    hash     TEXT COLLATE "C"    NOT NULL
);
CREATE INDEX ledger_by_subject ON ledger (subject);

-- Where the chain ends, so that entries taken from its end are missed too.
CREATE TABLE ledger_head (
    "only"   BIGINT  NOT NULL PRIMARY KEY CHECK ("only" = 1),
    sequence BIGINT  NOT NULL,
    hash     TEXT COLLATE "C"    NOT NULL
);
INSERT INTO ledger_head ("only", sequence, hash) VALUES (1, 0, '');

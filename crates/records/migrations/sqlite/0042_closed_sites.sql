-- Sites that the school has closed by reports. The list outlasts the report: nobody opens a site by no longer keeping that.

CREATE TABLE closed_sites (
    id          TEXT   NOT NULL PRIMARY KEY,
    case_id     TEXT   NOT NULL,
    host        TEXT   NOT NULL,
    policy      TEXT   NOT NULL,
    clause      TEXT   NOT NULL,
    report      TEXT   NOT NULL,
    closed_at   BIGINT NOT NULL,
    closed_by   TEXT   NOT NULL,
    reason      TEXT   NOT NULL,
    opened_at   BIGINT,
    opened_by   TEXT,
    open_reason TEXT,
    CHECK ((opened_at IS NULL) = (opened_by IS NULL) AND (opened_at IS NULL) = (open_reason IS NULL))
);
CREATE UNIQUE INDEX closed_sites_by_host ON closed_sites (host, policy) WHERE opened_at IS NULL;
CREATE INDEX closed_sites_by_case ON closed_sites (case_id);

CREATE TABLE case_entries_with_sites (
    case_id TEXT   NOT NULL REFERENCES cases (id),
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    person  TEXT   NOT NULL,
    kind    TEXT   NOT NULL CHECK (kind IN
        ('taken-up', 'noted', 'written-down', 'answered', 'passed-on', 'is-about', 'action-set', 'action-done', 'linked',
         'unlinked', 'said-lost', 'site-closed', 'site-left-open', 'site-reopened', 'exported', 'receipt-noted',
         'no-receipt', 'known-since', 'handed-over', 'closed', 'reopened')),
    words   TEXT,
    to_role TEXT,
    other   TEXT,
    parts   TEXT CHECK ((parts IS NOT NULL) =
        (kind IN ('written-down', 'action-set', 'action-done', 'linked', 'unlinked', 'said-lost', 'site-closed',
         'site-left-open', 'site-reopened', 'exported', 'receipt-noted', 'no-receipt', 'known-since', 'handed-over'))),
    PRIMARY KEY (case_id, number)
);
INSERT INTO case_entries_with_sites (case_id, number, at, person, kind, words, to_role, other, parts)
    SELECT case_id, number, at, person, kind, words, to_role, other, parts FROM case_entries;
DROP TABLE case_entries;
ALTER TABLE case_entries_with_sites RENAME TO case_entries;

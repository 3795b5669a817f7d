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

ALTER TABLE case_entries DROP CONSTRAINT case_entries_kind_check;
ALTER TABLE case_entries DROP CONSTRAINT case_entries_parts_check;
ALTER TABLE case_entries ADD CONSTRAINT case_entries_kind_check CHECK (kind IN
    ('taken-up', 'noted', 'written-down', 'answered', 'passed-on', 'is-about', 'action-set', 'action-done', 'linked',
     'unlinked', 'said-lost', 'site-closed', 'site-left-open', 'site-reopened', 'exported', 'receipt-noted', 'no-receipt',
     'known-since', 'handed-over', 'closed', 'reopened'));
ALTER TABLE case_entries ADD CONSTRAINT case_entries_parts_check CHECK ((parts IS NOT NULL) =
    (kind IN ('written-down', 'action-set', 'action-done', 'linked', 'unlinked', 'said-lost', 'site-closed',
     'site-left-open', 'site-reopened', 'exported', 'receipt-noted', 'no-receipt', 'known-since', 'handed-over')));

-- That no receipt will come for what was exported is kept in the history.

CREATE TABLE case_entries_without_receipts (
    case_id TEXT   NOT NULL REFERENCES cases (id),
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    person  TEXT   NOT NULL,
    kind    TEXT   NOT NULL CHECK (kind IN
        ('taken-up', 'noted', 'written-down', 'answered', 'passed-on', 'is-about', 'action-set', 'action-done', 'linked',
         'unlinked', 'said-lost', 'exported', 'receipt-noted', 'no-receipt', 'known-since', 'handed-over', 'closed',
         'reopened')),
    words   TEXT,
    to_role TEXT,
    other   TEXT,
    parts   TEXT CHECK ((parts IS NOT NULL) =
        (kind IN ('written-down', 'action-set', 'action-done', 'linked', 'unlinked', 'said-lost', 'exported',
         'receipt-noted', 'no-receipt', 'known-since', 'handed-over'))),
    PRIMARY KEY (case_id, number)
);
INSERT INTO case_entries_without_receipts (case_id, number, at, person, kind, words, to_role, other, parts)
    SELECT case_id, number, at, person, kind, words, to_role, other, parts FROM case_entries;
DROP TABLE case_entries;
ALTER TABLE case_entries_without_receipts RENAME TO case_entries;

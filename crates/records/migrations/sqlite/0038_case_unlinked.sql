-- A link between two cases is taken back, and the cases of a report are found by its id.

CREATE TABLE case_entries_with_unlinked (
    case_id TEXT   NOT NULL REFERENCES cases (id),
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    person  TEXT   NOT NULL,
    kind    TEXT   NOT NULL CHECK (kind IN
        ('taken-up', 'noted', 'written-down', 'answered', 'passed-on', 'is-about', 'action-set', 'action-done', 'linked',
         'unlinked', 'exported', 'receipt-noted', 'closed', 'reopened')),
    words   TEXT,
    to_role TEXT,
    other   TEXT,
    parts   TEXT CHECK ((parts IS NOT NULL) =
        (kind IN ('written-down', 'action-set', 'action-done', 'linked', 'unlinked', 'exported', 'receipt-noted'))),
    PRIMARY KEY (case_id, number)
);
INSERT INTO case_entries_with_unlinked (case_id, number, at, person, kind, words, to_role, other, parts)
    SELECT case_id, number, at, person, kind, words, to_role, other, parts FROM case_entries;
DROP TABLE case_entries;
ALTER TABLE case_entries_with_unlinked RENAME TO case_entries;
CREATE INDEX cases_by_report ON cases (report, opened_at);

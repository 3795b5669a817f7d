-- What an entry lists is lost or stolen, and a report may say so. Of what a report did no person is named in the history.

ALTER TABLE register_entries ADD COLUMN lost_at BIGINT;
ALTER TABLE register_entries ADD COLUMN lost_by TEXT;
CREATE TABLE register_lines_with_lost (
    entry   TEXT   NOT NULL REFERENCES register_entries (id),
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    person  TEXT,
    kind    TEXT   NOT NULL CHECK (kind IN ('corrected', 'closed', 'reopened', 'lost', 'found')),
    reason  TEXT   NOT NULL,
    answers TEXT,
    second  TEXT,
    PRIMARY KEY (entry, number)
);
INSERT INTO register_lines_with_lost (entry, number, at, person, kind, reason, answers, second)
    SELECT entry, number, at, person, kind, reason, answers, second FROM register_lines;
DROP TABLE register_lines;
ALTER TABLE register_lines_with_lost RENAME TO register_lines;

ALTER TABLE cases ADD COLUMN lost TEXT NOT NULL DEFAULT '[]';
CREATE TABLE case_entries_with_lost (
    case_id TEXT   NOT NULL REFERENCES cases (id),
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    person  TEXT   NOT NULL,
    kind    TEXT   NOT NULL CHECK (kind IN
        ('taken-up', 'noted', 'written-down', 'answered', 'passed-on', 'is-about', 'action-set', 'action-done', 'linked',
         'unlinked', 'said-lost', 'exported', 'receipt-noted', 'known-since', 'handed-over', 'closed', 'reopened')),
    words   TEXT,
    to_role TEXT,
    other   TEXT,
    parts   TEXT CHECK ((parts IS NOT NULL) =
        (kind IN ('written-down', 'action-set', 'action-done', 'linked', 'unlinked', 'said-lost', 'exported',
         'receipt-noted', 'known-since', 'handed-over'))),
    PRIMARY KEY (case_id, number)
);
INSERT INTO case_entries_with_lost (case_id, number, at, person, kind, words, to_role, other, parts)
    SELECT case_id, number, at, person, kind, words, to_role, other, parts FROM case_entries;
DROP TABLE case_entries;
ALTER TABLE case_entries_with_lost RENAME TO case_entries;

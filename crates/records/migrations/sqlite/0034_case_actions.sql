-- What somebody is to do about a case, what came of it, which cases belong together, and to whom one was handed out. Which
-- cases are about a person is found by the person.

CREATE TABLE case_entries_with_parts (
    case_id TEXT   NOT NULL REFERENCES cases (id),
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    person  TEXT   NOT NULL,
    kind    TEXT   NOT NULL CHECK (kind IN
        ('taken-up', 'noted', 'written-down', 'answered', 'passed-on', 'is-about', 'action-set', 'action-done', 'linked',
         'exported', 'receipt-noted', 'closed', 'reopened')),
    words   TEXT,
    to_role TEXT,
    other   TEXT,
    parts   TEXT CHECK ((parts IS NOT NULL) =
        (kind IN ('written-down', 'action-set', 'action-done', 'linked', 'exported', 'receipt-noted'))),
    PRIMARY KEY (case_id, number)
);
INSERT INTO case_entries_with_parts (case_id, number, at, person, kind, words, to_role, other, parts)
    SELECT case_id, number, at, person, kind, words, to_role, other, line FROM case_entries;
DROP TABLE case_entries;
ALTER TABLE case_entries_with_parts RENAME TO case_entries;
CREATE INDEX case_about_by_person ON case_about (person, case_id);

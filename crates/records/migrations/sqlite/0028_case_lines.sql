-- A line of a case's history that says more than a note, with its parts.

CREATE TABLE case_entries_with_lines (
    case_id TEXT   NOT NULL REFERENCES cases (id),
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    person  TEXT   NOT NULL,
    kind    TEXT   NOT NULL CHECK (kind IN
        ('taken-up', 'noted', 'written-down', 'answered', 'passed-on', 'is-about', 'closed', 'reopened')),
    words   TEXT,
    to_role TEXT,
    other   TEXT,
    line    TEXT CHECK ((line IS NOT NULL) = (kind = 'written-down')),
    PRIMARY KEY (case_id, number)
);
INSERT INTO case_entries_with_lines (case_id, number, at, person, kind, words, to_role, other)
    SELECT case_id, number, at, person, kind, words, to_role, other FROM case_entries;
DROP TABLE case_entries;
ALTER TABLE case_entries_with_lines RENAME TO case_entries;

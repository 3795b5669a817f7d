-- A line of a case's history that says more than a note, with its parts.
ALTER TABLE case_entries DROP CONSTRAINT case_entries_kind_check;
ALTER TABLE case_entries ADD CONSTRAINT case_entries_kind_check CHECK (kind IN
    ('taken-up', 'noted', 'written-down', 'answered', 'passed-on', 'is-about', 'closed', 'reopened'));
ALTER TABLE case_entries ADD COLUMN line TEXT COLLATE "C" CHECK ((line IS NOT NULL) = (kind = 'written-down'));

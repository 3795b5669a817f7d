-- What somebody is to do about a case, what came of it, which cases belong together, and to whom one was handed out. Which
-- cases are about a person is found by the person.

ALTER TABLE case_entries RENAME COLUMN line TO parts;
ALTER TABLE case_entries DROP CONSTRAINT case_entries_kind_check;
ALTER TABLE case_entries DROP CONSTRAINT case_entries_check;
ALTER TABLE case_entries ADD CONSTRAINT case_entries_kind_check CHECK (kind IN
    ('taken-up', 'noted', 'written-down', 'answered', 'passed-on', 'is-about', 'action-set', 'action-done', 'linked', 'exported',
     'receipt-noted', 'closed', 'reopened'));
ALTER TABLE case_entries ADD CONSTRAINT case_entries_parts_check CHECK ((parts IS NOT NULL) =
    (kind IN ('written-down', 'action-set', 'action-done', 'linked', 'exported', 'receipt-noted')));
CREATE INDEX case_about_by_person ON case_about (person, case_id);

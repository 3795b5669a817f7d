-- What an entry lists is lost or stolen, and a report may say so. Of what a report did no person is named in the history.

ALTER TABLE register_entries ADD COLUMN lost_at BIGINT;
ALTER TABLE register_entries ADD COLUMN lost_by TEXT;
ALTER TABLE register_lines ALTER COLUMN person DROP NOT NULL;
ALTER TABLE register_lines DROP CONSTRAINT register_lines_kind_check;
ALTER TABLE register_lines ADD CONSTRAINT register_lines_kind_check CHECK (kind IN
    ('corrected', 'closed', 'reopened', 'lost', 'found'));

ALTER TABLE cases ADD COLUMN lost TEXT NOT NULL DEFAULT '[]';
ALTER TABLE case_entries DROP CONSTRAINT case_entries_kind_check;
ALTER TABLE case_entries DROP CONSTRAINT case_entries_parts_check;
ALTER TABLE case_entries ADD CONSTRAINT case_entries_kind_check CHECK (kind IN
    ('taken-up', 'noted', 'written-down', 'answered', 'passed-on', 'is-about', 'action-set', 'action-done', 'linked', 'unlinked',
     'said-lost', 'exported', 'receipt-noted', 'known-since', 'handed-over', 'closed', 'reopened'));
ALTER TABLE case_entries ADD CONSTRAINT case_entries_parts_check CHECK ((parts IS NOT NULL) =
    (kind IN ('written-down', 'action-set', 'action-done', 'linked', 'unlinked', 'said-lost', 'exported', 'receipt-noted', 'known-since',
     'handed-over')));

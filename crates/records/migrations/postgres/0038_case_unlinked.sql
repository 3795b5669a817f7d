-- A link between two cases is taken back, and the cases of a report are found by its id.

ALTER TABLE case_entries DROP CONSTRAINT case_entries_kind_check;
ALTER TABLE case_entries DROP CONSTRAINT case_entries_parts_check;
ALTER TABLE case_entries ADD CONSTRAINT case_entries_kind_check CHECK (kind IN
    ('taken-up', 'noted', 'written-down', 'answered', 'passed-on', 'is-about', 'action-set', 'action-done', 'linked', 'unlinked',
     'exported', 'receipt-noted', 'closed', 'reopened'));
ALTER TABLE case_entries ADD CONSTRAINT case_entries_parts_check CHECK ((parts IS NOT NULL) =
    (kind IN ('written-down', 'action-set', 'action-done', 'linked', 'unlinked', 'exported', 'receipt-noted')));
CREATE INDEX cases_by_report ON cases (report, opened_at);

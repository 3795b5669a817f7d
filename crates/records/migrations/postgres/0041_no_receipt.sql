-- That no receipt will come for what was exported is kept in the history.

ALTER TABLE case_entries DROP CONSTRAINT case_entries_kind_check;
ALTER TABLE case_entries DROP CONSTRAINT case_entries_parts_check;
ALTER TABLE case_entries ADD CONSTRAINT case_entries_kind_check CHECK (kind IN
    ('taken-up', 'noted', 'written-down', 'answered', 'passed-on', 'is-about', 'action-set', 'action-done', 'linked', 'unlinked',
     'said-lost', 'exported', 'receipt-noted', 'no-receipt', 'known-since', 'handed-over', 'closed', 'reopened'));
ALTER TABLE case_entries ADD CONSTRAINT case_entries_parts_check CHECK ((parts IS NOT NULL) =
    (kind IN ('written-down', 'action-set', 'action-done', 'linked', 'unlinked', 'said-lost', 'exported', 'receipt-noted', 'no-receipt',
     'known-since', 'handed-over')));

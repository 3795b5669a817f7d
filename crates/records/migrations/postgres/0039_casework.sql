-- A file that was added by mistake is taken out: its name and its content go, and that it was there, who took it out and why
-- stays.

ALTER TABLE case_files ADD COLUMN taken_out_by TEXT;
ALTER TABLE case_files ADD COLUMN taken_out_at BIGINT;
ALTER TABLE case_files ADD COLUMN taken_out_reason TEXT;
ALTER TABLE request_files ADD COLUMN taken_out_by TEXT;
ALTER TABLE request_files ADD COLUMN taken_out_at BIGINT;
ALTER TABLE request_files ADD COLUMN taken_out_reason TEXT;

-- Which cases were handed out in a file whose receipt nobody has written down in them.

CREATE TABLE awaited_receipts (
    export_id   TEXT   NOT NULL,
    case_id     TEXT   NOT NULL REFERENCES cases (id),
    exported_by TEXT   NOT NULL,
    exported_at BIGINT NOT NULL,
    PRIMARY KEY (export_id, case_id)
);
CREATE INDEX awaited_receipts_by_case ON awaited_receipts (case_id);

-- Since when the deadline of a data breach counts, where that is not the report, and that somebody put it right; and who had a
-- case and has it now that roles changed hands.

ALTER TABLE cases ADD COLUMN clock_from BIGINT;
ALTER TABLE case_entries DROP CONSTRAINT case_entries_kind_check;
ALTER TABLE case_entries DROP CONSTRAINT case_entries_parts_check;
ALTER TABLE case_entries ADD CONSTRAINT case_entries_kind_check CHECK (kind IN
    ('taken-up', 'noted', 'written-down', 'answered', 'passed-on', 'is-about', 'action-set', 'action-done', 'linked', 'unlinked',
     'exported', 'receipt-noted', 'known-since', 'handed-over', 'closed', 'reopened'));
ALTER TABLE case_entries ADD CONSTRAINT case_entries_parts_check CHECK ((parts IS NOT NULL) =
    (kind IN ('written-down', 'action-set', 'action-done', 'linked', 'unlinked', 'exported', 'receipt-noted', 'known-since', 'handed-over')));

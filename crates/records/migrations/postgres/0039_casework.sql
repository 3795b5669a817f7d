-- A file that was added by mistake is taken out: its name and its content go, and that it was there, who took it out and why
-- stays.

ALTER TABLE case_files ADD COLUMN taken_out_by TEXT;
ALTER TABLE case_files ADD COLUMN taken_out_at BIGINT;
ALTER TABLE case_files ADD COLUMN taken_out_reason TEXT;
ALTER TABLE request_files ADD COLUMN taken_out_by TEXT;
ALTER TABLE request_files ADD COLUMN taken_out_at BIGINT;
ALTER TABLE request_files ADD COLUMN taken_out_reason TEXT;

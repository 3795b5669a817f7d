-- When a case was last opened again: the time to take it up counts from then.
ALTER TABLE cases ADD COLUMN reopened_at BIGINT;

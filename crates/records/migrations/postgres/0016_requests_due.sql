-- When somebody should have decided a request; to which roles it went, and when, because nobody had: a JSON object, or null.
ALTER TABLE requests ADD COLUMN due_at BIGINT;
ALTER TABLE requests ADD COLUMN escalation TEXT NOT NULL DEFAULT 'null';

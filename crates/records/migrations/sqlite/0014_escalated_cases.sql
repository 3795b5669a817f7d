-- To which roles a report went, and when, because nobody had taken it up in time: a JSON object, or null.
ALTER TABLE cases ADD COLUMN escalation TEXT NOT NULL DEFAULT 'null';

-- What was said about the consents that a request needs: a JSON list.
ALTER TABLE requests ADD COLUMN consents TEXT NOT NULL DEFAULT '[]';

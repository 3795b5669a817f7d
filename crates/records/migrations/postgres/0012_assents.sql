-- Who has agreed so far, where several must agree before anything is given: a JSON list.
ALTER TABLE requests ADD COLUMN assents TEXT NOT NULL DEFAULT '[]';

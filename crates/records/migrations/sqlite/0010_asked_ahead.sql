-- When what is asked for is to begin; without one, as soon as it is given.
ALTER TABLE requests ADD COLUMN from_at INTEGER;

-- The column of ../sqlite/0010_asked_ahead.sql for PostgreSQL.
ALTER TABLE requests ADD COLUMN from_at BIGINT;

-- The columns of ../sqlite/0002_viewings_told_later.sql for PostgreSQL.
ALTER TABLE viewings ADD COLUMN untold_until BIGINT;
ALTER TABLE viewings ADD COLUMN untold_reason TEXT COLLATE "C";

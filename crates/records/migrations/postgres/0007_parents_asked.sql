-- The column of ../sqlite/0007_parents_asked.sql for PostgreSQL.
ALTER TABLE people ADD COLUMN parents_asked TEXT COLLATE "C" NOT NULL DEFAULT '{}';

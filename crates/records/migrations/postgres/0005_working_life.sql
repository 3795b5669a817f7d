-- The columns of ../sqlite/0005_working_life.sql for PostgreSQL.
ALTER TABLE people ADD COLUMN hours        TEXT COLLATE "C";
ALTER TABLE people ADD COLUMN teaches      TEXT COLLATE "C" NOT NULL DEFAULT '[]';
ALTER TABLE people ADD COLUMN leaving_date TEXT COLLATE "C";

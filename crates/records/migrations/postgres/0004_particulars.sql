-- The columns of ../sqlite/0004_particulars.sql for PostgreSQL.
ALTER TABLE people ADD COLUMN manager      TEXT COLLATE "C" REFERENCES people (id);
ALTER TABLE people ADD COLUMN born         TEXT COLLATE "C";
ALTER TABLE people ADD COLUMN absent_from  TEXT COLLATE "C";
ALTER TABLE people ADD COLUMN absent_until TEXT COLLATE "C";
ALTER TABLE people ADD COLUMN stand_in     TEXT COLLATE "C" REFERENCES people (id);

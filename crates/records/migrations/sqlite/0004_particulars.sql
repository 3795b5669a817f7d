-- What a school may keep of a person beyond who they are. Days are written as 2026-05-12.
ALTER TABLE people ADD COLUMN manager      TEXT REFERENCES people (id);
ALTER TABLE people ADD COLUMN born         TEXT;
ALTER TABLE people ADD COLUMN absent_from  TEXT;
ALTER TABLE people ADD COLUMN absent_until TEXT;
ALTER TABLE people ADD COLUMN stand_in     TEXT REFERENCES people (id);

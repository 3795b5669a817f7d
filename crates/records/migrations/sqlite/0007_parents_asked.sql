-- When a child last asked their parents again to sign, by policy: a JSON object.
ALTER TABLE people ADD COLUMN parents_asked TEXT NOT NULL DEFAULT '{}';

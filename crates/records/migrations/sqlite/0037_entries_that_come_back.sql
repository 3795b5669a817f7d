-- What a permission gave out and is to come back stands until its keeper closes the entry, however long ago the grant ended.

ALTER TABLE register_entries ADD COLUMN comes_back INTEGER NOT NULL DEFAULT 0;

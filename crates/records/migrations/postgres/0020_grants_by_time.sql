-- The list of grants, a page at a time.
CREATE INDEX grants_by_time ON grants (from_at, id);

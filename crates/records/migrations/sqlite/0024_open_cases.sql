-- The reports that are not closed, and those that were closed of late: neither list walks those of all years.
CREATE INDEX cases_open ON cases (opened_at, id) WHERE state <> 'closed';
CREATE INDEX cases_closed ON cases (settled_at, id) WHERE state = 'closed';

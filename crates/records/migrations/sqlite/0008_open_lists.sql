-- What Home and "What is watched" ask for: declines without an answer, viewings of late, viewings of one person.
CREATE INDEX declines_unanswered ON declines (at) WHERE answer IS NULL;
CREATE INDEX viewings_by_time ON viewings (asked_at);
CREATE INDEX viewings_by_subject ON viewings (subject);

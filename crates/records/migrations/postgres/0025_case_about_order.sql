-- Whom a case is about, in the order in which it was said: relative roles follow from the first pupil.
ALTER TABLE case_about ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
UPDATE case_about SET number = COALESCE(
    (SELECT MIN(case_entries.number) + 1 FROM case_entries
     WHERE case_entries.case_id = case_about.case_id AND kind = 'is-about' AND other = case_about.person),
    0
);

-- When it was first written down of a data breach whether the regulator was told: after that its deadline is reminded of no
-- longer.

ALTER TABLE cases ADD COLUMN regulator_said_at INTEGER;
UPDATE cases SET regulator_said_at = (
    SELECT MIN(line.at) FROM case_entries AS line
    WHERE line.case_id = cases.id AND line.kind = 'written-down' AND line.parts LIKE '{"line":"regulator-%'
);

-- Failed sign-ins are counted in memory. A check of writing has a row of its own.
DROP TABLE sign_in_failures;
CREATE TABLE write_checks (checks BIGINT NOT NULL);
INSERT INTO write_checks (checks) VALUES (0);

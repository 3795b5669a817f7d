-- What was said of consents that are asked once. Each answer stays: the last one of a person counts.

CREATE TABLE standing_answers (
    about   TEXT NOT NULL,
    number  BIGINT NOT NULL,
    policy  TEXT NOT NULL,
    version BIGINT NOT NULL,
    consent TEXT NOT NULL,
    purpose TEXT NOT NULL,
    said_by TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    said    TEXT NOT NULL CHECK (said IN ('yes', 'no', 'taken-back')),
    PRIMARY KEY (about, number)
);

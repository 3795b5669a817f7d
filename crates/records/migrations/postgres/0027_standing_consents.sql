-- What was said of consents that are asked once. Each answer stays: the last one of a person counts.

CREATE TABLE standing_answers (
    about   TEXT COLLATE "C" NOT NULL,
    number  BIGINT NOT NULL,
    policy  TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    consent TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,
    said_by TEXT COLLATE "C" NOT NULL,
    said_at BIGINT NOT NULL,
    said    TEXT COLLATE "C" NOT NULL CHECK (said IN ('yes', 'no', 'taken-back')),
    PRIMARY KEY (about, number)
);

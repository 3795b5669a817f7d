-- That registers were checked.

CREATE TABLE register_checks (
    policy     TEXT COLLATE "C" NOT NULL,
    register   TEXT COLLATE "C" NOT NULL,
    version    BIGINT NOT NULL,
    checked_by TEXT COLLATE "C" NOT NULL,
    checked_at BIGINT NOT NULL,
    entries    BIGINT NOT NULL,
    finding    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (policy, register, checked_at)
);

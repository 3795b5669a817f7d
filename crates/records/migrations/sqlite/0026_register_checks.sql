-- That registers were checked.

CREATE TABLE register_checks (
    policy     TEXT NOT NULL,
    register   TEXT NOT NULL,
    version    BIGINT NOT NULL,
    checked_by TEXT NOT NULL,
    checked_at BIGINT NOT NULL,
    entries    BIGINT NOT NULL,
    finding    TEXT NOT NULL,
    PRIMARY KEY (policy, register, checked_at)
);

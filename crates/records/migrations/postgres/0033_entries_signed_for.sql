-- What people say to entries that say what was given to them: that they have it, or why they don't sign for it.

CREATE TABLE register_signatures (
    entry        TEXT COLLATE "C" NOT NULL REFERENCES register_entries (id),
    number       BIGINT NOT NULL,
    said_by      TEXT COLLATE "C" NOT NULL,
    said_at      BIGINT NOT NULL,
    text_version BIGINT NOT NULL,
    shown        TEXT COLLATE "C" NOT NULL,
    declined     TEXT COLLATE "C",
    handed_by    TEXT COLLATE "C",
    PRIMARY KEY (entry, number)
);

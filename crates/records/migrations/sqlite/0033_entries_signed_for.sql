-- What people say to entries that say what was given to them: that they have it, or why they don't sign for it.

CREATE TABLE register_signatures (
    entry        TEXT    NOT NULL REFERENCES register_entries (id),
    number       BIGINT  NOT NULL,
    said_by      TEXT    NOT NULL,
    said_at      BIGINT  NOT NULL,
    text_version INTEGER NOT NULL,
    shown        TEXT    NOT NULL,
    declined     TEXT,
    handed_by    TEXT,
    PRIMARY KEY (entry, number)
);

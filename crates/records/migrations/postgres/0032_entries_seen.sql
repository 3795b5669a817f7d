-- That somebody who keeps a register has seen what an entry lists; and when an entry's day was last changed.

CREATE TABLE register_sightings (
    entry   TEXT COLLATE "C" NOT NULL REFERENCES register_entries (id),
    seen_at BIGINT NOT NULL,
    seen_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (entry, seen_at)
);

ALTER TABLE register_entries ADD COLUMN renewed_at BIGINT;

-- Files of a case. Their content stands apart, so that a list of them reads none of it.

CREATE TABLE case_files (
    id       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    case_id  TEXT COLLATE "C" NOT NULL REFERENCES cases (id),
    name     TEXT COLLATE "C" NOT NULL,
    type     TEXT COLLATE "C" NOT NULL,
    bytes    BIGINT NOT NULL,
    sha256   TEXT COLLATE "C" NOT NULL,
    added_by TEXT COLLATE "C" NOT NULL,
    added_at BIGINT NOT NULL
);
CREATE INDEX case_files_by_case ON case_files (case_id, added_at);

CREATE TABLE case_file_contents (
    file    TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES case_files (id),
    case_id TEXT COLLATE "C" NOT NULL REFERENCES cases (id),
    content BYTEA NOT NULL
);
CREATE INDEX case_file_contents_by_case ON case_file_contents (case_id);

-- Files of a case. Their content stands apart, so that a list of them reads none of it.

CREATE TABLE case_files (
    id       TEXT   NOT NULL PRIMARY KEY,
    case_id  TEXT   NOT NULL REFERENCES cases (id),
    name     TEXT   NOT NULL,
    type     TEXT   NOT NULL,
    bytes    BIGINT NOT NULL,
    sha256   TEXT   NOT NULL,
    added_by TEXT   NOT NULL,
    added_at BIGINT NOT NULL
);
CREATE INDEX case_files_by_case ON case_files (case_id, added_at);

CREATE TABLE case_file_contents (
    file    TEXT NOT NULL PRIMARY KEY REFERENCES case_files (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    content BLOB NOT NULL
);
CREATE INDEX case_file_contents_by_case ON case_file_contents (case_id);

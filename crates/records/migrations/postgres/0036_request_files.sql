-- Pictures of a request to publish something. Their content stands apart, so that a list of them reads none of it.

CREATE TABLE request_files (
    id       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    request  TEXT COLLATE "C" NOT NULL REFERENCES requests (id),
    name     TEXT COLLATE "C" NOT NULL,
    type     TEXT COLLATE "C" NOT NULL,
    bytes    BIGINT NOT NULL,
    sha256   TEXT COLLATE "C" NOT NULL,
    added_by TEXT COLLATE "C" NOT NULL,
    added_at BIGINT NOT NULL
);
CREATE INDEX request_files_by_request ON request_files (request, added_at);

CREATE TABLE request_file_contents (
    file    TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES request_files (id),
    request TEXT COLLATE "C" NOT NULL REFERENCES requests (id),
    content BYTEA NOT NULL
);
CREATE INDEX request_file_contents_by_request ON request_file_contents (request);

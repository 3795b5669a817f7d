-- What people are told, and whether it went by mail.

CREATE TABLE notices (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    person    TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    kind      TEXT COLLATE "C" NOT NULL,
    about     TEXT COLLATE "C" NOT NULL,
    urgent    BOOLEAN NOT NULL,
    made_at   BIGINT  NOT NULL,
    mail_from BIGINT  NOT NULL,
    mailed_at BIGINT,
    tries     BIGINT  NOT NULL,
    seen_at   BIGINT
);
CREATE INDEX notices_by_person ON notices (person, made_at);
CREATE INDEX notices_by_about ON notices (about);
CREATE INDEX notices_by_mail ON notices (mail_from) WHERE mailed_at IS NULL AND seen_at IS NULL;

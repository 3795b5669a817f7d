-- The school's own catalogue of roles, with the duties that they carry, as TOML. No row: the roles that ship with the
-- program hold.
CREATE TABLE role_catalogue (
    id    BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    roles TEXT   NOT NULL
);

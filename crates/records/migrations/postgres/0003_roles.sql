-- The table of ../sqlite/0003_roles.sql for PostgreSQL.
CREATE TABLE role_catalogue (
    id    BIGINT           NOT NULL PRIMARY KEY CHECK (id = 1),
    roles TEXT COLLATE "C" NOT NULL
);

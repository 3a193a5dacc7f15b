-- Servers that move between hosts. See io.virga.control.compute.server.Moves.
ALTER TABLE server ADD COLUMN move jsonb;

-- Kept for a month when they have ended, also of servers that are gone.
CREATE TABLE server_migration (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid       uuid        NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    server_id  uuid        NOT NULL,
    -- Of the server.
    project_id text        NOT NULL,
    -- Who has asked for it.
    user_id    text        NOT NULL,
    -- Nova's words.
    type       text        NOT NULL,
    status     text        NOT NULL,
    source     text        NOT NULL,
    target     text        NOT NULL,
    old_flavor text        NOT NULL,
    new_flavor text        NOT NULL,
    ended      boolean     NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX server_migration_by_server ON server_migration (server_id);
CREATE INDEX server_migration_by_age ON server_migration (created_at DESC, id DESC);
CREATE INDEX server_migration_ended ON server_migration (updated_at) WHERE ended;

-- Which hosts an attached volume is open to, where that is not its own alone.
ALTER TABLE volume ADD COLUMN doors jsonb;

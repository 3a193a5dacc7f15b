-- What servers have beside their beginnings, and the log of what was done to them. See io.virga.control.compute.
ALTER TABLE server
    ADD COLUMN tags            text[]  NOT NULL DEFAULT '{}',
    ADD COLUMN access_v4       text    NOT NULL DEFAULT '',
    ADD COLUMN access_v6       text    NOT NULL DEFAULT '',
    ADD COLUMN disk_config     text    NOT NULL DEFAULT 'MANUAL' CHECK (disk_config IN ('AUTO', 'MANUAL')),
    -- Shared by the servers of one request, and the place of each among them.
    ADD COLUMN reservation_id  text    NOT NULL DEFAULT '',
    ADD COLUMN launch_index    integer NOT NULL DEFAULT 0,
    -- Who keeps it from being changed; NULL for nobody.
    ADD COLUMN locked_by       text    CHECK (locked_by IN ('owner', 'admin')),
    ADD COLUMN locked_reason   text,
    -- The flavor's, when the server was made or resized.
    ADD COLUMN extra_specs     jsonb   NOT NULL DEFAULT '{}',
    -- The size that a resize which is neither confirmed nor reverted comes from.
    ADD COLUMN resized_from    jsonb,
    -- Whether it runs from a rescue disk.
    ADD COLUMN rescued         boolean NOT NULL DEFAULT false;
ALTER TABLE server DROP CONSTRAINT server_power_check;
ALTER TABLE server ADD CONSTRAINT server_power_check
    CHECK (power IN ('RUNNING', 'PAUSED', 'SUSPENDED', 'STOPPED', 'ABSENT'));

-- Kept for a while when the server is gone.
CREATE TABLE server_action (
    server_id   uuid        NOT NULL,
    request_id  text        NOT NULL,
    action      text        NOT NULL,
    event       text        NOT NULL,
    user_id     text        NOT NULL,
    -- Of the server.
    project_id  text        NOT NULL,
    started_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- The generation of the server that brings it about.
    generation  bigint      NOT NULL,
    finished_at timestamptz,
    result      text        CHECK (result IN ('Success', 'Error')),
    updated_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (server_id, request_id)
);
CREATE INDEX server_action_under_way ON server_action (server_id) WHERE finished_at IS NULL;
CREATE INDEX server_action_by_age ON server_action (updated_at);

ALTER TABLE flavor
    ADD COLUMN ephemeral_gib integer NOT NULL DEFAULT 0 CHECK (ephemeral_gib >= 0),
    ADD COLUMN swap_mib      integer NOT NULL DEFAULT 0 CHECK (swap_mib >= 0),
    ADD COLUMN rxtx_factor   real    NOT NULL DEFAULT 1;
-- The projects that see a flavor which is not public.
CREATE TABLE flavor_access (
    flavor_id  text NOT NULL REFERENCES flavor ON DELETE CASCADE,
    project_id text NOT NULL,
    PRIMARY KEY (flavor_id, project_id)
);

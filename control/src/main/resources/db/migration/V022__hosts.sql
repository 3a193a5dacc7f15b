-- Processes of the data planes that are known, and what their hosts can hold.
CREATE TABLE host (
    service         text        NOT NULL,
    name            text        NOT NULL,
    -- The control process that holds its watch stream; NULL while it is not connected.
    connected_to    text,
    connected_since timestamptz,
    changed_at      timestamptz NOT NULL DEFAULT now(),
    vcpus           integer     NOT NULL DEFAULT 0,
    memory_bytes    bigint      NOT NULL DEFAULT 0,
    disk_bytes      bigint      NOT NULL DEFAULT 0,
    disk_used_bytes bigint      NOT NULL DEFAULT 0,
    -- All that the agent says of its host, by the names of docs/ARCHITECTURE.md §11.
    details         jsonb       NOT NULL DEFAULT '{}',
    -- Set by an administrator: nothing new is placed there.
    disabled        boolean     NOT NULL DEFAULT false,
    disabled_reason text,
    PRIMARY KEY (service, name)
);

-- Groups of servers that are to be together or apart.
CREATE TABLE server_group (
    id           uuid        PRIMARY KEY,
    project_id   text        NOT NULL,
    user_id      text        NOT NULL,
    name         text        NOT NULL,
    policy       text        NOT NULL
                 CHECK (policy IN ('affinity', 'anti-affinity', 'soft-affinity', 'soft-anti-affinity')),
    -- How many of an anti-affinity group may be on one host.
    max_per_host integer     NOT NULL DEFAULT 1 CHECK (max_per_host >= 1),
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX server_group_by_project ON server_group (project_id, created_at DESC, id);
ALTER TABLE server ADD COLUMN group_id uuid;
CREATE INDEX server_by_group ON server (group_id) WHERE group_id IS NOT NULL;

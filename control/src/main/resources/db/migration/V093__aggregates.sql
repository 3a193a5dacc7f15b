-- Aggregates of hosts, of which some are availability zones; and what servers that are gone have used.
CREATE TABLE aggregate (
    id         integer     GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid       uuid        NOT NULL UNIQUE,
    name       text        NOT NULL UNIQUE,
    -- NULL if it is none.
    zone       text,
    metadata   jsonb       NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz
);
CREATE TABLE aggregate_host (
    aggregate_id integer NOT NULL REFERENCES aggregate,
    host         text    NOT NULL,
    PRIMARY KEY (aggregate_id, host)
);
CREATE INDEX aggregate_host_by_host ON aggregate_host (host);
-- The zone of its host.
ALTER TABLE server ADD COLUMN zone text NOT NULL DEFAULT 'nova';

CREATE TABLE server_usage (
    server_id   uuid        PRIMARY KEY,
    project_id  text        NOT NULL,
    name        text        NOT NULL,
    flavor_name text        NOT NULL,
    vcpus       integer     NOT NULL,
    ram_mib     integer     NOT NULL,
    disk_gib    integer     NOT NULL,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz NOT NULL
);
CREATE INDEX server_usage_by_end ON server_usage (ended_at);

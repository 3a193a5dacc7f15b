-- Flavors, key pairs, servers. See io.virga.control.compute.
CREATE TABLE flavor (
    id          text        PRIMARY KEY,
    name        text        NOT NULL UNIQUE,
    description text        NOT NULL DEFAULT '',
    vcpus       integer     NOT NULL CHECK (vcpus BETWEEN 1 AND 512),
    ram_mib     integer     NOT NULL CHECK (ram_mib >= 1),
    disk_gib    integer     NOT NULL CHECK (disk_gib >= 0),
    is_public   boolean     NOT NULL DEFAULT true,
    extra_specs jsonb       NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT now()
);
INSERT INTO flavor (id, name, vcpus, ram_mib, disk_gib) VALUES
    ('1', 'm1.tiny', 1, 512, 1),
    ('2', 'm1.small', 1, 2048, 20),
    ('3', 'm1.medium', 2, 4096, 40),
    ('4', 'm1.large', 4, 8192, 80),
    ('5', 'm1.xlarge', 8, 16384, 160);

CREATE TABLE key_pair (
    user_id     text        NOT NULL,
    name        text        NOT NULL,
    type        text        NOT NULL CHECK (type IN ('ssh', 'x509')),
    public_key  text        NOT NULL,
    fingerprint text        NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, name)
);

-- What is claimed of each host; changed by the claim itself, so that no host is overcommitted.
CREATE TABLE compute_claim (
    host    text    PRIMARY KEY,
    vcpus   integer NOT NULL CHECK (vcpus >= 0),
    ram_mib bigint  NOT NULL CHECK (ram_mib >= 0)
);

CREATE TABLE server (
    id                  uuid        PRIMARY KEY,
    project_id          text        NOT NULL,
    user_id             text        NOT NULL,
    name                text        NOT NULL,
    description         text        NOT NULL,
    hostname            text        NOT NULL,
    -- Empty if no host could be found: such a server never runs.
    host                text        NOT NULL,
    flavor_id           text        NOT NULL,
    flavor_name         text        NOT NULL,
    vcpus               integer     NOT NULL,
    ram_mib             integer     NOT NULL,
    disk_gib            integer     NOT NULL,
    image_id            text        NOT NULL,
    key_name            text,
    public_key          text,
    user_data           text,
    config_drive        boolean     NOT NULL,
    metadata            jsonb       NOT NULL,
    security_groups     text[]      NOT NULL,
    -- What is desired.
    power               text        NOT NULL CHECK (power IN ('RUNNING', 'STOPPED', 'ABSENT')),
    hard_reboots        bigint      NOT NULL DEFAULT 0,
    soft_reboots        bigint      NOT NULL DEFAULT 0,
    generation          bigint      NOT NULL DEFAULT 1,
    -- What the change of that generation is called while it is under way.
    task                text,
    -- What the host's agent has said.
    observed_generation bigint      NOT NULL DEFAULT 0,
    observed_power      text        NOT NULL DEFAULT '',
    error               text,
    launched_at         timestamptz,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX server_by_project ON server (project_id, created_at DESC, id);
CREATE INDEX server_by_host ON server (host);

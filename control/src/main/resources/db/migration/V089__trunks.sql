-- Ports whose interface also carries the packets of others, by VLAN tags.
CREATE TABLE trunk (
    id             uuid        PRIMARY KEY,
    project_id     text        NOT NULL,
    name           text        NOT NULL,
    description    text        NOT NULL,
    port_id        uuid        NOT NULL UNIQUE REFERENCES port,
    admin_state_up boolean     NOT NULL,
    tags           text[]      NOT NULL DEFAULT '{}',
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    revision       bigint      NOT NULL DEFAULT 1
);
CREATE INDEX trunk_by_project ON trunk (project_id, created_at, id);

CREATE TABLE trunk_sub_port (
    port_id  uuid    PRIMARY KEY REFERENCES port,
    trunk_id uuid    NOT NULL REFERENCES trunk,
    vlan     integer NOT NULL CHECK (vlan BETWEEN 1 AND 4094),
    UNIQUE (trunk_id, vlan)
);

-- Networks, subnets, ports and security groups. See io.virga.control.network.
CREATE SEQUENCE network_vni MINVALUE 1 MAXVALUE 16777215 CYCLE;

CREATE TABLE network (
    id                    uuid        PRIMARY KEY,
    project_id            text        NOT NULL,
    name                  text        NOT NULL,
    description           text        NOT NULL,
    admin_state_up        boolean     NOT NULL,
    shared                boolean     NOT NULL,
    external              boolean     NOT NULL,
    port_security_enabled boolean     NOT NULL,
    mtu                   integer     NOT NULL CHECK (mtu BETWEEN 68 AND 65535),
    -- The VXLAN network identifier, unique in the cloud.
    vni                   integer     NOT NULL UNIQUE DEFAULT nextval('network_vni')
                                      CHECK (vni BETWEEN 1 AND 16777215),
    created_at            timestamptz NOT NULL DEFAULT now(),
    updated_at            timestamptz NOT NULL DEFAULT now(),
    revision              bigint      NOT NULL DEFAULT 1
);
CREATE INDEX network_by_project ON network (project_id, id);
CREATE INDEX network_visible_to_all ON network (id) WHERE shared OR external;

CREATE TABLE subnet (
    id              uuid        PRIMARY KEY,
    network_id      uuid        NOT NULL REFERENCES network,
    project_id      text        NOT NULL,
    name            text        NOT NULL,
    description     text        NOT NULL,
    cidr            cidr        NOT NULL,
    gateway_ip      inet,
    enable_dhcp     boolean     NOT NULL,
    dns_nameservers text[]      NOT NULL,
    host_routes     jsonb       NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    revision        bigint      NOT NULL DEFAULT 1
);
CREATE INDEX subnet_by_network ON subnet (network_id);

CREATE TABLE allocation_pool (
    subnet_id uuid NOT NULL REFERENCES subnet ON DELETE CASCADE,
    first_ip  inet NOT NULL,
    last_ip   inet NOT NULL,
    PRIMARY KEY (subnet_id, first_ip),
    CHECK (first_ip <= last_ip)
);

CREATE TABLE port (
    id                    uuid        PRIMARY KEY,
    network_id            uuid        NOT NULL REFERENCES network,
    project_id            text        NOT NULL,
    name                  text        NOT NULL,
    description           text        NOT NULL,
    mac                   text        NOT NULL,
    admin_state_up        boolean     NOT NULL,
    port_security_enabled boolean     NOT NULL,
    device_id             text        NOT NULL,
    device_owner          text        NOT NULL,
    -- The host that it is bound to; empty while it is not.
    host                  text        NOT NULL,
    hostname              text        NOT NULL,
    -- Whether the host's agent has flows for it in place.
    wired                 boolean     NOT NULL DEFAULT false,
    -- Made for an instance that asked for a network, and gone with it.
    made_for_instance     boolean     NOT NULL,
    -- The place among the cards of its instance.
    card                  integer     NOT NULL DEFAULT 0,
    allowed_address_pairs jsonb       NOT NULL,
    created_at            timestamptz NOT NULL DEFAULT now(),
    updated_at            timestamptz NOT NULL DEFAULT now(),
    revision              bigint      NOT NULL DEFAULT 1,
    UNIQUE (network_id, mac)
);
CREATE INDEX port_by_project ON port (project_id, id);
CREATE INDEX port_by_device ON port (device_id) WHERE device_id <> '';
CREATE INDEX port_by_host ON port (host) WHERE host <> '';

-- One row an address in use: the key is what makes an address one port's alone.
CREATE TABLE port_address (
    subnet_id uuid NOT NULL REFERENCES subnet,
    address   inet NOT NULL,
    port_id   uuid NOT NULL REFERENCES port ON DELETE CASCADE,
    PRIMARY KEY (subnet_id, address)
);
CREATE INDEX port_address_by_port ON port_address (port_id);

CREATE TABLE security_group (
    id          uuid        PRIMARY KEY,
    project_id  text        NOT NULL,
    name        text        NOT NULL,
    description text        NOT NULL,
    stateful    boolean     NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    revision    bigint      NOT NULL DEFAULT 1
);
CREATE INDEX security_group_by_project ON security_group (project_id, id);
-- A project has one default group, whoever makes it first.
CREATE UNIQUE INDEX security_group_default ON security_group (project_id) WHERE name = 'default';

CREATE TABLE security_group_rule (
    id                uuid        PRIMARY KEY,
    security_group_id uuid        NOT NULL REFERENCES security_group ON DELETE CASCADE,
    project_id        text        NOT NULL,
    direction         text        NOT NULL CHECK (direction IN ('ingress', 'egress')),
    ethertype         text        NOT NULL CHECK (ethertype IN ('IPv4', 'IPv6')),
    protocol          text,
    port_min          integer,
    port_max          integer,
    remote_cidr       text,
    remote_group_id   uuid        REFERENCES security_group,
    description       text        NOT NULL,
    created_at        timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (security_group_id, direction, ethertype, protocol, port_min, port_max,
                               remote_cidr, remote_group_id)
);
CREATE INDEX security_group_rule_by_remote ON security_group_rule (remote_group_id)
    WHERE remote_group_id IS NOT NULL;

CREATE TABLE port_security_group (
    port_id           uuid NOT NULL REFERENCES port ON DELETE CASCADE,
    security_group_id uuid NOT NULL REFERENCES security_group,
    PRIMARY KEY (port_id, security_group_id)
);
CREATE INDEX port_security_group_by_group ON port_security_group (security_group_id);

-- Routers, floating IPs and port forwardings. See io.virga.control.network.router.

-- Where the next router's number is looked for; one that was freed is not taken again at once.
CREATE SEQUENCE router_number MINVALUE 1 MAXVALUE 32767 CYCLE;

CREATE TABLE router (
    id              uuid        PRIMARY KEY,
    project_id      text        NOT NULL,
    name            text        NOT NULL,
    description     text        NOT NULL,
    admin_state_up  boolean     NOT NULL,
    -- The zone of its address translation on the hosts, unique in the cloud.
    number          integer     NOT NULL UNIQUE CHECK (number BETWEEN 1 AND 32767),
    distributed     boolean     NOT NULL,
    ha              boolean     NOT NULL,
    zone_hints      text[]      NOT NULL,
    extra_routes    jsonb       NOT NULL,
    gateway_port_id uuid        UNIQUE REFERENCES port,
    snat            boolean     NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    revision        bigint      NOT NULL DEFAULT 1
);
CREATE INDEX router_by_project ON router (project_id, id);

-- The ports by which a router is on its networks; the port's device_id says the same.
CREATE TABLE router_interface (
    port_id   uuid PRIMARY KEY REFERENCES port,
    router_id uuid NOT NULL REFERENCES router
);
CREATE INDEX router_interface_by_router ON router_interface (router_id);

CREATE TABLE floating_ip (
    id               uuid        PRIMARY KEY,
    project_id       text        NOT NULL,
    description      text        NOT NULL,
    -- Has the address and the MAC on the external network.
    external_port_id uuid        NOT NULL UNIQUE REFERENCES port,
    -- What it stands for, and the router that translates; also set while it has port forwardings.
    port_id          uuid        REFERENCES port,
    fixed_ip         inet,
    router_id        uuid        REFERENCES router,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    revision         bigint      NOT NULL DEFAULT 1,
    CHECK ((port_id IS NULL) = (fixed_ip IS NULL)),
    CHECK (port_id IS NULL OR router_id IS NOT NULL)
);
CREATE INDEX floating_ip_by_project ON floating_ip (project_id, id);
CREATE INDEX floating_ip_by_port ON floating_ip (port_id) WHERE port_id IS NOT NULL;
CREATE INDEX floating_ip_by_router ON floating_ip (router_id) WHERE router_id IS NOT NULL;

CREATE TABLE port_forwarding (
    id                 uuid        PRIMARY KEY,
    floating_ip_id     uuid        NOT NULL REFERENCES floating_ip,
    protocol           text        NOT NULL CHECK (protocol IN ('tcp', 'udp')),
    external_port      integer     NOT NULL CHECK (external_port BETWEEN 1 AND 65535),
    external_port_last integer     NOT NULL CHECK (external_port_last BETWEEN external_port AND 65535),
    internal_port      integer     NOT NULL CHECK (internal_port BETWEEN 1 AND 65535),
    internal_port_id   uuid        NOT NULL REFERENCES port,
    internal_ip        inet        NOT NULL,
    description        text        NOT NULL,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    revision           bigint      NOT NULL DEFAULT 1,
    CHECK (internal_port + external_port_last - external_port <= 65535)
);
CREATE INDEX port_forwarding_by_floating_ip ON port_forwarding (floating_ip_id);
CREATE INDEX port_forwarding_by_port ON port_forwarding (internal_port_id);

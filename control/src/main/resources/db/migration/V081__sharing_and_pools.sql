-- Whom a thing is opened to. See io.virga.control.network.model.RbacPolicy.
CREATE TABLE rbac_policy (
    id             uuid        PRIMARY KEY,
    project_id     text        NOT NULL,
    description    text        NOT NULL,
    object_type    text        NOT NULL,
    object_id      uuid        NOT NULL,
    action         text        NOT NULL CHECK (action IN ('access_as_shared', 'access_as_external')),
    -- A project, or * for all of them.
    target_project text        NOT NULL,
    tags           text[]      NOT NULL DEFAULT '{}',
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    revision       bigint      NOT NULL DEFAULT 1,
    UNIQUE (object_id, action, target_project)
);
CREATE INDEX rbac_policy_by_project ON rbac_policy (project_id, created_at, id);
CREATE INDEX rbac_policy_by_target ON rbac_policy (target_project, action);

CREATE TABLE address_scope (
    id          uuid        PRIMARY KEY,
    project_id  text        NOT NULL,
    name        text        NOT NULL,
    description text        NOT NULL,
    ip_version  integer     NOT NULL CHECK (ip_version IN (4, 6)),
    tags        text[]      NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    revision    bigint      NOT NULL DEFAULT 1
);
CREATE INDEX address_scope_by_project ON address_scope (project_id, created_at, id);

CREATE TABLE subnet_pool (
    id                uuid        PRIMARY KEY,
    project_id        text        NOT NULL,
    name              text        NOT NULL,
    description       text        NOT NULL,
    ip_version        integer     NOT NULL CHECK (ip_version IN (4, 6)),
    -- The fewest blocks that hold its addresses, ascending.
    prefixes          text[]      NOT NULL,
    default_prefixlen integer     NOT NULL,
    min_prefixlen     integer     NOT NULL,
    max_prefixlen     integer     NOT NULL CHECK (max_prefixlen >= min_prefixlen),
    -- How many addresses (IPv4) or blocks of /64 (IPv6) a project may take; NULL: all.
    default_quota     bigint,
    address_scope_id  uuid        REFERENCES address_scope,
    is_default        boolean     NOT NULL,
    tags              text[]      NOT NULL DEFAULT '{}',
    created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    revision          bigint      NOT NULL DEFAULT 1
);
CREATE INDEX subnet_pool_by_project ON subnet_pool (project_id, created_at, id);
CREATE INDEX subnet_pool_by_scope ON subnet_pool (address_scope_id) WHERE address_scope_id IS NOT NULL;
CREATE UNIQUE INDEX subnet_pool_default ON subnet_pool (ip_version) WHERE is_default;

ALTER TABLE subnet ADD COLUMN subnet_pool_id uuid REFERENCES subnet_pool;
CREATE INDEX subnet_by_pool ON subnet (subnet_pool_id) WHERE subnet_pool_id IS NOT NULL;

CREATE TABLE address_group (
    id          uuid        PRIMARY KEY,
    project_id  text        NOT NULL,
    name        text        NOT NULL,
    description text        NOT NULL,
    -- Each once, ascending.
    addresses   text[]      NOT NULL,
    tags        text[]      NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    revision    bigint      NOT NULL DEFAULT 1
);
CREATE INDEX address_group_by_project ON address_group (project_id, created_at, id);

ALTER TABLE security_group_rule
    ADD COLUMN remote_address_group_id uuid REFERENCES address_group;
CREATE INDEX security_group_rule_by_address_group ON security_group_rule (remote_address_group_id)
    WHERE remote_address_group_id IS NOT NULL;
DO $$
DECLARE
    old text;
BEGIN
    SELECT conname INTO STRICT old FROM pg_constraint
     WHERE conrelid = 'security_group_rule'::regclass AND contype = 'u';
    EXECUTE format('ALTER TABLE security_group_rule DROP CONSTRAINT %I', old);
END $$;
ALTER TABLE security_group_rule
    ADD CONSTRAINT security_group_rule_once
        UNIQUE NULLS NOT DISTINCT (security_group_id, direction, ethertype, protocol, port_min, port_max,
                                   remote_cidr, remote_group_id, remote_address_group_id);

-- QoS policies, options of ports, names, and networks that are opened by policies alone. See
-- io.virga.control.network.model.
CREATE TABLE qos_policy (
    id          uuid        PRIMARY KEY,
    project_id  text        NOT NULL,
    name        text        NOT NULL,
    description text        NOT NULL,
    tags        text[]      NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    revision    bigint      NOT NULL DEFAULT 1
);
CREATE INDEX qos_policy_by_project ON qos_policy (project_id, created_at, id);

CREATE TABLE qos_rule (
    id         uuid        PRIMARY KEY,
    policy_id  uuid        NOT NULL REFERENCES qos_policy ON DELETE CASCADE,
    type       text        NOT NULL,
    direction  text        CHECK (direction IN ('egress', 'ingress')),
    value      bigint      NOT NULL CHECK (value >= 0),
    burst      bigint      NOT NULL CHECK (burst >= 0),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE NULLS NOT DISTINCT (policy_id, type, direction)
);

ALTER TABLE port
    ADD COLUMN dhcp_options  jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN qos_policy_id uuid  REFERENCES qos_policy;
CREATE INDEX port_by_qos_policy ON port (qos_policy_id) WHERE qos_policy_id IS NOT NULL;

INSERT INTO rbac_policy (id, project_id, description, object_type, object_id, action, target_project)
SELECT gen_random_uuid(), project_id, '', 'network', id, 'access_as_shared', '*' FROM network WHERE shared
UNION ALL
SELECT gen_random_uuid(), project_id, '', 'network', id, 'access_as_external', '*' FROM network
 WHERE external;
DROP INDEX network_visible_to_all;
ALTER TABLE network
    DROP COLUMN shared,
    ADD COLUMN dns_domain    text,
    ADD COLUMN qos_policy_id uuid REFERENCES qos_policy;
CREATE INDEX network_by_qos_policy ON network (qos_policy_id) WHERE qos_policy_id IS NOT NULL;

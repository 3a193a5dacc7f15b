-- The rules that security groups start with: what administrators have made, and at first those that
-- every cloud has. A rule with from_itself is for what comes from members of the same group.
CREATE TABLE default_group_rule (
    id          uuid        PRIMARY KEY,
    project_id  text        NOT NULL,
    description text        NOT NULL,
    direction   text        NOT NULL CHECK (direction IN ('ingress', 'egress')),
    ethertype   text        NOT NULL CHECK (ethertype IN ('IPv4', 'IPv6')),
    protocol    text,
    port_min    integer,
    port_max    integer,
    remote_cidr text,
    from_itself boolean     NOT NULL,
    in_default  boolean     NOT NULL,
    in_others   boolean     NOT NULL,
    tags        text[]      NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    revision    bigint      NOT NULL DEFAULT 1,
    UNIQUE NULLS NOT DISTINCT (direction, ethertype, protocol, port_min, port_max, remote_cidr, from_itself,
                               in_default, in_others)
);
INSERT INTO default_group_rule (id, project_id, description, direction, ethertype, from_itself, in_default, in_others)
VALUES (gen_random_uuid(), '', 'Let everything out.', 'egress', 'IPv4', false, true, true),
       (gen_random_uuid(), '', 'Let everything out.', 'egress', 'IPv6', false, true, true),
       (gen_random_uuid(), '', 'Let in what comes from the group.', 'ingress', 'IPv4', true, true, false),
       (gen_random_uuid(), '', 'Let in what comes from the group.', 'ingress', 'IPv6', true, true, false);

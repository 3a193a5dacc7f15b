-- What every resource of the network API has, and lists in the order of their making. See
-- io.virga.control.network.resource.
ALTER TABLE network ADD COLUMN tags text[] NOT NULL DEFAULT '{}';
ALTER TABLE subnet ADD COLUMN tags text[] NOT NULL DEFAULT '{}';
ALTER TABLE port ADD COLUMN tags text[] NOT NULL DEFAULT '{}';
ALTER TABLE security_group ADD COLUMN tags text[] NOT NULL DEFAULT '{}';
ALTER TABLE security_group_rule
    ADD COLUMN tags       text[]      NOT NULL DEFAULT '{}',
    ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN revision   bigint      NOT NULL DEFAULT 1;

DROP INDEX port_by_project;
CREATE INDEX port_by_project ON port (project_id, created_at, id);
CREATE INDEX port_by_creation ON port (created_at, id);
CREATE INDEX port_by_network ON port (network_id, created_at, id);
CREATE INDEX security_group_rule_by_project ON security_group_rule (project_id, created_at, id);

-- Several that are made in one transaction come in the order of their making, too.
ALTER TABLE network ALTER COLUMN created_at SET DEFAULT clock_timestamp();
ALTER TABLE subnet ALTER COLUMN created_at SET DEFAULT clock_timestamp();
ALTER TABLE port ALTER COLUMN created_at SET DEFAULT clock_timestamp();
ALTER TABLE security_group ALTER COLUMN created_at SET DEFAULT clock_timestamp();
ALTER TABLE security_group_rule ALTER COLUMN created_at SET DEFAULT clock_timestamp();

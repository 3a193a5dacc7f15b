-- A project's new networks take it, unless they name another or none.
ALTER TABLE qos_policy ADD COLUMN is_default boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX qos_policy_default ON qos_policy (project_id) WHERE is_default;

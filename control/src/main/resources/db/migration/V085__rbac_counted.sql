-- Policies that come and go with a flag of their thing count as used, as they always should have.
UPDATE quota SET used = 0 WHERE resource = 'RBAC_POLICIES';
INSERT INTO quota (project_id, resource, used)
SELECT project_id, 'RBAC_POLICIES', count(*) FROM rbac_policy GROUP BY project_id
ON CONFLICT (project_id, resource) DO UPDATE SET used = excluded.used;
INSERT INTO quota (project_id, resource, used)
SELECT project_id, 'ADDRESS_SCOPES', count(*) FROM address_scope GROUP BY project_id
ON CONFLICT (project_id, resource) DO UPDATE SET used = excluded.used;
INSERT INTO quota (project_id, resource, used)
SELECT project_id, 'ADDRESS_GROUPS', count(*) FROM address_group GROUP BY project_id
ON CONFLICT (project_id, resource) DO UPDATE SET used = excluded.used;

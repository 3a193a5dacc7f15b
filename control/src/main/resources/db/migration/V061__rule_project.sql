-- A security group rule is of its group's project, and counted there. See io.virga.control.network.
UPDATE security_group_rule r SET project_id = g.project_id
  FROM security_group g
 WHERE g.id = r.security_group_id AND g.project_id <> r.project_id;

UPDATE quota SET used = 0 WHERE resource = 'SECURITY_GROUP_RULES';
INSERT INTO quota (project_id, resource, used)
SELECT project_id, 'SECURITY_GROUP_RULES', count(*) FROM security_group_rule GROUP BY project_id
ON CONFLICT (project_id, resource) DO UPDATE SET used = excluded.used;

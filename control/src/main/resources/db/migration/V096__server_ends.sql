-- When the server of an action went; its log is kept for a month from then on.
ALTER TABLE server_action ADD COLUMN gone_at timestamptz;
UPDATE server_action a SET gone_at = e.last
  FROM (SELECT server_id, max(updated_at) AS last FROM server_action
         WHERE NOT EXISTS (SELECT FROM server s WHERE s.id = server_id) GROUP BY server_id) e
 WHERE a.server_id = e.server_id;
DROP INDEX server_action_by_age;
CREATE INDEX server_action_by_end ON server_action (gone_at) WHERE gone_at IS NOT NULL;

-- What one project has used.
CREATE INDEX server_usage_by_project ON server_usage (project_id, ended_at);

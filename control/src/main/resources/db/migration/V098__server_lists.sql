-- What is derived of a server and written with it, for lists that are filtered and sorted by it. See
-- io.virga.control.compute.model.Server.
ALTER TABLE server
    ADD COLUMN status      text    NOT NULL DEFAULT 'BUILD',
    ADD COLUMN vm_state    text    NOT NULL DEFAULT 'building',
    -- Empty for none.
    ADD COLUMN task_state  text    NOT NULL DEFAULT '',
    ADD COLUMN power_state integer NOT NULL DEFAULT 0;
UPDATE server SET
    task_state = CASE
        WHEN power = 'ABSENT' THEN 'deleting'
        WHEN error IS NOT NULL THEN ''
        WHEN launched_at IS NULL AND observed_generation = 0 THEN 'spawning'
        WHEN observed_generation < generation THEN coalesce(task, '')
        ELSE '' END,
    power_state = CASE observed_power
        WHEN 'running' THEN 1 WHEN 'paused' THEN 3 WHEN 'stopped' THEN 4 WHEN 'crashed' THEN 6
        WHEN 'suspended' THEN 7 ELSE 0 END;
UPDATE server SET vm_state = CASE
        WHEN error IS NOT NULL THEN 'error'
        WHEN launched_at IS NULL AND observed_generation = 0 THEN 'building'
        WHEN resized_from IS NOT NULL AND task_state = '' THEN 'resized'
        WHEN rescued AND task_state = '' THEN 'rescued'
        WHEN observed_power = 'running' THEN 'active'
        WHEN observed_power IN ('paused', 'suspended') THEN observed_power
        ELSE 'stopped' END;
UPDATE server SET status = CASE
        WHEN vm_state = 'error' THEN 'ERROR'
        WHEN task_state = 'rebooting' THEN 'REBOOT'
        WHEN task_state = 'rebooting_hard' THEN 'HARD_REBOOT'
        WHEN task_state = 'rebuilding' THEN 'REBUILD'
        WHEN task_state = 'resize_finish' THEN 'RESIZE'
        WHEN task_state = 'resize_reverting' THEN 'REVERT_RESIZE'
        WHEN vm_state = 'building' THEN 'BUILD'
        WHEN vm_state = 'stopped' THEN 'SHUTOFF'
        WHEN vm_state = 'rescued' THEN 'RESCUE'
        WHEN vm_state = 'resized' THEN 'VERIFY_RESIZE'
        ELSE upper(vm_state) END;

-- Newest first, of one project and of all.
DROP INDEX server_by_project;
CREATE INDEX server_by_project ON server (project_id, created_at DESC, id DESC);
CREATE INDEX server_by_age ON server (created_at DESC, id DESC);

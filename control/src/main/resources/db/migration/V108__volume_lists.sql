-- What follows for a snapshot or a volume from the rest of its row, for lists that are filtered and sorted by it: the
-- same as io.virga.control.volume.model.Snapshot.status and Volume.status say.
ALTER TABLE volume_snapshot
    -- What is shown instead of what follows from the rest.
    ADD COLUMN status   text,
    ADD COLUMN progress text;
ALTER TABLE volume_snapshot
    ADD COLUMN shown_status text NOT NULL GENERATED ALWAYS AS (CASE
        WHEN status <> 'available' OR status = 'available' AND presence = 'PRESENT' AND observed_generation > 0
            THEN status
        WHEN presence = 'ABSENT' AND error IS NULL THEN 'deleting'
        WHEN presence = 'ABSENT' THEN 'error_deleting'
        WHEN observed_generation > 0 THEN 'available'
        WHEN error IS NULL THEN 'creating'
        ELSE 'error' END) STORED;

ALTER TABLE volume
    ADD COLUMN shown_status text NOT NULL GENERATED ALWAYS AS (CASE
        WHEN status NOT IN ('available', 'in-use')
            OR status IS NOT NULL AND presence = 'PRESENT' AND observed_generation > 0
                AND coalesce(observed_generation >= revert_generation, true)
            THEN status
        WHEN presence = 'ABSENT' AND error IS NULL THEN 'deleting'
        WHEN presence = 'ABSENT' THEN 'error_deleting'
        WHEN observed_generation = 0 AND error IS NULL THEN 'creating'
        WHEN observed_generation = 0 THEN 'error'
        WHEN instance_id IS NOT NULL AND detaching THEN 'detaching'
        WHEN instance_id IS NOT NULL OR outside ->> 'stage' = 'ATTACHED' THEN 'in-use'
        WHEN outside IS NOT NULL THEN lower(outside ->> 'stage')
        WHEN error IS NOT NULL THEN 'error'
        WHEN observed_generation < revert_generation THEN 'reverting'
        WHEN observed_generation < resize_generation THEN 'extending'
        ELSE 'available' END) STORED,
    -- What is told of the image that it was made of, directly or through others, and may be changed.
    ADD COLUMN image_metadata jsonb NOT NULL DEFAULT '{}';
UPDATE volume SET image_metadata = jsonb_build_object('image_id', image_id, 'image_name', coalesce(image_name, ''))
 WHERE image_id IS NOT NULL;

-- Newest first, of one project and of all.
DROP INDEX volume_by_project;
CREATE INDEX volume_by_project ON volume (project_id, created_at DESC, id DESC) WHERE NOT root;
CREATE INDEX volume_by_age ON volume (created_at DESC, id DESC) WHERE NOT root;
DROP INDEX volume_snapshot_by_project;
CREATE INDEX volume_snapshot_by_project ON volume_snapshot (project_id, created_at DESC, id DESC);
CREATE INDEX volume_snapshot_by_age ON volume_snapshot (created_at DESC, id DESC);

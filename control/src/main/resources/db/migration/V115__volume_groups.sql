-- Generic groups of volumes and their snapshots. See io.virga.control.volume.life.VolumeGroups.
CREATE TABLE volume_group_type (
    id          uuid        PRIMARY KEY,
    name        text        NOT NULL UNIQUE,
    description text,
    is_public   boolean     NOT NULL,
    group_specs jsonb       NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE volume_group (
    id                uuid        PRIMARY KEY,
    project_id        text        NOT NULL,
    user_id           text        NOT NULL,
    name              text        NOT NULL,
    description       text        NOT NULL,
    group_type_id     uuid        NOT NULL REFERENCES volume_group_type,
    -- The ids of those that its volumes may have.
    volume_types      text[]      NOT NULL,
    -- What its first volumes are made of; both NULL for a group that began without any.
    group_snapshot_id uuid,
    source_group_id   uuid,
    -- What is shown instead of what follows from the rest.
    status            text,
    -- It ends with its last volume.
    deleting          boolean     NOT NULL DEFAULT false,
    created_at        timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX volume_group_by_project ON volume_group (project_id, created_at DESC, id DESC);
CREATE INDEX volume_group_by_type ON volume_group (group_type_id);

CREATE TABLE volume_group_snapshot (
    id          uuid        PRIMARY KEY,
    project_id  text        NOT NULL,
    user_id     text        NOT NULL,
    group_id    uuid        NOT NULL REFERENCES volume_group,
    name        text        NOT NULL,
    description text        NOT NULL,
    status      text,
    -- It ends with its last snapshot.
    deleting    boolean     NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX volume_group_snapshot_by_project ON volume_group_snapshot (project_id, created_at DESC, id DESC);
CREATE INDEX volume_group_snapshot_by_group ON volume_group_snapshot (group_id);

ALTER TABLE volume ADD COLUMN group_id uuid REFERENCES volume_group;
CREATE INDEX volume_by_group ON volume (group_id) WHERE group_id IS NOT NULL;
ALTER TABLE volume_snapshot ADD COLUMN group_snapshot_id uuid REFERENCES volume_group_snapshot;
CREATE INDEX volume_snapshot_by_group_snapshot ON volume_snapshot (group_snapshot_id)
 WHERE group_snapshot_id IS NOT NULL;

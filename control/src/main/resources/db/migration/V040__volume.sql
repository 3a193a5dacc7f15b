-- Volumes and snapshots. See io.virga.control.volume.
CREATE TABLE volume (
    id                  uuid        PRIMARY KEY,
    project_id          text        NOT NULL,
    user_id             text        NOT NULL,
    name                text        NOT NULL,
    description         text        NOT NULL,
    metadata            jsonb       NOT NULL,
    -- Empty if no host could be found: such a volume never is.
    host                text        NOT NULL,
    size_bytes          bigint      NOT NULL CHECK (size_bytes > 0 AND size_bytes % 4096 = 0),
    -- io.virga.dataplane.desired.VolumeSource
    source              jsonb       NOT NULL,
    -- The image that its first bytes are of, also through snapshots and other volumes.
    image_id            text,
    image_name          text,
    -- The disk of one instance, which the volume API does not show.
    root                boolean     NOT NULL,
    -- What is desired.
    presence            text        NOT NULL CHECK (presence IN ('PRESENT', 'ABSENT')),
    generation          bigint      NOT NULL,
    -- The generation of the last change of size.
    resize_generation   bigint      NOT NULL,
    -- Counts the attachments; the export of each is named by it.
    epoch               bigint      NOT NULL,
    instance_id         text,
    device              text,
    attached_at         timestamptz,
    detaching           boolean     NOT NULL DEFAULT false,
    -- What the host's agent has said.
    observed_generation bigint      NOT NULL DEFAULT 0,
    -- Nothing is left to fetch from the image.
    fetched             boolean     NOT NULL DEFAULT false,
    error               text,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now(),
    CHECK ((instance_id IS NULL) = (device IS NULL))
);
CREATE INDEX volume_by_project ON volume (project_id, created_at DESC, id) WHERE NOT root;
CREATE INDEX volume_by_host ON volume (host);
CREATE INDEX volume_by_instance ON volume (instance_id) WHERE instance_id IS NOT NULL;
CREATE INDEX volume_by_image ON volume (image_id) WHERE image_id IS NOT NULL AND NOT fetched;
CREATE INDEX volume_being_made ON volume ((source ->> 'type')) WHERE observed_generation = 0;

CREATE TABLE volume_snapshot (
    id                  uuid        PRIMARY KEY,
    project_id          text        NOT NULL,
    user_id             text        NOT NULL,
    volume_id           uuid        NOT NULL REFERENCES volume,
    name                text        NOT NULL,
    description         text        NOT NULL,
    metadata            jsonb       NOT NULL,
    host                text        NOT NULL,
    size_bytes          bigint      NOT NULL,
    presence            text        NOT NULL CHECK (presence IN ('PRESENT', 'ABSENT')),
    generation          bigint      NOT NULL,
    observed_generation bigint      NOT NULL DEFAULT 0,
    error               text,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX volume_snapshot_by_project ON volume_snapshot (project_id, created_at DESC, id);
CREATE INDEX volume_snapshot_by_volume ON volume_snapshot (volume_id);

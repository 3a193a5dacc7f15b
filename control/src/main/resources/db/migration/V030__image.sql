-- Images. See io.virga.control.image.
CREATE TABLE image (
    id                 uuid        PRIMARY KEY,
    project_id         text        NOT NULL,
    name               text,
    status             text        NOT NULL
                                   CHECK (status IN ('queued', 'saving', 'active', 'killed', 'deactivated')),
    visibility         text        NOT NULL
                                   CHECK (visibility IN ('public', 'community', 'shared', 'private')),
    disk_format        text,
    container_format   text,
    min_disk_gib       bigint      NOT NULL,
    min_ram_mib        bigint      NOT NULL,
    protected          boolean     NOT NULL,
    hidden             boolean     NOT NULL,
    tags               text[]      NOT NULL,
    properties         jsonb       NOT NULL,
    size_bytes         bigint,
    virtual_size_bytes bigint,
    md5                text,
    sha512             text,
    -- The control process that takes in its bytes now.
    saving_on          text,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'saving') = (saving_on IS NOT NULL))
);
CREATE INDEX image_by_project ON image (project_id, created_at DESC, id);
CREATE INDEX image_visible_to_all ON image (created_at DESC, id) WHERE visibility IN ('public', 'community');

-- Images that are gone, whose objects are not yet.
CREATE TABLE image_purge (
    image_id   uuid        PRIMARY KEY,
    deleted_at timestamptz NOT NULL DEFAULT now()
);

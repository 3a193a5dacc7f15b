-- Types of volumes, and what limits them. See io.virga.control.volume.
CREATE TABLE volume_qos (
    id         uuid        PRIMARY KEY,
    name       text        NOT NULL UNIQUE,
    consumer   text        NOT NULL CHECK (consumer IN ('front-end', 'back-end', 'both')),
    specs      jsonb       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE volume_type (
    id          uuid        PRIMARY KEY,
    name        text        NOT NULL UNIQUE,
    description text,
    is_public   boolean     NOT NULL,
    extra_specs jsonb       NOT NULL DEFAULT '{}',
    qos_id      uuid        REFERENCES volume_qos,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX volume_type_by_qos ON volume_type (qos_id) WHERE qos_id IS NOT NULL;

-- The projects that may use a type that is not public.
CREATE TABLE volume_type_access (
    type_id    uuid NOT NULL REFERENCES volume_type ON DELETE CASCADE,
    project_id text NOT NULL,
    PRIMARY KEY (type_id, project_id)
);

-- What a volume gets that asks for no other: VolumeType.DEFAULT_ID.
INSERT INTO volume_type (id, name, description, is_public)
VALUES ('6f3a2c7e-0b1d-4a55-9a34-2d1c5b7e9f01', 'virga', 'Thin volumes of Virga''s block store', true);

ALTER TABLE volume
    -- NULL for root disks.
    ADD COLUMN type_id   uuid REFERENCES volume_type,
    -- The specs of its type's QoS, as its host has been told.
    ADD COLUMN qos       jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN bootable  boolean NOT NULL DEFAULT false,
    -- NULL until somebody has said.
    ADD COLUMN read_only boolean,
    -- What is shown instead of the status that follows from the rest, until it is reset.
    ADD COLUMN status    text;
UPDATE volume SET type_id = '6f3a2c7e-0b1d-4a55-9a34-2d1c5b7e9f01' WHERE NOT root;
UPDATE volume SET bootable = image_id IS NOT NULL;
ALTER TABLE volume ADD CHECK (root = (type_id IS NULL));
CREATE INDEX volume_by_type ON volume (type_id) WHERE type_id IS NOT NULL;

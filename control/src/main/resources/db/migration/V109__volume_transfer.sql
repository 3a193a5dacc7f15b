-- Volumes that are offered to other projects. See io.virga.control.volume.life.VolumeTransfers.
CREATE TABLE volume_transfer (
    id           uuid        PRIMARY KEY,
    -- Of the project that offers it.
    project_id   text        NOT NULL,
    volume_id    uuid        NOT NULL UNIQUE REFERENCES volume ON DELETE CASCADE,
    name         text        NOT NULL,
    -- The snapshots stay with the project.
    no_snapshots boolean     NOT NULL,
    -- The SHA-256 of the key by which it is accepted, in hexadecimal.
    key_sha256   text        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX volume_transfer_by_project ON volume_transfer (project_id, created_at DESC, id DESC);

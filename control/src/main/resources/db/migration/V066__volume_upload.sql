-- Images that are to be made of volumes, and the control process that makes them. See io.virga.control.volume.upload.
CREATE TABLE volume_upload (
    image_id   uuid        PRIMARY KEY REFERENCES image ON DELETE CASCADE,
    volume_id  uuid        NOT NULL UNIQUE REFERENCES volume ON DELETE CASCADE,
    control    text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX volume_upload_by_control ON volume_upload (control, created_at);

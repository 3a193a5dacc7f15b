-- The projects that shared images are shared with.
CREATE TABLE image_member (
    image_id   uuid        NOT NULL REFERENCES image ON DELETE CASCADE,
    project_id text        NOT NULL,
    status     text        NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'accepted', 'rejected')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (image_id, project_id)
);
CREATE INDEX image_member_by_project ON image_member (project_id, image_id);

-- What became of imports.
CREATE TABLE image_task (
    id         uuid        PRIMARY KEY,
    image_id   uuid        NOT NULL REFERENCES image ON DELETE CASCADE,
    project_id text        NOT NULL,
    user_id    text        NOT NULL,
    request_id text        NOT NULL,
    -- Where it is downloaded from; none for bytes that were staged.
    uri        text,
    status     text        NOT NULL CHECK (status IN ('processing', 'success', 'failure')),
    message    text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX image_task_by_image ON image_task (image_id, created_at DESC);

-- What is uploading has a sender only until everything is staged.
ALTER TABLE image
    DROP CONSTRAINT image_status_check,
    DROP CONSTRAINT image_check,
    ADD CONSTRAINT image_status_check
        CHECK (status IN ('queued', 'saving', 'uploading', 'importing', 'active', 'killed', 'deactivated')),
    ADD CONSTRAINT image_saving_on_check
        CHECK (CASE WHEN saving_on IS NULL THEN status NOT IN ('saving', 'importing')
                    ELSE status IN ('saving', 'uploading', 'importing') END);

-- What failed, in words for who asked for it. Kept for 30 days.
CREATE TABLE volume_message (
    id               uuid        PRIMARY KEY,
    project_id       text        NOT NULL,
    -- Empty where it is a host that failed.
    request_id       text        NOT NULL,
    resource_type    text        NOT NULL,
    resource_id      uuid        NOT NULL,
    event_id         text        NOT NULL,
    user_message     text        NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    guaranteed_until timestamptz NOT NULL DEFAULT clock_timestamp() + interval '30 days'
);
CREATE INDEX volume_message_by_project ON volume_message (project_id, created_at DESC, id DESC);
CREATE INDEX volume_message_by_end ON volume_message (guaranteed_until);

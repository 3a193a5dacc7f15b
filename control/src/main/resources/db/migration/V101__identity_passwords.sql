ALTER TABLE identity_user
    ADD COLUMN password_set_at     timestamptz,
    -- NULL never expires.
    ADD COLUMN password_expires_at timestamptz,
    -- Wrong passwords since the last good one.
    ADD COLUMN failed_attempts     integer NOT NULL DEFAULT 0,
    ADD COLUMN failed_at           timestamptz,
    ADD COLUMN options             jsonb   NOT NULL DEFAULT '{}';

-- Passwords that were, as far back as they may not be used again.
CREATE TABLE identity_password_history (
    user_id     text        NOT NULL REFERENCES identity_user ON DELETE CASCADE,
    hash        text        NOT NULL,
    replaced_at timestamptz NOT NULL
);
CREATE INDEX identity_password_history_by_user
    ON identity_password_history (user_id, replaced_at DESC);

-- Credentials that are not EC2 key pairs; TOTP secrets among them.
CREATE TABLE identity_credential (
    id         text        PRIMARY KEY,
    user_id    text        NOT NULL REFERENCES identity_user ON DELETE CASCADE,
    project_id text        REFERENCES identity_project ON DELETE CASCADE,
    type       text        NOT NULL,
    blob       text        NOT NULL,
    -- The newest step of time whose passcode was taken: none is taken twice.
    used_step  bigint      NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX identity_credential_by_user ON identity_credential (user_id, type);

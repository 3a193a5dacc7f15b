-- A user's roles in the hands of another. NULL uses are without a limit; without a project there
-- are no roles.
CREATE TABLE identity_trust (
    id                   text        PRIMARY KEY,
    trustor_id           text        NOT NULL REFERENCES identity_user ON DELETE CASCADE,
    trustee_id           text        NOT NULL REFERENCES identity_user ON DELETE CASCADE,
    project_id           text        REFERENCES identity_project ON DELETE CASCADE,
    impersonation        boolean     NOT NULL,
    role_ids             text[]      NOT NULL,
    expires_at           timestamptz,
    remaining_uses       integer     CHECK (remaining_uses >= 0),
    redelegation_count   integer     NOT NULL,
    redelegated_trust_id text        REFERENCES identity_trust ON DELETE CASCADE,
    created_at           timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX identity_trust_by_trustor ON identity_trust (trustor_id);
CREATE INDEX identity_trust_by_trustee ON identity_trust (trustee_id);
CREATE INDEX identity_trust_by_project ON identity_trust (project_id);
CREATE INDEX identity_trust_by_redelegated_trust ON identity_trust (redelegated_trust_id);

-- What application credentials of the user are used for, each kind of request once.
CREATE TABLE identity_access_rule (
    id         text        PRIMARY KEY,
    user_id    text        NOT NULL REFERENCES identity_user ON DELETE CASCADE,
    service    text        NOT NULL,
    method     text        NOT NULL,
    path       text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (user_id, service, method, path)
);

CREATE TABLE identity_application_credential_rule (
    credential_id text NOT NULL REFERENCES identity_application_credential ON DELETE CASCADE,
    rule_id       text NOT NULL REFERENCES identity_access_rule,
    PRIMARY KEY (credential_id, rule_id)
);
CREATE INDEX identity_application_credential_rule_by_rule
    ON identity_application_credential_rule (rule_id);

ALTER TABLE identity_revocation RENAME COLUMN application_credential_id TO delegation_id;

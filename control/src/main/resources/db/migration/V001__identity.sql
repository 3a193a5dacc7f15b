-- Identity. Ids are 32 hexadecimal digits, as keystone's, but for the domain "default".

CREATE TABLE identity_domain (
    id          text        PRIMARY KEY,
    name        text        NOT NULL UNIQUE,
    description text        NOT NULL DEFAULT '',
    enabled     boolean     NOT NULL DEFAULT true,
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE identity_project (
    id          text        PRIMARY KEY,
    domain_id   text        NOT NULL REFERENCES identity_domain ON DELETE CASCADE,
    name        text        NOT NULL,
    description text        NOT NULL DEFAULT '',
    enabled     boolean     NOT NULL DEFAULT true,
    tags        text[]      NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (domain_id, name)
);

CREATE TABLE identity_user (
    id                 text        PRIMARY KEY,
    domain_id          text        NOT NULL REFERENCES identity_domain ON DELETE CASCADE,
    name               text        NOT NULL,
    email              text,
    description        text,
    enabled            boolean     NOT NULL DEFAULT true,
    default_project_id text,
    -- bcrypt; NULL lets nobody in by password.
    password_hash      text,
    created_at         timestamptz NOT NULL DEFAULT now(),
    UNIQUE (domain_id, name)
);

CREATE TABLE identity_group (
    id          text        PRIMARY KEY,
    domain_id   text        NOT NULL REFERENCES identity_domain ON DELETE CASCADE,
    name        text        NOT NULL,
    description text        NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (domain_id, name)
);

CREATE TABLE identity_membership (
    group_id text NOT NULL REFERENCES identity_group ON DELETE CASCADE,
    user_id  text NOT NULL REFERENCES identity_user ON DELETE CASCADE,
    PRIMARY KEY (group_id, user_id)
);
CREATE INDEX identity_membership_by_user ON identity_membership (user_id);

CREATE TABLE identity_role (
    id          text        PRIMARY KEY,
    name        text        NOT NULL UNIQUE,
    description text        NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- Who has the prior role has the implied one.
CREATE TABLE identity_implied_role (
    prior_id   text NOT NULL REFERENCES identity_role ON DELETE CASCADE,
    implied_id text NOT NULL REFERENCES identity_role ON DELETE CASCADE,
    PRIMARY KEY (prior_id, implied_id)
);

-- Exactly one of user and group, at most one of project and domain; neither is the system.
CREATE TABLE identity_assignment (
    role_id    text    NOT NULL REFERENCES identity_role ON DELETE CASCADE,
    user_id    text    REFERENCES identity_user ON DELETE CASCADE,
    group_id   text    REFERENCES identity_group ON DELETE CASCADE,
    project_id text    REFERENCES identity_project ON DELETE CASCADE,
    domain_id  text    REFERENCES identity_domain ON DELETE CASCADE,
    -- On a domain: holds for its projects, not for the domain itself.
    inherited  boolean NOT NULL DEFAULT false,
    CHECK (num_nonnulls(user_id, group_id) = 1),
    CHECK (num_nonnulls(project_id, domain_id) <= 1),
    CHECK (NOT inherited OR domain_id IS NOT NULL),
    UNIQUE NULLS NOT DISTINCT (role_id, user_id, group_id, project_id, domain_id, inherited)
);
CREATE INDEX identity_assignment_by_user ON identity_assignment (user_id);
CREATE INDEX identity_assignment_by_group ON identity_assignment (group_id);
CREATE INDEX identity_assignment_by_project ON identity_assignment (project_id);

-- EC2-style key pairs. The secret is needed as it is to check signatures.
CREATE TABLE identity_ec2_credential (
    access     text        PRIMARY KEY,
    secret     text        NOT NULL,
    user_id    text        NOT NULL REFERENCES identity_user ON DELETE CASCADE,
    project_id text        NOT NULL REFERENCES identity_project ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- Of its desired state; grows whenever user, project or roles change.
    generation bigint      NOT NULL DEFAULT 1
);
CREATE INDEX identity_ec2_credential_by_user ON identity_ec2_credential (user_id);
CREATE INDEX identity_ec2_credential_by_project ON identity_ec2_credential (project_id);

CREATE TABLE identity_application_credential (
    id           text        PRIMARY KEY,
    user_id      text        NOT NULL REFERENCES identity_user ON DELETE CASCADE,
    project_id   text        NOT NULL REFERENCES identity_project ON DELETE CASCADE,
    name         text        NOT NULL,
    description  text,
    secret_hash  text        NOT NULL,
    roles        text[]      NOT NULL,
    unrestricted boolean     NOT NULL DEFAULT false,
    expires_at   timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (user_id, name)
);

-- Tokens that are void before they expire; every field that is given must fit.
CREATE TABLE identity_revocation (
    id                        text        PRIMARY KEY,
    token_id                  text,
    user_id                   text,
    project_id                text,
    application_credential_id text,
    issued_before             timestamptz NOT NULL,
    expires_at                timestamptz NOT NULL
);
CREATE INDEX identity_revocation_by_expiry ON identity_revocation (expires_at);

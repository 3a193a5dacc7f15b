-- Policies that services may fetch; nothing here is decided by them.
CREATE TABLE identity_policy (
    id         text        PRIMARY KEY,
    type       text        NOT NULL,
    blob       text        NOT NULL,
    extra      jsonb       NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Of an endpoint, of all of a service, or of those of a service in a region and all within it.
CREATE TABLE identity_policy_association (
    policy_id   text NOT NULL REFERENCES identity_policy ON DELETE CASCADE,
    endpoint_id text REFERENCES identity_endpoint ON DELETE CASCADE,
    service_id  text REFERENCES identity_service ON DELETE CASCADE,
    region_id   text REFERENCES identity_region ON DELETE CASCADE,
    CHECK (num_nonnulls(endpoint_id, service_id) = 1),
    CHECK (region_id IS NULL OR service_id IS NOT NULL),
    CONSTRAINT identity_policy_association_of
        UNIQUE NULLS NOT DISTINCT (endpoint_id, service_id, region_id)
);
CREATE INDEX identity_policy_association_by_policy ON identity_policy_association (policy_id);
CREATE INDEX identity_policy_association_by_service ON identity_policy_association (service_id);
CREATE INDEX identity_policy_association_by_region ON identity_policy_association (region_id);

-- The endpoints that fit all that is given.
CREATE TABLE identity_endpoint_group (
    id          text        PRIMARY KEY,
    name        text        NOT NULL,
    description text,
    service_id  text,
    region_id   text,
    interface   text        CHECK (interface IN ('public', 'internal', 'admin')),
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- A project with any of these sees in its catalog what they select, and nothing else.
CREATE TABLE identity_project_endpoint (
    project_id  text NOT NULL REFERENCES identity_project ON DELETE CASCADE,
    endpoint_id text NOT NULL REFERENCES identity_endpoint ON DELETE CASCADE,
    PRIMARY KEY (project_id, endpoint_id)
);
CREATE INDEX identity_project_endpoint_by_endpoint ON identity_project_endpoint (endpoint_id);

CREATE TABLE identity_project_endpoint_group (
    project_id        text NOT NULL REFERENCES identity_project ON DELETE CASCADE,
    endpoint_group_id text NOT NULL REFERENCES identity_endpoint_group ON DELETE CASCADE,
    PRIMARY KEY (project_id, endpoint_group_id)
);
CREATE INDEX identity_project_endpoint_group_by_group
    ON identity_project_endpoint_group (endpoint_group_id);

-- What a project may have of a resource, where nothing else is said. -1 is without a limit.
CREATE TABLE identity_registered_limit (
    id            text        PRIMARY KEY,
    service_id    text        NOT NULL REFERENCES identity_service ON DELETE CASCADE,
    region_id     text        REFERENCES identity_region ON DELETE CASCADE,
    resource_name text        NOT NULL,
    default_limit integer     NOT NULL CHECK (default_limit >= -1),
    description   text,
    created_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (service_id, region_id, resource_name)
);
CREATE INDEX identity_registered_limit_by_region ON identity_registered_limit (region_id);

-- What is said of one project or one domain.
CREATE TABLE identity_limit (
    id                  text        PRIMARY KEY,
    registered_limit_id text        NOT NULL REFERENCES identity_registered_limit ON DELETE CASCADE,
    project_id          text        REFERENCES identity_project ON DELETE CASCADE,
    domain_id           text        REFERENCES identity_domain ON DELETE CASCADE,
    resource_limit      integer     NOT NULL CHECK (resource_limit >= -1),
    description         text,
    created_at          timestamptz NOT NULL DEFAULT now(),
    CHECK (num_nonnulls(project_id, domain_id) = 1),
    UNIQUE NULLS NOT DISTINCT (registered_limit_id, project_id, domain_id)
);
CREATE INDEX identity_limit_by_project ON identity_limit (project_id);
CREATE INDEX identity_limit_by_domain ON identity_limit (domain_id);

-- Projects nest: NULL is directly below the domain. A domain takes its whole tree with it.
ALTER TABLE identity_project ADD COLUMN parent_id text REFERENCES identity_project;
CREATE INDEX identity_project_by_parent ON identity_project (parent_id);

-- Inherited on a project: holds for all below it, not for the project itself.
ALTER TABLE identity_assignment DROP CONSTRAINT identity_assignment_check2;
ALTER TABLE identity_assignment ADD CONSTRAINT identity_assignment_inherited
    CHECK (NOT inherited OR num_nonnulls(project_id, domain_id) = 1);

-- The projects above a project, 1 the next; the domain is not among them.
CREATE FUNCTION identity_ancestors(project text) RETURNS TABLE (id text, distance integer)
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE above AS (
        SELECT p.parent_id AS id, 1 AS distance FROM identity_project p WHERE p.id = project
        UNION ALL
        SELECT p.parent_id, a.distance + 1 FROM above a JOIN identity_project p ON p.id = a.id)
    SELECT above.id, above.distance FROM above WHERE above.id IS NOT NULL
$$;

-- The projects below a project.
CREATE FUNCTION identity_descendants(project text) RETURNS TABLE (id text)
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE below AS (
        SELECT p.id FROM identity_project p WHERE p.parent_id = project
        UNION ALL
        SELECT p.id FROM below b JOIN identity_project p ON p.parent_id = b.id)
    SELECT below.id FROM below
$$;

CREATE TABLE identity_region (
    id               text        PRIMARY KEY,
    description      text        NOT NULL DEFAULT '',
    parent_region_id text        REFERENCES identity_region,
    created_at       timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE identity_service (
    id          text        PRIMARY KEY,
    type        text        NOT NULL,
    name        text        NOT NULL DEFAULT '',
    description text        NOT NULL DEFAULT '',
    enabled     boolean     NOT NULL DEFAULT true,
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE identity_endpoint (
    id          text        PRIMARY KEY,
    service_id  text        NOT NULL REFERENCES identity_service ON DELETE CASCADE,
    region_id   text        REFERENCES identity_region,
    interface   text        NOT NULL CHECK (interface IN ('public', 'internal', 'admin')),
    url         text        NOT NULL,
    name        text,
    description text,
    enabled     boolean     NOT NULL DEFAULT true,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX identity_endpoint_by_service ON identity_endpoint (service_id);
CREATE INDEX identity_endpoint_by_region ON identity_endpoint (region_id);

-- The endpoints that the configuration has given, with the address that it gave last: what an
-- administrator has changed or deleted since is left so.
CREATE TABLE identity_configured_endpoint (
    id  text PRIMARY KEY,
    url text NOT NULL
);

-- The projects that a user has a role on: given or inherited, to the user or to its groups.
CREATE FUNCTION identity_projects_of(somebody text) RETURNS TABLE (id text)
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE given AS (
        SELECT a.project_id, a.domain_id, a.inherited FROM identity_assignment a
         WHERE a.user_id = somebody OR a.group_id IN
               (SELECT m.group_id FROM identity_membership m WHERE m.user_id = somebody)),
    inheriting AS (
        SELECT p.id FROM identity_project p JOIN given g ON g.inherited
           AND (g.domain_id = p.domain_id OR g.project_id = p.parent_id)
        UNION
        SELECT p.id FROM inheriting i JOIN identity_project p ON p.parent_id = i.id)
    SELECT g.project_id FROM given g WHERE g.project_id IS NOT NULL AND NOT g.inherited
    UNION SELECT i.id FROM inheriting i
$$;

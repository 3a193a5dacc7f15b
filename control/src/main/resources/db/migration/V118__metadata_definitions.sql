-- Metadata definitions. See io.virga.control.image.metadef.
CREATE TABLE metadef_namespace (
    id           uuid        PRIMARY KEY,
    name         text        NOT NULL UNIQUE,
    display_name text,
    description  text,
    visibility   text        NOT NULL CHECK (visibility IN ('public', 'private')),
    protected    boolean     NOT NULL,
    owner        text        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE metadef_item (
    namespace_id uuid        NOT NULL REFERENCES metadef_namespace ON DELETE CASCADE,
    kind         text        NOT NULL CHECK (kind IN ('object', 'property', 'tag')),
    name         text        NOT NULL,
    -- Kept as it was said: json, not jsonb, which keeps not every text.
    body         json        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (namespace_id, kind, name)
);

CREATE TABLE metadef_resource_type (
    name       text        PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE metadef_association (
    namespace_id      uuid        NOT NULL REFERENCES metadef_namespace ON DELETE CASCADE,
    resource_type     text        NOT NULL REFERENCES metadef_resource_type,
    prefix            text,
    properties_target text,
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace_id, resource_type)
);
CREATE INDEX metadef_association_by_type ON metadef_association (resource_type);

-- What this cloud has, by Heat's names.
INSERT INTO metadef_resource_type (name)
VALUES ('OS::Cinder::Volume'), ('OS::Glance::Image'), ('OS::Nova::Aggregate'), ('OS::Nova::Flavor'), ('OS::Nova::Server');

-- What a project uses and may use of one resource; max_used NULL is the default, -1 no limit.
CREATE TABLE quota (
    project_id text   NOT NULL,
    resource   text   NOT NULL,
    used       bigint NOT NULL CHECK (used >= 0),
    max_used   bigint CHECK (max_used >= -1),
    PRIMARY KEY (project_id, resource)
);

-- The outbox: one row for each thing that a host is told of. See io.virga.control.watch.DesiredStates.
CREATE TABLE desired_state (
    kind       text        NOT NULL,
    id         text        NOT NULL,
    host       text        NOT NULL,
    generation bigint      NOT NULL,
    spec       jsonb,
    -- The id of the transaction that wrote the row.
    revision   bigint      NOT NULL,
    deleted    boolean     NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, id, host),
    CHECK (deleted = (spec IS NULL))
);
CREATE INDEX desired_state_by_revision ON desired_state (revision);
CREATE INDEX desired_state_by_host ON desired_state (host, kind) WHERE NOT deleted;
CREATE INDEX desired_state_tombstones ON desired_state (changed_at) WHERE deleted;

-- One row. A client that knows another cluster, or a revision that has been pruned, gets a whole list.
-- After restoring a dump: UPDATE watch_cluster SET id = gen_random_uuid().
CREATE TABLE watch_cluster (
    only_one  boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    id        uuid    NOT NULL DEFAULT gen_random_uuid(),
    pruned_to bigint  NOT NULL DEFAULT 0
);
INSERT INTO watch_cluster DEFAULT VALUES;

-- The control processes of the cloud, so that the others see when one has ended without a word.
CREATE TABLE control_process (
    name    text        PRIMARY KEY,
    seen_at timestamptz NOT NULL
);

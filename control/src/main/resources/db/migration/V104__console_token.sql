-- Who may open a console of a server, for a while.
CREATE TABLE console_token (
    -- SHA-256, in hexadecimal: a copy of the table opens nothing.
    hash       text        PRIMARY KEY,
    server_id  uuid        NOT NULL,
    console    text        NOT NULL CHECK (console IN ('SERIAL', 'VNC')),
    expires_at timestamptz NOT NULL
);
CREATE INDEX console_token_by_age ON console_token (expires_at);

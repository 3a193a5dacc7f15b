-- Where the server was.
ALTER TABLE server_action ADD COLUMN host text NOT NULL DEFAULT '';

-- Set by an administrator: the process counts as away, whether it is connected or not.
ALTER TABLE host ADD COLUMN forced_down boolean NOT NULL DEFAULT false;

-- Whether a volume ends with the instance that it is in.
ALTER TABLE volume ADD COLUMN ends_with_instance boolean NOT NULL DEFAULT false;

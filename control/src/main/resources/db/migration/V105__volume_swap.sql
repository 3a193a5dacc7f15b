-- The volume that this one takes over from, in the same instance, while that is being copied to it.
ALTER TABLE volume ADD COLUMN replaces uuid;

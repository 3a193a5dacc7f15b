-- The last return of a volume to a snapshot, and the generation that brings it about. The snapshot may be gone since.
ALTER TABLE volume
    ADD COLUMN revert_snapshot   uuid,
    ADD COLUMN revert_generation bigint,
    ADD CHECK ((revert_snapshot IS NULL) = (revert_generation IS NULL));
CREATE INDEX volume_by_revert ON volume (revert_snapshot) WHERE revert_snapshot IS NOT NULL;

-- What a host has is kept beside what is claimed of it, so that an index finds the host with the most room.
ALTER TABLE compute_claim ADD COLUMN memory_mib bigint NOT NULL DEFAULT 0;
ALTER TABLE compute_claim ALTER COLUMN vcpus SET DEFAULT 0;
ALTER TABLE compute_claim ALTER COLUMN ram_mib SET DEFAULT 0;
INSERT INTO compute_claim (host) SELECT name FROM host WHERE service = 'compute-agent' ON CONFLICT DO NOTHING;
UPDATE compute_claim c SET memory_mib = h.memory_bytes >> 20
  FROM host h WHERE h.service = 'compute-agent' AND h.name = c.host;
ALTER TABLE compute_claim ADD COLUMN free_mib bigint NOT NULL GENERATED ALWAYS AS (memory_mib - ram_mib) STORED;
CREATE INDEX compute_claim_by_room ON compute_claim (free_mib DESC, host);

CREATE FUNCTION note_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO compute_claim (host, memory_mib) VALUES (NEW.name, NEW.memory_bytes >> 20)
    ON CONFLICT (host) DO UPDATE SET memory_mib = excluded.memory_mib;
    RETURN NULL;
END $$;
CREATE TRIGGER host_is_known AFTER INSERT ON host
    FOR EACH ROW WHEN (NEW.service = 'compute-agent') EXECUTE FUNCTION note_capacity();
CREATE TRIGGER host_has_other_memory AFTER UPDATE ON host
    FOR EACH ROW WHEN (NEW.service = 'compute-agent' AND NEW.memory_bytes <> OLD.memory_bytes)
    EXECUTE FUNCTION note_capacity();

-- Floating IPs are resources as others are. See io.virga.control.network.resource.
ALTER TABLE floating_ip
    ADD COLUMN tags text[] NOT NULL DEFAULT '{}',
    ALTER COLUMN created_at SET DEFAULT clock_timestamp();

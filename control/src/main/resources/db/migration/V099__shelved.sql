-- Whether it is put away, its place given back or not; its disks stay on its host.
ALTER TABLE server
    ADD COLUMN shelf text NOT NULL DEFAULT 'NONE' CHECK (shelf IN ('NONE', 'SHELVED', 'OFFLOADED'));

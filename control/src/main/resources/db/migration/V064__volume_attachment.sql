-- How a volume is attached: by the compute service (instance_id) or by somebody who uses the volume API (outside).
ALTER TABLE volume
    -- What clients call the attachment.
    ADD COLUMN attachment_id uuid,
    -- io.virga.control.volume.model.Attachment.Outside
    ADD COLUMN outside       jsonb,
    -- io.virga.dataplane.desired.InstanceSpec.IscsiSource, with the attachment's secret; NULL for one over NBD.
    ADD COLUMN iscsi         jsonb;
UPDATE volume SET attachment_id = gen_random_uuid() WHERE instance_id IS NOT NULL;
ALTER TABLE volume
    ADD CHECK (instance_id IS NULL OR outside IS NULL),
    ADD CHECK ((attachment_id IS NULL) = (instance_id IS NULL AND outside IS NULL)),
    ADD CHECK (iscsi IS NULL OR attachment_id IS NOT NULL);
CREATE UNIQUE INDEX volume_by_attachment ON volume (attachment_id) WHERE attachment_id IS NOT NULL;

-- Images may be in several stores. See io.virga.control.image.objects.
ALTER TABLE image
    ADD COLUMN stores        text[] NOT NULL DEFAULT '{}',
    -- The stores that an import, the last one, has yet to bring it to, and those where it failed.
    ADD COLUMN importing_to  text[],
    ADD COLUMN failed_import text[],
    ADD CONSTRAINT image_import_check CHECK ((importing_to IS NULL) = (failed_import IS NULL));
UPDATE image SET stores = '{objects}' WHERE size_bytes IS NOT NULL;

ALTER TABLE image_task
    ADD COLUMN method           text    NOT NULL DEFAULT 'glance-direct'
                                        CHECK (method IN ('glance-direct', 'web-download', 'copy-image')),
    ADD COLUMN stores           text[]  NOT NULL DEFAULT '{objects}',
    ADD COLUMN all_must_succeed boolean NOT NULL DEFAULT true,
    -- The control process that brings it to an end.
    ADD COLUMN control          text    NOT NULL DEFAULT '';
UPDATE image_task SET method = 'web-download' WHERE uri IS NOT NULL;
UPDATE image_task t SET control = i.saving_on
  FROM image i WHERE i.id = t.image_id AND t.status = 'processing' AND i.saving_on IS NOT NULL;
ALTER TABLE image_task
    ALTER COLUMN method DROP DEFAULT,
    ALTER COLUMN stores DROP DEFAULT,
    ALTER COLUMN all_must_succeed DROP DEFAULT,
    ALTER COLUMN control DROP DEFAULT;

ALTER TABLE image_purge
    ADD COLUMN store text NOT NULL DEFAULT 'objects',
    DROP CONSTRAINT image_purge_pkey,
    ADD PRIMARY KEY (image_id, store);
ALTER TABLE image_purge ALTER COLUMN store DROP DEFAULT;

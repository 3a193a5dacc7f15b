-- What clients keep with a thing and what means nothing here.
ALTER TABLE identity_domain
    ADD COLUMN tags  text[] NOT NULL DEFAULT '{}',
    ADD COLUMN extra jsonb  NOT NULL DEFAULT '{}';
ALTER TABLE identity_project        ADD COLUMN extra jsonb NOT NULL DEFAULT '{}';
ALTER TABLE identity_user           ADD COLUMN extra jsonb NOT NULL DEFAULT '{}';
ALTER TABLE identity_group          ADD COLUMN extra jsonb NOT NULL DEFAULT '{}';
ALTER TABLE identity_role           ADD COLUMN extra jsonb NOT NULL DEFAULT '{}';
ALTER TABLE identity_service        ADD COLUMN extra jsonb NOT NULL DEFAULT '{}';
ALTER TABLE identity_endpoint       ADD COLUMN extra jsonb NOT NULL DEFAULT '{}';
ALTER TABLE identity_region         ADD COLUMN extra jsonb NOT NULL DEFAULT '{}';
ALTER TABLE identity_credential     ADD COLUMN extra jsonb NOT NULL DEFAULT '{}';
ALTER TABLE identity_ec2_credential ADD COLUMN extra jsonb NOT NULL DEFAULT '{}';

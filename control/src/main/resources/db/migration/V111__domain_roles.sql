-- A role may be of a domain: then it stands for those that it implies, and goes with its domain.
ALTER TABLE identity_role ADD COLUMN domain_id text REFERENCES identity_domain ON DELETE CASCADE;
ALTER TABLE identity_role DROP CONSTRAINT identity_role_name_key;
ALTER TABLE identity_role ADD CONSTRAINT identity_role_name
    UNIQUE NULLS NOT DISTINCT (domain_id, name);

-- A key pair keeps the id that it was made with when its access key changes.
ALTER TABLE identity_ec2_credential ADD COLUMN id text;
UPDATE identity_ec2_credential SET id = encode(sha256(convert_to(access, 'UTF8')), 'hex');
ALTER TABLE identity_ec2_credential
    ALTER COLUMN id SET NOT NULL, ADD CONSTRAINT identity_ec2_credential_id UNIQUE (id);

-- What domains say of their own drivers. Nothing follows from it.
CREATE TABLE identity_domain_config (
    domain_id   text  NOT NULL REFERENCES identity_domain ON DELETE CASCADE,
    group_name  text  NOT NULL,
    option_name text  NOT NULL,
    value       jsonb NOT NULL,
    PRIMARY KEY (domain_id, group_name, option_name)
);

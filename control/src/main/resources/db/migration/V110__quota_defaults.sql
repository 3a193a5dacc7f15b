-- What a project may use for which nothing was set, where that is not what the program says: the quota class "default".
CREATE TABLE quota_default (
    resource text   PRIMARY KEY,
    max_used bigint NOT NULL CHECK (max_used >= -1)
);

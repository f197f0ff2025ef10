-- Third parties with a program. Each sees what the subtree of its organisation shares with platforms.
CREATE TABLE platforms (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    networks TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX platforms_organisation_id_idx ON platforms (organisation_id, id);

-- Of a key only a keyed hash is here.
CREATE TABLE platform_keys (
    id TEXT PRIMARY KEY,
    platform_id TEXT NOT NULL REFERENCES platforms (id),
    digest TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT,
    CHECK (expires_at > created_at)
);
CREATE INDEX platform_keys_platform_id_idx ON platform_keys (platform_id, id);

-- Platforms may show it since; what they ask for is what changed since a time.
ALTER TABLE wishes ADD COLUMN shared_since BIGINT;
CREATE INDEX wishes_shared_idx ON wishes (updated_at, id) WHERE shared_since IS NOT NULL;

-- Where a platform is told what `/shared/events` says: an address, what it wants to hear, and the secrets, sealed, that
-- it is signed with. `position` is how far in the feed it was told. Off for good is `removed`: then nothing is kept
-- of address and secrets.
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    platform_id TEXT NOT NULL REFERENCES platforms (id),
    url TEXT NOT NULL,
    kinds TEXT NOT NULL,
    secret TEXT NOT NULL,
    old_secret TEXT,
    old_until BIGINT,
    position BIGINT NOT NULL CHECK (position >= 0),
    failing_since BIGINT,
    rests_until BIGINT,
    off_since BIGINT,
    off_because TEXT,
    created_at BIGINT NOT NULL,
    CHECK ((old_secret IS NULL) = (old_until IS NULL)),
    CHECK ((off_since IS NULL) = (off_because IS NULL))
);
CREATE INDEX webhooks_platform_id_idx ON webhooks (platform_id, id);
CREATE INDEX webhooks_on_idx ON webhooks (id) WHERE off_since IS NULL;

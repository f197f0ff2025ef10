-- In whose name a platform claims for its users, how much, and the account that stands for it in the history: nobody signs in with it.
CREATE TABLE platform_mandates (
    platform_id TEXT COLLATE "C" PRIMARY KEY REFERENCES platforms (id),
    claimant_id TEXT COLLATE "C" NOT NULL REFERENCES claimants (id),
    hand_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    most_open BIGINT NOT NULL CHECK (most_open > 0),
    most_open_of_user BIGINT NOT NULL CHECK (most_open_of_user > 0),
    most_in_day BIGINT NOT NULL CHECK (most_in_day > 0)
);

-- What a claim of a platform has beside that of anybody: the platform's own number for it, and for whom. The digests are keyed.
CREATE TABLE platform_claims (
    claim_id TEXT COLLATE "C" PRIMARY KEY REFERENCES claims (id),
    platform_id TEXT COLLATE "C" NOT NULL REFERENCES platforms (id),
    external_id TEXT COLLATE "C" NOT NULL CHECK (external_id <> ''),
    content_digest TEXT COLLATE "C" NOT NULL,
    user_digest TEXT COLLATE "C" NOT NULL,
    user_external_id TEXT COLLATE "C" NOT NULL,
    user_display_name TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX platform_claims_platform_id_external_id_idx ON platform_claims (platform_id, external_id);
CREATE INDEX platform_claims_user_digest_idx ON platform_claims (platform_id, user_digest);
CREATE INDEX platform_claims_created_at_idx ON platform_claims (platform_id, created_at);

-- Of a claim that is the platform's own, a message says which.
ALTER TABLE webhook_deliveries ADD COLUMN claim_id TEXT COLLATE "C";

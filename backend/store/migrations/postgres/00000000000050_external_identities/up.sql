-- Whom a sign-in provider knows, and which user that is here: one an identity, one identity of a provider a user.
CREATE TABLE external_identities (
    id TEXT COLLATE "C" PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    issuer TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    linked_at BIGINT NOT NULL,
    UNIQUE (issuer, subject),
    UNIQUE (user_id, issuer)
);

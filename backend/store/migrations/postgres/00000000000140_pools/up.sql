-- Money given for one purpose. balance_fen is what can still be set aside, allocated_fen what is set aside and not spent;
-- both are what the entries of ledger_entries say, kept so that a pool's row is what everybody waits for who moves its money.
CREATE TABLE pools (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    campaign_id TEXT COLLATE "C" REFERENCES campaigns (id),
    name TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,
    categories TEXT COLLATE "C" NOT NULL,
    raiser TEXT COLLATE "C" NOT NULL CHECK (raiser <> ''),
    raised_on TEXT COLLATE "C" NOT NULL CHECK (raised_on <> ''),
    approval_above_fen BIGINT NOT NULL CHECK (approval_above_fen >= 0),
    active BOOLEAN NOT NULL,
    balance_fen BIGINT NOT NULL CHECK (balance_fen >= 0),
    allocated_fen BIGINT NOT NULL CHECK (allocated_fen >= 0),
    created_by TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX pools_organisation_id_idx ON pools (organisation_id, id);

-- What platforms reported. Of who gave there is at most the platform's own reference.
CREATE TABLE donations (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    pool_id TEXT COLLATE "C" NOT NULL REFERENCES pools (id),
    platform_id TEXT COLLATE "C" NOT NULL REFERENCES platforms (id),
    external_id TEXT COLLATE "C" NOT NULL,
    donor_ref TEXT COLLATE "C",
    amount_fen BIGINT NOT NULL CHECK (amount_fen BETWEEN 1 AND 1000000000000),
    currency TEXT COLLATE "C" NOT NULL CHECK (currency = 'CNY'),
    given_at BIGINT NOT NULL,
    refunded_fen BIGINT NOT NULL,
    reversed_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT donations_refunded_check CHECK (refunded_fen BETWEEN 0 AND amount_fen),
    CONSTRAINT donations_reversed_check CHECK (reversed_at IS NULL OR refunded_fen = 0)
);
CREATE UNIQUE INDEX donations_platform_id_external_id_idx ON donations (platform_id, external_id);
CREATE INDEX donations_pool_id_idx ON donations (pool_id, id);

-- Money set aside for a wish.
CREATE TABLE allocations (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    pool_id TEXT COLLATE "C" NOT NULL REFERENCES pools (id),
    wish_id TEXT COLLATE "C" NOT NULL REFERENCES wishes (id),
    amount_fen BIGINT NOT NULL CHECK (amount_fen BETWEEN 1 AND 1000000000000),
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('pending', 'granted', 'released', 'declined', 'reversed')),
    remaining_fen BIGINT NOT NULL CHECK (remaining_fen >= 0),
    spent_fen BIGINT NOT NULL CHECK (spent_fen >= 0),
    asked_by TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    approved_by TEXT COLLATE "C" REFERENCES users (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT allocations_whole_check CHECK (remaining_fen + spent_fen <= amount_fen),
    CONSTRAINT allocations_remaining_check CHECK (status = 'granted' OR remaining_fen = 0),
    CONSTRAINT allocations_approved_check CHECK (approved_by IS NULL OR approved_by <> asked_by)
);
CREATE INDEX allocations_pool_id_idx ON allocations (pool_id, id);
CREATE INDEX allocations_wish_id_idx ON allocations (wish_id, pool_id);

-- What a claimant undertakes in a campaign. What came of it is counted from its claims.
CREATE TABLE pledges (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    campaign_id TEXT COLLATE "C" NOT NULL REFERENCES campaigns (id),
    claimant_id TEXT COLLATE "C" NOT NULL REFERENCES claimants (id),
    wishes BIGINT CHECK (wishes > 0),
    hours BIGINT CHECK (hours > 0),
    value_fen BIGINT CHECK (value_fen > 0),
    withdrawn_at BIGINT,
    created_by TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT pledges_amount_check CHECK (wishes IS NOT NULL OR hours IS NOT NULL OR value_fen IS NOT NULL)
);
-- A claimant joins a campaign once.
CREATE UNIQUE INDEX pledges_campaign_id_claimant_id_key ON pledges (campaign_id, claimant_id) WHERE withdrawn_at IS NULL;
CREATE INDEX pledges_campaign_id_idx ON pledges (campaign_id, id);
CREATE INDEX pledges_claimant_id_idx ON pledges (claimant_id, id);

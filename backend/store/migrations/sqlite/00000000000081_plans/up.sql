-- A plan (派单计划): who is asked to bring which wishes, before it is sent.
CREATE TABLE plans (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    title TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'sent')),
    options TEXT NOT NULL,
    step BIGINT NOT NULL CHECK (step >= 0),
    optimal BOOLEAN NOT NULL,
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    sent_at BIGINT
);
CREATE INDEX plans_organisation_id_idx ON plans (organisation_id, id);

-- Who may be asked, and what each held when it was planned.
CREATE TABLE plan_claimants (
    plan_id TEXT NOT NULL REFERENCES plans (id),
    claimant_id TEXT NOT NULL REFERENCES claimants (id),
    held BIGINT NOT NULL CHECK (held >= 0),
    room BIGINT NOT NULL CHECK (room >= 0),
    PRIMARY KEY (plan_id, claimant_id)
);
CREATE INDEX plan_claimants_claimant_id_idx ON plan_claimants (claimant_id);

-- One share of a wish, and who is to bring it. `household` numbers the households of the plan.
CREATE TABLE plan_lines (
    id TEXT PRIMARY KEY,
    plan_id TEXT NOT NULL REFERENCES plans (id),
    wish_id TEXT NOT NULL REFERENCES wishes (id),
    household BIGINT NOT NULL CHECK (household > 0),
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    claimant_id TEXT REFERENCES claimants (id),
    by_hand BOOLEAN NOT NULL,
    cost BIGINT NOT NULL CHECK (cost >= 0),
    reasons TEXT NOT NULL,
    gap TEXT CHECK (gap IN ('skill_nobody_has', 'nobody_suits', 'no_room', 'household_too_large', 'by_hand', 'gone')),
    claim_id TEXT REFERENCES claims (id),
    CHECK ((claimant_id IS NULL) = (gap IS NOT NULL)),
    CHECK (claim_id IS NULL OR claimant_id IS NOT NULL)
);
CREATE INDEX plan_lines_plan_id_idx ON plan_lines (plan_id, id);
CREATE INDEX plan_lines_wish_id_idx ON plan_lines (wish_id);
CREATE INDEX plan_lines_claimant_id_idx ON plan_lines (claimant_id) WHERE claimant_id IS NOT NULL;
CREATE INDEX plan_lines_claim_id_idx ON plan_lines (claim_id) WHERE claim_id IS NOT NULL;

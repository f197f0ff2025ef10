-- Themed, dated lists of wishes that several organisations hold together. due_at is the schedule: when a campaign opens
-- or closes by itself. gather_after is the wish up to which a rule's wishes were taken in; NULL when that is done.
CREATE TABLE campaigns (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    title TEXT NOT NULL,
    theme TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    rule TEXT,
    target_wishes BIGINT CHECK (target_wishes > 0),
    target_people BIGINT CHECK (target_people > 0),
    target_hours BIGINT CHECK (target_hours > 0),
    target_value_fen BIGINT CHECK (target_value_fen > 0),
    status TEXT NOT NULL CHECK (status IN ('draft', 'open', 'closed', 'cancelled')),
    due_at BIGINT,
    gather_after TEXT,
    opened_at BIGINT,
    ended_at BIGINT,
    ended_by TEXT REFERENCES users (id),
    ended_reason TEXT,
    report TEXT,
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT campaigns_days_check CHECK (ends_on >= starts_on),
    CONSTRAINT campaigns_due_check CHECK ((status IN ('draft', 'open')) = (due_at IS NOT NULL)),
    CONSTRAINT campaigns_opened_check CHECK ((status IN ('open', 'closed')) = (opened_at IS NOT NULL)),
    CONSTRAINT campaigns_ended_check CHECK ((status IN ('closed', 'cancelled')) = (ended_at IS NOT NULL)),
    CONSTRAINT campaigns_report_check CHECK ((status = 'closed') = (report IS NOT NULL)),
    CONSTRAINT campaigns_reason_check CHECK ((ended_by IS NULL) = (ended_reason IS NULL))
);
CREATE INDEX campaigns_organisation_id_idx ON campaigns (organisation_id, id);
CREATE INDEX campaigns_status_idx ON campaigns (status, id);
CREATE INDEX campaigns_due_at_idx ON campaigns (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX campaigns_gather_after_idx ON campaigns (id) WHERE gather_after IS NOT NULL;

-- Who holds a campaign: who made it, and whom it invited.
CREATE TABLE campaign_hosts (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id),
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    status TEXT NOT NULL CHECK (status IN ('invited', 'accepted', 'declined')),
    answered_by TEXT REFERENCES users (id),
    answered_at BIGINT,
    PRIMARY KEY (campaign_id, organisation_id)
);
CREATE INDEX campaign_hosts_organisation_id_idx ON campaign_hosts (organisation_id, campaign_id);

-- Which wishes belong to a campaign, and which were taken out. What a person decided goes before the rule.
CREATE TABLE campaign_wishes (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id),
    wish_id TEXT NOT NULL REFERENCES wishes (id),
    place TEXT NOT NULL CHECK (place IN ('in', 'out')),
    by_hand BOOLEAN NOT NULL,
    placed_at BIGINT NOT NULL,
    PRIMARY KEY (campaign_id, wish_id)
);
CREATE INDEX campaign_wishes_wish_id_idx ON campaign_wishes (wish_id);

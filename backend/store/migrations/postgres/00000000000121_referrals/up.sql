-- Needs met on the way, handed to whoever can answer them. need and answer are sealed under the resident's key. due_at is
-- the time for handing it on, then that for the answer.
CREATE TABLE referrals (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    beneficiary_id TEXT COLLATE "C" NOT NULL REFERENCES beneficiaries (id),
    pairing_id TEXT COLLATE "C" REFERENCES pairings (id),
    claim_id TEXT COLLATE "C" REFERENCES claims (id),
    claimant_id TEXT COLLATE "C" REFERENCES claimants (id),
    benefit TEXT COLLATE "C",
    need TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('noted', 'sent', 'answered', 'closed')),
    due_at BIGINT,
    to_id TEXT COLLATE "C" REFERENCES organisations (id),
    office TEXT,
    agreed_on TEXT COLLATE "C",
    sent_by TEXT COLLATE "C" REFERENCES users (id),
    sent_at BIGINT,
    outcome TEXT CHECK (outcome IN ('granted', 'helped', 'not_entitled')),
    answer TEXT,
    ended_by TEXT COLLATE "C" REFERENCES users (id),
    ended_at BIGINT,
    created_by TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT referrals_met_check CHECK ((pairing_id IS NULL OR claim_id IS NULL) AND (claimant_id IS NULL) = (pairing_id IS NULL AND claim_id IS NULL)),
    CONSTRAINT referrals_due_check CHECK ((status IN ('noted', 'sent')) = (due_at IS NOT NULL)),
    CONSTRAINT referrals_ended_check CHECK ((status IN ('answered', 'closed')) = (ended_at IS NOT NULL)),
    CONSTRAINT referrals_answered_check CHECK ((status = 'answered') = (outcome IS NOT NULL)),
    CONSTRAINT referrals_addressee_check CHECK ((sent_at IS NULL AND to_id IS NULL AND office IS NULL) OR (sent_at IS NOT NULL AND (to_id IS NULL) <> (office IS NULL))),
    -- Nobody outside is told without the resident's word.
    CONSTRAINT referrals_agreed_check CHECK ((sent_at IS NULL) = (agreed_on IS NULL) AND (sent_at IS NULL) = (sent_by IS NULL)),
    CONSTRAINT referrals_sent_check CHECK (status NOT IN ('sent', 'answered') OR sent_at IS NOT NULL)
);
-- A benefit is asked for once at a time.
CREATE UNIQUE INDEX referrals_beneficiary_id_benefit_key ON referrals (beneficiary_id, benefit) WHERE due_at IS NOT NULL AND benefit IS NOT NULL;
CREATE INDEX referrals_organisation_id_idx ON referrals (organisation_id, due_at);
CREATE INDEX referrals_to_id_idx ON referrals (to_id, due_at);
CREATE INDEX referrals_claimant_id_idx ON referrals (claimant_id);

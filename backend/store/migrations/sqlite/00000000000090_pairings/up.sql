-- Long-term ties of claimants and households. The texts are sealed under the resident's key. The due time is the
-- schedule: an answer to a proposal, or the next visit; tell_at is when time itself next has something to tell.
CREATE TABLE pairings (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    household_id TEXT NOT NULL REFERENCES households (id),
    beneficiary_id TEXT NOT NULL REFERENCES beneficiaries (id),
    claimant_id TEXT NOT NULL REFERENCES claimants (id),
    status TEXT NOT NULL CHECK (status IN ('proposed', 'active', 'declined', 'lapsed', 'ended')),
    every INTEGER NOT NULL CHECK (every > 0),
    unit TEXT NOT NULL CHECK (unit IN ('day', 'month')),
    begun_on TEXT NOT NULL,
    note TEXT,
    responsible_id TEXT REFERENCES users (id),
    since TEXT,
    due_at BIGINT,
    tell_at BIGINT,
    told TEXT NOT NULL CHECK (told IN ('nothing', 'reminded', 'missed')),
    last_visited_on TEXT,
    proposed_by TEXT NOT NULL REFERENCES users (id),
    ended_at BIGINT,
    ended_by TEXT REFERENCES users (id),
    ended_why TEXT,
    ended_words TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT pairings_due_check CHECK ((status IN ('proposed', 'active')) = (due_at IS NOT NULL)),
    CONSTRAINT pairings_ended_check CHECK ((status IN ('proposed', 'active')) = (ended_at IS NULL)),
    CONSTRAINT pairings_active_check CHECK ((status IN ('active', 'ended')) = (responsible_id IS NOT NULL AND since IS NOT NULL)),
    CONSTRAINT pairings_why_check CHECK ((status = 'ended') = (ended_why IS NOT NULL))
);
-- A claimant and a household are paired once at a time.
CREATE UNIQUE INDEX pairings_claimant_id_household_id_key ON pairings (claimant_id, household_id) WHERE status IN ('proposed', 'active');
CREATE INDEX pairings_tell_at_idx ON pairings (tell_at) WHERE tell_at IS NOT NULL;
CREATE INDEX pairings_organisation_id_idx ON pairings (organisation_id, due_at);
CREATE INDEX pairings_responsible_id_idx ON pairings (responsible_id, due_at);
CREATE INDEX pairings_claimant_id_idx ON pairings (claimant_id, due_at);
CREATE INDEX pairings_household_id_idx ON pairings (household_id);
CREATE INDEX pairings_beneficiary_id_idx ON pairings (beneficiary_id);

-- Who answered for the visits before, and what they told the next.
CREATE TABLE hand_overs (
    id TEXT PRIMARY KEY,
    pairing_id TEXT NOT NULL REFERENCES pairings (id),
    beneficiary_id TEXT NOT NULL REFERENCES beneficiaries (id),
    from_id TEXT NOT NULL REFERENCES users (id),
    to_id TEXT NOT NULL REFERENCES users (id),
    note TEXT,
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    CONSTRAINT hand_overs_other_check CHECK (from_id <> to_id)
);
CREATE INDEX hand_overs_pairing_id_idx ON hand_overs (pairing_id, id);
CREATE INDEX hand_overs_beneficiary_id_idx ON hand_overs (beneficiary_id);

-- What a visit found. A correction is a further edition; the one that it replaced stays.
CREATE TABLE visits (
    id TEXT PRIMARY KEY,
    pairing_id TEXT NOT NULL REFERENCES pairings (id),
    beneficiary_id TEXT NOT NULL REFERENCES beneficiaries (id),
    first_id TEXT NOT NULL REFERENCES visits (id),
    edition INTEGER NOT NULL CHECK (edition > 0),
    visited_on TEXT NOT NULL,
    income TEXT,
    health TEXT,
    treatment TEXT,
    benefits TEXT,
    replaced_by TEXT REFERENCES visits (id),
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL
);
-- Two corrections at once do not both stand.
CREATE UNIQUE INDEX visits_first_id_edition_key ON visits (first_id, edition);
CREATE INDEX visits_pairing_id_idx ON visits (pairing_id, visited_on, id) WHERE replaced_by IS NULL;
CREATE INDEX visits_beneficiary_id_idx ON visits (beneficiary_id);

-- For how many working days a household's pair is asked before anybody else; 0 asks nobody first, NULL inherits.
ALTER TABLE organisations ADD COLUMN pair_first_days INTEGER;

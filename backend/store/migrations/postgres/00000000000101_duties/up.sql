-- How often each unit below an organisation is to give a day to wishes in a time. What was done of it is counted.
CREATE TABLE duties (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    title TEXT COLLATE "C" NOT NULL,
    obliged TEXT COLLATE "C" NOT NULL CHECK (obliged IN ('claimants', 'province', 'city', 'county', 'township', 'village', 'unit')),
    from_on TEXT COLLATE "C" NOT NULL,
    to_on TEXT COLLATE "C" NOT NULL,
    times BIGINT NOT NULL CHECK (times BETWEEN 1 AND 12),
    withdrawn_at BIGINT,
    created_by TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT duties_time_check CHECK (from_on <= to_on)
);
CREATE INDEX duties_organisation_id_idx ON duties (organisation_id, id);

-- Figures of a period as they were frozen; each is bound to the one before it by a hash.
CREATE TABLE reports (
    id TEXT COLLATE "C" PRIMARY KEY,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    number BIGINT NOT NULL CHECK (number > 0),
    from_month BIGINT NOT NULL,
    to_month BIGINT NOT NULL,
    edition BIGINT NOT NULL CHECK (edition > 0),
    figures TEXT COLLATE "C" NOT NULL,
    previous_hash TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    CONSTRAINT reports_months_check CHECK (from_month <= to_month)
);
CREATE UNIQUE INDEX reports_organisation_id_number_key ON reports (organisation_id, number);
CREATE UNIQUE INDEX reports_edition_key ON reports (organisation_id, from_month, to_month, edition);

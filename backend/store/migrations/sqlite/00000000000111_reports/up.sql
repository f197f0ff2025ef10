-- Figures of a period as they were frozen; each is bound to the one before it by a hash.
CREATE TABLE reports (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    number BIGINT NOT NULL CHECK (number > 0),
    from_month BIGINT NOT NULL,
    to_month BIGINT NOT NULL,
    edition BIGINT NOT NULL CHECK (edition > 0),
    figures TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    CONSTRAINT reports_months_check CHECK (from_month <= to_month)
);
CREATE UNIQUE INDEX reports_organisation_id_number_key ON reports (organisation_id, number);
CREATE UNIQUE INDEX reports_edition_key ON reports (organisation_id, from_month, to_month, edition);

-- An organisation's word that a claimant fulfilled wishes: in a time, or by one claim. What it says stays as it was issued; what
-- still holds of it is counted.
CREATE TABLE certificates (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    claimant_id TEXT NOT NULL REFERENCES claimants (id),
    code TEXT NOT NULL CONSTRAINT certificates_code_key UNIQUE,
    from_on TEXT,
    to_on TEXT,
    claim_id TEXT REFERENCES claims (id),
    wishes BIGINT NOT NULL CHECK (wishes > 0),
    quarter_hours BIGINT NOT NULL CHECK (quarter_hours >= 0),
    kind TEXT NOT NULL CHECK (kind IN ('person', 'unit')),
    name TEXT NOT NULL,
    named BOOLEAN NOT NULL,
    issued_by TEXT NOT NULL REFERENCES users (id),
    issued_at BIGINT NOT NULL,
    revoked_at BIGINT,
    revoked_by TEXT REFERENCES users (id),
    revoked_reason TEXT,
    updated_at BIGINT NOT NULL,
    CONSTRAINT certificates_ground_check CHECK ((claim_id IS NULL) = (from_on IS NOT NULL) AND (from_on IS NULL) = (to_on IS NULL)),
    CONSTRAINT certificates_time_check CHECK (from_on <= to_on),
    CONSTRAINT certificates_revoked_check CHECK ((revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (revoked_reason IS NULL))
);
-- The same is said once.
CREATE UNIQUE INDEX certificates_claim_id_key ON certificates (claim_id) WHERE claim_id IS NOT NULL AND revoked_at IS NULL;
CREATE UNIQUE INDEX certificates_organisation_id_claimant_id_from_on_to_on_key ON certificates (organisation_id, claimant_id, from_on, to_on) WHERE claim_id IS NULL AND revoked_at IS NULL;
CREATE INDEX certificates_organisation_id_idx ON certificates (organisation_id, id);
CREATE INDEX certificates_claimant_id_idx ON certificates (claimant_id, id);

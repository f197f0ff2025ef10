-- Whether the organisation's circle takes applications.
ALTER TABLE organisations ADD COLUMN admits BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX organisations_admits_idx ON organisations (id) WHERE admits;

-- Who is suspended is not active; `active` alone says who may take on anything new.
ALTER TABLE claimants ADD COLUMN suspended_since BIGINT;
ALTER TABLE claimants ADD COLUMN suspended_until BIGINT;
ALTER TABLE claimants ADD COLUMN suspension_reason TEXT;
CREATE INDEX claimants_suspended_until_idx ON claimants (suspended_until) WHERE suspended_until IS NOT NULL;

-- Who asks to join a circle. What tells who it is, and the words of the answer, are sealed.
CREATE TABLE applications (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    kind TEXT NOT NULL CHECK (kind IN ('person', 'unit')),
    user_id TEXT REFERENCES users (id),
    particulars TEXT NOT NULL,
    skills TEXT NOT NULL,
    region_codes TEXT NOT NULL,
    categories TEXT NOT NULL,
    capacity INTEGER NOT NULL CHECK (capacity > 0),
    applicant_key TEXT NOT NULL,
    code_digest TEXT NOT NULL CONSTRAINT applications_code_digest_key UNIQUE,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'approved', 'declined')),
    due_at BIGINT,
    answer TEXT,
    answered_by TEXT REFERENCES users (id),
    answered_at BIGINT,
    claimant_id TEXT REFERENCES claimants (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT applications_due_check CHECK ((status = 'waiting') = (due_at IS NOT NULL)),
    CONSTRAINT applications_answered_check CHECK ((status = 'waiting') = (answered_at IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)),
    CONSTRAINT applications_claimant_check CHECK ((status = 'approved') = (claimant_id IS NOT NULL)),
    CONSTRAINT applications_reason_check CHECK (status <> 'declined' OR answer IS NOT NULL)
);
-- Nobody waits twice for the same circle.
CREATE UNIQUE INDEX applications_organisation_id_applicant_key_key ON applications (organisation_id, applicant_key) WHERE status = 'waiting';
CREATE INDEX applications_organisation_id_idx ON applications (organisation_id, status, id);
CREATE INDEX applications_due_at_idx ON applications (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX applications_user_id_idx ON applications (user_id, id) WHERE user_id IS NOT NULL;

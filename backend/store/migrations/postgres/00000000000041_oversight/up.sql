-- A further role: who answers for children's data (儿童个人信息网络保护规定, art. 8 and 15).
ALTER TABLE memberships DROP CONSTRAINT memberships_role_check;
ALTER TABLE memberships ADD CONSTRAINT memberships_role_check CHECK (role IN ('collector', 'reviewer', 'coordinator', 'admin', 'auditor', 'manager', 'child_officer'));

-- Requests to look at a child under 14, and their answers. The two texts are sealed under the child's key.
CREATE TABLE look_requests (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    beneficiary_id TEXT COLLATE "C" NOT NULL REFERENCES beneficiaries (id),
    claim_id TEXT COLLATE "C" REFERENCES claims (id),
    requested_by TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    purpose TEXT NOT NULL,
    reason TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'declined')),
    answered_by TEXT COLLATE "C" REFERENCES users (id),
    answered_at BIGINT,
    answer TEXT,
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    CONSTRAINT look_requests_own_check CHECK (answered_by <> requested_by),
    CONSTRAINT look_requests_answered_check CHECK ((status = 'pending') = (answered_at IS NULL)),
    CONSTRAINT look_requests_approved_check CHECK ((status = 'approved') = (expires_at IS NOT NULL))
);
CREATE INDEX look_requests_beneficiary_id_idx ON look_requests (beneficiary_id, id);
CREATE INDEX look_requests_requested_by_idx ON look_requests (requested_by, id);
-- Somebody asks once and waits for the answer.
CREATE UNIQUE INDEX look_requests_pending_key ON look_requests (beneficiary_id, requested_by) WHERE status = 'pending';

-- What the nightly clean-up did in each tree: figures by class of data and nothing else.
CREATE TABLE retention_runs (
    id TEXT COLLATE "C" PRIMARY KEY,
    tree_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    as_of BIGINT NOT NULL,
    nightly_on TEXT COLLATE "C",
    counts TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT retention_runs_nightly_key UNIQUE (tree_id, nightly_on)
);
CREATE INDEX retention_runs_tree_id_idx ON retention_runs (tree_id, id);

-- The places that a claimant takes of a shift, and who came. mark_by is when it is too late to count.
CREATE TABLE sign_ups (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    shift_id TEXT COLLATE "C" NOT NULL REFERENCES shifts (id),
    claimant_id TEXT COLLATE "C" NOT NULL REFERENCES claimants (id),
    places BIGINT NOT NULL CHECK (places > 0),
    claim_id TEXT COLLATE "C" REFERENCES claims (id),
    status TEXT NOT NULL CHECK (status IN ('signed_up', 'withdrawn', 'cancelled', 'marked', 'unmarked')),
    mark_by BIGINT,
    came BIGINT,
    quarter_hours BIGINT,
    marked_at BIGINT,
    marked_by TEXT COLLATE "C" REFERENCES users (id),
    ended_at BIGINT,
    created_by TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT sign_ups_due_check CHECK ((status = 'signed_up') = (mark_by IS NOT NULL)),
    CONSTRAINT sign_ups_marked_check CHECK ((status = 'marked') = (came IS NOT NULL AND quarter_hours IS NOT NULL AND marked_at IS NOT NULL AND marked_by IS NOT NULL)),
    CONSTRAINT sign_ups_came_check CHECK (came >= 0 AND came <= places),
    CONSTRAINT sign_ups_ended_check CHECK ((status IN ('withdrawn', 'cancelled', 'unmarked')) = (ended_at IS NOT NULL))
);
-- A claimant signs up for a shift once; who withdrew may again.
CREATE UNIQUE INDEX sign_ups_shift_id_claimant_id_key ON sign_ups (shift_id, claimant_id) WHERE status IN ('signed_up', 'marked', 'unmarked');
CREATE INDEX sign_ups_shift_id_idx ON sign_ups (shift_id, id);
CREATE INDEX sign_ups_claimant_id_idx ON sign_ups (claimant_id, id);
CREATE INDEX sign_ups_claim_id_idx ON sign_ups (claim_id) WHERE claim_id IS NOT NULL;
CREATE INDEX sign_ups_mark_by_idx ON sign_ups (mark_by) WHERE mark_by IS NOT NULL;

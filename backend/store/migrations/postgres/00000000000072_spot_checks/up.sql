-- How many of a hundred fulfilled wishes somebody else asks about again; NULL inherits.
ALTER TABLE organisations ADD COLUMN spot_check_percent INTEGER;

-- Fulfilled wishes that were drawn: somebody who had no part in them asks the resident again.
CREATE TABLE spot_checks (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    wish_id TEXT NOT NULL REFERENCES wishes (id),
    status TEXT NOT NULL CHECK (status IN ('drawn', 'answered', 'dropped')),
    drawn_at BIGINT NOT NULL,
    due_at BIGINT,
    result TEXT CHECK (result IN ('as_reported', 'did_not_arrive', 'does_not_work', 'not_reached')),
    answered_by TEXT REFERENCES users (id),
    ended_at BIGINT,
    CHECK ((status = 'drawn') = (due_at IS NOT NULL)),
    CHECK ((status = 'drawn') = (ended_at IS NULL)),
    CHECK ((status = 'answered') = (result IS NOT NULL)),
    CHECK ((status = 'answered') = (answered_by IS NOT NULL))
);
CREATE INDEX spot_checks_wish_id_idx ON spot_checks (wish_id);
-- Of one wish one waits at most.
CREATE UNIQUE INDEX spot_checks_drawn_key ON spot_checks (wish_id) WHERE status = 'drawn';
CREATE INDEX spot_checks_due_at_idx ON spot_checks (due_at) WHERE due_at IS NOT NULL;

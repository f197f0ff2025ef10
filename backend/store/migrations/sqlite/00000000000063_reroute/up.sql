-- A further answer: handed to another of the superior's own (转办). And when a wish that had been taken
-- ended: until now it was written over the time at which it was taken.
-- SQLite changes a check only with its table; nothing refers to this one.
CREATE TABLE escalations_new (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    wish_id TEXT NOT NULL REFERENCES wishes (id),
    from_id TEXT NOT NULL REFERENCES organisations (id),
    to_id TEXT NOT NULL REFERENCES organisations (id),
    reason TEXT,
    created_by TEXT REFERENCES users (id),
    status TEXT NOT NULL CHECK (status IN ('pending', 'accepted', 'resolved', 'returned', 'superseded', 'rerouted')),
    due_at BIGINT,
    answered_at BIGINT,
    answered_by TEXT REFERENCES users (id),
    instruction TEXT,
    created_at BIGINT NOT NULL,
    rerouted_to TEXT REFERENCES organisations (id),
    resolved_at BIGINT,
    CONSTRAINT escalations_due_check CHECK ((status = 'pending') = (due_at IS NOT NULL)),
    CONSTRAINT escalations_rerouted_check CHECK ((status = 'rerouted') = (rerouted_to IS NOT NULL))
);
INSERT INTO escalations_new (id, version, wish_id, from_id, to_id, reason, created_by, status, due_at, answered_at, answered_by, instruction, created_at) SELECT id, version, wish_id, from_id, to_id, reason, created_by, status, due_at, answered_at, answered_by, instruction, created_at FROM escalations;
DROP TABLE escalations;
ALTER TABLE escalations_new RENAME TO escalations;
CREATE INDEX escalations_to_id_idx ON escalations (to_id, status);
CREATE INDEX escalations_wish_id_idx ON escalations (wish_id, id);
CREATE INDEX escalations_due_at_idx ON escalations (due_at) WHERE due_at IS NOT NULL;
-- At most one escalation of a wish is pending.
CREATE UNIQUE INDEX escalations_wish_id_key ON escalations (wish_id) WHERE status = 'pending';

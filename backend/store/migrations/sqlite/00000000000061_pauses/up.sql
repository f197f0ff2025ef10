-- When the clock of a wish stood, and why. The reason is sealed under the resident's key.
CREATE TABLE pauses (
    id TEXT PRIMARY KEY,
    wish_id TEXT NOT NULL REFERENCES wishes (id),
    reason TEXT NOT NULL,
    until TEXT NOT NULL,
    days INTEGER NOT NULL CHECK (days BETWEEN 0 AND 60),
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    resumed_at BIGINT,
    resumed_by TEXT REFERENCES users (id),
    CONSTRAINT pauses_resumed_check CHECK ((resumed_at IS NULL) = (resumed_by IS NULL))
);
CREATE INDEX pauses_wish_id_idx ON pauses (wish_id, id);
ALTER TABLE wishes ADD COLUMN paused_until TEXT;
-- Over its whole life: no wish stands still for ever.
ALTER TABLE wishes ADD COLUMN paused_days INTEGER NOT NULL DEFAULT 0 CONSTRAINT wishes_paused_days_check CHECK (paused_days BETWEEN 0 AND 60);

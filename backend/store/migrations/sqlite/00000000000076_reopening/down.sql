-- What was taken back reads as given back: the share did come free.
UPDATE claims SET status = 'released' WHERE status = 'taken_back';
CREATE TABLE claims_old (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    wish_id TEXT NOT NULL REFERENCES wishes (id),
    claimant_id TEXT NOT NULL REFERENCES claimants (id),
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    route TEXT NOT NULL CHECK (route IN ('self', 'dispatch', 'waiting')),
    made_by TEXT NOT NULL REFERENCES users (id),
    note TEXT,
    status TEXT NOT NULL CHECK (status IN ('proposed', 'active', 'delivered', 'confirmed', 'declined', 'released', 'lapsed')),
    answer_by BIGINT,
    contact_by BIGINT,
    deliver_by BIGINT,
    contacted_at BIGINT,
    sent_back TEXT,
    delivered_at BIGINT,
    confirm_by BIGINT,
    confirmed_at BIGINT,
    confirmed_method TEXT,
    confirmed_by TEXT REFERENCES users (id),
    ended_at BIGINT,
    ended_reason TEXT,
    lapses_at BIGINT,
    delivery TEXT,
    value_fen BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
INSERT INTO claims_old SELECT id, version, wish_id, claimant_id, quantity, route, made_by, note, status, answer_by, contact_by, deliver_by, contacted_at, sent_back, delivered_at, confirm_by, confirmed_at, confirmed_method, confirmed_by, ended_at, ended_reason, lapses_at, delivery, value_fen, created_at, updated_at FROM claims;
DROP TABLE claims;
ALTER TABLE claims_old RENAME TO claims;
CREATE INDEX claims_wish_id_idx ON claims (wish_id);
CREATE INDEX claims_claimant_id_idx ON claims (claimant_id, status);
CREATE INDEX claims_lapses_at_idx ON claims (lapses_at) WHERE lapses_at IS NOT NULL;
CREATE UNIQUE INDEX claims_wish_id_claimant_id_key ON claims (wish_id, claimant_id) WHERE status IN ('proposed', 'active', 'delivered');
ALTER TABLE organisations DROP COLUMN reopen_days;
CREATE INDEX claims_confirm_by_idx ON claims (confirm_by) WHERE confirm_by IS NOT NULL;

-- Who waits for a share of a wish that is all taken (候补); ids rise in the order of the list.
CREATE TABLE waiting_list (
    id TEXT PRIMARY KEY,
    wish_id TEXT NOT NULL REFERENCES wishes (id),
    claimant_id TEXT NOT NULL REFERENCES claimants (id),
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    made_by TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    CONSTRAINT waiting_list_wish_id_claimant_id_key UNIQUE (wish_id, claimant_id)
);
CREATE INDEX waiting_list_claimant_id_idx ON waiting_list (claimant_id);

-- A further route: called from the waiting list.
ALTER TABLE claims DROP CONSTRAINT claims_route_check;
ALTER TABLE claims ADD CONSTRAINT claims_route_check CHECK (route IN ('self', 'dispatch', 'waiting'));

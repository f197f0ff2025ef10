-- Each placed event is bound to the one before it in its tree. What was placed before this is in no chain.
ALTER TABLE events ADD COLUMN tree_id TEXT;
ALTER TABLE events ADD COLUMN chain_number BIGINT;
ALTER TABLE events ADD COLUMN chain_hash TEXT;
CREATE UNIQUE INDEX events_tree_id_chain_number_key ON events (tree_id, chain_number);
CREATE INDEX events_organisation_id_idx ON events (organisation_id, position);
CREATE INDEX events_origin_id_idx ON events (origin_id, position);

-- Where a tree's chain ended on a day, sealed with a key that is not in this database.
CREATE TABLE audit_heads (
    tree_id TEXT NOT NULL,
    day TEXT NOT NULL,
    length BIGINT NOT NULL,
    hash TEXT NOT NULL,
    seal TEXT NOT NULL,
    PRIMARY KEY (tree_id, day)
);

DROP TABLE audit_heads;
DROP INDEX events_origin_id_idx;
DROP INDEX events_organisation_id_idx;
DROP INDEX events_tree_id_chain_number_key;
ALTER TABLE events DROP COLUMN chain_hash;
ALTER TABLE events DROP COLUMN chain_number;
ALTER TABLE events DROP COLUMN tree_id;

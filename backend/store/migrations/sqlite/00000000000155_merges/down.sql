DROP TABLE merges;
DROP INDEX beneficiaries_merged_into_idx;
ALTER TABLE beneficiaries DROP COLUMN merged_into;

DROP INDEX wishes_split_from_idx;
ALTER TABLE wishes DROP COLUMN split_from;

DROP INDEX wishes_shared_idx;
ALTER TABLE wishes DROP COLUMN shared_since;
DROP TABLE platform_keys;
DROP TABLE platforms;

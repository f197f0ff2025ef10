ALTER TABLE wishes DROP COLUMN policy;
DROP TABLE policy_changes;

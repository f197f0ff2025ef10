DROP TABLE applications;
DROP INDEX claimants_suspended_until_idx;
ALTER TABLE claimants DROP COLUMN suspension_reason;
ALTER TABLE claimants DROP COLUMN suspended_until;
ALTER TABLE claimants DROP COLUMN suspended_since;
DROP INDEX organisations_admits_idx;
ALTER TABLE organisations DROP COLUMN admits;

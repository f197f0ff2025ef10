ALTER TABLE claimants DROP COLUMN categories;
DROP INDEX wishes_audience_id_idx;
DROP INDEX wishes_skill_idx;
ALTER TABLE wishes DROP COLUMN skill;

ALTER TABLE wishes DROP COLUMN paused_days;
ALTER TABLE wishes DROP COLUMN paused_until;
DROP TABLE pauses;

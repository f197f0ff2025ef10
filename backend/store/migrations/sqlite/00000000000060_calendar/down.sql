ALTER TABLE directory DROP COLUMN calendar;
DROP TABLE calendar_days;
DROP TABLE calendar_years;

ALTER TABLE claims DROP COLUMN brought_on;

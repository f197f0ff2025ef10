ALTER TABLE claims DROP COLUMN quarter_hours;

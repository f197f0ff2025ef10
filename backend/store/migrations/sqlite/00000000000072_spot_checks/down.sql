DROP TABLE spot_checks;
ALTER TABLE organisations DROP COLUMN spot_check_percent;

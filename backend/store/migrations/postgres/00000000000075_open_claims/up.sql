-- How many open claims a claimant of the organisation may hold at once; NULL inherits.
ALTER TABLE organisations ADD COLUMN most_open_claims INTEGER;

ALTER TABLE organisations DROP COLUMN pair_first_days;
DROP TABLE visits;
DROP TABLE hand_overs;
DROP TABLE pairings;

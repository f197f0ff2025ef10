ALTER TABLE organisations DROP COLUMN most_open_claims;

-- The wish that a part was split off from; never a part itself.
ALTER TABLE wishes ADD COLUMN split_from TEXT COLLATE "C" REFERENCES wishes (id);
CREATE INDEX wishes_split_from_idx ON wishes (split_from) WHERE split_from IS NOT NULL;

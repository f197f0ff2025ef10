-- Somebody else set it, and so knows it: until it is changed it opens nothing else.
ALTER TABLE users ADD COLUMN must_change_password BOOLEAN NOT NULL DEFAULT FALSE;

-- What program a session began with, in two words, so that people know their own again.
ALTER TABLE sessions ADD COLUMN program TEXT NOT NULL DEFAULT '';

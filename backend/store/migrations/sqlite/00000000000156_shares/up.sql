-- What each share of a wish is, where they are not alike: a JSON list of titles, each with where it stands and the claim
-- that holds it. It changes with the counters, and in the same statement.
ALTER TABLE wishes ADD COLUMN shares TEXT;

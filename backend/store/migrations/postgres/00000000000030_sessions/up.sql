-- Which client retired a refresh token: only that one is given the successor again.
ALTER TABLE refresh_tokens ADD COLUMN retired_by TEXT COLLATE "C";
CREATE INDEX refresh_tokens_expires_at_idx ON refresh_tokens (expires_at);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);
CREATE INDEX login_attempts_last_at_idx ON login_attempts (last_at);

-- The root of the tree in which a user was entered, which stays theirs when their last role is taken.
ALTER TABLE users ADD COLUMN home_id TEXT COLLATE "C" REFERENCES organisations (id);
UPDATE users SET home_id = (
    SELECT above.ancestor_id
    FROM memberships
    JOIN organisation_closure above ON above.descendant_id = memberships.organisation_id
    WHERE memberships.user_id = users.id
    ORDER BY above.depth DESC
    LIMIT 1
);

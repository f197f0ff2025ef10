-- Whether the resident's word was taken by somebody who had no part in what was brought. Null where a version before noted the
-- word: a call or a witness was always somebody else's.
ALTER TABLE claims ADD COLUMN confirmed_by_others BOOLEAN;

-- Whether the organisation shows which units brought how much.
ALTER TABLE organisations ADD COLUMN leaderboard BOOLEAN NOT NULL DEFAULT FALSE;

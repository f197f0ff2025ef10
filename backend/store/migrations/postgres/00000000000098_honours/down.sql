ALTER TABLE organisations DROP COLUMN leaderboard;
ALTER TABLE claims DROP COLUMN confirmed_by_others;

ALTER TABLE users DROP COLUMN home_id;
DROP INDEX login_attempts_last_at_idx;
DROP INDEX sessions_expires_at_idx;
DROP INDEX refresh_tokens_expires_at_idx;
ALTER TABLE refresh_tokens DROP COLUMN retired_by;

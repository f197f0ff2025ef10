ALTER TABLE sessions DROP COLUMN program;
ALTER TABLE users DROP COLUMN must_change_password;

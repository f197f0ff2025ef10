-- Letters to be sent, each from when it is planned until the mail server has it; taken as jobs are. `about` is
-- the day of a digest, or the id of a code: of each there is one. The letter itself is written when it goes.
CREATE TABLE mails (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    about TEXT NOT NULL,
    run_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    tries INTEGER NOT NULL,
    failure TEXT,
    reply INTEGER,
    dead_at BIGINT,
    CONSTRAINT mails_kind_user_id_about_key UNIQUE (kind, user_id, about)
);
CREATE INDEX mails_run_at_idx ON mails (run_at) WHERE dead_at IS NULL;
CREATE INDEX mails_dead_at_idx ON mails (dead_at) WHERE dead_at IS NOT NULL;
CREATE INDEX mails_user_id_idx ON mails (user_id);

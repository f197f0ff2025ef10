-- What time is to do: one row for each thing that came due, from when it is planned until it is done.
-- Who takes a row moves `run_at` to the end of the lease, and counts the try: a row that is not gone by
-- then is free again, and a taker who was too slow finds that `tries` has moved on.
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    wish_id TEXT NOT NULL REFERENCES wishes (id),
    due_at BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    tries INTEGER NOT NULL,
    failure TEXT,
    dead_at BIGINT,
    CONSTRAINT jobs_kind_subject_id_due_at_key UNIQUE (kind, subject_id, due_at)
);
CREATE INDEX jobs_run_at_idx ON jobs (run_at) WHERE dead_at IS NULL;
CREATE INDEX jobs_wish_id_idx ON jobs (wish_id);

-- The latest time as of which jobs have run.
CREATE TABLE job_clock (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    ran_until BIGINT NOT NULL
);
INSERT INTO job_clock (id, ran_until) VALUES (1, 0);

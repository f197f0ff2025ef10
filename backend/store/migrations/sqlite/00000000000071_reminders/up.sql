-- Of which times claimants were reminded: each once.
CREATE TABLE claim_reminders (
    claim_id TEXT NOT NULL REFERENCES claims (id),
    due_at BIGINT NOT NULL,
    reminded_at BIGINT NOT NULL,
    PRIMARY KEY (claim_id, due_at)
);

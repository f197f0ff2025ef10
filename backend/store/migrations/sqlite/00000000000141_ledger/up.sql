-- Money moved. Rows are added, and neither changed nor removed: what is wrong is reversed, once. month is that of China's
-- calendar.
CREATE TABLE ledger_transactions (
    id TEXT PRIMARY KEY,
    pool_id TEXT NOT NULL REFERENCES pools (id),
    kind TEXT NOT NULL CHECK (kind IN ('received', 'refunded', 'allocated', 'released', 'spent')),
    amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
    donation_id TEXT REFERENCES donations (id),
    allocation_id TEXT REFERENCES allocations (id),
    reverses TEXT REFERENCES ledger_transactions (id),
    reason TEXT,
    by_id TEXT REFERENCES users (id),
    platform_id TEXT REFERENCES platforms (id),
    external_id TEXT,
    month TEXT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT ledger_transactions_donation_check CHECK ((kind IN ('received', 'refunded')) = (donation_id IS NOT NULL)),
    CONSTRAINT ledger_transactions_allocation_check CHECK ((donation_id IS NULL) = (allocation_id IS NOT NULL)),
    CONSTRAINT ledger_transactions_platform_check CHECK ((donation_id IS NULL) = (platform_id IS NULL)),
    CONSTRAINT ledger_transactions_reason_check CHECK ((reverses IS NULL) = (reason IS NULL))
);
CREATE UNIQUE INDEX ledger_transactions_reverses_idx ON ledger_transactions (reverses);
CREATE UNIQUE INDEX ledger_transactions_platform_id_external_id_idx ON ledger_transactions (platform_id, external_id);
CREATE INDEX ledger_transactions_pool_id_idx ON ledger_transactions (pool_id, id);
CREATE INDEX ledger_transactions_donation_id_idx ON ledger_transactions (donation_id);
CREATE INDEX ledger_transactions_allocation_id_idx ON ledger_transactions (allocation_id);

-- Both sides of each: below zero out of an account, above zero into one.
CREATE TABLE ledger_entries (
    transaction_id TEXT NOT NULL REFERENCES ledger_transactions (id),
    account_kind TEXT NOT NULL CHECK (account_kind IN ('platform', 'pool', 'allocation', 'spent')),
    account_id TEXT NOT NULL,
    amount_fen BIGINT NOT NULL CHECK (amount_fen <> 0),
    PRIMARY KEY (transaction_id, account_kind, account_id)
);
CREATE INDEX ledger_entries_account_id_idx ON ledger_entries (account_id, account_kind);

-- What a transaction bought, and what shows it. held_fen is what the pool held unspent just before.
CREATE TABLE spendings (
    transaction_id TEXT PRIMARY KEY REFERENCES ledger_transactions (id),
    allocation_id TEXT NOT NULL REFERENCES allocations (id),
    attachment_id TEXT REFERENCES attachments (id),
    invoice_number TEXT,
    held_fen BIGINT NOT NULL CHECK (held_fen > 0),
    CONSTRAINT spendings_evidence_check CHECK ((attachment_id IS NULL) <> (invoice_number IS NULL))
);
CREATE INDEX spendings_allocation_id_idx ON spendings (allocation_id);

CREATE TRIGGER ledger_transactions_stay BEFORE UPDATE ON ledger_transactions
BEGIN SELECT RAISE(ABORT, 'the ledger is added to, and not changed'); END;
CREATE TRIGGER ledger_transactions_kept BEFORE DELETE ON ledger_transactions
BEGIN SELECT RAISE(ABORT, 'the ledger is added to, and not changed'); END;
CREATE TRIGGER ledger_entries_stay BEFORE UPDATE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'the ledger is added to, and not changed'); END;
CREATE TRIGGER ledger_entries_kept BEFORE DELETE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'the ledger is added to, and not changed'); END;

-- Money moved. Rows are added, and neither changed nor removed: what is wrong is reversed, once. month is that of China's
-- calendar.
CREATE TABLE ledger_transactions (
    id TEXT COLLATE "C" PRIMARY KEY,
    pool_id TEXT COLLATE "C" NOT NULL REFERENCES pools (id),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('received', 'refunded', 'allocated', 'released', 'spent')),
    amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
    donation_id TEXT COLLATE "C" REFERENCES donations (id),
    allocation_id TEXT COLLATE "C" REFERENCES allocations (id),
    reverses TEXT COLLATE "C" REFERENCES ledger_transactions (id),
    reason TEXT COLLATE "C",
    by_id TEXT COLLATE "C" REFERENCES users (id),
    platform_id TEXT COLLATE "C" REFERENCES platforms (id),
    external_id TEXT COLLATE "C",
    month TEXT COLLATE "C" NOT NULL,
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
    transaction_id TEXT COLLATE "C" NOT NULL REFERENCES ledger_transactions (id),
    account_kind TEXT COLLATE "C" NOT NULL CHECK (account_kind IN ('platform', 'pool', 'allocation', 'spent')),
    account_id TEXT COLLATE "C" NOT NULL,
    amount_fen BIGINT NOT NULL CHECK (amount_fen <> 0),
    PRIMARY KEY (transaction_id, account_kind, account_id)
);
CREATE INDEX ledger_entries_account_id_idx ON ledger_entries (account_id, account_kind);

-- What a transaction bought, and what shows it. held_fen is what the pool held unspent just before.
CREATE TABLE spendings (
    transaction_id TEXT COLLATE "C" PRIMARY KEY REFERENCES ledger_transactions (id),
    allocation_id TEXT COLLATE "C" NOT NULL REFERENCES allocations (id),
    attachment_id TEXT COLLATE "C" REFERENCES attachments (id),
    invoice_number TEXT COLLATE "C",
    held_fen BIGINT NOT NULL CHECK (held_fen > 0),
    CONSTRAINT spendings_evidence_check CHECK ((attachment_id IS NULL) <> (invoice_number IS NULL))
);
CREATE INDEX spendings_allocation_id_idx ON spendings (allocation_id);

CREATE FUNCTION ledger_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is added to, and not changed';
END
$$;
CREATE TRIGGER ledger_transactions_stay BEFORE UPDATE OR DELETE ON ledger_transactions
FOR EACH ROW EXECUTE FUNCTION ledger_stays();
CREATE TRIGGER ledger_entries_stay BEFORE UPDATE OR DELETE ON ledger_entries
FOR EACH ROW EXECUTE FUNCTION ledger_stays();

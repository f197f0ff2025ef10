DROP TABLE spendings;
DROP TABLE ledger_entries;
DROP TABLE ledger_transactions;

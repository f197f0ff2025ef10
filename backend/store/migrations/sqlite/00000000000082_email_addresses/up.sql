-- Where people are told what waits for them: sealed; `address` counts, `pending` waits for its code. A row
-- without either stays: how many codes were asked for is not forgotten by taking an address away.
CREATE TABLE email_addresses (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    version BIGINT NOT NULL,
    address TEXT,
    confirmed_at BIGINT,
    pending TEXT,
    code_id TEXT,
    code_until BIGINT,
    code_tries INTEGER NOT NULL CHECK (code_tries BETWEEN 0 AND 5),
    codes INTEGER NOT NULL CHECK (codes >= 0),
    codes_since BIGINT NOT NULL,
    code_at BIGINT NOT NULL,
    told_on TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    CHECK ((address IS NULL) = (confirmed_at IS NULL)),
    CHECK ((pending IS NULL) = (code_id IS NULL)),
    CHECK ((pending IS NULL) = (code_until IS NULL))
);
CREATE INDEX email_addresses_told_on_idx ON email_addresses (told_on) WHERE confirmed_at IS NOT NULL;

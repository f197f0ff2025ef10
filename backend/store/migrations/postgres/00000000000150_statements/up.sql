-- What platforms' own books say of a pool. digest is of the file and of what is said of it: the same once more is the same statement.
CREATE TABLE statements (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    pool_id TEXT COLLATE "C" NOT NULL REFERENCES pools (id),
    platform_id TEXT COLLATE "C" NOT NULL REFERENCES platforms (id),
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    format TEXT COLLATE "C" NOT NULL,
    from_on TEXT COLLATE "C" NOT NULL,
    to_on TEXT COLLATE "C" NOT NULL,
    said_count BIGINT NOT NULL CHECK (said_count >= 0),
    said_fen BIGINT NOT NULL CHECK (said_fen >= 0),
    found_count BIGINT NOT NULL CHECK (found_count >= 0),
    found_fen BIGINT NOT NULL CHECK (found_fen >= 0),
    repeated BIGINT NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    file_hash TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('running', 'done')),
    counted TEXT COLLATE "C" NOT NULL,
    numbered BIGINT NOT NULL,
    done_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT statements_done_check CHECK ((status = 'done') = (done_at IS NOT NULL)),
    CONSTRAINT statements_days_check CHECK (from_on <= to_on)
);
CREATE UNIQUE INDEX statements_digest_key ON statements (platform_id, digest);
CREATE INDEX statements_pool_id_idx ON statements (pool_id, id);
CREATE INDEX statements_running_idx ON statements (id) WHERE status = 'running';

-- Its rows that wait: each part holds those between two numbers of the platform. It goes once it was held against the books.
CREATE TABLE statement_parts (
    statement_id TEXT COLLATE "C" NOT NULL REFERENCES statements (id),
    number BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('donation', 'refund')),
    after_id TEXT COLLATE "C",
    upto_id TEXT COLLATE "C",
    rows TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (statement_id, number)
);

-- What is not the same on both sides, or on one side alone. A row that does not read is kept by its number and why, and not by what it says.
CREATE TABLE statement_differences (
    statement_id TEXT COLLATE "C" NOT NULL REFERENCES statements (id),
    number BIGINT NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT COLLATE "C" CHECK (kind IN ('donation', 'refund')),
    outcome TEXT COLLATE "C" NOT NULL CHECK (outcome IN ('missing_here', 'amount_differs', 'other_pool', 'reversed', 'missing_there', 'refused', 'unreadable')),
    external_id TEXT COLLATE "C",
    amount_fen BIGINT,
    here_fen BIGINT,
    donation_id TEXT COLLATE "C" REFERENCES donations (id),
    fault TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    note TEXT COLLATE "C",
    settled_by TEXT COLLATE "C" REFERENCES users (id),
    settled_at BIGINT,
    PRIMARY KEY (statement_id, number),
    CONSTRAINT statement_differences_settled_check CHECK ((settled_at IS NULL) = (note IS NULL) AND (settled_at IS NULL) = (settled_by IS NULL)),
    CONSTRAINT statement_differences_booked_check CHECK (settled_at IS NULL OR outcome <> 'missing_here')
);
CREATE INDEX statement_differences_open_idx ON statement_differences (statement_id, number)
WHERE settled_at IS NULL AND outcome <> 'missing_here';
CREATE INDEX statement_differences_outcome_idx ON statement_differences (statement_id, outcome, number);

-- What a statement passes over is looked for by the platform's own numbers.
CREATE INDEX donations_pool_id_external_id_idx ON donations (pool_id, external_id);

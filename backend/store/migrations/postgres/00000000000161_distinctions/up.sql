-- Two records that look like one resident and are of two people: who said so, and how they know.
CREATE TABLE distinctions (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    one_id TEXT COLLATE "C" NOT NULL REFERENCES beneficiaries (id),
    other_id TEXT COLLATE "C" NOT NULL REFERENCES beneficiaries (id),
    reason TEXT COLLATE "C" NOT NULL CHECK (reason IN ('knows_them', 'said_so', 'papers_show')),
    said_by TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    said_at BIGINT NOT NULL,
    undone_by TEXT COLLATE "C" REFERENCES users (id),
    undone_at BIGINT,
    CONSTRAINT distinctions_order_check CHECK (one_id < other_id),
    CONSTRAINT distinctions_undone_check CHECK ((undone_at IS NULL) = (undone_by IS NULL))
);
-- Two are told apart once at a time.
CREATE UNIQUE INDEX distinctions_pair_key ON distinctions (one_id, other_id) WHERE undone_at IS NULL;
CREATE INDEX distinctions_other_id_idx ON distinctions (other_id) WHERE undone_at IS NULL;

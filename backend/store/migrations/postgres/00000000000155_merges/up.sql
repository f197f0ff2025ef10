-- Two records of one resident: the merged one points at the survivor, who speaks for both. Each keeps its own key,
-- and what is sealed under it stays where it is.
ALTER TABLE beneficiaries ADD COLUMN merged_into TEXT COLLATE "C" REFERENCES beneficiaries (id);
CREATE INDEX beneficiaries_merged_into_idx ON beneficiaries (merged_into) WHERE merged_into IS NOT NULL;

-- Who made them one, why, and what it takes to undo it. before is what was known of the survivor, sealed under its key.
CREATE TABLE merges (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    survivor_id TEXT COLLATE "C" NOT NULL REFERENCES beneficiaries (id),
    merged_id TEXT COLLATE "C" NOT NULL REFERENCES beneficiaries (id),
    household_id TEXT COLLATE "C" NOT NULL REFERENCES households (id),
    reason TEXT COLLATE "C" NOT NULL CHECK (reason IN ('entered_twice', 'said_so', 'papers_show')),
    taken TEXT COLLATE "C" NOT NULL,
    before TEXT COLLATE "C",
    merged_by TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    merged_at BIGINT NOT NULL,
    undone_by TEXT COLLATE "C" REFERENCES users (id),
    undone_at BIGINT,
    CONSTRAINT merges_two_check CHECK (survivor_id <> merged_id),
    CONSTRAINT merges_undone_check CHECK ((undone_at IS NULL) = (undone_by IS NULL))
);
-- One record is part of one other at a time.
CREATE UNIQUE INDEX merges_merged_id_key ON merges (merged_id) WHERE undone_at IS NULL;
CREATE INDEX merges_merged_id_idx ON merges (merged_id, id);
CREATE INDEX merges_survivor_id_idx ON merges (survivor_id, id);

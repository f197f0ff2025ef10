-- Sheets of wishes that somebody else made. shape holds the file's name and what stands above its rows, sealed; it is gone once the
-- import is over, and so are the cells of its rows.
CREATE TABLE imports (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    shape TEXT,
    fields TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'checked', 'running', 'stopped', 'done')),
    hand_in BOOLEAN NOT NULL,
    halted BOOLEAN NOT NULL,
    uploaded_by TEXT NOT NULL REFERENCES users (id),
    started_by TEXT REFERENCES users (id),
    keep_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT imports_started_check CHECK (status NOT IN ('running', 'done') OR started_by IS NOT NULL),
    CONSTRAINT imports_running_check CHECK (status <> 'running' OR shape IS NOT NULL)
);
CREATE INDEX imports_organisation_id_idx ON imports (organisation_id, id);
CREATE INDEX imports_running_idx ON imports (id) WHERE status = 'running';
CREATE INDEX imports_keep_until_idx ON imports (keep_until) WHERE shape IS NOT NULL;

CREATE TABLE import_rows (
    import_id TEXT NOT NULL REFERENCES imports (id),
    number BIGINT NOT NULL,
    sheet_row BIGINT NOT NULL,
    cells TEXT,
    outcome TEXT NOT NULL CHECK (outcome IN ('ready', 'faulty', 'known', 'done')),
    faults TEXT NOT NULL,
    fingerprint TEXT,
    beneficiary_id TEXT REFERENCES beneficiaries (id),
    wish_id TEXT REFERENCES wishes (id),
    PRIMARY KEY (import_id, number),
    CONSTRAINT import_rows_done_check CHECK ((outcome = 'done') = (wish_id IS NOT NULL AND beneficiary_id IS NOT NULL)),
    CONSTRAINT import_rows_cells_check CHECK (outcome NOT IN ('known', 'done') OR cells IS NULL)
);
-- The same row goes in once, whichever import it comes with.
CREATE UNIQUE INDEX import_rows_fingerprint_key ON import_rows (fingerprint) WHERE outcome = 'done';
CREATE INDEX import_rows_outcome_idx ON import_rows (import_id, outcome, number);
CREATE INDEX import_rows_beneficiary_id_idx ON import_rows (beneficiary_id) WHERE beneficiary_id IS NOT NULL;

-- What the columns of an organisation's own sheets mean.
CREATE TABLE import_templates (
    organisation_id TEXT PRIMARY KEY REFERENCES organisations (id),
    fields TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Lists that are taken out as files. asked holds what narrows the list down and what it is for, sealed; a file that names residents waits
-- for a second person, and its password is kept, sealed, until it was shown.
CREATE TABLE exports (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    subject TEXT NOT NULL CHECK (subject IN ('wishes', 'claims', 'residents', 'wishes_with_residents')),
    asked TEXT NOT NULL,
    asked_by TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    status TEXT NOT NULL CHECK (status IN ('pending', 'requested', 'ready', 'failed', 'declined', 'expired', 'destroyed')),
    answered_by TEXT COLLATE "C" REFERENCES users (id),
    answer TEXT,
    failure TEXT,
    row_count BIGINT,
    until BIGINT,
    downloads INTEGER NOT NULL,
    password TEXT,
    tries INTEGER NOT NULL,
    run_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT exports_second_check CHECK (answered_by IS NULL OR answered_by <> asked_by),
    CONSTRAINT exports_approved_check CHECK (subject IN ('wishes', 'claims') OR status NOT IN ('requested', 'ready', 'failed', 'declined') OR answered_by IS NOT NULL),
    CONSTRAINT exports_until_check CHECK (status NOT IN ('pending', 'ready') OR until IS NOT NULL),
    CONSTRAINT exports_password_check CHECK (status = 'ready' OR password IS NULL),
    CONSTRAINT exports_downloads_check CHECK (subject IN ('wishes', 'claims') OR downloads <= 3)
);
CREATE INDEX exports_organisation_id_idx ON exports (organisation_id, id);
CREATE INDEX exports_run_at_idx ON exports (run_at) WHERE status = 'requested';
CREATE INDEX exports_until_idx ON exports (until) WHERE status IN ('pending', 'ready');

-- The file itself, sealed, as long as it is kept; apart, so that a change of an export does not write it anew.
CREATE TABLE export_files (
    export_id TEXT COLLATE "C" PRIMARY KEY REFERENCES exports (id),
    content BYTEA NOT NULL
);

-- Who is in a file: by it each taking is one of the looks at a resident, and the file goes with the first who is erased. Stays when
-- the file goes.
CREATE TABLE export_people (
    export_id TEXT COLLATE "C" NOT NULL REFERENCES exports (id),
    beneficiary_id TEXT COLLATE "C" NOT NULL REFERENCES beneficiaries (id),
    PRIMARY KEY (export_id, beneficiary_id)
);
CREATE INDEX export_people_beneficiary_id_idx ON export_people (beneficiary_id);

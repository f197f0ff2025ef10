-- A batch of wishes that is opened to chosen circles at once, until the last household is served. due_at is when that is
-- to be; report is what was counted when it ended, and ended_by who ended it before.
CREATE TABLE emergency_calls (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    title TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
    ended_at BIGINT,
    ended_by TEXT REFERENCES users (id),
    ended_reason TEXT,
    report TEXT,
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT emergency_calls_ended_check CHECK ((status = 'closed') = (ended_at IS NOT NULL)),
    CONSTRAINT emergency_calls_report_check CHECK ((status = 'closed') = (report IS NOT NULL)),
    CONSTRAINT emergency_calls_reason_check CHECK ((ended_by IS NULL) = (ended_reason IS NULL))
);
CREATE INDEX emergency_calls_organisation_id_idx ON emergency_calls (organisation_id, id);
CREATE INDEX emergency_calls_status_idx ON emergency_calls (status, created_at, id);

-- Whose claimants may claim what is in it, while it is open.
CREATE TABLE emergency_call_circles (
    call_id TEXT NOT NULL REFERENCES emergency_calls (id),
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    whom TEXT NOT NULL CHECK (whom IN ('everybody', 'persons', 'units')),
    PRIMARY KEY (call_id, organisation_id)
);
CREATE INDEX emergency_call_circles_organisation_id_idx ON emergency_call_circles (organisation_id);

-- What is in it.
CREATE TABLE emergency_call_wishes (
    call_id TEXT NOT NULL REFERENCES emergency_calls (id),
    wish_id TEXT NOT NULL REFERENCES wishes (id),
    PRIMARY KEY (call_id, wish_id)
);
CREATE INDEX emergency_call_wishes_wish_id_idx ON emergency_call_wishes (wish_id);

-- What organisations set as their time rules, and when: the organisation's own columns are the newest.
CREATE TABLE policy_changes (
    id TEXT COLLATE "C" PRIMARY KEY,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    policy TEXT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL
);
CREATE INDEX policy_changes_organisation_id_idx ON policy_changes (organisation_id, id);
-- The rules that a wish was given; without them those of its holder hold.
ALTER TABLE wishes ADD COLUMN policy TEXT;

DROP TABLE retention_runs;
DROP TABLE look_requests;
CREATE TABLE memberships_old (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    role TEXT NOT NULL CHECK (role IN ('collector', 'reviewer', 'coordinator', 'admin', 'auditor', 'manager')),
    created_at BIGINT NOT NULL,
    CONSTRAINT memberships_user_id_organisation_id_role_key UNIQUE (user_id, organisation_id, role)
);
INSERT INTO memberships_old SELECT id, user_id, organisation_id, role, created_at FROM memberships WHERE role <> 'child_officer';
DROP TABLE memberships;
ALTER TABLE memberships_old RENAME TO memberships;
CREATE INDEX memberships_organisation_id_idx ON memberships (organisation_id);

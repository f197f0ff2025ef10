DROP TABLE retention_runs;
DROP TABLE look_requests;
DELETE FROM memberships WHERE role = 'child_officer';
ALTER TABLE memberships DROP CONSTRAINT memberships_role_check;
ALTER TABLE memberships ADD CONSTRAINT memberships_role_check CHECK (role IN ('collector', 'reviewer', 'coordinator', 'admin', 'auditor', 'manager'));

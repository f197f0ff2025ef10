-- By when a second person is to answer; while the allocation waits.
ALTER TABLE allocations ADD COLUMN due_at BIGINT;
UPDATE allocations SET due_at = created_at + 259200000000 WHERE status = 'pending';
CREATE INDEX allocations_due_at_idx ON allocations (due_at) WHERE due_at IS NOT NULL;

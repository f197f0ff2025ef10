DROP INDEX allocations_due_at_idx;
ALTER TABLE allocations DROP COLUMN due_at;

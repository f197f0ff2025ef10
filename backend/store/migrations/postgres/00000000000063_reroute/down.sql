-- What was handed on reads as taken: the wish did go on.
ALTER TABLE escalations DROP CONSTRAINT escalations_rerouted_check;
ALTER TABLE escalations DROP CONSTRAINT escalations_status_check;
UPDATE escalations SET status = 'accepted', instruction = NULL WHERE status = 'rerouted';
ALTER TABLE escalations ADD CONSTRAINT escalations_status_check CHECK (status IN ('pending', 'accepted', 'resolved', 'returned', 'superseded'));
ALTER TABLE escalations DROP COLUMN resolved_at;
ALTER TABLE escalations DROP COLUMN rerouted_to;

-- A further answer: handed to another of the superior's own (转办). And when a wish that had been taken
-- ended: until now it was written over the time at which it was taken.
ALTER TABLE escalations ADD COLUMN rerouted_to TEXT COLLATE "C" REFERENCES organisations (id);
ALTER TABLE escalations ADD COLUMN resolved_at BIGINT;
ALTER TABLE escalations DROP CONSTRAINT escalations_status_check;
ALTER TABLE escalations ADD CONSTRAINT escalations_status_check CHECK (status IN ('pending', 'accepted', 'resolved', 'returned', 'superseded', 'rerouted'));
ALTER TABLE escalations ADD CONSTRAINT escalations_rerouted_check CHECK ((status = 'rerouted') = (rerouted_to IS NOT NULL));

-- For how many working days after it was fulfilled a wish may be reopened; NULL inherits.
ALTER TABLE organisations ADD COLUMN reopen_days INTEGER;

-- A further end of a claim: taken back by the holder.
ALTER TABLE claims DROP CONSTRAINT claims_status_check;
ALTER TABLE claims ADD CONSTRAINT claims_status_check CHECK (status IN ('proposed', 'active', 'delivered', 'confirmed', 'declined', 'released', 'lapsed', 'taken_back'));

-- What was taken back reads as given back: the share did come free.
UPDATE claims SET status = 'released' WHERE status = 'taken_back';
ALTER TABLE claims DROP CONSTRAINT claims_status_check;
ALTER TABLE claims ADD CONSTRAINT claims_status_check CHECK (status IN ('proposed', 'active', 'delivered', 'confirmed', 'declined', 'released', 'lapsed'));
ALTER TABLE organisations DROP COLUMN reopen_days;

-- What the wall says of a wish is chosen at publication and kept; hidden_since takes it off the wall.
ALTER TABLE wishes ADD COLUMN hidden_since BIGINT;
ALTER TABLE wishes ADD COLUMN shown_place TEXT;
ALTER TABLE wishes ADD COLUMN shown_region_code TEXT COLLATE "C";
ALTER TABLE wishes ADD COLUMN shown_age_band TEXT;
CREATE INDEX wishes_shown_region_code_idx ON wishes (shown_region_code);

-- How many households a named place must have; NULL inherits.
ALTER TABLE organisations ADD COLUMN wall_households INTEGER;

-- What a consent was given on, how, and until when.
ALTER TABLE consents ADD COLUMN text_version TEXT;
ALTER TABLE consents ADD COLUMN channel TEXT;
ALTER TABLE consents ADD COLUMN evidence TEXT;
ALTER TABLE consents ADD COLUMN expires_on TEXT;
CREATE INDEX consents_expires_on_idx ON consents (expires_on) WHERE expires_on IS NOT NULL;

-- The year alone: for age bands, and to find those who come of age. The other two are of the daily look
-- at consents: since when some must be asked anew, and the day of the last look.
ALTER TABLE beneficiaries ADD COLUMN birth_year INTEGER;
ALTER TABLE beneficiaries ADD COLUMN consent_due_on TEXT;
ALTER TABLE beneficiaries ADD COLUMN consents_checked_on TEXT;
CREATE INDEX beneficiaries_birth_year_idx ON beneficiaries (birth_year);
CREATE INDEX beneficiaries_consent_due_on_idx ON beneficiaries (id) WHERE consent_due_on IS NOT NULL;

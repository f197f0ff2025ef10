-- The skill without which a wish cannot be done; what is looked for is found without reading all that have none.
ALTER TABLE wishes ADD COLUMN skill TEXT;
CREATE INDEX wishes_skill_idx ON wishes (skill, status, id) WHERE skill IS NOT NULL;
-- What may be claimed by whom, the oldest first.
CREATE INDEX wishes_audience_id_idx ON wishes (audience_id, status, id);

-- The categories that a claimant takes, as JSON; any when empty.
ALTER TABLE claimants ADD COLUMN categories TEXT NOT NULL DEFAULT '[]';

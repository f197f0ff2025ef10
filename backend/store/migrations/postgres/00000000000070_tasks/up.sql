-- What waits for somebody is asked of the wishes that live, by who holds them, the most urgent first; of the
-- deliveries that wait for a word; of drafts by who wrote them; and of the red list.
CREATE INDEX wishes_holder_id_due_at_idx ON wishes (holder_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX wishes_collected_by_idx ON wishes (collected_by, status);
CREATE INDEX wishes_red_listed_since_idx ON wishes (red_listed_since) WHERE red_listed_since IS NOT NULL;
CREATE INDEX claims_confirm_by_idx ON claims (confirm_by) WHERE confirm_by IS NOT NULL;

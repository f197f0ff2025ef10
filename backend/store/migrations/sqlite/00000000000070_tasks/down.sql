DROP INDEX claims_confirm_by_idx;
DROP INDEX wishes_red_listed_since_idx;
DROP INDEX wishes_collected_by_idx;
DROP INDEX wishes_holder_id_due_at_idx;

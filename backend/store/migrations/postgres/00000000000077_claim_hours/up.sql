-- Person-hours of what was last reported, in quarter hours, beside its worth: both are summed up.
ALTER TABLE claims ADD COLUMN quarter_hours BIGINT NOT NULL DEFAULT 0;
UPDATE claims SET quarter_hours = COALESCE((delivery::json ->> 'quarter_hours')::bigint, 0) WHERE delivery IS NOT NULL;

-- The day in China on which something was brought for a claim, as last reported: what a wish day is counted by.
ALTER TABLE claims ADD COLUMN brought_on TEXT COLLATE "C";
UPDATE claims SET brought_on = to_char((delivery::jsonb ->> 'at')::timestamptz AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') WHERE delivery IS NOT NULL;

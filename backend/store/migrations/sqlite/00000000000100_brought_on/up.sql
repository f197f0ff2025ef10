-- The day in China on which something was brought for a claim, as last reported: what a wish day is counted by.
ALTER TABLE claims ADD COLUMN brought_on TEXT;
UPDATE claims SET brought_on = date(json_extract(delivery, '$.at'), '+8 hours') WHERE delivery IS NOT NULL;

ALTER TABLE attachments DROP COLUMN dhash;

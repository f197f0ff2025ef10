-- A picture's difference hash: 64 bits by which pictures that look the same are found. Gone with the picture.
ALTER TABLE attachments ADD COLUMN dhash BIGINT;

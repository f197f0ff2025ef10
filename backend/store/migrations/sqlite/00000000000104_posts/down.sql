DROP TABLE shifts;
DROP TABLE posts;

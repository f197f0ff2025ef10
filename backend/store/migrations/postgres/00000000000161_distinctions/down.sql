DROP TABLE distinctions;

DROP TABLE efforts;

DROP TABLE export_people;
DROP TABLE export_files;
DROP TABLE exports;

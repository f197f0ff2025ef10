DROP TABLE import_templates;
DROP TABLE import_rows;
DROP TABLE imports;

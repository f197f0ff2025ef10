DROP INDEX donations_pool_id_external_id_idx;
DROP TABLE statement_differences;
DROP TABLE statement_parts;
DROP TABLE statements;

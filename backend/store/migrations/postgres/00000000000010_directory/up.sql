-- One row: how often the tree or a list of categories has changed. What is kept in memory of them is
-- of one generation, and a read of wishes tells in the same statement which one holds.
CREATE TABLE directory (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    generation BIGINT NOT NULL
);
INSERT INTO directory (id, generation) VALUES (1, 1);

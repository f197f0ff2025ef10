DROP TABLE allocations;
DROP TABLE donations;
DROP TABLE pools;

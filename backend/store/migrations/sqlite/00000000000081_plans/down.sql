DROP TABLE plan_lines;
DROP TABLE plan_claimants;
DROP TABLE plans;

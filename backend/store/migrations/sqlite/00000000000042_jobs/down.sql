DROP TABLE job_clock;
DROP TABLE jobs;

DROP TABLE pledges;

DROP TABLE tally_cursor;
DROP TABLE tally_shares;
DROP TABLE tallies;

-- What a dashboard reads: sums over each organisation and all below it, kept by a follower of the feed.
CREATE TABLE tallies (
    organisation_id TEXT COLLATE "C" NOT NULL,
    measure TEXT COLLATE "C" NOT NULL,
    period BIGINT NOT NULL,
    part TEXT COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, measure, period, part)
);
-- What each wish, resident and household is counted as in these sums.
CREATE TABLE tally_shares (
    subject_id TEXT COLLATE "C" PRIMARY KEY,
    organisation_id TEXT COLLATE "C" NOT NULL,
    cells TEXT COLLATE "C" NOT NULL
);
CREATE INDEX tally_shares_organisation_id_idx ON tally_shares (organisation_id);
-- How far in the feed it is counted; who counts holds this row.
CREATE TABLE tally_cursor (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    position BIGINT NOT NULL
);
INSERT INTO tally_cursor (id, position) VALUES (1, 0);

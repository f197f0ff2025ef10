-- The sheet that an organisation's reports fill, and all below it that have none of their own: the file as it was sent, its cells that
-- are filled, and with what.
CREATE TABLE report_templates (
    organisation_id TEXT COLLATE "C" PRIMARY KEY REFERENCES organisations (id),
    file_name TEXT COLLATE "C" NOT NULL,
    content BYTEA NOT NULL,
    places TEXT COLLATE "C" NOT NULL,
    fields TEXT COLLATE "C" NOT NULL,
    updated_at BIGINT NOT NULL
);

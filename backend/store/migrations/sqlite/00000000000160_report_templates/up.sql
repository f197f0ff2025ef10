-- The sheet that an organisation's reports fill, and all below it that have none of their own: the file as it was sent, its cells that
-- are filled, and with what.
CREATE TABLE report_templates (
    organisation_id TEXT PRIMARY KEY REFERENCES organisations (id),
    file_name TEXT NOT NULL,
    content BLOB NOT NULL,
    places TEXT NOT NULL,
    fields TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

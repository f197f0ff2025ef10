-- Pictures of wishes and deliveries, sealed under the key of the resident whom they are about. One that was removed,
-- or whose resident was erased, keeps its row without what it showed.
CREATE TABLE attachments (
    id TEXT PRIMARY KEY,
    beneficiary_id TEXT NOT NULL REFERENCES beneficiaries (id),
    wish_id TEXT NOT NULL REFERENCES wishes (id),
    claim_id TEXT REFERENCES claims (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('wish_photo', 'delivery_evidence')),
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL CHECK (size > 0),
    width INTEGER NOT NULL CHECK (width > 0),
    height INTEGER NOT NULL CHECK (height > 0),
    sha256 TEXT,
    uploaded_by TEXT NOT NULL REFERENCES users (id),
    uploaded_at BIGINT NOT NULL,
    removed_at BIGINT,
    removed_by TEXT REFERENCES users (id),
    removal TEXT,
    content BLOB,
    thumbnail BLOB,
    CONSTRAINT attachments_claim_check CHECK ((purpose = 'delivery_evidence') = (claim_id IS NOT NULL)),
    CONSTRAINT attachments_removed_check CHECK (
        (removed_at IS NULL) = (content IS NOT NULL)
        AND (removed_at IS NULL) = (thumbnail IS NOT NULL)
        AND (removed_at IS NULL) = (sha256 IS NOT NULL)
        AND (removed_at IS NULL) = (removal IS NULL)
    )
);
CREATE INDEX attachments_wish_id_idx ON attachments (wish_id, id);
CREATE INDEX attachments_beneficiary_id_idx ON attachments (beneficiary_id);
CREATE INDEX attachments_uploaded_by_idx ON attachments (uploaded_by, uploaded_at);

-- Who looked at which picture on which day, so that a day's looks are one event.
CREATE TABLE attachment_looks (
    attachment_id TEXT NOT NULL REFERENCES attachments (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    day TEXT NOT NULL,
    PRIMARY KEY (attachment_id, user_id, day)
);
CREATE INDEX attachment_looks_day_idx ON attachment_looks (day);

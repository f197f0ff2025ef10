-- The minutes that staff noted of what a wish cost them: of each thing one number a person.
CREATE TABLE efforts (
    wish_id TEXT COLLATE "C" NOT NULL REFERENCES wishes (id),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('collecting', 'review', 'delivery', 'confirmation')),
    noted_by TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    minutes INTEGER NOT NULL CHECK (minutes > 0),
    noted_at BIGINT NOT NULL,
    PRIMARY KEY (wish_id, kind, noted_by)
);

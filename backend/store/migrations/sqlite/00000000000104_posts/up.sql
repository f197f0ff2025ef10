-- Posts and projects: people and hours that an organisation asks for, in shifts. due_at is when a post ends by itself.
CREATE TABLE posts (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    holder_id TEXT NOT NULL REFERENCES organisations (id),
    audience_id TEXT NOT NULL REFERENCES organisations (id),
    kind TEXT NOT NULL CHECK (kind IN ('post', 'project')),
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    category TEXT,
    skill TEXT,
    wish_id TEXT REFERENCES wishes (id),
    status TEXT NOT NULL CHECK (status IN ('draft', 'open', 'ended', 'cancelled')),
    due_at BIGINT,
    opened_at BIGINT,
    ended_at BIGINT,
    ended_by TEXT REFERENCES users (id),
    ended_reason TEXT,
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT posts_due_check CHECK ((status = 'open') = (due_at IS NOT NULL)),
    CONSTRAINT posts_ended_check CHECK ((status IN ('ended', 'cancelled')) = (ended_at IS NOT NULL)),
    CONSTRAINT posts_reason_check CHECK ((status = 'cancelled') = (ended_by IS NOT NULL AND ended_reason IS NOT NULL))
);
CREATE INDEX posts_status_idx ON posts (status, id);
CREATE INDEX posts_holder_id_idx ON posts (holder_id, id);
CREATE INDEX posts_wish_id_idx ON posts (wish_id) WHERE wish_id IS NOT NULL;
CREATE INDEX posts_due_at_idx ON posts (due_at) WHERE due_at IS NOT NULL;

-- When a post needs people. taken counts the places of its sign-ups that hold.
CREATE TABLE shifts (
    id TEXT PRIMARY KEY,
    post_id TEXT NOT NULL REFERENCES posts (id),
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    places BIGINT NOT NULL CHECK (places > 0),
    taken BIGINT NOT NULL,
    meet_at TEXT NOT NULL,
    cancelled_at BIGINT,
    cancelled_reason TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT shifts_time_check CHECK (ends_at > starts_at),
    CONSTRAINT shifts_taken_check CHECK (taken >= 0 AND taken <= places),
    CONSTRAINT shifts_cancelled_check CHECK ((cancelled_at IS NULL) = (cancelled_reason IS NULL))
);
CREATE INDEX shifts_post_id_idx ON shifts (post_id, starts_at);
CREATE INDEX shifts_starts_at_idx ON shifts (starts_at);

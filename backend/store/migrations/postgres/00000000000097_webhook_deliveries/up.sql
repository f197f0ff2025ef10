-- What one address is told, from when it is its turn in the feed on: a message each, once; then the log of it. `wish_id` is
-- empty in a test. Those that are not ended are taken as jobs are; of one wish, in the order of `position`.
CREATE TABLE webhook_deliveries (
    id TEXT PRIMARY KEY,
    webhook_id TEXT NOT NULL REFERENCES webhooks (id),
    message_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    wish_id TEXT,
    number BIGINT,
    status TEXT,
    at BIGINT NOT NULL,
    position BIGINT NOT NULL,
    state TEXT NOT NULL,
    run_at BIGINT NOT NULL,
    tries INTEGER NOT NULL CHECK (tries >= 0),
    ended_at BIGINT,
    CONSTRAINT webhook_deliveries_webhook_id_message_id_key UNIQUE (webhook_id, message_id),
    CHECK ((state = 'pending') = (ended_at IS NULL))
);
CREATE INDEX webhook_deliveries_run_at_idx ON webhook_deliveries (webhook_id, run_at) WHERE ended_at IS NULL;
CREATE INDEX webhook_deliveries_order_idx ON webhook_deliveries (webhook_id, wish_id, position) WHERE ended_at IS NULL;
CREATE INDEX webhook_deliveries_log_idx ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_ended_at_idx ON webhook_deliveries (ended_at) WHERE ended_at IS NOT NULL;

-- Each time that one was sent: what was answered, or why nothing was.
CREATE TABLE webhook_attempts (
    id TEXT PRIMARY KEY,
    delivery_id TEXT NOT NULL REFERENCES webhook_deliveries (id),
    at BIGINT NOT NULL,
    took_ms BIGINT NOT NULL CHECK (took_ms >= 0),
    status INTEGER,
    trouble TEXT,
    CHECK ((status IS NULL) <> (trouble IS NULL))
);
CREATE INDEX webhook_attempts_delivery_id_idx ON webhook_attempts (delivery_id, id);

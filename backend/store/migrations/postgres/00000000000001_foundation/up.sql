CREATE TABLE users (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    username TEXT NOT NULL,
    display_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    security_stamp TEXT NOT NULL,
    disabled BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT users_username_key UNIQUE (username)
);

-- One sign-in; its refresh tokens form one family, and fall together.
CREATE TABLE sessions (
    id TEXT COLLATE "C" PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX sessions_user_id_idx ON sessions (user_id);

CREATE TABLE refresh_tokens (
    hash TEXT COLLATE "C" PRIMARY KEY,
    session_id TEXT COLLATE "C" NOT NULL REFERENCES sessions (id),
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    retired_at BIGINT
);
CREATE INDEX refresh_tokens_session_id_idx ON refresh_tokens (session_id);

-- Failed sign-ins by account and by address, shared by all server processes.
CREATE TABLE login_attempts (
    subject TEXT COLLATE "C" PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at BIGINT NOT NULL
);

-- The policy columns are an organisation's own rules, in working days; NULL inherits.
CREATE TABLE organisations (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('government', 'federation', 'community', 'agency', 'company', 'school', 'branch', 'association', 'team', 'other')),
    level TEXT NOT NULL CHECK (level IN ('province', 'city', 'county', 'township', 'village', 'unit')),
    region_code TEXT COLLATE "C",
    parent_id TEXT COLLATE "C" REFERENCES organisations (id),
    review_days INTEGER,
    open_days INTEGER,
    contact_days INTEGER,
    delivery_days INTEGER,
    confirm_days INTEGER,
    escalation_days INTEGER,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX organisations_parent_id_idx ON organisations (parent_id);

-- Every organisation with each of its superiors and itself (depth 0).
CREATE TABLE organisation_closure (
    ancestor_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    descendant_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    depth INTEGER NOT NULL,
    PRIMARY KEY (ancestor_id, descendant_id)
);
CREATE INDEX organisation_closure_descendant_id_idx ON organisation_closure (descendant_id, depth);

CREATE TABLE memberships (
    id TEXT COLLATE "C" PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    role TEXT NOT NULL CHECK (role IN ('collector', 'reviewer', 'coordinator', 'admin', 'auditor', 'manager')),
    created_at BIGINT NOT NULL,
    CONSTRAINT memberships_user_id_organisation_id_role_key UNIQUE (user_id, organisation_id, role)
);
CREATE INDEX memberships_organisation_id_idx ON memberships (organisation_id);

CREATE TABLE categories (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    code TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT,
    sort INTEGER NOT NULL,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (organisation_id, code)
);

CREATE TABLE households (
    id TEXT COLLATE "C" PRIMARY KEY,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    created_at BIGINT NOT NULL
);

CREATE TABLE beneficiaries (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    household_id TEXT COLLATE "C" NOT NULL REFERENCES households (id),
    name TEXT NOT NULL,
    phone TEXT,
    phone_index TEXT COLLATE "C",
    address TEXT,
    id_number TEXT,
    id_number_index TEXT COLLATE "C",
    birth_date TEXT,
    hardships TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX beneficiaries_organisation_id_idx ON beneficiaries (organisation_id, id);
CREATE INDEX beneficiaries_household_id_idx ON beneficiaries (household_id);
CREATE INDEX beneficiaries_phone_index_idx ON beneficiaries (phone_index);
-- One identity number is one resident of a tree; each tree has its own key.
CREATE UNIQUE INDEX beneficiaries_id_number_index_key ON beneficiaries (id_number_index);

-- The key that seals what is personal of one resident, itself sealed under the operator's key of this
-- version. It is destroyed when the resident is erased; the row stays as the mark of it. Backups leave
-- this table out (docs/OPERATIONS.md).
CREATE TABLE data_keys (
    beneficiary_id TEXT COLLATE "C" PRIMARY KEY REFERENCES beneficiaries (id),
    kek_version INTEGER NOT NULL,
    wrapped TEXT,
    created_at BIGINT NOT NULL,
    erased_at BIGINT,
    CONSTRAINT data_keys_erased_check CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL))
);

CREATE TABLE consents (
    id TEXT COLLATE "C" PRIMARY KEY,
    beneficiary_id TEXT COLLATE "C" NOT NULL REFERENCES beneficiaries (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('collect', 'publish', 'photo', 'share_with_claimant', 'share_with_platform')),
    given_by TEXT NOT NULL CHECK (given_by IN ('self', 'guardian')),
    guardian_name TEXT,
    relation TEXT,
    given_on TEXT NOT NULL,
    withdrawn_on TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX consents_beneficiary_id_idx ON consents (beneficiary_id);

CREATE TABLE claimants (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('person', 'unit')),
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    user_id TEXT COLLATE "C" REFERENCES users (id),
    display_name TEXT NOT NULL,
    skills TEXT NOT NULL,
    region_codes TEXT NOT NULL,
    capacity INTEGER NOT NULL CHECK (capacity > 0),
    active BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX claimants_organisation_id_idx ON claimants (organisation_id, id);
CREATE INDEX claimants_user_id_idx ON claimants (user_id);

-- The number is what people say aloud, and the row of the search index. An ended wish has no due
-- time; one that has not ended has one.
CREATE TABLE wishes (
    number BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    beneficiary_id TEXT COLLATE "C" NOT NULL REFERENCES beneficiaries (id),
    origin_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    holder_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    audience_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    collected_by TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    title TEXT NOT NULL,
    details TEXT,
    public_summary TEXT NOT NULL,
    category TEXT COLLATE "C" NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    unit TEXT NOT NULL CHECK (unit IN ('item', 'person', 'hour', 'visit', 'fen')),
    estimated_cost_fen BIGINT CHECK (estimated_cost_fen >= 0),
    needed_by TEXT,
    channel TEXT NOT NULL,
    told_by TEXT NOT NULL,
    told_by_note TEXT,
    region_code TEXT COLLATE "C",
    place TEXT,
    status TEXT NOT NULL CHECK (status IN ('draft', 'submitted', 'open', 'claimed', 'delivered', 'fulfilled', 'declined', 'withdrawn')),
    submitted_at BIGINT,
    published_at BIGINT,
    open_until BIGINT,
    fulfilled_at BIGINT,
    ended_at BIGINT,
    reserved BIGINT NOT NULL,
    delivered BIGINT NOT NULL,
    confirmed BIGINT NOT NULL,
    review TEXT,
    ending TEXT,
    pending_escalation_id TEXT COLLATE "C",
    red_listed_since BIGINT,
    due_at BIGINT,
    card_hash TEXT,
    card_tries_left INTEGER,
    rated BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT wishes_id_key UNIQUE (id),
    CONSTRAINT wishes_counts_check CHECK (0 <= confirmed AND confirmed <= delivered AND delivered <= reserved AND reserved <= quantity),
    CONSTRAINT wishes_due_check CHECK ((status IN ('fulfilled', 'declined', 'withdrawn')) = (due_at IS NULL)),
    CONSTRAINT wishes_fulfilled_check CHECK ((status = 'fulfilled') = (confirmed = quantity))
);
CREATE INDEX wishes_status_idx ON wishes (status, id);
CREATE INDEX wishes_holder_id_idx ON wishes (holder_id, id);
CREATE INDEX wishes_origin_id_idx ON wishes (origin_id, id);
CREATE INDEX wishes_category_idx ON wishes (category, id);
CREATE INDEX wishes_region_code_idx ON wishes (region_code);
CREATE INDEX wishes_beneficiary_id_idx ON wishes (beneficiary_id);
CREATE INDEX wishes_due_at_idx ON wishes (due_at) WHERE red_listed_since IS NULL AND due_at IS NOT NULL;

-- Words of the public texts, cut by the program.
CREATE TABLE wish_search (
    number BIGINT PRIMARY KEY REFERENCES wishes (number),
    terms TSVECTOR NOT NULL
);
CREATE INDEX wish_search_terms_idx ON wish_search USING gin (terms);

CREATE TABLE claims (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    wish_id TEXT COLLATE "C" NOT NULL REFERENCES wishes (id),
    claimant_id TEXT COLLATE "C" NOT NULL REFERENCES claimants (id),
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    route TEXT NOT NULL CHECK (route IN ('self', 'dispatch')),
    made_by TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    note TEXT,
    status TEXT NOT NULL CHECK (status IN ('proposed', 'active', 'delivered', 'confirmed', 'declined', 'released', 'lapsed')),
    answer_by BIGINT,
    contact_by BIGINT,
    deliver_by BIGINT,
    contacted_at BIGINT,
    sent_back TEXT,
    delivered_at BIGINT,
    confirm_by BIGINT,
    confirmed_at BIGINT,
    confirmed_method TEXT,
    confirmed_by TEXT COLLATE "C" REFERENCES users (id),
    ended_at BIGINT,
    ended_reason TEXT,
    lapses_at BIGINT,
    delivery TEXT,
    value_fen BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX claims_wish_id_idx ON claims (wish_id);
CREATE INDEX claims_claimant_id_idx ON claims (claimant_id, status);
CREATE INDEX claims_lapses_at_idx ON claims (lapses_at) WHERE lapses_at IS NOT NULL;
-- A claimant holds at most one live claim on a wish.
CREATE UNIQUE INDEX claims_wish_id_claimant_id_key ON claims (wish_id, claimant_id) WHERE status IN ('proposed', 'active', 'delivered');

CREATE TABLE escalations (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    wish_id TEXT COLLATE "C" NOT NULL REFERENCES wishes (id),
    from_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    to_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    reason TEXT,
    created_by TEXT COLLATE "C" REFERENCES users (id),
    status TEXT NOT NULL CHECK (status IN ('pending', 'accepted', 'resolved', 'returned', 'superseded')),
    due_at BIGINT,
    answered_at BIGINT,
    answered_by TEXT COLLATE "C" REFERENCES users (id),
    instruction TEXT,
    created_at BIGINT NOT NULL,
    CONSTRAINT escalations_due_check CHECK ((status = 'pending') = (due_at IS NOT NULL))
);
CREATE INDEX escalations_to_id_idx ON escalations (to_id, status);
CREATE INDEX escalations_wish_id_idx ON escalations (wish_id, id);
CREATE INDEX escalations_due_at_idx ON escalations (due_at) WHERE due_at IS NOT NULL;
-- At most one escalation of a wish is pending.
CREATE UNIQUE INDEX escalations_wish_id_key ON escalations (wish_id) WHERE status = 'pending';

CREATE TABLE feedback (
    wish_id TEXT COLLATE "C" PRIMARY KEY REFERENCES wishes (id),
    satisfaction INTEGER NOT NULL CHECK (satisfaction BETWEEN 1 AND 5),
    comment TEXT,
    created_by TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL
);

-- The n-th change of a subject is its event number n. The position orders the feed; it is given after
-- commit, so that a reader who follows it never meets an earlier one later.
CREATE TABLE events (
    seq BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL,
    position BIGINT,
    subject TEXT NOT NULL,
    subject_id TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor_id TEXT COLLATE "C",
    organisation_id TEXT COLLATE "C" NOT NULL,
    origin_id TEXT COLLATE "C" NOT NULL,
    from_status TEXT,
    to_status TEXT,
    data TEXT NOT NULL,
    CONSTRAINT events_id_key UNIQUE (id),
    CONSTRAINT events_position_key UNIQUE (position),
    CONSTRAINT events_subject_id_number_key UNIQUE (subject_id, number)
);
CREATE INDEX events_waiting_idx ON events (seq) WHERE position IS NULL;

-- One row for each request that was answered: its effect and its answer, in one transaction.
CREATE TABLE idempotency_keys (
    key TEXT COLLATE "C" PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    status INTEGER,
    body TEXT,
    headers TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);

//! Every column of the database, by table and class.

use super::DataClass::{self, *};

/// A table, and its columns by class.
pub type Table = (&'static str, &'static [(DataClass, &'static [&'static str])]);

/// All of them. PostgreSQL's own number in `wish_search` stands for what SQLite's index keeps by itself.
pub const COLUMNS: &[Table] = &[
    (
        "users",
        &[
            (Worker, &["username", "display_name"]),
            (Credential, &["password_hash", "security_stamp"]),
            (Organisation, &["home_id"]),
            (Technical, &["id", "version", "disabled", "must_change_password", "created_at", "updated_at"]),
        ],
    ),
    (
        "sessions",
        &[
            (SignIn, &["user_id", "created_at", "expires_at", "ended_at", "second_factor", "program"]),
            (Technical, &["id"]),
        ],
    ),
    (
        "external_identities",
        &[(Worker, &["user_id", "issuer", "subject"]), (Technical, &["id", "linked_at"])],
    ),
    (
        "refresh_tokens",
        &[
            (Credential, &["hash"]),
            (SignIn, &["session_id", "issued_at", "expires_at", "retired_at", "retired_by"]),
        ],
    ),
    ("login_attempts", &[(Attempt, &["subject", "failures", "last_at"])]),
    (
        "second_factors",
        &[(Credential, &["user_id", "secret", "last_step"]), (Technical, &["confirmed_at", "created_at"])],
    ),
    (
        "email_addresses",
        &[
            (Worker, &["user_id", "address", "pending", "confirmed_at", "told_on"]),
            (Credential, &["code_id", "code_until", "code_tries"]),
            (Attempt, &["codes", "codes_since", "code_at"]),
            (Technical, &["version", "updated_at"]),
        ],
    ),
    (
        "mails",
        &[
            (Worker, &["user_id"]),
            (Technical, &["id", "kind", "about", "run_at", "until", "tries", "failure", "reply", "dead_at"]),
        ],
    ),
    ("recovery_codes", &[(Credential, &["hash", "user_id", "used_at"])]),
    (
        "organisations",
        &[
            (
                Organisation,
                &[
                    "name",
                    "kind",
                    "level",
                    "region_code",
                    "parent_id",
                    "review_days",
                    "open_days",
                    "contact_days",
                    "delivery_days",
                    "confirm_days",
                    "escalation_days",
                    "reopen_days",
                    "wall_households",
                    "most_open_claims",
                    "spot_check_percent",
                    "pair_first_days",
                    "admits",
                    "leaderboard",
                ],
            ),
            (Technical, &["id", "version", "created_at", "updated_at"]),
        ],
    ),
    ("organisation_closure", &[(Organisation, &["ancestor_id", "descendant_id", "depth"])]),
    (
        "policy_changes",
        &[
            (Organisation, &["organisation_id", "policy"]),
            (Actor, &["created_by"]),
            (Technical, &["id", "created_at"]),
        ],
    ),
    ("memberships", &[(Worker, &["user_id", "organisation_id", "role"]), (Technical, &["id", "created_at"])]),
    (
        "categories",
        &[
            (Organisation, &["organisation_id", "code", "name_zh", "name_en", "sort", "active"]),
            (Technical, &["version"]),
        ],
    ),
    (
        "skills",
        &[
            (Organisation, &["organisation_id", "word", "name_en", "sort", "active"]),
            (Technical, &["version"]),
        ],
    ),
    (
        "benefits",
        &[
            (Organisation, &["organisation_id", "word", "name_en", "hint", "office", "sort", "active"]),
            (Technical, &["version"]),
        ],
    ),
    (
        "applications",
        &[
            (
                Applicant,
                &[
                    "kind",
                    "user_id",
                    "particulars",
                    "skills",
                    "region_codes",
                    "categories",
                    "capacity",
                    "applicant_key",
                    "code_digest",
                    "answer",
                ],
            ),
            (Organisation, &["organisation_id"]),
            (Actor, &["answered_by"]),
            (Course, &["status", "due_at", "answered_at", "claimant_id"]),
            (Technical, &["id", "version", "created_at", "updated_at"]),
        ],
    ),
    ("households", &[(Link, &["id", "organisation_id"]), (Technical, &["created_at"])]),
    (
        "beneficiaries",
        &[
            (Link, &["id", "organisation_id", "household_id", "merged_into"]),
            (Identity, &["name"]),
            (Contact, &["phone", "address"]),
            (IdNumber, &["id_number"]),
            (SearchKey, &["phone_index", "id_number_index"]),
            (Birth, &["birth_date", "birth_year"]),
            (Circumstances, &["hardships"]),
            (Consent, &["consent_due_on", "consents_checked_on"]),
            (Technical, &["version", "created_at", "updated_at"]),
        ],
    ),
    (
        "merges",
        &[
            (Link, &["survivor_id", "merged_id", "household_id"]),
            (Identity, &["before"]),
            (Actor, &["merged_by", "undone_by"]),
            (Course, &["reason", "taken", "merged_at", "undone_at"]),
            (Technical, &["id", "version"]),
        ],
    ),
    (
        "distinctions",
        &[
            (Link, &["one_id", "other_id"]),
            (Actor, &["said_by", "undone_by"]),
            (Course, &["reason", "said_at", "undone_at"]),
            (Technical, &["id", "version"]),
        ],
    ),
    (
        "data_keys",
        &[
            (Link, &["beneficiary_id"]),
            (DataKey, &["wrapped"]),
            (Technical, &["kek_version", "created_at", "erased_at"]),
        ],
    ),
    (
        "consents",
        &[
            (Link, &["beneficiary_id"]),
            (Identity, &["guardian_name", "relation"]),
            (PrivateText, &["evidence"]),
            (
                Consent,
                &["purpose", "given_by", "given_on", "withdrawn_on", "text_version", "channel", "expires_on"],
            ),
            (Technical, &["id", "created_at"]),
        ],
    ),
    (
        "look_requests",
        &[
            (Link, &["beneficiary_id", "claim_id"]),
            (Actor, &["requested_by", "answered_by"]),
            (PrivateText, &["reason", "answer"]),
            (History, &["purpose", "status", "answered_at", "expires_at"]),
            (Technical, &["id", "version", "created_at"]),
        ],
    ),
    (
        "retention_runs",
        &[(Organisation, &["tree_id"]), (Technical, &["id", "as_of", "nightly_on", "counts", "created_at"])],
    ),
    (
        "claimants",
        &[
            (
                Claimant,
                &[
                    "kind",
                    "user_id",
                    "display_name",
                    "organisation_id",
                    "skills",
                    "region_codes",
                    "categories",
                    "capacity",
                    "suspended_since",
                    "suspended_until",
                    "suspension_reason",
                ],
            ),
            (Technical, &["id", "version", "active", "created_at", "updated_at"]),
        ],
    ),
    (
        "wishes",
        &[
            (Link, &["beneficiary_id", "split_from"]),
            (PublicText, &["title", "public_summary", "shares"]),
            (PrivateText, &["details", "told_by_note", "review", "ending"]),
            (Place, &["region_code", "place", "shown_place", "shown_region_code"]),
            (Birth, &["shown_age_band"]),
            (Actor, &["collected_by"]),
            (Credential, &["card_hash", "card_tries_left"]),
            (Organisation, &["origin_id", "holder_id", "audience_id", "category"]),
            (
                Course,
                &[
                    "skill",
                    "quantity",
                    "unit",
                    "estimated_cost_fen",
                    "needed_by",
                    "channel",
                    "told_by",
                    "status",
                    "submitted_at",
                    "published_at",
                    "open_until",
                    "fulfilled_at",
                    "ended_at",
                    "reserved",
                    "delivered",
                    "confirmed",
                    "pending_escalation_id",
                    "red_listed_since",
                    "due_at",
                    "policy",
                    "rated",
                    "hidden_since",
                    "shared_since",
                    "paused_until",
                    "paused_days",
                ],
            ),
            (Technical, &["number", "id", "version", "created_at", "updated_at"]),
        ],
    ),
    (
        "attachments",
        &[
            (Link, &["beneficiary_id", "wish_id", "claim_id"]),
            (Photo, &["content", "thumbnail", "sha256", "dhash"]),
            (Course, &["purpose", "uploaded_at", "removed_at", "removal"]),
            (Actor, &["uploaded_by", "removed_by"]),
            (Technical, &["id", "media_type", "size", "width", "height"]),
        ],
    ),
    ("attachment_looks", &[(History, &["attachment_id", "user_id", "day"])]),
    ("wish_search", &[(PublicText, &["terms"]), (Technical, &["number"])]),
    (
        "claims",
        &[
            (Claimant, &["claimant_id"]),
            (Actor, &["made_by", "confirmed_by"]),
            (PrivateText, &["note", "sent_back", "ended_reason", "delivery"]),
            (
                Course,
                &[
                    "wish_id",
                    "quantity",
                    "route",
                    "status",
                    "answer_by",
                    "contact_by",
                    "deliver_by",
                    "contacted_at",
                    "delivered_at",
                    "confirm_by",
                    "confirmed_at",
                    "confirmed_method",
                    "confirmed_by_others",
                    "brought_on",
                    "ended_at",
                    "lapses_at",
                    "value_fen",
                    "quarter_hours",
                ],
            ),
            (Technical, &["id", "version", "created_at", "updated_at"]),
        ],
    ),
    ("claim_reminders", &[(Course, &["claim_id", "due_at", "reminded_at"])]),
    (
        "pairings",
        &[
            (Link, &["household_id", "beneficiary_id"]),
            (Claimant, &["claimant_id"]),
            (Organisation, &["organisation_id"]),
            (PrivateText, &["note", "ended_words"]),
            (Actor, &["responsible_id", "proposed_by", "ended_by"]),
            (
                Course,
                &[
                    "status",
                    "every",
                    "unit",
                    "begun_on",
                    "since",
                    "due_at",
                    "tell_at",
                    "told",
                    "last_visited_on",
                    "ended_at",
                    "ended_why",
                ],
            ),
            (Technical, &["id", "version", "created_at", "updated_at"]),
        ],
    ),
    (
        "hand_overs",
        &[
            (Link, &["beneficiary_id"]),
            (PrivateText, &["note"]),
            (Actor, &["from_id", "to_id", "created_by"]),
            (Course, &["pairing_id"]),
            (Technical, &["id", "created_at"]),
        ],
    ),
    (
        "visits",
        &[
            (Link, &["beneficiary_id"]),
            (PrivateText, &["income", "health", "treatment", "benefits"]),
            (Actor, &["created_by"]),
            (Course, &["pairing_id", "visited_on"]),
            (Technical, &["id", "first_id", "edition", "replaced_by", "created_at"]),
        ],
    ),
    (
        "referrals",
        &[
            (Link, &["beneficiary_id"]),
            (Claimant, &["claimant_id"]),
            (Organisation, &["organisation_id", "to_id", "office"]),
            (PrivateText, &["need", "answer"]),
            (Actor, &["created_by", "sent_by", "ended_by"]),
            (
                Course,
                &[
                    "pairing_id",
                    "claim_id",
                    "benefit",
                    "status",
                    "due_at",
                    "agreed_on",
                    "sent_at",
                    "outcome",
                    "ended_at",
                ],
            ),
            (Technical, &["id", "version", "created_at", "updated_at"]),
        ],
    ),
    (
        "efforts",
        &[(Actor, &["noted_by"]), (Course, &["wish_id", "kind", "minutes"]), (Technical, &["noted_at"])],
    ),
    (
        "pauses",
        &[
            (PrivateText, &["reason"]),
            (Actor, &["created_by", "resumed_by"]),
            (Course, &["wish_id", "until", "days", "resumed_at"]),
            (Technical, &["id", "created_at"]),
        ],
    ),
    (
        "escalations",
        &[
            (PrivateText, &["reason", "instruction"]),
            (Actor, &["created_by", "answered_by"]),
            (Organisation, &["from_id", "to_id", "rerouted_to"]),
            (Course, &["wish_id", "status", "due_at", "answered_at", "resolved_at"]),
            (Technical, &["id", "version", "created_at"]),
        ],
    ),
    (
        "platforms",
        &[
            (Organisation, &["organisation_id", "name", "scopes", "networks"]),
            (Technical, &["id", "version", "active", "created_at"]),
        ],
    ),
    (
        "platform_keys",
        &[
            (Credential, &["digest"]),
            (Technical, &["id", "platform_id", "created_at", "expires_at", "last_used_at", "revoked_at"]),
        ],
    ),
    (
        "platform_mandates",
        &[
            (Claimant, &["claimant_id"]),
            (Actor, &["hand_id"]),
            (Organisation, &["most_open", "most_open_of_user", "most_in_day"]),
            (Technical, &["platform_id"]),
        ],
    ),
    (
        "platform_claims",
        &[
            (PlatformUser, &["content_digest", "user_digest", "user_external_id", "user_display_name"]),
            (Course, &["external_id"]),
            (Technical, &["claim_id", "platform_id", "created_at"]),
        ],
    ),
    (
        "webhooks",
        &[
            (Organisation, &["url", "kinds"]),
            (Credential, &["secret", "old_secret"]),
            (
                Technical,
                &[
                    "id",
                    "version",
                    "platform_id",
                    "old_until",
                    "position",
                    "failing_since",
                    "rests_until",
                    "off_since",
                    "off_because",
                    "created_at",
                ],
            ),
        ],
    ),
    (
        "webhook_deliveries",
        &[
            (Course, &["wish_id", "claim_id", "kind", "number", "status", "at"]),
            (
                Technical,
                &["id", "webhook_id", "message_id", "position", "state", "run_at", "tries", "ended_at"],
            ),
        ],
    ),
    ("webhook_attempts", &[(Technical, &["id", "delivery_id", "at", "took_ms", "status", "trouble"])]),
    (
        "spot_checks",
        &[
            (Actor, &["answered_by"]),
            (Course, &["wish_id", "status", "result", "drawn_at", "due_at", "ended_at"]),
            (Technical, &["id", "version"]),
        ],
    ),
    (
        "feedback",
        &[
            (PrivateText, &["comment"]),
            (Actor, &["created_by"]),
            (Course, &["wish_id", "satisfaction"]),
            (Technical, &["created_at"]),
        ],
    ),
    (
        "events",
        &[
            (
                History,
                &[
                    "subject",
                    "subject_id",
                    "number",
                    "kind",
                    "at",
                    "from_status",
                    "to_status",
                    "data",
                    "chain_number",
                    "chain_hash",
                ],
            ),
            (Actor, &["actor_id"]),
            (Organisation, &["organisation_id", "origin_id", "tree_id"]),
            (Technical, &["seq", "id", "position"]),
        ],
    ),
    ("audit_heads", &[(Organisation, &["tree_id"]), (Technical, &["day", "length", "hash", "seal"])]),
    (
        "idempotency_keys",
        &[(Answer, &["key", "fingerprint", "status", "body", "headers"]), (Technical, &["created_at"])],
    ),
    ("directory", &[(Technical, &["id", "generation", "calendar"])]),
    (
        "jobs",
        &[
            (Course, &["wish_id", "kind", "subject_id", "due_at"]),
            (Technical, &["id", "run_at", "tries", "failure", "dead_at"]),
        ],
    ),
    (
        "waiting_list",
        &[
            (Claimant, &["claimant_id"]),
            (Actor, &["made_by"]),
            (Course, &["wish_id", "quantity"]),
            (Technical, &["id", "created_at"]),
        ],
    ),
    (
        "plans",
        &[
            (Organisation, &["organisation_id", "title", "options", "step", "optimal"]),
            (Actor, &["created_by"]),
            (Course, &["status", "sent_at"]),
            (Technical, &["id", "version", "created_at", "updated_at"]),
        ],
    ),
    ("plan_claimants", &[(Claimant, &["claimant_id", "held", "room"]), (Technical, &["plan_id"])]),
    (
        "plan_lines",
        &[
            (Claimant, &["claimant_id"]),
            (Course, &["wish_id", "household", "quantity", "by_hand", "cost", "reasons", "gap", "claim_id"]),
            (Technical, &["id", "plan_id"]),
        ],
    ),
    (
        "imports",
        &[
            (PrivateText, &["shape"]),
            (Organisation, &["organisation_id", "fields", "hand_in"]),
            (Actor, &["uploaded_by", "started_by"]),
            (Course, &["status", "halted", "keep_until"]),
            (Technical, &["id", "version", "created_at", "updated_at"]),
        ],
    ),
    (
        "import_rows",
        &[
            (PrivateText, &["cells"]),
            (SearchKey, &["fingerprint"]),
            (Link, &["beneficiary_id", "wish_id"]),
            (Course, &["outcome", "faults"]),
            (Technical, &["import_id", "number", "sheet_row"]),
        ],
    ),
    (
        "exports",
        &[
            (PrivateText, &["asked", "answer"]),
            (Credential, &["password"]),
            (Actor, &["asked_by", "answered_by"]),
            (Organisation, &["organisation_id", "subject"]),
            (Course, &["status", "failure", "row_count", "until", "downloads"]),
            (Technical, &["id", "version", "tries", "run_at", "created_at", "updated_at"]),
        ],
    ),
    ("export_files", &[(Extract, &["content"]), (Technical, &["export_id"])]),
    ("export_people", &[(Link, &["export_id", "beneficiary_id"])]),
    ("import_templates", &[(Organisation, &["organisation_id", "fields"]), (Technical, &["updated_at"])]),
    (
        "campaigns",
        &[
            (
                Organisation,
                &[
                    "organisation_id",
                    "title",
                    "theme",
                    "starts_on",
                    "ends_on",
                    "rule",
                    "target_wishes",
                    "target_people",
                    "target_hours",
                    "target_value_fen",
                    "ended_reason",
                ],
            ),
            (Actor, &["ended_by", "created_by"]),
            (Course, &["status", "due_at", "opened_at", "ended_at", "report"]),
            (Technical, &["id", "version", "gather_after", "created_at", "updated_at"]),
        ],
    ),
    (
        "emergency_calls",
        &[
            (Organisation, &["organisation_id", "title", "due_at", "ended_reason"]),
            (Actor, &["ended_by", "created_by"]),
            (Course, &["status", "ended_at", "report"]),
            (Technical, &["id", "version", "created_at", "updated_at"]),
        ],
    ),
    ("emergency_call_circles", &[(Organisation, &["organisation_id", "whom"]), (Technical, &["call_id"])]),
    ("emergency_call_wishes", &[(Course, &["wish_id"]), (Technical, &["call_id"])]),
    ("emergency_call_letters", &[(Worker, &["user_id"]), (Technical, &["call_id"])]),
    (
        "campaign_hosts",
        &[
            (Organisation, &["organisation_id"]),
            (Actor, &["answered_by"]),
            (Course, &["status", "answered_at"]),
            (Technical, &["campaign_id"]),
        ],
    ),
    (
        "campaign_wishes",
        &[(Course, &["wish_id", "place", "by_hand", "placed_at"]), (Technical, &["campaign_id"])],
    ),
    (
        "pledges",
        &[
            (Claimant, &["claimant_id", "wishes", "hours", "value_fen"]),
            (Actor, &["created_by"]),
            (Course, &["withdrawn_at"]),
            (Technical, &["id", "version", "campaign_id", "created_at", "updated_at"]),
        ],
    ),
    (
        "pools",
        &[
            (
                Organisation,
                &[
                    "organisation_id",
                    "campaign_id",
                    "name",
                    "purpose",
                    "categories",
                    "raiser",
                    "raised_on",
                    "approval_above_fen",
                    "active",
                ],
            ),
            (Money, &["balance_fen", "allocated_fen"]),
            (Actor, &["created_by"]),
            (Technical, &["id", "version", "created_at", "updated_at"]),
        ],
    ),
    (
        "donations",
        &[
            (Donor, &["external_id", "donor_ref", "amount_fen", "given_at"]),
            (Money, &["currency", "refunded_fen", "reversed_at"]),
            (Organisation, &["pool_id", "platform_id"]),
            (Technical, &["id", "version", "created_at", "updated_at"]),
        ],
    ),
    (
        "statements",
        &[
            (Organisation, &["pool_id", "platform_id", "organisation_id"]),
            (Money, &["said_count", "said_fen", "found_count", "found_fen", "repeated", "counted"]),
            (Course, &["format", "from_on", "to_on", "status", "done_at"]),
            (Technical, &["id", "version", "digest", "file_hash", "numbered", "created_at", "updated_at"]),
        ],
    ),
    (
        "statement_parts",
        &[(Donor, &["after_id", "upto_id", "rows"]), (Technical, &["statement_id", "number", "kind"])],
    ),
    (
        "statement_differences",
        &[
            (Donor, &["external_id", "amount_fen", "here_fen"]),
            (Course, &["kind", "outcome", "fault", "reason", "note", "settled_at"]),
            (Actor, &["settled_by"]),
            (Technical, &["statement_id", "number", "version", "donation_id"]),
        ],
    ),
    (
        "allocations",
        &[
            (Course, &["wish_id", "due_at"]),
            (Money, &["amount_fen", "status", "remaining_fen", "spent_fen"]),
            (Actor, &["asked_by", "approved_by"]),
            (Technical, &["id", "version", "pool_id", "created_at", "updated_at"]),
        ],
    ),
    (
        "ledger_transactions",
        &[
            (Donor, &["external_id"]),
            (Money, &["kind", "amount_fen", "reverses", "reason", "month", "at"]),
            (Actor, &["by_id"]),
            (Technical, &["id", "pool_id", "donation_id", "allocation_id", "platform_id"]),
        ],
    ),
    (
        "ledger_entries",
        &[(Money, &["account_kind", "amount_fen"]), (Technical, &["transaction_id", "account_id"])],
    ),
    (
        "spendings",
        &[
            (Money, &["invoice_number", "held_fen"]),
            (Technical, &["transaction_id", "allocation_id", "attachment_id"]),
        ],
    ),
    (
        "certificates",
        &[
            (Claimant, &["claimant_id", "kind", "name", "named", "wishes", "quarter_hours"]),
            (Organisation, &["organisation_id"]),
            (Actor, &["issued_by", "revoked_by"]),
            (Course, &["from_on", "to_on", "claim_id", "issued_at", "revoked_at", "revoked_reason"]),
            (Technical, &["id", "version", "code", "updated_at"]),
        ],
    ),
    (
        "duties",
        &[
            (Organisation, &["organisation_id", "title", "obliged", "from_on", "to_on", "times"]),
            (Actor, &["created_by"]),
            (Course, &["withdrawn_at"]),
            (Technical, &["id", "version", "created_at", "updated_at"]),
        ],
    ),
    (
        "posts",
        &[
            (
                Organisation,
                &[
                    "holder_id",
                    "audience_id",
                    "kind",
                    "title",
                    "summary",
                    "category",
                    "skill",
                    "ended_reason",
                ],
            ),
            (Actor, &["ended_by", "created_by"]),
            (Course, &["wish_id", "status", "due_at", "opened_at", "ended_at"]),
            (Technical, &["id", "version", "created_at", "updated_at"]),
        ],
    ),
    (
        "shifts",
        &[
            (
                Organisation,
                &["starts_at", "ends_at", "places", "meet_at", "cancelled_at", "cancelled_reason"],
            ),
            (Course, &["taken"]),
            (Technical, &["id", "post_id", "created_at", "updated_at"]),
        ],
    ),
    (
        "sign_ups",
        &[
            (Claimant, &["claimant_id", "places", "came", "quarter_hours"]),
            (Actor, &["marked_by", "created_by"]),
            (Course, &["claim_id", "status", "mark_by", "marked_at", "ended_at"]),
            (Technical, &["id", "version", "shift_id", "created_at", "updated_at"]),
        ],
    ),
    ("job_clock", &[(Technical, &["id", "ran_until"])]),
    ("calendar_years", &[(Technical, &["year", "version", "source", "changed_at"])]),
    ("calendar_days", &[(Technical, &["date", "year", "working", "name"])]),
    ("tallies", &[(Organisation, &["organisation_id", "measure", "period", "part", "amount"])]),
    ("tally_shares", &[(Link, &["subject_id"]), (Organisation, &["organisation_id"]), (Course, &["cells"])]),
    ("tally_cursor", &[(Technical, &["id", "position"])]),
    (
        "reports",
        &[
            (Organisation, &["organisation_id", "from_month", "to_month", "figures"]),
            (Actor, &["created_by"]),
            (Technical, &["id", "number", "edition", "previous_hash", "hash", "created_at"]),
        ],
    ),
    (
        "report_templates",
        &[
            (Organisation, &["organisation_id", "file_name", "content", "places", "fields"]),
            (Technical, &["updated_at"]),
        ],
    ),
];

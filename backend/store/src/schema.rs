//! The tables, as both databases have them. Ids and words are text, instants microseconds UTC, dates
//! ISO 8601 text, lists and facts JSON text.

diesel::table! {
    users (id) {
        id -> Text,
        version -> BigInt,
        username -> Text,
        display_name -> Text,
        password_hash -> Text,
        security_stamp -> Text,
        disabled -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
        home_id -> Nullable<Text>,
        must_change_password -> Bool,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        user_id -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        second_factor -> Bool,
        program -> Text,
    }
}

diesel::table! {
    external_identities (id) {
        id -> Text,
        user_id -> Text,
        issuer -> Text,
        subject -> Text,
        linked_at -> BigInt,
    }
}

diesel::table! {
    second_factors (user_id) {
        user_id -> Text,
        secret -> Text,
        confirmed_at -> Nullable<BigInt>,
        last_step -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    recovery_codes (hash) {
        hash -> Text,
        user_id -> Text,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    audit_heads (tree_id, day) {
        tree_id -> Text,
        day -> Text,
        length -> BigInt,
        hash -> Text,
        seal -> Text,
    }
}

diesel::table! {
    refresh_tokens (hash) {
        hash -> Text,
        session_id -> Text,
        issued_at -> BigInt,
        expires_at -> BigInt,
        retired_at -> Nullable<BigInt>,
        retired_by -> Nullable<Text>,
    }
}

diesel::table! {
    login_attempts (subject) {
        subject -> Text,
        failures -> Integer,
        last_at -> BigInt,
    }
}

diesel::table! {
    organisations (id) {
        id -> Text,
        version -> BigInt,
        name -> Text,
        kind -> Text,
        level -> Text,
        region_code -> Nullable<Text>,
        parent_id -> Nullable<Text>,
        review_days -> Nullable<Integer>,
        open_days -> Nullable<Integer>,
        contact_days -> Nullable<Integer>,
        delivery_days -> Nullable<Integer>,
        confirm_days -> Nullable<Integer>,
        escalation_days -> Nullable<Integer>,
        reopen_days -> Nullable<Integer>,
        wall_households -> Nullable<Integer>,
        most_open_claims -> Nullable<Integer>,
        spot_check_percent -> Nullable<Integer>,
        pair_first_days -> Nullable<Integer>,
        admits -> Bool,
        leaderboard -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    organisation_closure (ancestor_id, descendant_id) {
        ancestor_id -> Text,
        descendant_id -> Text,
        depth -> Integer,
    }
}

diesel::table! {
    memberships (id) {
        id -> Text,
        user_id -> Text,
        organisation_id -> Text,
        role -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    policy_changes (id) {
        id -> Text,
        organisation_id -> Text,
        policy -> Text,
        created_by -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    categories (organisation_id, code) {
        organisation_id -> Text,
        code -> Text,
        version -> BigInt,
        name_zh -> Text,
        name_en -> Nullable<Text>,
        sort -> Integer,
        active -> Bool,
    }
}

diesel::table! {
    households (id) {
        id -> Text,
        organisation_id -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    beneficiaries (id) {
        id -> Text,
        version -> BigInt,
        organisation_id -> Text,
        household_id -> Text,
        name -> Text,
        phone -> Nullable<Text>,
        phone_index -> Nullable<Text>,
        address -> Nullable<Text>,
        id_number -> Nullable<Text>,
        id_number_index -> Nullable<Text>,
        birth_date -> Nullable<Text>,
        hardships -> Text,
        birth_year -> Nullable<Integer>,
        consent_due_on -> Nullable<Text>,
        consents_checked_on -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
        merged_into -> Nullable<Text>,
    }
}

diesel::table! {
    merges (id) {
        id -> Text,
        version -> BigInt,
        survivor_id -> Text,
        merged_id -> Text,
        household_id -> Text,
        reason -> Text,
        taken -> Text,
        before -> Nullable<Text>,
        merged_by -> Text,
        merged_at -> BigInt,
        undone_by -> Nullable<Text>,
        undone_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    distinctions (id) {
        id -> Text,
        version -> BigInt,
        one_id -> Text,
        other_id -> Text,
        reason -> Text,
        said_by -> Text,
        said_at -> BigInt,
        undone_by -> Nullable<Text>,
        undone_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    data_keys (beneficiary_id) {
        beneficiary_id -> Text,
        kek_version -> Integer,
        wrapped -> Nullable<Text>,
        created_at -> BigInt,
        erased_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    consents (id) {
        id -> Text,
        beneficiary_id -> Text,
        purpose -> Text,
        given_by -> Text,
        guardian_name -> Nullable<Text>,
        relation -> Nullable<Text>,
        given_on -> Text,
        withdrawn_on -> Nullable<Text>,
        text_version -> Nullable<Text>,
        channel -> Nullable<Text>,
        evidence -> Nullable<Text>,
        expires_on -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    look_requests (id) {
        id -> Text,
        version -> BigInt,
        beneficiary_id -> Text,
        claim_id -> Nullable<Text>,
        requested_by -> Text,
        purpose -> Text,
        reason -> Text,
        status -> Text,
        answered_by -> Nullable<Text>,
        answered_at -> Nullable<BigInt>,
        answer -> Nullable<Text>,
        expires_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    retention_runs (id) {
        id -> Text,
        tree_id -> Text,
        as_of -> BigInt,
        nightly_on -> Nullable<Text>,
        counts -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    claimants (id) {
        id -> Text,
        version -> BigInt,
        kind -> Text,
        organisation_id -> Text,
        user_id -> Nullable<Text>,
        display_name -> Text,
        skills -> Text,
        region_codes -> Text,
        categories -> Text,
        capacity -> Integer,
        active -> Bool,
        suspended_since -> Nullable<BigInt>,
        suspended_until -> Nullable<BigInt>,
        suspension_reason -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    wishes (number) {
        number -> BigInt,
        id -> Text,
        version -> BigInt,
        beneficiary_id -> Text,
        origin_id -> Text,
        holder_id -> Text,
        audience_id -> Text,
        split_from -> Nullable<Text>,
        collected_by -> Text,
        title -> Text,
        details -> Nullable<Text>,
        public_summary -> Text,
        category -> Text,
        skill -> Nullable<Text>,
        quantity -> BigInt,
        shares -> Nullable<Text>,
        unit -> Text,
        estimated_cost_fen -> Nullable<BigInt>,
        needed_by -> Nullable<Text>,
        channel -> Text,
        told_by -> Text,
        told_by_note -> Nullable<Text>,
        region_code -> Nullable<Text>,
        place -> Nullable<Text>,
        status -> Text,
        submitted_at -> Nullable<BigInt>,
        published_at -> Nullable<BigInt>,
        open_until -> Nullable<BigInt>,
        fulfilled_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
        reserved -> BigInt,
        delivered -> BigInt,
        confirmed -> BigInt,
        review -> Nullable<Text>,
        ending -> Nullable<Text>,
        pending_escalation_id -> Nullable<Text>,
        red_listed_since -> Nullable<BigInt>,
        due_at -> Nullable<BigInt>,
        policy -> Nullable<Text>,
        card_hash -> Nullable<Text>,
        card_tries_left -> Nullable<Integer>,
        rated -> Bool,
        hidden_since -> Nullable<BigInt>,
        shared_since -> Nullable<BigInt>,
        paused_until -> Nullable<Text>,
        paused_days -> Integer,
        shown_place -> Nullable<Text>,
        shown_region_code -> Nullable<Text>,
        shown_age_band -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    claims (id) {
        id -> Text,
        version -> BigInt,
        wish_id -> Text,
        claimant_id -> Text,
        quantity -> BigInt,
        route -> Text,
        made_by -> Text,
        note -> Nullable<Text>,
        status -> Text,
        answer_by -> Nullable<BigInt>,
        contact_by -> Nullable<BigInt>,
        deliver_by -> Nullable<BigInt>,
        contacted_at -> Nullable<BigInt>,
        sent_back -> Nullable<Text>,
        delivered_at -> Nullable<BigInt>,
        confirm_by -> Nullable<BigInt>,
        confirmed_at -> Nullable<BigInt>,
        confirmed_method -> Nullable<Text>,
        confirmed_by -> Nullable<Text>,
        confirmed_by_others -> Nullable<Bool>,
        ended_at -> Nullable<BigInt>,
        ended_reason -> Nullable<Text>,
        lapses_at -> Nullable<BigInt>,
        delivery -> Nullable<Text>,
        brought_on -> Nullable<Text>,
        value_fen -> BigInt,
        quarter_hours -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    imports (id) {
        id -> Text,
        version -> BigInt,
        organisation_id -> Text,
        shape -> Nullable<Text>,
        fields -> Text,
        status -> Text,
        hand_in -> Bool,
        halted -> Bool,
        uploaded_by -> Text,
        started_by -> Nullable<Text>,
        keep_until -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    exports (id) {
        id -> Text,
        version -> BigInt,
        organisation_id -> Text,
        subject -> Text,
        asked -> Text,
        asked_by -> Text,
        status -> Text,
        answered_by -> Nullable<Text>,
        answer -> Nullable<Text>,
        failure -> Nullable<Text>,
        row_count -> Nullable<BigInt>,
        until -> Nullable<BigInt>,
        downloads -> Integer,
        password -> Nullable<Text>,
        tries -> Integer,
        run_at -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    export_files (export_id) {
        export_id -> Text,
        content -> Binary,
    }
}

diesel::table! {
    export_people (export_id, beneficiary_id) {
        export_id -> Text,
        beneficiary_id -> Text,
    }
}

diesel::table! {
    import_rows (import_id, number) {
        import_id -> Text,
        number -> BigInt,
        sheet_row -> BigInt,
        cells -> Nullable<Text>,
        outcome -> Text,
        faults -> Text,
        fingerprint -> Nullable<Text>,
        beneficiary_id -> Nullable<Text>,
        wish_id -> Nullable<Text>,
    }
}

diesel::table! {
    import_templates (organisation_id) {
        organisation_id -> Text,
        fields -> Text,
        updated_at -> BigInt,
    }
}

diesel::table! {
    duties (id) {
        id -> Text,
        version -> BigInt,
        organisation_id -> Text,
        title -> Text,
        obliged -> Text,
        from_on -> Text,
        to_on -> Text,
        times -> BigInt,
        withdrawn_at -> Nullable<BigInt>,
        created_by -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    certificates (id) {
        id -> Text,
        version -> BigInt,
        organisation_id -> Text,
        claimant_id -> Text,
        code -> Text,
        from_on -> Nullable<Text>,
        to_on -> Nullable<Text>,
        claim_id -> Nullable<Text>,
        wishes -> BigInt,
        quarter_hours -> BigInt,
        kind -> Text,
        name -> Text,
        named -> Bool,
        issued_by -> Text,
        issued_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        revoked_by -> Nullable<Text>,
        revoked_reason -> Nullable<Text>,
        updated_at -> BigInt,
    }
}

diesel::table! {
    claim_reminders (claim_id, due_at) {
        claim_id -> Text,
        due_at -> BigInt,
        reminded_at -> BigInt,
    }
}

diesel::table! {
    escalations (id) {
        id -> Text,
        version -> BigInt,
        wish_id -> Text,
        from_id -> Text,
        to_id -> Text,
        reason -> Nullable<Text>,
        created_by -> Nullable<Text>,
        status -> Text,
        due_at -> Nullable<BigInt>,
        answered_at -> Nullable<BigInt>,
        answered_by -> Nullable<Text>,
        instruction -> Nullable<Text>,
        created_at -> BigInt,
        rerouted_to -> Nullable<Text>,
        resolved_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    efforts (wish_id, kind, noted_by) {
        wish_id -> Text,
        kind -> Text,
        noted_by -> Text,
        minutes -> Integer,
        noted_at -> BigInt,
    }
}

diesel::table! {
    pauses (id) {
        id -> Text,
        wish_id -> Text,
        reason -> Text,
        until -> Text,
        days -> Integer,
        created_by -> Text,
        created_at -> BigInt,
        resumed_at -> Nullable<BigInt>,
        resumed_by -> Nullable<Text>,
    }
}

diesel::table! {
    spot_checks (id) {
        id -> Text,
        version -> BigInt,
        wish_id -> Text,
        status -> Text,
        drawn_at -> BigInt,
        due_at -> Nullable<BigInt>,
        result -> Nullable<Text>,
        answered_by -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    feedback (wish_id) {
        wish_id -> Text,
        satisfaction -> Integer,
        comment -> Nullable<Text>,
        created_by -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    attachments (id) {
        id -> Text,
        beneficiary_id -> Text,
        wish_id -> Text,
        claim_id -> Nullable<Text>,
        purpose -> Text,
        media_type -> Text,
        size -> BigInt,
        width -> Integer,
        height -> Integer,
        sha256 -> Nullable<Text>,
        uploaded_by -> Text,
        uploaded_at -> BigInt,
        removed_at -> Nullable<BigInt>,
        removed_by -> Nullable<Text>,
        removal -> Nullable<Text>,
        content -> Nullable<Binary>,
        thumbnail -> Nullable<Binary>,
        dhash -> Nullable<BigInt>,
    }
}

diesel::table! {
    attachment_looks (attachment_id, user_id, day) {
        attachment_id -> Text,
        user_id -> Text,
        day -> Text,
    }
}

diesel::table! {
    events (seq) {
        seq -> BigInt,
        id -> Text,
        position -> Nullable<BigInt>,
        subject -> Text,
        subject_id -> Text,
        number -> BigInt,
        kind -> Text,
        at -> BigInt,
        actor_id -> Nullable<Text>,
        organisation_id -> Text,
        origin_id -> Text,
        from_status -> Nullable<Text>,
        to_status -> Nullable<Text>,
        data -> Text,
        tree_id -> Nullable<Text>,
        chain_number -> Nullable<BigInt>,
        chain_hash -> Nullable<Text>,
    }
}

diesel::table! {
    idempotency_keys (key) {
        key -> Text,
        fingerprint -> Text,
        status -> Nullable<Integer>,
        body -> Nullable<Text>,
        headers -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    directory (id) {
        id -> BigInt,
        generation -> BigInt,
        calendar -> Text,
    }
}

diesel::table! {
    calendar_years (year) {
        year -> Integer,
        version -> BigInt,
        source -> Text,
        changed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    calendar_days (date) {
        date -> Text,
        year -> Integer,
        working -> Bool,
        name -> Text,
    }
}

diesel::table! {
    jobs (id) {
        id -> Text,
        kind -> Text,
        subject_id -> Text,
        wish_id -> Text,
        due_at -> BigInt,
        run_at -> BigInt,
        tries -> Integer,
        failure -> Nullable<Text>,
        dead_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    job_clock (id) {
        id -> BigInt,
        ran_until -> BigInt,
    }
}

diesel::table! {
    waiting_list (id) {
        id -> Text,
        wish_id -> Text,
        claimant_id -> Text,
        quantity -> BigInt,
        made_by -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    pairings (id) {
        id -> Text,
        version -> BigInt,
        organisation_id -> Text,
        household_id -> Text,
        beneficiary_id -> Text,
        claimant_id -> Text,
        status -> Text,
        every -> Integer,
        unit -> Text,
        begun_on -> Text,
        note -> Nullable<Text>,
        responsible_id -> Nullable<Text>,
        since -> Nullable<Text>,
        due_at -> Nullable<BigInt>,
        tell_at -> Nullable<BigInt>,
        told -> Text,
        last_visited_on -> Nullable<Text>,
        proposed_by -> Text,
        ended_at -> Nullable<BigInt>,
        ended_by -> Nullable<Text>,
        ended_why -> Nullable<Text>,
        ended_words -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    hand_overs (id) {
        id -> Text,
        pairing_id -> Text,
        beneficiary_id -> Text,
        from_id -> Text,
        to_id -> Text,
        note -> Nullable<Text>,
        created_by -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    visits (id) {
        id -> Text,
        pairing_id -> Text,
        beneficiary_id -> Text,
        first_id -> Text,
        edition -> Integer,
        visited_on -> Text,
        income -> Nullable<Text>,
        health -> Nullable<Text>,
        treatment -> Nullable<Text>,
        benefits -> Nullable<Text>,
        replaced_by -> Nullable<Text>,
        created_by -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    plans (id) {
        id -> Text,
        version -> BigInt,
        organisation_id -> Text,
        title -> Text,
        status -> Text,
        options -> Text,
        step -> BigInt,
        optimal -> Bool,
        created_by -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        sent_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    plan_claimants (plan_id, claimant_id) {
        plan_id -> Text,
        claimant_id -> Text,
        held -> BigInt,
        room -> BigInt,
    }
}

diesel::table! {
    plan_lines (id) {
        id -> Text,
        plan_id -> Text,
        wish_id -> Text,
        household -> BigInt,
        quantity -> BigInt,
        claimant_id -> Nullable<Text>,
        by_hand -> Bool,
        cost -> BigInt,
        reasons -> Text,
        gap -> Nullable<Text>,
        claim_id -> Nullable<Text>,
    }
}

diesel::table! {
    platforms (id) {
        id -> Text,
        version -> BigInt,
        organisation_id -> Text,
        name -> Text,
        scopes -> Text,
        networks -> Text,
        active -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    platform_keys (id) {
        id -> Text,
        platform_id -> Text,
        digest -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    webhooks (id) {
        id -> Text,
        version -> BigInt,
        platform_id -> Text,
        url -> Text,
        kinds -> Text,
        secret -> Text,
        old_secret -> Nullable<Text>,
        old_until -> Nullable<BigInt>,
        position -> BigInt,
        failing_since -> Nullable<BigInt>,
        rests_until -> Nullable<BigInt>,
        off_since -> Nullable<BigInt>,
        off_because -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    webhook_deliveries (id) {
        id -> Text,
        webhook_id -> Text,
        message_id -> Text,
        kind -> Text,
        wish_id -> Nullable<Text>,
        number -> Nullable<BigInt>,
        status -> Nullable<Text>,
        at -> BigInt,
        position -> BigInt,
        state -> Text,
        run_at -> BigInt,
        tries -> Integer,
        ended_at -> Nullable<BigInt>,
        claim_id -> Nullable<Text>,
    }
}

diesel::table! {
    webhook_attempts (id) {
        id -> Text,
        delivery_id -> Text,
        at -> BigInt,
        took_ms -> BigInt,
        status -> Nullable<Integer>,
        trouble -> Nullable<Text>,
    }
}

diesel::table! {
    email_addresses (user_id) {
        user_id -> Text,
        version -> BigInt,
        address -> Nullable<Text>,
        confirmed_at -> Nullable<BigInt>,
        pending -> Nullable<Text>,
        code_id -> Nullable<Text>,
        code_until -> Nullable<BigInt>,
        code_tries -> Integer,
        codes -> Integer,
        codes_since -> BigInt,
        code_at -> BigInt,
        told_on -> Text,
        updated_at -> BigInt,
    }
}

diesel::table! {
    mails (id) {
        id -> Text,
        kind -> Text,
        user_id -> Text,
        about -> Text,
        run_at -> BigInt,
        until -> BigInt,
        tries -> Integer,
        failure -> Nullable<Text>,
        reply -> Nullable<Integer>,
        dead_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    campaigns (id) {
        id -> Text,
        version -> BigInt,
        organisation_id -> Text,
        title -> Text,
        theme -> Text,
        starts_on -> Text,
        ends_on -> Text,
        rule -> Nullable<Text>,
        target_wishes -> Nullable<BigInt>,
        target_people -> Nullable<BigInt>,
        target_hours -> Nullable<BigInt>,
        target_value_fen -> Nullable<BigInt>,
        status -> Text,
        due_at -> Nullable<BigInt>,
        gather_after -> Nullable<Text>,
        opened_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
        ended_by -> Nullable<Text>,
        ended_reason -> Nullable<Text>,
        report -> Nullable<Text>,
        created_by -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    campaign_hosts (campaign_id, organisation_id) {
        campaign_id -> Text,
        organisation_id -> Text,
        status -> Text,
        answered_by -> Nullable<Text>,
        answered_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    emergency_calls (id) {
        id -> Text,
        version -> BigInt,
        organisation_id -> Text,
        title -> Text,
        due_at -> BigInt,
        status -> Text,
        ended_at -> Nullable<BigInt>,
        ended_by -> Nullable<Text>,
        ended_reason -> Nullable<Text>,
        report -> Nullable<Text>,
        created_by -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    emergency_call_circles (call_id, organisation_id) {
        call_id -> Text,
        organisation_id -> Text,
        whom -> Text,
    }
}

diesel::table! {
    emergency_call_wishes (call_id, wish_id) {
        call_id -> Text,
        wish_id -> Text,
    }
}

diesel::table! {
    emergency_call_letters (call_id, user_id) {
        call_id -> Text,
        user_id -> Text,
    }
}

diesel::table! {
    campaign_wishes (campaign_id, wish_id) {
        campaign_id -> Text,
        wish_id -> Text,
        place -> Text,
        by_hand -> Bool,
        placed_at -> BigInt,
    }
}

diesel::table! {
    pledges (id) {
        id -> Text,
        version -> BigInt,
        campaign_id -> Text,
        claimant_id -> Text,
        wishes -> Nullable<BigInt>,
        hours -> Nullable<BigInt>,
        value_fen -> Nullable<BigInt>,
        withdrawn_at -> Nullable<BigInt>,
        created_by -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    pools (id) {
        id -> Text,
        version -> BigInt,
        organisation_id -> Text,
        campaign_id -> Nullable<Text>,
        name -> Text,
        purpose -> Text,
        categories -> Text,
        raiser -> Text,
        raised_on -> Text,
        approval_above_fen -> BigInt,
        active -> Bool,
        balance_fen -> BigInt,
        allocated_fen -> BigInt,
        created_by -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    donations (id) {
        id -> Text,
        version -> BigInt,
        pool_id -> Text,
        platform_id -> Text,
        external_id -> Text,
        donor_ref -> Nullable<Text>,
        amount_fen -> BigInt,
        currency -> Text,
        given_at -> BigInt,
        refunded_fen -> BigInt,
        reversed_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    statements (id) {
        id -> Text,
        version -> BigInt,
        pool_id -> Text,
        platform_id -> Text,
        organisation_id -> Text,
        format -> Text,
        from_on -> Text,
        to_on -> Text,
        said_count -> BigInt,
        said_fen -> BigInt,
        found_count -> BigInt,
        found_fen -> BigInt,
        repeated -> BigInt,
        digest -> Text,
        file_hash -> Text,
        status -> Text,
        counted -> Text,
        numbered -> BigInt,
        done_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    statement_parts (statement_id, number) {
        statement_id -> Text,
        number -> BigInt,
        kind -> Text,
        after_id -> Nullable<Text>,
        upto_id -> Nullable<Text>,
        rows -> Text,
    }
}

diesel::table! {
    statement_differences (statement_id, number) {
        statement_id -> Text,
        number -> BigInt,
        version -> BigInt,
        kind -> Nullable<Text>,
        outcome -> Text,
        external_id -> Nullable<Text>,
        amount_fen -> Nullable<BigInt>,
        here_fen -> Nullable<BigInt>,
        donation_id -> Nullable<Text>,
        fault -> Nullable<Text>,
        reason -> Nullable<Text>,
        note -> Nullable<Text>,
        settled_by -> Nullable<Text>,
        settled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    allocations (id) {
        id -> Text,
        version -> BigInt,
        pool_id -> Text,
        wish_id -> Text,
        amount_fen -> BigInt,
        status -> Text,
        remaining_fen -> BigInt,
        spent_fen -> BigInt,
        asked_by -> Text,
        approved_by -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
        due_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    ledger_transactions (id) {
        id -> Text,
        pool_id -> Text,
        kind -> Text,
        amount_fen -> BigInt,
        donation_id -> Nullable<Text>,
        allocation_id -> Nullable<Text>,
        reverses -> Nullable<Text>,
        reason -> Nullable<Text>,
        by_id -> Nullable<Text>,
        platform_id -> Nullable<Text>,
        external_id -> Nullable<Text>,
        month -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    ledger_entries (transaction_id, account_kind, account_id) {
        transaction_id -> Text,
        account_kind -> Text,
        account_id -> Text,
        amount_fen -> BigInt,
    }
}

diesel::table! {
    spendings (transaction_id) {
        transaction_id -> Text,
        allocation_id -> Text,
        attachment_id -> Nullable<Text>,
        invoice_number -> Nullable<Text>,
        held_fen -> BigInt,
    }
}

diesel::table! {
    benefits (organisation_id, word) {
        organisation_id -> Text,
        word -> Text,
        version -> BigInt,
        name_en -> Nullable<Text>,
        hint -> Text,
        office -> Text,
        sort -> Integer,
        active -> Bool,
    }
}

diesel::table! {
    referrals (id) {
        id -> Text,
        version -> BigInt,
        organisation_id -> Text,
        beneficiary_id -> Text,
        pairing_id -> Nullable<Text>,
        claim_id -> Nullable<Text>,
        claimant_id -> Nullable<Text>,
        benefit -> Nullable<Text>,
        need -> Text,
        status -> Text,
        due_at -> Nullable<BigInt>,
        to_id -> Nullable<Text>,
        office -> Nullable<Text>,
        agreed_on -> Nullable<Text>,
        sent_by -> Nullable<Text>,
        sent_at -> Nullable<BigInt>,
        outcome -> Nullable<Text>,
        answer -> Nullable<Text>,
        ended_by -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
        created_by -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    skills (organisation_id, word) {
        organisation_id -> Text,
        word -> Text,
        version -> BigInt,
        name_en -> Nullable<Text>,
        sort -> Integer,
        active -> Bool,
    }
}

diesel::table! {
    applications (id) {
        id -> Text,
        version -> BigInt,
        organisation_id -> Text,
        kind -> Text,
        user_id -> Nullable<Text>,
        particulars -> Text,
        skills -> Text,
        region_codes -> Text,
        categories -> Text,
        capacity -> Integer,
        applicant_key -> Text,
        code_digest -> Text,
        status -> Text,
        due_at -> Nullable<BigInt>,
        answer -> Nullable<Text>,
        answered_by -> Nullable<Text>,
        answered_at -> Nullable<BigInt>,
        claimant_id -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    posts (id) {
        id -> Text,
        version -> BigInt,
        holder_id -> Text,
        audience_id -> Text,
        kind -> Text,
        title -> Text,
        summary -> Text,
        category -> Nullable<Text>,
        skill -> Nullable<Text>,
        wish_id -> Nullable<Text>,
        status -> Text,
        due_at -> Nullable<BigInt>,
        opened_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
        ended_by -> Nullable<Text>,
        ended_reason -> Nullable<Text>,
        created_by -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    shifts (id) {
        id -> Text,
        post_id -> Text,
        starts_at -> BigInt,
        ends_at -> BigInt,
        places -> BigInt,
        taken -> BigInt,
        meet_at -> Text,
        cancelled_at -> Nullable<BigInt>,
        cancelled_reason -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    sign_ups (id) {
        id -> Text,
        version -> BigInt,
        shift_id -> Text,
        claimant_id -> Text,
        places -> BigInt,
        claim_id -> Nullable<Text>,
        status -> Text,
        mark_by -> Nullable<BigInt>,
        came -> Nullable<BigInt>,
        quarter_hours -> Nullable<BigInt>,
        marked_at -> Nullable<BigInt>,
        marked_by -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
        created_by -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    tallies (organisation_id, measure, period, part) {
        organisation_id -> Text,
        measure -> Text,
        period -> BigInt,
        part -> Text,
        amount -> BigInt,
    }
}

diesel::table! {
    tally_shares (subject_id) {
        subject_id -> Text,
        organisation_id -> Text,
        cells -> Text,
    }
}

diesel::table! {
    tally_cursor (id) {
        id -> BigInt,
        position -> BigInt,
    }
}

diesel::table! {
    reports (id) {
        id -> Text,
        organisation_id -> Text,
        number -> BigInt,
        from_month -> BigInt,
        to_month -> BigInt,
        edition -> BigInt,
        figures -> Text,
        previous_hash -> Text,
        hash -> Text,
        created_by -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    report_templates (organisation_id) {
        organisation_id -> Text,
        file_name -> Text,
        content -> Binary,
        places -> Text,
        fields -> Text,
        updated_at -> BigInt,
    }
}

diesel::table! {
    platform_mandates (platform_id) {
        platform_id -> Text,
        claimant_id -> Text,
        hand_id -> Text,
        most_open -> BigInt,
        most_open_of_user -> BigInt,
        most_in_day -> BigInt,
    }
}

diesel::table! {
    platform_claims (claim_id) {
        claim_id -> Text,
        platform_id -> Text,
        external_id -> Text,
        content_digest -> Text,
        user_digest -> Text,
        user_external_id -> Text,
        user_display_name -> Text,
        created_at -> BigInt,
    }
}

diesel::joinable!(memberships -> users (user_id));
diesel::joinable!(platform_claims -> claims (claim_id));
diesel::joinable!(platform_keys -> platforms (platform_id));
diesel::joinable!(webhooks -> platforms (platform_id));
diesel::joinable!(email_addresses -> users (user_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));

diesel::allow_columns_to_appear_in_same_group_by_clause!(claims::claimant_id, wishes::category);
diesel::allow_columns_to_appear_in_same_group_by_clause!(claims::claimant_id, feedback::satisfaction);
diesel::allow_tables_to_appear_in_same_query!(
    users,
    sessions,
    refresh_tokens,
    external_identities,
    second_factors,
    recovery_codes,
    email_addresses,
    mails,
    emergency_calls,
    emergency_call_circles,
    emergency_call_wishes,
    emergency_call_letters,
    audit_heads,
    login_attempts,
    organisations,
    organisation_closure,
    memberships,
    policy_changes,
    categories,
    households,
    beneficiaries,
    merges,
    distinctions,
    data_keys,
    consents,
    look_requests,
    retention_runs,
    claimants,
    wishes,
    claims,
    claim_reminders,
    escalations,
    efforts,
    pauses,
    spot_checks,
    pairings,
    hand_overs,
    visits,
    feedback,
    attachments,
    attachment_looks,
    events,
    idempotency_keys,
    directory,
    jobs,
    job_clock,
    waiting_list,
    plans,
    plan_claimants,
    plan_lines,
    platforms,
    platform_keys,
    platform_mandates,
    platform_claims,
    webhooks,
    webhook_deliveries,
    webhook_attempts,
    exports,
    export_files,
    export_people,
    imports,
    import_rows,
    import_templates,
    campaigns,
    campaign_hosts,
    campaign_wishes,
    pledges,
    pools,
    donations,
    statements,
    statement_parts,
    statement_differences,
    allocations,
    ledger_transactions,
    ledger_entries,
    spendings,
    posts,
    shifts,
    sign_ups,
    skills,
    benefits,
    referrals,
    applications,
    certificates,
    duties,
    calendar_years,
    calendar_days,
    tallies,
    tally_shares,
    tally_cursor,
    reports,
    report_templates,
);

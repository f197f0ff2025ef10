//! Events: every change, written in the transaction that makes it. The n-th change of a thing is its
//! n-th event, so a gap cannot hide.

words! {
    /// What changed.
    #[schema(as = EventKind)]
    pub enum Kind {
        /// Written down.
        WishCreated = "wish_created",
        /// A draft changed.
        WishUpdated = "wish_updated",
        /// Handed in.
        WishSubmitted = "wish_submitted",
        /// On the wall.
        WishPublished = "wish_published",
        /// Back to the collector.
        WishReturned = "wish_returned",
        /// Refused at review.
        WishDeclined = "wish_declined",
        /// Taken back.
        WishWithdrawn = "wish_withdrawn",
        /// Off the wall: the consent to publish is gone.
        WishHidden = "wish_hidden",
        /// Back on the wall.
        WishRelisted = "wish_relisted",
        /// Platforms may show it: the resident agreed.
        WishShared = "wish_shared",
        /// Platforms must take it down: the resident does not agree any more.
        WishUnshared = "wish_unshared",
        /// It is in an emergency call, and goes up when the call's time is over.
        WishCalledFor = "wish_called_for",
        /// Its clock stands until a day.
        WishPaused = "wish_paused",
        /// Its clock goes on before the pause was over.
        WishResumed = "wish_resumed",
        /// Parts were split off.
        WishSplit = "wish_split",
        /// Split off from another.
        WishSplitOff = "wish_split_off",
        /// A share was promised.
        WishClaimed = "wish_claimed",
        /// A share was proposed to a claimant.
        WishDispatched = "wish_dispatched",
        /// A claimant waits for a share.
        WaitingJoined = "waiting_joined",
        /// A claimant waits no longer.
        WaitingLeft = "waiting_left",
        /// A share that came free was proposed to the next on the waiting list.
        WaitingCalled = "waiting_called",
        /// The resident has a new card.
        CardIssued = "card_issued",
        /// A wrong code was told.
        CodeRefused = "code_refused",
        /// A dispatch was accepted.
        ClaimAccepted = "claim_accepted",
        /// A dispatch was declined.
        ClaimDeclined = "claim_declined",
        /// A share was given back.
        ClaimReleased = "claim_released",
        /// The time of a promise is nearly over; said once.
        ClaimReminded = "claim_reminded",
        /// A share ran over its time.
        ClaimLapsed = "claim_lapsed",
        /// The claimant spoke with the resident.
        ClaimContacted = "claim_contacted",
        /// Brought.
        ClaimDelivered = "claim_delivered",
        /// The resident said that it arrived.
        ClaimConfirmed = "claim_confirmed",
        /// The delivery went back.
        ClaimSentBack = "claim_sent_back",
        /// The claimant looked at name, phone and address.
        DeliveryDetailsRevealed = "delivery_details_revealed",
        /// A picture was added.
        AttachmentAdded = "attachment_added",
        /// A picture was removed.
        AttachmentRemoved = "attachment_removed",
        /// Somebody looked at a picture of a resident's wish; once a person and day.
        AttachmentViewed = "attachment_viewed",
        /// What was confirmed did not arrive after all, or does not work.
        WishReopened = "wish_reopened",
        /// It was drawn: somebody else asks the resident again.
        SpotCheckDrawn = "spot_check_drawn",
        /// The resident was asked again.
        SpotCheckAnswered = "spot_check_answered",
        /// The resident rated it.
        FeedbackGiven = "feedback_given",
        /// One of the staff noted how long something took that a wish asked for.
        EffortNoted = "effort_noted",
        /// The pair looked at name, phone and address.
        PairingDetailsRevealed = "pairing_details_revealed",
        /// A household was proposed to a claimant, to be paired.
        PairingProposed = "pairing_proposed",
        /// The claimant said yes.
        PairingAccepted = "pairing_accepted",
        /// The claimant said no.
        PairingDeclined = "pairing_declined",
        /// Nobody answered in time.
        PairingLapsed = "pairing_lapsed",
        /// Its rhythm of visits changed.
        PairingUpdated = "pairing_updated",
        /// Somebody else of the claimant answers for the visits.
        PairingHandedOver = "pairing_handed_over",
        /// It ended.
        PairingEnded = "pairing_ended",
        /// What an ended one said was erased with its resident.
        PairingForgotten = "pairing_forgotten",
        /// A visit was written down.
        VisitNoted = "visit_noted",
        /// The record of a visit was corrected.
        VisitCorrected = "visit_corrected",
        /// A deeper need was noted.
        ReferralNoted = "referral_noted",
        /// It was handed to whoever can answer it.
        ReferralSent = "referral_sent",
        /// They answered.
        ReferralAnswered = "referral_answered",
        /// Nobody follows it any more.
        ReferralClosed = "referral_closed",
        /// The resident was erased, and what it said with them.
        ReferralForgotten = "referral_forgotten",
        /// Who was asked saw whom to help.
        ReferralDetailsRevealed = "referral_details_revealed",
        /// A visit is due soon; said once.
        VisitReminded = "visit_reminded",
        /// A visit was missed; said once.
        VisitMissed = "visit_missed",
        /// Sent one level up.
        WishEscalated = "wish_escalated",
        /// The superior took it.
        EscalationAccepted = "escalation_accepted",
        /// The superior gave it back.
        EscalationReturned = "escalation_returned",
        /// Went one level further up by time.
        EscalationSuperseded = "escalation_superseded",
        /// The superior handed it to another of its own.
        EscalationRerouted = "escalation_rerouted",
        /// On the red list.
        WishRedListed = "wish_red_listed",
        /// What it said was erased with its resident.
        WishForgotten = "wish_forgotten",
        /// A new organisation.
        OrganisationCreated = "organisation_created",
        /// Renamed, moved or changed.
        OrganisationUpdated = "organisation_updated",
        /// Removed.
        OrganisationDeleted = "organisation_deleted",
        /// Its time rules changed.
        PolicyChanged = "policy_changed",
        /// A year's working days were entered or corrected.
        CalendarChanged = "calendar_changed",
        /// A role was given.
        MemberAdded = "member_added",
        /// A role was taken.
        MemberRemoved = "member_removed",
        /// A member was shut out.
        MemberDisabled = "member_disabled",
        /// A member who was shut out may sign in again.
        MemberEnabled = "member_enabled",
        /// A new category.
        CategoryCreated = "category_created",
        /// A category changed.
        CategoryUpdated = "category_updated",
        /// A new skill.
        SkillCreated = "skill_created",
        /// A skill changed.
        SkillUpdated = "skill_updated",
        /// A benefit was entered or changed.
        BenefitSet = "benefit_set",
        /// Its circle takes applications.
        CircleOpened = "circle_opened",
        /// Its circle takes none any more.
        CircleClosed = "circle_closed",
        /// A new resident.
        BeneficiaryCreated = "beneficiary_created",
        /// A resident's record changed.
        BeneficiaryUpdated = "beneficiary_updated",
        /// Somebody looked at a resident's personal data.
        BeneficiaryRevealed = "beneficiary_revealed",
        /// A copy of everything held about a resident was made.
        BeneficiaryCopied = "beneficiary_copied",
        /// Somebody asked to look at a child under 14.
        LookRequested = "look_requested",
        /// They may, for a while.
        LookApproved = "look_approved",
        /// They may not.
        LookDeclined = "look_declined",
        /// Two records of one resident became one.
        BeneficiaryMerged = "beneficiary_merged",
        /// They are two again.
        BeneficiaryUnmerged = "beneficiary_unmerged",
        /// Somebody knows that two records which look like one resident are of two.
        ToldApart = "told_apart",
        /// That was taken back.
        ToldApartUndone = "told_apart_undone",
        /// A resident was erased.
        BeneficiaryErased = "beneficiary_erased",
        /// A consent was given.
        ConsentGiven = "consent_given",
        /// Consents must be asked anew: a birthday, or their time is over.
        ConsentDue = "consent_due",
        /// A consent was taken back.
        ConsentWithdrawn = "consent_withdrawn",
        /// What was over its time went, in one tree: figures alone.
        RetentionRun = "retention_run",
        /// A new platform.
        PlatformCreated = "platform_created",
        /// A platform changed.
        PlatformUpdated = "platform_updated",
        /// A platform has a new key.
        PlatformKeyCreated = "platform_key_created",
        /// A key of a platform is no good any more.
        PlatformKeyRevoked = "platform_key_revoked",
        /// A platform is told of changes at a new address.
        WebhookCreated = "webhook_created",
        /// Where, or of what, a platform is told changed.
        WebhookUpdated = "webhook_updated",
        /// What a platform is told is signed with a new secret.
        WebhookSecretRotated = "webhook_secret_rotated",
        /// An address of a platform is told no more, until somebody turns it on again.
        WebhookDisabled = "webhook_disabled",
        /// An address of a platform is told no more.
        WebhookRemoved = "webhook_removed",
        /// A new claimant.
        ClaimantCreated = "claimant_created",
        /// A claimant changed.
        ClaimantUpdated = "claimant_updated",
        /// A claimant takes on nothing new, for a reason.
        ClaimantSuspended = "claimant_suspended",
        /// It may again: its time is over, or staff let it in.
        ClaimantReinstated = "claimant_reinstated",
        /// Somebody asks to join a circle.
        ApplicationReceived = "application_received",
        /// Staff let them in.
        ApplicationApproved = "application_approved",
        /// Staff did not.
        ApplicationDeclined = "application_declined",
        /// What it said was over its time.
        ApplicationErased = "application_erased",
        /// A plan was made.
        PlanCreated = "plan_created",
        /// A person gave a line of a plan to another.
        PlanChanged = "plan_changed",
        /// What did not hold of a plan was planned anew.
        PlanRenewed = "plan_renewed",
        /// A plan was sent, as dispatches.
        PlanSent = "plan_sent",
        /// A sheet was sent and checked.
        ImportChecked = "import_checked",
        /// Its columns were said to tell something else, and it was checked anew.
        ImportMapped = "import_mapped",
        /// What reads well of a sheet goes in.
        ImportStarted = "import_started",
        /// No more of it goes in for now.
        ImportStopped = "import_stopped",
        /// All that read well went in.
        ImportFinished = "import_finished",
        /// Its bad rows were handed back to who had sent them.
        ImportReturned = "import_returned",
        /// What it held and did not go in was removed: its time was over.
        ImportForgotten = "import_forgotten",
        /// An organisation's template was said anew.
        ImportTemplateSet = "import_template_set",
        /// A list was asked for as a file.
        ExportAsked = "export_asked",
        /// A second person agreed to a file that names residents.
        ExportApproved = "export_approved",
        /// A second person did not.
        ExportDeclined = "export_declined",
        /// The file is there.
        ExportMade = "export_made",
        /// There is none.
        ExportFailed = "export_failed",
        /// Who asked for it took it.
        ExportDownloaded = "export_downloaded",
        /// Who asked for it was shown what opens it.
        ExportPasswordShown = "export_password_shown",
        /// Its time was over.
        ExportExpired = "export_expired",
        /// It was destroyed before: somebody in it is no longer to be in it.
        ExportDestroyed = "export_destroyed",
        /// A campaign is prepared.
        CampaignCreated = "campaign_created",
        /// A campaign says or asks something else.
        CampaignUpdated = "campaign_updated",
        /// An organisation holds a campaign with others.
        CampaignHostAccepted = "campaign_host_accepted",
        /// An organisation does not.
        CampaignHostDeclined = "campaign_host_declined",
        /// A campaign opened, by itself or by hand.
        CampaignOpened = "campaign_opened",
        /// Open wishes were taken into a campaign by its rule.
        CampaignGathered = "campaign_gathered",
        /// Wishes were taken into a campaign, or out of it, by hand.
        CampaignWishesPlaced = "campaign_wishes_placed",
        /// A campaign ended; what came of it stays as it was.
        CampaignClosed = "campaign_closed",
        /// A campaign does not take place.
        CampaignCancelled = "campaign_cancelled",
        /// A batch of wishes was opened to circles at once.
        EmergencyCallPublished = "emergency_call_published",
        /// Wishes were added to a running emergency call.
        EmergencyCallExtended = "emergency_call_extended",
        /// The last household of an emergency call was served, or somebody ended it.
        EmergencyCallClosed = "emergency_call_closed",
        /// A claimant undertook something in a campaign.
        PledgeMade = "pledge_made",
        /// A claimant undertakes something else.
        PledgeChanged = "pledge_changed",
        /// A claimant took a pledge back.
        PledgeWithdrawn = "pledge_withdrawn",
        /// A pool for donations was opened.
        PoolOpened = "pool_opened",
        /// A pool has another limit, or was closed, or opened again.
        PoolChanged = "pool_changed",
        /// A platform reported a donation.
        DonationReceived = "donation_received",
        /// A platform gave back a part of a donation, or all.
        DonationRefunded = "donation_refunded",
        /// What was written down of a donation was put right.
        DonationCorrected = "donation_corrected",
        /// A platform sent what its own books say of a pool.
        StatementSent = "statement_sent",
        /// All of a statement was held against the books.
        StatementReconciled = "statement_reconciled",
        /// Somebody looked into a difference.
        DifferenceSettled = "difference_settled",
        /// Money of a pool was asked for a wish.
        AllocationAsked = "allocation_asked",
        /// A second person said yes.
        AllocationApproved = "allocation_approved",
        /// The answer was no.
        AllocationDeclined = "allocation_declined",
        /// What was not spent went back to the pool.
        AllocationReleased = "allocation_released",
        /// Something was bought of it.
        AllocationSpent = "allocation_spent",
        /// What was written down of an allocation was put right.
        AllocationCorrected = "allocation_corrected",
        /// An organisation certified what a claimant did.
        CertificateIssued = "certificate_issued",
        /// Its claimant is named on it, or not any more.
        CertificateChanged = "certificate_changed",
        /// An organisation took a certificate back.
        CertificateRevoked = "certificate_revoked",
        /// The claimants of a time, with what they did, were taken out as a file.
        CommendationsExported = "commendations_exported",
        /// The figures of a period were frozen.
        FiguresFrozen = "figures_frozen",
        /// An organisation sent the sheet that its reports fill, or said what fills a cell of it.
        ReportTemplateSet = "report_template_set",
        /// Sums of an organisation were not what its wishes say, and were put right.
        FiguresMended = "figures_mended",
        /// An organisation shows which units brought how much.
        LeaderboardOpened = "leaderboard_opened",
        /// It does not any more.
        LeaderboardClosed = "leaderboard_closed",
        /// Units are to give days to wishes.
        DutySet = "duty_set",
        /// They are not any more.
        DutyWithdrawn = "duty_withdrawn",
        /// A post is prepared.
        PostCreated = "post_created",
        /// A post says something else.
        PostUpdated = "post_updated",
        /// A post is open to claimants of its circle.
        PostOpened = "post_opened",
        /// A post ended after its last shift.
        PostEnded = "post_ended",
        /// A post does not take place.
        PostCancelled = "post_cancelled",
        /// What an ended one said was erased with the resident whose wish it served.
        PostForgotten = "post_forgotten",
        /// A post has a further shift.
        ShiftAdded = "shift_added",
        /// A shift of a post changed.
        ShiftChanged = "shift_changed",
        /// A shift of a post does not take place.
        ShiftCancelled = "shift_cancelled",
        /// A claimant took places of a shift.
        SignedUp = "signed_up",
        /// A claimant gave the places back.
        SignUpWithdrawn = "sign_up_withdrawn",
        /// The places went with their shift.
        SignUpCancelled = "sign_up_cancelled",
        /// Who came was counted.
        AttendanceMarked = "attendance_marked",
        /// Who came was counted anew.
        AttendanceCorrected = "attendance_corrected",
        /// Nobody counted who came, in time.
        AttendanceUnmarked = "attendance_unmarked",
        /// A password changed.
        PasswordChanged = "password_changed",
        /// An administrator gave somebody a new first password.
        PasswordReset = "password_reset",
        /// An identity at the sign-in provider was linked to an account.
        IdentityLinked = "identity_linked",
        /// It was taken away.
        IdentityUnlinked = "identity_unlinked",
        /// A second factor was set up.
        TotpEnrolled = "totp_enrolled",
        /// An administrator took a second factor away.
        TotpReset = "totp_reset",
        /// A person confirmed where they are told what waits for them.
        EmailConfirmed = "email_confirmed",
        /// They are told there no more.
        EmailRemoved = "email_removed",
        /// Somebody signed in with a recovery code.
        RecoveryCodeUsed = "recovery_code_used",
    }
}

words! {
    /// What an event is about.
    #[schema(as = EventSubject)]
    pub enum Subject {
        /// A wish, its claims and its escalations.
        Wish = "wish",
        /// An organisation, its rules, members and categories.
        Organisation = "organisation",
        /// A resident.
        Beneficiary = "beneficiary",
        /// A claimant.
        Claimant = "claimant",
        /// An application to join a circle.
        Application = "application",
        /// A third party with a program, and its keys.
        Platform = "platform",
        /// An address at which a platform is told of changes.
        Webhook = "webhook",
        /// A pairing and its visits.
        Pairing = "pairing",
        /// A need handed to whoever can answer it.
        Referral = "referral",
        /// Someone who signs in.
        User = "user",
        /// The working days of a year.
        Calendar = "calendar",
        /// A sheet of wishes that somebody else made.
        Import = "import",
        /// A campaign and its list.
        Campaign = "campaign",
        /// An emergency call.
        EmergencyCall = "emergency_call",
        /// A pledge in a campaign.
        Pledge = "pledge",
        /// A pool of money.
        Pool = "pool",
        /// A donation.
        Donation = "donation",
        /// What a platform's own books say of a pool.
        Statement = "statement",
        /// Money set aside for a wish.
        Allocation = "allocation",
        /// A certificate.
        Certificate = "certificate",
        /// A duty.
        Duty = "duty",
        /// A file of a list.
        Export = "export",
        /// Figures of a period, frozen.
        Report = "report",
        /// Sums that were put right.
        Recount = "recount",
        /// A post and its shifts.
        Post = "post",
        /// The places that a claimant took of a shift.
        SignUp = "sign_up",
        /// A plan.
        Plan = "plan",
        /// One clean-up of a tree.
        RetentionRun = "retention_run",
    }
}

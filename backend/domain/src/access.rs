//! Who may do what: one table, and pure functions over it.
//!
//! Each operation of the API is an act, and has a row here or does not start. A row says which roles
//! may act, by where they are held: in the chain of the thing's holder (the holder and its
//! superiors), in the chain of its origin, in the chain of the claimant concerned. Who has no
//! relation to a private thing is told that it does not exist.

use crate::{
    id::{MembershipId, OrganisationId, PlatformId, UserId},
    membership::Role,
    platform::Scope,
};
use Role::{Admin, Auditor, ChildOfficer, Collector, Coordinator, Manager, Reviewer};

/// Who asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actor {
    /// Signed in as; none for the public.
    pub user: Option<UserId>,
    /// The roles held.
    pub roles: Vec<Held>,
    /// A platform's program, that came in with a key; then nobody is signed in.
    pub platform: Option<Program>,
}

/// The program of a platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Whose.
    pub id: PlatformId,
    /// The organisation whose subtree it sees.
    pub organisation_id: OrganisationId,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

/// A role held in an organisation, and so in its subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The membership that gives it.
    pub membership_id: MembershipId,
    /// Where.
    pub organisation_id: OrganisationId,
    /// As what.
    pub role: Role,
}

/// What is asked about, as chains of organisations from itself up to the root.
#[derive(Debug, Clone, Copy, Default)]
pub struct Subject<'a> {
    /// The organisation that answers for it, and its superiors.
    pub holder: &'a [OrganisationId],
    /// The organisation that collected it, and its superiors.
    pub origin: &'a [OrganisationId],
    /// The organisation of the claimant concerned, and its superiors.
    pub claimant: &'a [OrganisationId],
    /// The user who is the claimant concerned.
    pub claimant_user: Option<UserId>,
    /// Its existence is no secret to the caller.
    pub known: bool,
}

/// What the table says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Allow,
    /// No, and the caller may know why.
    Deny,
    /// The caller is not to know that it exists.
    Hide,
    /// Sign in first.
    SignIn,
}

/// Who may do one act.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    gate: Gate,
    holder: &'static [Role],
    origin: &'static [Role],
    claimant: &'static [Role],
    /// Programs of platforms with this scope may as well; what they get is shaped by the loader.
    program: Option<Scope>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    /// Anybody; what they get is shaped by the loader and the view.
    Public,
    /// Anybody signed in; what they get is shaped by the loader.
    SignedIn,
    /// Those whom the roles name.
    Roles,
    /// Programs alone.
    Programs,
}

const STAFF: &[Role] = &[Collector, Reviewer, Coordinator, Admin];
const READERS: &[Role] = &[Collector, Reviewer, Coordinator, Admin, Auditor];
const REVIEWERS: &[Role] = &[Reviewer, Coordinator, Admin];
const CHECKERS: &[Role] = &[Reviewer, Coordinator, Admin, Auditor];
const COORDINATORS: &[Role] = &[Coordinator, Admin];
const ADMINS: &[Role] = &[Admin];
const FOR_CLAIMANT: &[Role] = &[Manager, Coordinator, Admin];
const CLAIMANT_READERS: &[Role] = &[Manager, Coordinator, Admin, Auditor];
const PLANNERS: &[Role] = &[Coordinator, Admin, Auditor];
/// Who visits a household knows it; who only stands above the claimant does not.
const PAIR: &[Role] = &[Manager];
const OFFICERS: &[Role] = &[ChildOfficer];
const NOBODY: &[Role] = &[];

const PUBLIC: Rule =
    Rule { gate: Gate::Public, holder: NOBODY, origin: NOBODY, claimant: NOBODY, program: None };
const SIGNED_IN: Rule = Rule { gate: Gate::SignedIn, ..PUBLIC };

const fn scope(scope: Scope) -> Rule {
    Rule { gate: Gate::Programs, program: Some(scope), ..PUBLIC }
}

const fn holder(roles: &'static [Role]) -> Rule {
    Rule { gate: Gate::Roles, holder: roles, ..PUBLIC }
}

const fn both(roles: &'static [Role]) -> Rule {
    Rule { origin: roles, ..holder(roles) }
}

const fn claimant(roles: &'static [Role]) -> Rule {
    Rule { gate: Gate::Roles, claimant: roles, ..PUBLIC }
}

const fn any_of(staff: &'static [Role], for_claimant: &'static [Role]) -> Rule {
    Rule { claimant: for_claimant, ..both(staff) }
}

/// Those who may at the platform's organisation, and the platform itself.
const fn or_program(roles: &'static [Role], scope: Scope) -> Rule {
    Rule { program: Some(scope), ..holder(roles) }
}

macro_rules! acts {
    ($($variant:ident $operation:literal $rule:expr;)*) => {
        /// Something the API can be asked to do; named as its operation id.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Act { $(#[doc = $operation] $variant,)* }

        impl Act {
            /// Every act.
            pub const ALL: &'static [Act] = &[$(Act::$variant,)*];

            /// The operation id.
            #[must_use]
            pub const fn operation_id(self) -> &'static str {
                match self { $(Act::$variant => $operation,)* }
            }

            /// Whether somebody who is not signed in may ask at all.
            #[must_use]
            pub fn is_public(self) -> bool {
                self.rule().gate == Gate::Public
            }

            /// Whether it shows somebody's name, phone or address in full, or a picture of their home.
            #[must_use]
            pub const fn shows_personal_data(self) -> bool {
                matches!(
                    self,
                    Act::RevealBeneficiary
                        | Act::RevealDeliveryDetails
                        | Act::RevealPairingDetails
                        | Act::RevealReferralDetails
                        | Act::CreateAccessCopy
                        | Act::GetAttachment
                        | Act::ReturnImport
                        | Act::CreatePersonalExport
                        | Act::RevealExportPassword
                )
            }

            const fn rule(self) -> Rule {
                match self { $(Act::$variant => $rule,)* }
            }
        }
    };
}

acts! {
    Login "login" PUBLIC;
    LoginTotp "login_totp" PUBLIC;
    GetSignInOptions "get_sign_in_options" PUBLIC;
    BeginProviderLogin "begin_provider_login" PUBLIC;
    FinishProviderLogin "finish_provider_login" PUBLIC;
    Refresh "refresh" PUBLIC;
    Logout "logout" PUBLIC;
    IssuePlatformToken "issue_platform_token" PUBLIC;
    GetMe "get_me" SIGNED_IN;
    ChangePassword "change_password" SIGNED_IN;
    EnrolTotp "enrol_totp" SIGNED_IN;
    ConfirmTotp "confirm_totp" SIGNED_IN;
    ListSessions "list_sessions" SIGNED_IN;
    EndSession "end_session" SIGNED_IN;
    EndOtherSessions "end_other_sessions" SIGNED_IN;
    ListIdentities "list_identities" SIGNED_IN;
    BeginIdentityLink "begin_identity_link" SIGNED_IN;
    LinkIdentity "link_identity" SIGNED_IN;
    UnlinkIdentity "unlink_identity" SIGNED_IN;
    GetMyEmail "get_my_email" SIGNED_IN;
    PutMyEmail "put_my_email" SIGNED_IN;
    ConfirmMyEmail "confirm_my_email" SIGNED_IN;
    DeleteMyEmail "delete_my_email" SIGNED_IN;
    ListProblems "list_problems" PUBLIC;
    GetProblem "get_problem" PUBLIC;

    ListOrganisations "list_organisations" SIGNED_IN;
    GetOrganisation "get_organisation" holder(Role::ALL);
    CreateOrganisation "create_organisation" holder(ADMINS);
    UpdateOrganisation "update_organisation" holder(ADMINS);
    DeleteOrganisation "delete_organisation" holder(ADMINS);
    GetPolicy "get_policy" holder(READERS);
    ListPolicyChanges "list_policy_changes" holder(READERS);
    PutPolicy "put_policy" holder(ADMINS);
    GetCalendar "get_calendar" SIGNED_IN;
    PutCalendar "put_calendar" holder(ADMINS);
    ListMembers "list_members" holder(&[Coordinator, Admin, Auditor]);
    CreateMember "create_member" holder(ADMINS);
    DeleteMember "delete_member" holder(ADMINS);
    ResetTotp "reset_totp" holder(ADMINS);
    ResetPassword "reset_password" holder(ADMINS);
    DisableMember "disable_member" holder(ADMINS);
    EnableMember "enable_member" holder(ADMINS);
    ListCategories "list_categories" holder(&[Collector, Reviewer, Coordinator, Admin, Auditor, Manager]);
    CreateCategory "create_category" holder(ADMINS);
    UpdateCategory "update_category" holder(ADMINS);
    ListSkills "list_skills" holder(&[Collector, Reviewer, Coordinator, Admin, Auditor, Manager]);
    CreateSkill "create_skill" holder(ADMINS);
    UpdateSkill "update_skill" holder(ADMINS);
    ListBenefits "list_benefits" holder(&[Collector, Reviewer, Coordinator, Admin, Auditor, Manager]);
    PutBenefit "put_benefit" holder(ADMINS);
    ListWallCategories "list_wall_categories" PUBLIC;

    ListBeneficiaries "list_beneficiaries" SIGNED_IN;
    SearchBeneficiaries "search_beneficiaries" SIGNED_IN;
    FindLikenesses "find_likenesses" holder(READERS);
    CreateBeneficiary "create_beneficiary" holder(STAFF);
    GetBeneficiary "get_beneficiary" holder(READERS);
    UpdateBeneficiary "update_beneficiary" holder(STAFF);
    RevealBeneficiary "reveal_beneficiary" holder(STAFF);
    CreateAccessCopy "create_access_copy" holder(STAFF);
    CreateLookRequest "create_look_request" holder(STAFF);
    CreateDeliveryLookRequest "create_delivery_look_request" claimant(FOR_CLAIMANT);
    ListLookRequests "list_look_requests" SIGNED_IN;
    ApproveLookRequest "approve_look_request" holder(OFFICERS);
    DeclineLookRequest "decline_look_request" holder(OFFICERS);
    ListDisclosures "list_disclosures" holder(READERS);
    EraseBeneficiary "erase_beneficiary" holder(ADMINS);
    ListDoubles "list_doubles" holder(READERS);
    CompareBeneficiaries "compare_beneficiaries" holder(READERS);
    MergeBeneficiary "merge_beneficiary" holder(STAFF);
    ListMerges "list_merges" holder(READERS);
    UndoMerge "undo_merge" holder(STAFF);
    TellApart "tell_apart" holder(STAFF);
    UndoDistinction "undo_distinction" holder(STAFF);
    CreateConsent "create_consent" holder(STAFF);
    WithdrawConsent "withdraw_consent" holder(STAFF);

    ListClaimants "list_claimants" SIGNED_IN;
    CreateClaimant "create_claimant" holder(COORDINATORS);
    GetClaimant "get_claimant" holder(Role::ALL);
    UpdateClaimant "update_claimant" holder(FOR_CLAIMANT);
    GetClaimantRecord "get_claimant_record" holder(CLAIMANT_READERS);
    SuspendClaimant "suspend_claimant" holder(COORDINATORS);
    ReinstateClaimant "reinstate_claimant" holder(COORDINATORS);

    GetCertificate "get_certificate" PUBLIC;
    ListCertificates "list_certificates" holder(PLANNERS);
    CreateCertificate "create_certificate" holder(COORDINATORS);
    ListClaimantCertificates "list_claimant_certificates" holder(CLAIMANT_READERS);
    UpdateCertificate "update_certificate" claimant(PAIR);
    RevokeCertificate "revoke_certificate" holder(COORDINATORS);
    ListCommendations "list_commendations" holder(PLANNERS);
    ExportCommendations "export_commendations" holder(COORDINATORS);
    GetLeaderboard "get_leaderboard" holder(Role::ALL);
    PutLeaderboard "put_leaderboard" holder(ADMINS);

    ListDuties "list_duties" SIGNED_IN;
    CreateDuty "create_duty" holder(COORDINATORS);
    GetDuty "get_duty" holder(Role::ALL);
    ListDutyProgress "list_duty_progress" holder(PLANNERS);
    WithdrawDuty "withdraw_duty" holder(COORDINATORS);

    ListCircles "list_circles" PUBLIC;
    GetCircle "get_circle" PUBLIC;
    PutCircle "put_circle" holder(ADMINS);
    CreateApplication "create_application" PUBLIC;
    LookUpApplication "look_up_application" PUBLIC;
    ListApplications "list_applications" SIGNED_IN;
    GetApplication "get_application" holder(PLANNERS);
    ApproveApplication "approve_application" holder(COORDINATORS);
    DeclineApplication "decline_application" holder(COORDINATORS);

    ListClaimantSuggestions "list_claimant_suggestions" holder(CLAIMANT_READERS);
    ListWishSuggestions "list_wish_suggestions" holder(PLANNERS);

    ListPlans "list_plans" SIGNED_IN;
    CreatePlan "create_plan" holder(COORDINATORS);
    GetPlan "get_plan" holder(PLANNERS);
    ListPlanLines "list_plan_lines" holder(PLANNERS);
    UpdatePlanLine "update_plan_line" holder(COORDINATORS);
    ReplanPlan "replan_plan" holder(COORDINATORS);
    SendPlan "send_plan" holder(COORDINATORS);

    ListPlatforms "list_platforms" holder(&[Admin, Auditor]);
    CreatePlatform "create_platform" holder(ADMINS);
    GetPlatform "get_platform" holder(&[Admin, Auditor]);
    UpdatePlatform "update_platform" holder(ADMINS);
    CreatePlatformKey "create_platform_key" holder(ADMINS);
    RevokePlatformKey "revoke_platform_key" holder(ADMINS);
    ListSharedWishes "list_shared_wishes" scope(Scope::WishesRead);
    GetSharedWish "get_shared_wish" scope(Scope::WishesRead);
    ListSharedEvents "list_shared_events" scope(Scope::EventsRead);

    ListPlatformClaims "list_platform_claims" scope(Scope::ClaimsWrite);
    CreatePlatformClaim "create_platform_claim" scope(Scope::ClaimsWrite);
    GetPlatformClaim "get_platform_claim" scope(Scope::ClaimsWrite);
    ContactPlatformClaim "contact_platform_claim" scope(Scope::ClaimsWrite);
    DeliverPlatformClaim "deliver_platform_claim" scope(Scope::ClaimsWrite);
    ReleasePlatformClaim "release_platform_claim" scope(Scope::ClaimsWrite);

    ListWebhooks "list_webhooks" or_program(&[Admin, Auditor], Scope::WebhooksManage);
    CreateWebhook "create_webhook" or_program(ADMINS, Scope::WebhooksManage);
    GetWebhook "get_webhook" or_program(&[Admin, Auditor], Scope::WebhooksManage);
    UpdateWebhook "update_webhook" or_program(ADMINS, Scope::WebhooksManage);
    DeleteWebhook "delete_webhook" or_program(ADMINS, Scope::WebhooksManage);
    RotateWebhookSecret "rotate_webhook_secret" or_program(ADMINS, Scope::WebhooksManage);
    PingWebhook "ping_webhook" or_program(ADMINS, Scope::WebhooksManage);
    ReplayWebhook "replay_webhook" or_program(ADMINS, Scope::WebhooksManage);
    ListWebhookDeliveries "list_webhook_deliveries" or_program(&[Admin, Auditor], Scope::WebhooksManage);
    ReplayWebhookDelivery "replay_webhook_delivery" or_program(ADMINS, Scope::WebhooksManage);

    ListPublicCampaigns "list_public_campaigns" PUBLIC;
    GetPublicCampaign "get_public_campaign" PUBLIC;
    ListCampaigns "list_campaigns" SIGNED_IN;
    CreateCampaign "create_campaign" holder(COORDINATORS);
    GetCampaign "get_campaign" both(PLANNERS);
    UpdateCampaign "update_campaign" holder(COORDINATORS);
    OpenCampaign "open_campaign" holder(COORDINATORS);
    CloseCampaign "close_campaign" holder(COORDINATORS);
    CancelCampaign "cancel_campaign" holder(COORDINATORS);
    AcceptHosting "accept_hosting" holder(COORDINATORS);
    DeclineHosting "decline_hosting" holder(COORDINATORS);
    ListCampaignWishes "list_campaign_wishes" both(PLANNERS);
    PlaceCampaignWishes "place_campaign_wishes" both(COORDINATORS);
    GetCampaignReport "get_campaign_report" both(PLANNERS);
    ListEmergencyCalls "list_emergency_calls" SIGNED_IN;
    PublishEmergencyCall "publish_emergency_call" holder(COORDINATORS);
    AddCalledWishes "add_called_wishes" holder(COORDINATORS);
    GetEmergencyCall "get_emergency_call" holder(PLANNERS);
    ListCalledHouseholds "list_called_households" holder(PLANNERS);
    CloseEmergencyCall "close_emergency_call" holder(COORDINATORS);
    ListEmergencyAppeals "list_emergency_appeals" SIGNED_IN;
    ListCalledWishes "list_called_wishes" SIGNED_IN;
    ListPledges "list_pledges" SIGNED_IN;
    CreatePledge "create_pledge" claimant(FOR_CLAIMANT);
    UpdatePledge "update_pledge" claimant(FOR_CLAIMANT);
    WithdrawPledge "withdraw_pledge" claimant(FOR_CLAIMANT);

    ListPools "list_pools" SIGNED_IN;
    CreatePool "create_pool" holder(ADMINS);
    GetPool "get_pool" holder(PLANNERS);
    UpdatePool "update_pool" holder(ADMINS);
    GetPoolBooks "get_pool_books" PUBLIC;
    CreateDonation "create_donation" scope(Scope::DonationsWrite);
    CreateDonations "create_donations" scope(Scope::DonationsWrite);
    RefundDonation "refund_donation" scope(Scope::DonationsWrite);
    GetDonationTrace "get_donation_trace" scope(Scope::DonationsWrite);
    ListDonations "list_donations" holder(PLANNERS);
    CreateStatement "create_statement" scope(Scope::DonationsWrite);
    ListStatements "list_statements" or_program(PLANNERS, Scope::DonationsWrite);
    GetStatement "get_statement" or_program(PLANNERS, Scope::DonationsWrite);
    ListDifferences "list_differences" or_program(PLANNERS, Scope::DonationsWrite);
    SettleDifference "settle_difference" holder(COORDINATORS);
    ListAllocations "list_allocations" holder(PLANNERS);
    CreateAllocation "create_allocation" holder(COORDINATORS);
    ApproveAllocation "approve_allocation" holder(COORDINATORS);
    ReleaseAllocation "release_allocation" holder(COORDINATORS);
    CreateSpending "create_spending" holder(COORDINATORS);
    ListTransactions "list_transactions" holder(PLANNERS);
    ReverseTransaction "reverse_transaction" holder(ADMINS);
    GetLedgerFile "get_ledger_file" holder(&[Admin, Auditor]);

    ListPosts "list_posts" PUBLIC;
    GetPost "get_post" PUBLIC;
    ListHeldPosts "list_held_posts" SIGNED_IN;
    GetHeldPost "get_held_post" holder(READERS);
    CreatePost "create_post" holder(COORDINATORS);
    UpdatePost "update_post" holder(COORDINATORS);
    OpenPost "open_post" holder(COORDINATORS);
    CancelPost "cancel_post" holder(COORDINATORS);
    CreateShift "create_shift" holder(COORDINATORS);
    UpdateShift "update_shift" holder(COORDINATORS);
    CancelShift "cancel_shift" holder(COORDINATORS);
    ListSignUps "list_sign_ups" SIGNED_IN;
    ListShiftSignUps "list_shift_sign_ups" holder(READERS);
    CreateSignUp "create_sign_up" claimant(FOR_CLAIMANT);
    WithdrawSignUp "withdraw_sign_up" claimant(FOR_CLAIMANT);
    MarkAttendance "mark_attendance" holder(STAFF);

    ListWishes "list_wishes" PUBLIC;
    GetWish "get_wish" PUBLIC;
    ListWishEvents "list_wish_events" PUBLIC;
    CreateWish "create_wish" holder(STAFF);
    UpdateWish "update_wish" both(STAFF);
    SubmitWish "submit_wish" both(STAFF);
    ReviewWish "review_wish" holder(REVIEWERS);
    WithdrawWish "withdraw_wish" holder(REVIEWERS);
    RelistWish "relist_wish" holder(REVIEWERS);
    ReopenWish "reopen_wish" holder(STAFF);
    ScanWish "scan_wish" both(READERS);
    CheckPublicText "check_public_text" holder(READERS);
    PauseWish "pause_wish" holder(COORDINATORS);
    ResumeWish "resume_wish" holder(COORDINATORS);
    ListWishPauses "list_wish_pauses" both(READERS);
    PutEffort "put_effort" both(STAFF);
    ListEfforts "list_efforts" both(READERS);
    SplitWish "split_wish" holder(COORDINATORS);
    IssueCard "issue_card" both(STAFF);
    ListSpotChecks "list_spot_checks" both(READERS);
    AnswerSpotCheck "answer_spot_check" both(STAFF);
    CreateFeedback "create_feedback" both(STAFF);

    CreateClaim "create_claim" claimant(FOR_CLAIMANT);
    CreateClaims "create_claims" claimant(FOR_CLAIMANT);
    JoinWaitingList "join_waiting_list" claimant(FOR_CLAIMANT);
    LeaveWaitingList "leave_waiting_list" claimant(FOR_CLAIMANT);
    ListWaiting "list_waiting" SIGNED_IN;
    DispatchWish "dispatch_wish" holder(COORDINATORS);
    ListClaims "list_claims" SIGNED_IN;
    ListWishClaims "list_wish_claims" both(READERS);
    GetClaim "get_claim" any_of(READERS, CLAIMANT_READERS);
    AcceptClaim "accept_claim" claimant(FOR_CLAIMANT);
    DeclineClaim "decline_claim" claimant(FOR_CLAIMANT);
    ReleaseClaim "release_claim" claimant(FOR_CLAIMANT);
    ContactClaim "contact_claim" claimant(FOR_CLAIMANT);
    DeliverClaim "deliver_claim" claimant(FOR_CLAIMANT);
    DeliverClaims "deliver_claims" claimant(FOR_CLAIMANT);
    ConfirmClaim "confirm_claim" any_of(STAFF, FOR_CLAIMANT);
    RevealDeliveryDetails "reveal_delivery_details" claimant(FOR_CLAIMANT);

    CreateWishAttachment "create_wish_attachment" both(STAFF);
    CreateClaimAttachment "create_claim_attachment" claimant(FOR_CLAIMANT);
    ListWishAttachments "list_wish_attachments" both(READERS);
    ListClaimAttachments "list_claim_attachments" any_of(READERS, CLAIMANT_READERS);
    GetAttachment "get_attachment" any_of(READERS, CLAIMANT_READERS);
    DeleteAttachment "delete_attachment" any_of(STAFF, FOR_CLAIMANT);

    ListPairings "list_pairings" SIGNED_IN;
    CreatePairing "create_pairing" holder(COORDINATORS);
    GetPairing "get_pairing" any_of(READERS, CLAIMANT_READERS);
    UpdatePairing "update_pairing" holder(COORDINATORS);
    AcceptPairing "accept_pairing" claimant(FOR_CLAIMANT);
    DeclinePairing "decline_pairing" claimant(FOR_CLAIMANT);
    HandOverPairing "hand_over_pairing" any_of(COORDINATORS, FOR_CLAIMANT);
    EndPairing "end_pairing" any_of(COORDINATORS, FOR_CLAIMANT);
    RevealPairingDetails "reveal_pairing_details" claimant(PAIR);
    ListVisits "list_visits" any_of(READERS, PAIR);
    CreateVisit "create_visit" claimant(PAIR);
    CorrectVisit "correct_visit" claimant(PAIR);

    ListReferrals "list_referrals" SIGNED_IN;
    CreateReferral "create_referral" any_of(STAFF, PAIR);
    GetReferral "get_referral" any_of(READERS, PAIR);
    SendReferral "send_referral" holder(STAFF);
    AnswerReferral "answer_referral" holder(STAFF);
    CloseReferral "close_referral" holder(STAFF);
    RevealReferralDetails "reveal_referral_details" holder(STAFF);

    ListImports "list_imports" SIGNED_IN;
    CreateImport "create_import" holder(STAFF);
    GetImport "get_import" holder(READERS);
    ListImportRows "list_import_rows" holder(READERS);
    PutImportColumns "put_import_columns" holder(STAFF);
    StartImport "start_import" holder(STAFF);
    StopImport "stop_import" holder(STAFF);
    ReturnImport "return_import" holder(STAFF);
    GetImportTemplate "get_import_template" holder(READERS);
    PutImportTemplate "put_import_template" holder(COORDINATORS);

    ListExports "list_exports" SIGNED_IN;
    CreateExport "create_export" holder(STAFF);
    CreatePersonalExport "create_personal_export" holder(COORDINATORS);
    GetExport "get_export" holder(READERS);
    ApproveExport "approve_export" holder(COORDINATORS);
    DeclineExport "decline_export" holder(COORDINATORS);
    DownloadExport "download_export" holder(STAFF);
    RevealExportPassword "reveal_export_password" holder(COORDINATORS);

    ListEscalations "list_escalations" SIGNED_IN;
    EscalateWish "escalate_wish" holder(COORDINATORS);
    AcceptEscalation "accept_escalation" holder(COORDINATORS);
    ReturnEscalation "return_escalation" holder(COORDINATORS);
    RerouteEscalation "reroute_escalation" holder(COORDINATORS);
    AdoptEscalation "adopt_escalation" holder(COORDINATORS);

    ListMyTasks "list_my_tasks" SIGNED_IN;
    GetMyTaskCounts "get_my_task_counts" SIGNED_IN;

    ListJobs "list_jobs" SIGNED_IN;
    RetryJob "retry_job" holder(ADMINS);

    ListMails "list_mails" SIGNED_IN;
    RetryMail "retry_mail" holder(ADMINS);

    ListEvents "list_events" SIGNED_IN;
    ListAuditEvents "list_audit_events" holder(&[Admin, Auditor]);
    GetAuditPack "get_audit_pack" holder(&[Admin, Auditor]);
    PreviewRetention "preview_retention" holder(&[Admin, Auditor]);
    ListRetentionRuns "list_retention_runs" holder(&[Admin, Auditor]);
    GetAuditHead "get_audit_head" holder(&[Admin, Auditor]);
    GetStatistics "get_statistics" holder(READERS);
    ListFigures "list_figures" PUBLIC;
    GetFigures "get_figures" holder(READERS);
    ListSignals "list_signals" holder(CHECKERS);
    ListReports "list_reports" holder(READERS);
    CreateReport "create_report" holder(ADMINS);
    GetReport "get_report" holder(READERS);
    GetReportSheet "get_report_sheet" holder(READERS);
    GetReportTemplate "get_report_template" holder(READERS);
    PutReportTemplate "put_report_template" holder(ADMINS);
    PutReportTemplateFields "put_report_template_fields" holder(ADMINS);
    GetWallFigures "get_wall_figures" PUBLIC;
}

/// The act of an operation; none for an operation that has no row, which then does not start.
#[must_use]
pub fn act_of(operation_id: &str) -> Option<Act> {
    Act::ALL.iter().copied().find(|act| act.operation_id() == operation_id)
}

/// May `actor` do `act` to `subject`?
#[must_use]
pub fn may(actor: &Actor, act: Act, subject: &Subject) -> Verdict {
    let rule = act.rule();
    if rule.gate == Gate::Public {
        return Verdict::Allow;
    }
    if let Some(program) = &actor.platform {
        return if program.may(act) { Verdict::Allow } else { Verdict::Deny };
    }
    let Some(user) = actor.user else { return Verdict::SignIn };
    if rule.gate == Gate::Programs {
        return Verdict::Deny;
    }
    let is_claimant = subject.claimant_user == Some(user);
    let allowed = rule.gate == Gate::SignedIn
        || actor.holds(rule.holder, subject.holder)
        || actor.holds(rule.origin, subject.origin)
        || actor.holds(rule.claimant, subject.claimant)
        || (is_claimant && !rule.claimant.is_empty());
    if allowed {
        return Verdict::Allow;
    }
    let related = is_claimant
        || [subject.holder, subject.origin, subject.claimant].iter().any(|chain| actor.belongs(chain));
    if subject.known || related { Verdict::Deny } else { Verdict::Hide }
}

impl Program {
    /// What its scopes name, and what anybody may; what people do is not for programs, whatever it is done to.
    #[must_use]
    pub fn may(&self, act: Act) -> bool {
        let rule = act.rule();
        rule.gate == Gate::Public || rule.program.is_some_and(|scope| self.scopes.contains(&scope))
    }
}

impl Actor {
    /// Somebody who is signed in.
    #[must_use]
    pub const fn person(user: UserId, roles: Vec<Held>) -> Self {
        Self { user: Some(user), roles, platform: None }
    }

    /// A platform that acts for a claimant at `at`: the account that stands for it does what a manager there does, and
    /// nothing else.
    #[must_use]
    pub fn platform_at(hand: UserId, at: OrganisationId) -> Self {
        let held = Held { membership_id: MembershipId(hand.0), organisation_id: at, role: Manager };
        Self::person(hand, vec![held])
    }

    /// Holds one of `roles` somewhere in `chain`.
    #[must_use]
    pub fn holds(&self, roles: &[Role], chain: &[OrganisationId]) -> bool {
        self.roles.iter().any(|held| roles.contains(&held.role) && chain.contains(&held.organisation_id))
    }

    /// Holds any role somewhere in `chain`.
    #[must_use]
    pub fn belongs(&self, chain: &[OrganisationId]) -> bool {
        self.roles.iter().any(|held| chain.contains(&held.organisation_id))
    }

    /// Is trusted with the private view of what these chains hold: staff of the holder or the origin.
    #[must_use]
    pub fn reads(&self, subject: &Subject) -> bool {
        self.holds(READERS, subject.holder) || self.holds(READERS, subject.origin)
    }

    /// Acts for the claimant of `subject`.
    #[must_use]
    pub fn acts_for(&self, subject: &Subject) -> bool {
        let is_claimant = self.user.is_some() && subject.claimant_user == self.user;
        is_claimant || self.holds(&[Manager], subject.claimant)
    }

    /// Holds any role in this organisation itself.
    #[must_use]
    pub fn is_member(&self, of: OrganisationId) -> bool {
        self.roles.iter().any(|held| held.organisation_id == of)
    }

    /// The organisations whose subtrees this actor reads as staff: the scope of the loaders.
    #[must_use]
    pub fn reading_roots(&self) -> Vec<OrganisationId> {
        self.roots(READERS)
    }

    /// The organisations whose subtrees this actor belongs to in any role.
    #[must_use]
    pub fn roots(&self, roles: &[Role]) -> Vec<OrganisationId> {
        let mut roots: Vec<_> = self
            .roles
            .iter()
            .filter(|held| roles.contains(&held.role))
            .map(|held| held.organisation_id)
            .collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn org(n: u128) -> OrganisationId {
        OrganisationId(Uuid::from_u128(n))
    }

    fn actor(role: Role, at: OrganisationId) -> Actor {
        let held = Held { membership_id: MembershipId(Uuid::nil()), organisation_id: at, role };
        Actor::person(UserId(Uuid::from_u128(99)), vec![held])
    }

    // city 1 - county 2 - village 3; another village 4 of the county; another tree 9.
    const VILLAGE: [u128; 3] = [3, 2, 1];

    fn subject(chain: &[OrganisationId]) -> Subject<'_> {
        Subject { holder: chain, origin: chain, ..Subject::default() }
    }

    #[test]
    fn a_role_reaches_down_and_not_up_or_aside() {
        let chain = VILLAGE.map(org);
        let cases = [
            (1, Verdict::Allow),
            (2, Verdict::Allow),
            (3, Verdict::Allow),
            (4, Verdict::Hide),
            (9, Verdict::Hide),
        ];
        for (at, expected) in cases {
            let verdict = may(&actor(Coordinator, org(at)), Act::EscalateWish, &subject(&chain));
            assert_eq!(verdict, expected, "coordinator at {at}");
        }
    }

    #[test]
    fn the_wrong_role_is_denied_and_a_stranger_learns_nothing() {
        let chain = VILLAGE.map(org);
        let private = subject(&chain);
        assert_eq!(may(&actor(Collector, org(2)), Act::ReviewWish, &private), Verdict::Deny);
        assert_eq!(may(&actor(Admin, org(9)), Act::ReviewWish, &private), Verdict::Hide);
        let public = Subject { known: true, ..private };
        assert_eq!(may(&actor(Admin, org(9)), Act::ReviewWish, &public), Verdict::Deny);
        assert_eq!(may(&Actor::default(), Act::ReviewWish, &public), Verdict::SignIn);
    }

    #[test]
    fn an_auditor_changes_nothing() {
        let chain = VILLAGE.map(org);
        let auditor = actor(Auditor, org(1));
        let all =
            Subject { holder: &chain, origin: &chain, claimant: &chain, claimant_user: None, known: true };
        let reading = ["get", "list", "preview", "scan", "check", "find", "compare"];
        for act in Act::ALL.iter().filter(|act| act.rule().gate == Gate::Roles) {
            let reads = reading.iter().any(|verb| act.operation_id().starts_with(&format!("{verb}_")));
            let expected = if reads { Verdict::Allow } else { Verdict::Deny };
            assert_eq!(may(&auditor, *act, &all), expected, "{}", act.operation_id());
        }
    }

    #[test]
    fn a_person_acts_for_themselves() {
        let subject = Subject { claimant_user: Some(UserId(Uuid::from_u128(99))), ..Subject::default() };
        let someone = Actor::person(UserId(Uuid::from_u128(99)), vec![]);
        assert_eq!(may(&someone, Act::AcceptClaim, &subject), Verdict::Allow);
        assert_eq!(may(&someone, Act::EscalateWish, &subject), Verdict::Deny);
    }

    #[test]
    fn a_program_does_what_its_scopes_say_and_nothing_that_people_do() {
        let program =
            Program { id: PlatformId(Uuid::nil()), organisation_id: org(1), scopes: vec![Scope::WishesRead] };
        let program = Actor { platform: Some(program), ..Actor::default() };
        let known = Subject { known: true, ..subject(&[]) };
        for act in Act::ALL {
            let rule = act.rule();
            let named = rule.gate == Gate::Public || rule.program == Some(Scope::WishesRead);
            let expected = if named { Verdict::Allow } else { Verdict::Deny };
            assert_eq!(may(&program, *act, &known), expected, "{}", act.operation_id());
        }
        for person in [actor(Admin, org(1)), Actor::default()] {
            assert_ne!(may(&person, Act::ListSharedWishes, &known), Verdict::Allow);
        }
    }

    #[test]
    fn operation_ids_are_unique() {
        let mut ids: Vec<_> = Act::ALL.iter().map(|act| act.operation_id()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), Act::ALL.len());
    }
}

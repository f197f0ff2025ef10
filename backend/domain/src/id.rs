//! Ids: a type for each noun, so that a claim's id cannot stand where a wish's is asked. UUIDv7
//! (RFC 9562), so that they sort by time; made at the edge and handed in.

use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident,)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, format = Uuid)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

ids! {
    /// A sheet of wishes that somebody else made.
    ImportId,
    /// A themed, dated list of wishes.
    CampaignId,
    /// A batch of wishes that is opened to circles at once.
    EmergencyCallId,
    /// Somebody asks to join a circle.
    ApplicationId,
    /// Money given for one purpose.
    PoolId,
    /// What somebody gave, as a platform reported it.
    DonationId,
    /// What a platform's own books say of a pool.
    StatementId,
    /// Money of a pool that is set aside for a wish.
    AllocationId,
    /// One transaction of the ledger.
    TransactionId,
    /// What a claimant undertakes in a campaign.
    PledgeId,
    /// An organisation's word that a claimant fulfilled wishes.
    CertificateId,
    /// How often units are to give a day to wishes.
    DutyId,
    /// A need handed to whoever can answer it.
    ReferralId,
    /// A list that left the house as a file.
    ExportId,
    /// Figures of a period, frozen.
    ReportId,
    /// Sums that were found wrong and put right.
    RecountId,
    /// A post or a project that asks for people and hours.
    PostId,
    /// One time at which a post needs people.
    ShiftId,
    /// The places that a claimant takes of a shift.
    SignUpId,
    /// A plan: who is asked to bring which wishes.
    PlanId,
    /// One line of a plan.
    PlanLineId,
    /// Someone who signs in.
    UserId,
    /// An identity at a sign-in provider, linked to a user.
    IdentityId,
    /// A sign-in and its refresh tokens.
    SessionId,
    /// A node of the organisation tree.
    OrganisationId,
    /// A change of an organisation's time rules.
    PolicyChangeId,
    /// A role of a user in an organisation.
    MembershipId,
    /// The resident a wish is for.
    BeneficiaryId,
    /// The household of a resident.
    HouseholdId,
    /// A merge of two records of one resident.
    MergeId,
    /// That two records are of two people.
    DistinctionId,
    /// One purpose that a resident, or the guardian, agreed to.
    ConsentId,
    /// A request to look at a child under 14.
    LookRequestId,
    /// What the clean-up of one night did in a tree.
    RetentionRunId,
    /// A third party with a program.
    PlatformId,
    /// A key of a platform.
    PlatformKeyId,
    /// Where a platform is told what happens.
    WebhookId,
    /// One message on its way to a webhook.
    WebhookDeliveryId,
    /// One time that it was sent.
    WebhookAttemptId,
    /// Who fulfils wishes.
    ClaimantId,
    /// One need of one resident.
    WishId,
    /// A claimant's place on the waiting list of a wish.
    WaitingId,
    /// A claimant's promise of some quantity of a wish.
    ClaimId,
    /// A picture of a wish or of a delivery.
    AttachmentId,
    /// A pause of the clock of a wish.
    PauseId,
    /// A fulfilled wish that was drawn to be asked about again.
    SpotCheckId,
    /// A wish on its way one level up.
    EscalationId,
    /// A long-term tie of a claimant and a household.
    PairingId,
    /// One member of a claimant handed a household over to another.
    HandOverId,
    /// An edition of what a visit found.
    VisitId,
    /// Something that came due.
    JobId,
    /// A letter that is to be sent.
    MailId,
    /// One change, as recorded.
    EventId,
}

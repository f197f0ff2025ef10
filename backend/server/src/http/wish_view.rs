//! The three views of a wish as separate types, so that a private field cannot leak into a public one:
//! for anybody, for a claimant who holds a share, for the staff of holder and origin.

mod list;
mod one;

pub use list::{see_all, shared};
pub use one::see;

use super::{
    claim_view::Claim,
    shared::{OrgRef, UserRef},
};
use crate::app::directory::{Key, Map};
use chrono::NaiveDate;
use domain::{
    beneficiary::{is_minor, mask_name},
    category::Label,
    id::{BeneficiaryId, OrganisationId, WishId},
    organisation::Level,
    time::Instant,
    wish::{Channel, Decision, Share, ShareStatus, Status, ToldBy, Unit},
};
use serde::Serialize;
use std::sync::Arc;
use store::beneficiary::Glimpse;

/// A wish, in the view that the caller is entitled to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(tag = "view", rename_all = "snake_case")]
pub enum Wish {
    /// For anybody.
    Public(PublicWish),
    /// For those who act for a claimant with a share.
    Claimant(ClaimantWish),
    /// For the staff of holder and origin.
    Worker(Box<WorkerWish>),
}

impl Wish {
    /// The name of the view.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Public(_) => "public",
            Self::Claimant(_) => "claimant",
            Self::Worker(_) => "worker",
        }
    }
}

/// A category, named.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CategoryRef {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name_zh: String,
    /// Its English name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
}

/// What anybody may know of a wish on the wall: no name, no place finer than the township.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PublicWish {
    /// Its id.
    pub id: WishId,
    /// The wish in one line.
    pub title: String,
    /// The text for the wall.
    pub summary: String,
    /// What it asks for.
    pub category: CategoryRef,
    /// How much is asked.
    pub quantity: i64,
    /// Of what.
    pub unit: Unit,
    /// Promised so far.
    pub reserved: i64,
    /// Brought so far.
    pub delivered: i64,
    /// Confirmed so far.
    pub confirmed: i64,
    /// What may still be claimed.
    pub remaining: i64,
    /// What each share is, where they are not alike.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub shares: Vec<WishShare>,
    /// A guess of the whole cost, in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimated_cost_fen: Option<i64>,
    /// Where it stands.
    pub status: Status,
    /// The township or a level above: the finest in which enough households are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Division code of that place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_code: Option<String>,
    /// The age of the resident as a band of ten years, where enough households share it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^([0-9]{1,2}-[0-9]{1,2}|90\\+)$", examples("80-89"))]
    pub age_band: Option<String>,
    /// The level of the organisation that answers for it now.
    pub level: Level,
    /// It has gone up at least one level.
    pub escalated: bool,
    /// The day it is wanted by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed_by: Option<NaiveDate>,
    /// Until when it waits here for claimants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_until: Option<Instant>,
    /// When it was put on the wall.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Instant>,
    /// When the last share was confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fulfilled_at: Option<Instant>,
    /// Its way up, for one wish; a list leaves it out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ladder: Vec<Rung>,
}

/// A named share of a wish: something that one claimant may bring while another brings the rest.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct WishShare {
    /// Its number, from 1: a claim asks for it by this.
    pub number: usize,
    /// What it is.
    #[schema(examples("上门理发"))]
    pub title: String,
    /// Where it stands.
    pub status: ShareStatus,
}

impl WishShare {
    fn all(kept: Vec<Share>) -> Vec<Self> {
        let shown = |(number, Share { title, status, .. })| Self { number, title, status };
        (1..).zip(kept).map(shown).collect()
    }
}

/// Where a rung of the ladder stands.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RungStatus {
    /// It has been here.
    Past,
    /// It is here now.
    Here,
    /// It may come here.
    Next,
}

/// One level of a wish's way up.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Rung {
    /// The level.
    pub level: Level,
    /// The organisation's name; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Past, here or next.
    pub status: RungStatus,
    /// Since when it was here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// Until when it was here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// How many claimants see it from here.
    pub claimants: i64,
}

/// A part that was split off from a wish.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct WishPart {
    /// Its id: it is a wish of its own.
    pub id: WishId,
    /// Who answers for it.
    pub holder: OrgRef,
    /// How much of it.
    pub quantity: i64,
    /// Where it stands.
    pub status: Status,
}

/// What a claimant with a share may know.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ClaimantWish {
    /// What anybody may know.
    #[serde(flatten)]
    pub public: PublicWish,
    /// The claims of those for whom the caller acts.
    pub claims: Vec<Claim>,
}

/// The resident, masked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BeneficiaryRef {
    /// The resident's id.
    pub id: BeneficiaryId,
    /// 张**
    pub name: String,
    /// Under 18.
    pub is_minor: bool,
    /// The resident was erased: there is no name any more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub erased: bool,
}

impl BeneficiaryRef {
    fn of(id: BeneficiaryId, seen: &Glimpse, today: NaiveDate) -> Self {
        Self {
            id,
            name: seen.name.as_deref().map(mask_name).unwrap_or_default(),
            is_minor: is_minor(seen.birth_date, today),
            erased: seen.name.is_none(),
        }
    }
}

/// What was found at review.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ReviewView {
    /// Publish, return or decline.
    pub decision: Decision,
    /// 急需
    pub urgent: bool,
    /// 能为
    pub feasible: bool,
    /// 可行
    pub practical: bool,
    /// What to change, or why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who reviewed.
    pub by: UserRef,
    /// When.
    pub at: Instant,
}

/// What the staff of holder and origin may know; the resident masked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct WorkerWish {
    /// What anybody may know.
    #[serde(flatten)]
    pub public: PublicWish,
    /// Counts its changes; the ETag carries it too.
    pub version: i64,
    /// Private details; a list leaves them out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// For whom.
    pub beneficiary: BeneficiaryRef,
    /// Who answers for it now.
    pub holder: OrgRef,
    /// Who collected it.
    pub origin: OrgRef,
    /// In whose subtree it may be claimed; a list leaves it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<OrgRef>,
    /// The skill without which it cannot be done; a list leaves it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skill: Option<String>,
    /// How it came in; a list leaves it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Who said it; a list leaves it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told_by: Option<ToldBy>,
    /// More on who said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told_by_note: Option<String>,
    /// Who wrote it down; a list leaves it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collected_by: Option<UserRef>,
    /// When the next step must be done; none once it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Instant>,
    /// Its time has passed.
    pub overdue: bool,
    /// Off the wall since: the consent to publish has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden_since: Option<Instant>,
    /// The last day of the pause that its clock is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_until: Option<NaiveDate>,
    /// On the red list (兜底) since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub red_listed_since: Option<Instant>,
    /// The wish that it was split off from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split_from: Option<WishId>,
    /// The parts that were split off from it, for one wish; a list leaves them out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<WishPart>,
    /// The last review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewView>,
    /// Why it ended without being fulfilled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_reason: Option<String>,
    /// What the resident was told then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The resident holds a card.
    pub has_card: bool,
    /// The operations that the caller may do now, by operation id; a list leaves them out.
    #[schema(examples(json!(["review_wish", "withdraw_wish"])))]
    pub may: Vec<&'static str>,
    /// When it was written down.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}

/// What a platform may know of a wish that is shared with platforms: what is on the wall, and what it takes to
/// keep a copy. Not which organisation holds it: that would name a village where the wall names a township.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SharedWish {
    /// What is on the wall.
    #[serde(flatten)]
    pub public: PublicWish,
    /// Counts its changes.
    pub version: i64,
    /// Since when platforms may show it.
    pub shared_since: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}

/// A wish in a view, with its version for the tag.
pub struct WishView {
    /// The wish.
    pub wish: Wish,
    /// Its version.
    pub version: i64,
}

type Labels = Map<Key, Arc<Label>>;

fn category(labels: &Labels, origin: OrganisationId, code: String) -> CategoryRef {
    let key = (origin, code);
    let (name_zh, name_en) = match labels.get(&key) {
        Some(label) => (label.name_zh.clone(), label.name_en.clone()),
        None => (key.1.clone(), None),
    };
    CategoryRef { code: key.1, name_zh, name_en }
}

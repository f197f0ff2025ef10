//! The three views of a wish as separate types, so that a private field cannot leak into a public one:
//! for anybody, for a claimant who holds a share, for the staff of holder and origin.

use super::{
    claim_view::{Claim, claims, said},
    shared::{OrgRef, UserRef},
};
use crate::{
    app::{Context, claim::own_of_wish, names::Names, wish},
    problem::Failure,
};
use chrono::NaiveDate;
use domain::{
    access::Act,
    beneficiary::{is_minor, mask_name},
    id::{BeneficiaryId, OrganisationId, WishId},
    organisation::Level,
    time::Instant,
    wish::{Channel, Decision, Stage, Status, ToldBy, Unit},
};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use store::{Conn, StoreError, beneficiary::Glimpse, organisation::Line, wish::Listed};

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
    /// A guess of the whole cost, in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimated_cost_fen: Option<i64>,
    /// Where it stands.
    pub status: Status,
    /// The township, or the first level above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Division code of the township or above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_code: Option<String>,
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
    /// On the red list (兜底) since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub red_listed_since: Option<Instant>,
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

/// A wish in a view, with its version for the tag.
pub struct WishView {
    /// The wish.
    pub wish: Wish,
    /// Its version.
    pub version: i64,
}

type Labels = HashMap<(OrganisationId, String), CategoryRef>;

fn labels(tx: &mut Conn, wishes: &[(OrganisationId, String)]) -> Result<Labels, Failure> {
    let found = store::category::labels(tx, wishes)?;
    let named = |(key, label): ((OrganisationId, String), domain::category::Label)| {
        let category = CategoryRef { code: key.1.clone(), name_zh: label.name_zh, name_en: label.name_en };
        (key, category)
    };
    Ok(found.into_iter().map(named).collect())
}

fn category(labels: &Labels, origin: OrganisationId, code: &str) -> CategoryRef {
    let key = (origin, code.to_owned());
    labels.get(&key).cloned().unwrap_or_else(|| CategoryRef {
        code: key.1.clone(),
        name_zh: key.1,
        name_en: None,
    })
}

/// The part of a division code that names a township at the finest.
fn coarse(code: Option<&str>) -> Option<String> {
    code.map(|code| code.chars().take(9).collect())
}

/// One wish in the view that the caller is entitled to.
///
/// # Errors
/// `not_found` unless the caller may know it.
pub fn see(tx: &mut Conn, cx: &Context, id: WishId) -> Result<WishView, Failure> {
    let mut held = wish::see(tx, cx, id)?;
    let version = held.wish.version;
    let worker = cx.actor.reads(&held.subject());
    if worker {
        store::wish::open_notes(tx, &cx.vault, &mut held.wish)?;
    }
    let public = public_of(tx, &held, worker)?;
    let wish = if worker {
        Wish::Worker(Box::new(worker_of(tx, cx, &held, public)?))
    } else {
        let own = own_of_wish(tx, cx, id)?;
        match own.is_empty() {
            true => Wish::Public(public),
            false => Wish::Claimant(ClaimantWish { public, claims: claims(tx, cx, own)? }),
        }
    };
    Ok(WishView { wish, version })
}

fn public_of(tx: &mut Conn, held: &wish::Held, worker: bool) -> Result<PublicWish, Failure> {
    let wish = &held.wish;
    let content = &wish.content;
    let labels = labels(tx, &[(wish.origin_id, content.category.clone())])?;
    let (published_at, open_until, fulfilled_at) = match wish.stage {
        Stage::Published { at, open_until, fulfilled_at } => (Some(at), Some(open_until), fulfilled_at),
        _ => (None, None, None),
    };
    let holder = held.holder.nodes().first().map_or(Level::Unit, |node| node.organisation.profile.level);
    Ok(PublicWish {
        id: wish.id,
        title: content.title.clone(),
        summary: content.public_summary.clone(),
        category: category(&labels, wish.origin_id, &content.category),
        quantity: content.quantity,
        unit: content.unit,
        reserved: wish.counts.reserved,
        delivered: wish.counts.delivered,
        confirmed: wish.counts.confirmed,
        remaining: wish.remaining(),
        estimated_cost_fen: content.estimated_cost_fen,
        status: wish.status(),
        place: held.origin.place().map(str::to_owned),
        region_code: coarse(held.origin.region_code()),
        level: holder,
        escalated: wish.holder_id != wish.origin_id,
        needed_by: content.needed_by,
        open_until: open_until.filter(|_| wish.status() == Status::Open),
        published_at,
        fulfilled_at,
        ladder: ladder(tx, held, worker)?,
    })
}

/// The way up, from the origin to the root. Each rung's times are those of the escalations accepted.
fn ladder(tx: &mut Conn, held: &wish::Held, named: bool) -> Result<Vec<Rung>, Failure> {
    use domain::escalation::State;
    let wish = &held.wish;
    let line: &Line = &held.origin;
    let climbed = store::escalation::of_wish(tx, wish.id)?;
    let mut entered: HashMap<OrganisationId, Instant> = HashMap::from([(wish.origin_id, wish.created_at)]);
    for hop in &climbed {
        if let State::Accepted { at, .. } | State::Resolved { at } = hop.state {
            entered.entry(hop.to_id).or_insert(at);
        }
    }
    let claimants = store::claimant::counts_below(tx, line.ids())?;
    let here = line.ids().iter().position(|id| *id == wish.holder_id);
    let left = |index: usize| line.ids().iter().skip(index + 1).find_map(|id| entered.get(id)).copied();
    let rung = |(index, node): (usize, &store::organisation::Node)| {
        let id = node.organisation.id;
        let status = match here {
            Some(here) if index < here => RungStatus::Past,
            Some(here) if index > here => RungStatus::Next,
            _ => RungStatus::Here,
        };
        Rung {
            level: node.organisation.profile.level,
            name: named.then(|| node.organisation.profile.name.clone()),
            status,
            from: entered.get(&id).copied().filter(|_| !matches!(status, RungStatus::Next)),
            until: left(index).filter(|_| matches!(status, RungStatus::Past)),
            claimants: claimants.get(&id).copied().unwrap_or_default(),
        }
    };
    Ok(line.nodes().iter().enumerate().map(rung).collect())
}

fn worker_of(
    tx: &mut Conn,
    cx: &Context,
    held: &wish::Held,
    public: PublicWish,
) -> Result<WorkerWish, Failure> {
    let wish = &held.wish;
    let reviewer = wish.review.as_ref().map(|review| review.by);
    let names = Names::default()
        .organisations(tx, [wish.holder_id, wish.origin_id, wish.audience_id])?
        .users(tx, std::iter::once(wish.collected_by).chain(reviewer))?;
    let resident = store::beneficiary::glimpses(tx, &cx.vault, &[wish.beneficiary_id])?;
    let resident = resident
        .get(&wish.beneficiary_id)
        .ok_or_else(|| StoreError::corrupt("a wish without its resident"))?;
    let review = wish.review.as_ref().map(|review| ReviewView {
        decision: review.decision,
        urgent: review.urgent,
        feasible: review.feasible,
        practical: review.practical,
        note: said(review.note.as_ref()),
        by: UserRef::of(review.by, &names),
        at: review.at,
    });
    Ok(WorkerWish {
        public,
        version: wish.version,
        details: said(wish.content.details.as_ref()),
        beneficiary: BeneficiaryRef::of(wish.beneficiary_id, resident, cx.now.date()),
        holder: OrgRef::of(wish.holder_id, &names),
        origin: OrgRef::of(wish.origin_id, &names),
        audience: Some(OrgRef::of(wish.audience_id, &names)),
        channel: Some(wish.content.channel),
        told_by: Some(wish.content.told_by),
        told_by_note: said(wish.content.told_by_note.as_ref()),
        collected_by: Some(UserRef::of(wish.collected_by, &names)),
        due_at: wish.due_at,
        overdue: wish.due_at.is_some_and(|due| due < cx.now),
        red_listed_since: wish.red_listed_since,
        review,
        ended_reason: wish.ending.as_ref().and_then(|ending| said(Some(&ending.reason))),
        outcome: wish.ending.as_ref().and_then(|ending| said(ending.outcome.as_ref())),
        has_card: wish.card.is_some(),
        may: wish::acts(cx, held).into_iter().map(Act::operation_id).collect(),
        created_at: wish.created_at,
        updated_at: wish.updated_at,
    })
}

/// Wishes as a list shows them, each in the view that the caller is entitled to.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn see_all(tx: &mut Conn, cx: &Context, rows: Vec<Listed>) -> Result<Vec<(WishId, Wish)>, Failure> {
    let parsed = rows.into_iter().map(Entry::read).collect::<Result<Vec<_>, _>>()?;
    let organisations = || parsed.iter().flat_map(|entry| [entry.holder, entry.origin]);
    let names = Names::default().organisations(tx, organisations())?;
    let keys: Vec<_> = parsed.iter().map(|entry| (entry.origin, entry.row.category.clone())).collect();
    let labels = labels(tx, &keys)?;
    let roots = cx.actor.reading_roots();
    let read: HashSet<OrganisationId> = match roots.is_empty() {
        true => HashSet::new(),
        false => store::organisation::within(tx, &roots, &organisations().collect::<Vec<_>>())?
            .into_iter()
            .collect(),
    };
    let worked = |entry: &Entry| read.contains(&entry.holder) || read.contains(&entry.origin);
    let residents: Vec<BeneficiaryId> =
        parsed.iter().filter(|entry| worked(entry)).map(|entry| entry.beneficiary).collect();
    let residents = match residents.is_empty() {
        true => HashMap::new(),
        false => store::beneficiary::glimpses(tx, &cx.vault, &residents)?,
    };
    let shown = parsed.into_iter().map(|entry| {
        let resident = residents.get(&entry.beneficiary).filter(|_| worked(&entry));
        let public = entry.public(&names, &labels);
        let wish = match resident {
            Some(resident) => Wish::Worker(Box::new(entry.worker(cx, &names, resident, public))),
            None => Wish::Public(public),
        };
        (entry.id, wish)
    });
    Ok(shown.collect())
}

/// A listed row with its words read.
struct Entry {
    id: WishId,
    beneficiary: BeneficiaryId,
    holder: OrganisationId,
    origin: OrganisationId,
    unit: Unit,
    status: Status,
    needed_by: Option<NaiveDate>,
    row: Listed,
}

fn corrupt(error: impl std::fmt::Display) -> StoreError {
    StoreError::corrupt(error)
}

impl Entry {
    fn read(row: Listed) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.parse().map_err(corrupt)?,
            beneficiary: row.beneficiary_id.parse().map_err(corrupt)?,
            holder: row.holder_id.parse().map_err(corrupt)?,
            origin: row.origin_id.parse().map_err(corrupt)?,
            unit: row.unit.parse().map_err(corrupt)?,
            status: row.status.parse().map_err(corrupt)?,
            needed_by: row.needed_by.as_deref().map(str::parse).transpose().map_err(corrupt)?,
            row,
        })
    }

    fn public(&self, names: &Names, labels: &Labels) -> PublicWish {
        let row = &self.row;
        PublicWish {
            id: self.id,
            title: row.title.clone(),
            summary: row.public_summary.clone(),
            category: category(labels, self.origin, &row.category),
            quantity: row.quantity,
            unit: self.unit,
            reserved: row.reserved,
            delivered: row.delivered,
            confirmed: row.confirmed,
            remaining: row.quantity.saturating_sub(row.reserved),
            estimated_cost_fen: row.estimated_cost_fen,
            status: self.status,
            place: row.place.clone(),
            region_code: coarse(row.region_code.as_deref()),
            level: names.organisation(self.holder).map_or(Level::Unit, |(_, level)| level),
            escalated: self.holder != self.origin,
            needed_by: self.needed_by,
            open_until: row.open_until.filter(|_| self.status == Status::Open).map(Instant::from_micros),
            published_at: row.published_at.map(Instant::from_micros),
            fulfilled_at: row.fulfilled_at.map(Instant::from_micros),
            ladder: Vec::new(),
        }
    }

    fn worker(&self, cx: &Context, names: &Names, resident: &Glimpse, public: PublicWish) -> WorkerWish {
        let due_at = self.row.due_at.map(Instant::from_micros);
        WorkerWish {
            public,
            version: self.row.version,
            details: None,
            beneficiary: BeneficiaryRef::of(self.beneficiary, resident, cx.now.date()),
            holder: OrgRef::of(self.holder, names),
            origin: OrgRef::of(self.origin, names),
            audience: None,
            channel: None,
            told_by: None,
            told_by_note: None,
            collected_by: None,
            due_at,
            overdue: due_at.is_some_and(|due| due < cx.now),
            red_listed_since: self.row.red_listed_since.map(Instant::from_micros),
            review: None,
            ended_reason: None,
            outcome: None,
            has_card: false,
            may: Vec::new(),
            created_at: Instant::from_micros(self.row.created_at),
            updated_at: Instant::from_micros(self.row.updated_at),
        }
    }
}

//! A claim as it is sent: to those who act for the claimant, and to the staff of the wish.

use crate::{
    app::{Context, names::Names, platform_claim::Behalf},
    problem::Failure,
};
use domain::{
    claim::{Claim as Domain, Delivery, Item, Method, Route, State, Status},
    claimant::Kind,
    id::{AttachmentId, BeneficiaryId, ClaimId, ClaimantId, PlatformId, WishId},
    note::{self, Note},
    time::Instant,
    wish::{Share, Status as WishStatus, Unit},
};
use serde::Serialize;
use std::collections::HashMap;
use store::{Conn, StoreError};

/// A claimant, named.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ClaimantRef {
    /// Its id.
    pub id: ClaimantId,
    /// The name others see.
    pub display_name: String,
    /// A person or a unit.
    pub kind: Kind,
}

impl ClaimantRef {
    /// Named as `names` says.
    #[must_use]
    pub fn of(id: ClaimantId, names: &Names) -> Self {
        let claimant = names.claimant(id);
        Self {
            id,
            display_name: claimant.map(|one| one.profile.display_name.clone()).unwrap_or_default(),
            kind: claimant.map_or(Kind::Unit, |one| one.kind),
        }
    }
}

/// What was brought or done.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DeliveryView {
    /// In the claimant's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What was brought.
    pub items: Vec<Item>,
    /// Person-hours spent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<f64>,
    /// The pictures that show it; each is looked at by itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub attachment_ids: Vec<AttachmentId>,
    /// When it was reported.
    pub at: Instant,
}

/// For whom a claim was made by a platform.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ClaimBehalf {
    /// By which platform.
    pub platform_id: PlatformId,
    /// Its name.
    pub platform: String,
    /// How its user is called, for the staff of the wish's holder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

impl From<Behalf> for ClaimBehalf {
    fn from(Behalf { platform_id, platform, user }: Behalf) -> Self {
        Self { platform_id, platform, user }
    }
}

/// A claimant's promise of some quantity of one wish.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Claim {
    /// Its id.
    pub id: ClaimId,
    /// Of which wish.
    pub wish_id: WishId,
    /// The wish in one line.
    pub wish_title: String,
    /// Where the wish stands.
    pub wish_status: WishStatus,
    /// By whom.
    pub claimant: ClaimantRef,
    /// For a platform's user; a list leaves it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behalf: Option<ClaimBehalf>,
    /// How much.
    pub quantity: i64,
    /// Of what.
    pub unit: Unit,
    /// What its shares are, where the wish names them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub shares: Vec<String>,
    /// Self-claimed or dispatched.
    pub route: Route,
    /// Where it stands.
    pub status: Status,
    /// The dispatcher's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Answer the dispatch by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<Instant>,
    /// Contact the resident by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_by: Option<Instant>,
    /// Deliver by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deliver_by: Option<Instant>,
    /// When the resident was first contacted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contacted_at: Option<Instant>,
    /// To be confirmed by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm_by: Option<Instant>,
    /// What was brought, as last reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryView>,
    /// Why the delivery was sent back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_back_note: Option<String>,
    /// How the resident's word was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed_method: Option<Method>,
    /// Why it was declined or given back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_reason: Option<String>,
    /// The operations that the caller may do now, by operation id; a list leaves them out.
    #[schema(examples(json!(["deliver_claim", "release_claim"])))]
    pub may: Vec<&'static str>,
    /// Counts its changes; the ETag carries it too.
    pub version: i64,
    /// When it was made.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}

/// An opened text; none where it is gone.
pub(super) fn said(note: Option<&Note>) -> Option<String> {
    note::text(note).map(str::to_owned)
}

/// What a claim needs to know of its wish.
pub(super) struct WishLine {
    pub(super) title: String,
    pub(super) status: WishStatus,
    pub(super) unit: Unit,
    pub(super) shares: Vec<Share>,
}

impl Claim {
    pub(super) fn of(claim: Domain, wish: &WishLine, names: &Names, may: Vec<&'static str>) -> Self {
        let status = claim.status();
        let own = wish.shares.iter().filter(|share| share.claim_id == Some(claim.id));
        let mut view = Self {
            id: claim.id,
            wish_id: claim.wish_id,
            wish_title: wish.title.clone(),
            wish_status: wish.status,
            claimant: ClaimantRef::of(claim.claimant_id, names),
            behalf: None,
            quantity: claim.quantity,
            unit: wish.unit,
            shares: own.map(|share| share.title.clone()).collect(),
            route: claim.route,
            status,
            note: said(claim.note.as_ref()),
            answer_by: None,
            contact_by: None,
            deliver_by: None,
            contacted_at: None,
            confirm_by: None,
            delivery: claim.delivery.map(DeliveryView::from),
            sent_back_note: None,
            confirmed_method: None,
            ended_reason: None,
            may,
            version: claim.version,
            created_at: claim.created_at,
            updated_at: claim.updated_at,
        };
        view.tell(claim.state);
        view
    }

    fn tell(&mut self, state: State) {
        match state {
            State::Proposed { answer_by } => self.answer_by = Some(answer_by),
            State::Active { contact_by, deliver_by, contacted_at, sent_back } => {
                self.contact_by = Some(contact_by);
                self.deliver_by = Some(deliver_by);
                self.contacted_at = contacted_at;
                self.sent_back_note = said(sent_back.as_ref());
            }
            State::Delivered { confirm_by, .. } => self.confirm_by = Some(confirm_by),
            State::Confirmed { method, .. } => self.confirmed_method = Some(method),
            State::Declined { reason, .. }
            | State::Released { reason, .. }
            | State::TakenBack { reason, .. } => {
                self.ended_reason = said(Some(&reason));
            }
            State::Lapsed { .. } => {}
        }
    }
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        let hours = delivery.quarter_hours.map(|quarters| f64::from(quarters) / 4.0);
        let Delivery { note, items, attachment_ids, at, .. } = delivery;
        Self { note: said(note.as_ref()), items, hours, attachment_ids, at }
    }
}

/// Claims as a list shows them.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn claims(tx: &mut Conn, cx: &Context, mut list: Vec<Domain>) -> Result<Vec<Claim>, Failure> {
    let ids: Vec<WishId> = list.iter().map(|claim| claim.wish_id).collect();
    let mut wishes = HashMap::new();
    let mut of: HashMap<String, BeneficiaryId> = HashMap::new();
    for row in store::wish::lines(tx, &ids)? {
        let line = WishLine {
            title: row.title,
            status: row.status.parse().map_err(StoreError::corrupt)?,
            unit: row.unit.parse().map_err(StoreError::corrupt)?,
            shares: store::wish::shares(row.shares.as_deref())?,
        };
        of.insert(row.id.clone(), row.beneficiary_id.parse().map_err(StoreError::corrupt)?);
        wishes.insert(row.id, line);
    }
    let closed = list.iter_mut().filter_map(|claim| {
        let of = *of.get(&claim.wish_id.to_string())?;
        Some((claim, of))
    });
    store::claim::open_notes(tx, &cx.vault, closed)?;
    let names = Names::default().claimants(tx, list.iter().map(|claim| claim.claimant_id))?;
    let shown = list.into_iter().filter_map(|claim| {
        let wish = wishes.get(&claim.wish_id.to_string())?;
        Some(Claim::of(claim, wish, &names, Vec::new()))
    });
    Ok(shown.collect())
}

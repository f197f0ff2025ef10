//! Emergency calls as they are sent to those who follow them.

use super::{
    claim_view::ClaimantRef,
    shared::{OrgRef, UserRef},
};
use crate::{
    app::{
        Context,
        emergency::{self as work, Followed},
        found,
        names::Names,
    },
    problem::Failure,
};
use domain::{
    access::Act,
    claim,
    emergency::{Circle, Report, Standing, State, Status, Whom},
    id::{ClaimId, EmergencyCallId, HouseholdId, WishId},
    time::Instant,
    wish,
};
use serde::Serialize;
use store::{
    Conn,
    emergency::{Hand, Placed},
};

/// The claimants of an organisation's subtree, or those of one kind.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct CalledCircle {
    /// Of which organisation.
    organisation: OrgRef,
    /// Which of them.
    whom: Whom,
}

/// How many households of a call stand how.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub(super) struct EmergencyReport {
    /// All of them.
    households: i64,
    /// Whom nobody helps yet.
    nobody: i64,
    /// For whom somebody was asked who did not answer yet.
    asked: i64,
    /// For whom a part is still without anybody.
    partly: i64,
    /// For whom somebody took on everything.
    claimed: i64,
    /// To whom everything was brought, and who did not confirm it yet.
    delivered: i64,
    /// Who confirmed it.
    served: i64,
    /// Who do not need it any more.
    ended: i64,
    /// Wishes of all of them.
    wishes: i64,
    /// Of these, fulfilled.
    fulfilled: i64,
}

impl From<Report> for EmergencyReport {
    fn from(of: Report) -> Self {
        let households = of.households();
        let Report { nobody, asked, partly, claimed, delivered, served, ended, wishes, fulfilled } = of;
        Self { households, nobody, asked, partly, claimed, delivered, served, ended, wishes, fulfilled }
    }
}

/// A batch of wishes that was opened to circles at once (应急响应), as those see it who follow it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct EmergencyCall {
    /// Its id.
    pub(super) id: EmergencyCallId,
    /// Where it stands.
    status: Status,
    /// What happened.
    title: String,
    /// Who calls.
    organisation: OrgRef,
    /// By when the last household is to be served.
    due_at: Instant,
    /// That is over, and households are left, or were left when it ended.
    overdue: bool,
    /// Who is called.
    circles: Vec<CalledCircle>,
    /// How far it has come; once it is over, as it was counted then.
    report: EmergencyReport,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Instant>,
    /// Who ended it before the last household was served.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_by: Option<UserRef>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_reason: Option<String>,
    /// What the caller may do now, as operation ids.
    may: Vec<&'static str>,
    /// Who published it.
    created_by: UserRef,
    /// Counts its changes.
    pub(super) version: i64,
    /// When it was published.
    created_at: Instant,
}

/// Calls as those see them who follow them.
pub(super) fn all(tx: &mut Conn, cx: &Context, found: Vec<Followed>) -> Result<Vec<EmergencyCall>, Failure> {
    let (mut organisations, mut users) = (Vec::new(), Vec::new());
    for Followed { call, .. } in &found {
        organisations.push(call.organisation_id);
        organisations.extend(call.content.circles.iter().map(|circle| circle.organisation_id));
        users.push(call.created_by);
        if let State::Closed { early: Some((by, _)), .. } = &call.state {
            users.push(*by);
        }
    }
    let names = Names::default().organisations(tx, organisations)?.users(tx, users)?;
    Ok(found.into_iter().map(|one| shaped(cx, one, &names)).collect())
}

fn shaped(cx: &Context, followed: Followed, names: &Names) -> EmergencyCall {
    let may = followed.acts(cx).into_iter().map(Act::operation_id).collect();
    let Followed { call, report, .. } = followed;
    let status = call.status();
    let (ended_at, early) = match call.state {
        State::Open => (None, None),
        State::Closed { at, early, .. } => (Some(at), early),
    };
    let circle = |circle: &Circle| CalledCircle {
        organisation: OrgRef::of(circle.organisation_id, names),
        whom: circle.whom,
    };
    EmergencyCall {
        id: call.id,
        status,
        title: call.content.title,
        organisation: OrgRef::of(call.organisation_id, names),
        due_at: call.content.due_at,
        overdue: report.left() > 0 && call.content.due_at < ended_at.unwrap_or(cx.now),
        circles: call.content.circles.iter().map(circle).collect(),
        report: report.into(),
        ended_at,
        ended_by: early.as_ref().map(|(by, _)| UserRef::of(*by, names)),
        ended_reason: early.map(|(_, why)| why),
        may,
        created_by: UserRef::of(call.created_by, names),
        version: call.version,
        created_at: call.created_at,
    }
}

/// One of them.
pub(super) fn one(tx: &mut Conn, cx: &Context, followed: Followed) -> Result<EmergencyCall, Failure> {
    found(all(tx, cx, vec![followed])?.pop())
}

/// A promise of some of a wish.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CalledHand {
    /// The claim.
    id: ClaimId,
    /// Whose.
    claimant: ClaimantRef,
    /// How much.
    quantity: i64,
    /// Where it stands.
    status: claim::Status,
    /// By when it is to be brought, once it was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    deliver_by: Option<Instant>,
}

/// A wish of a call.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CalledWish {
    /// The wish.
    id: WishId,
    /// In one line, as the wall says it.
    title: String,
    /// Where it stands.
    status: wish::Status,
    /// How much it asks.
    quantity: i64,
    /// What may still be claimed.
    remaining: i64,
    /// Somebody above was asked, or it stands on the red list.
    went_up: bool,
    /// Whose hands it is in.
    claims: Vec<CalledHand>,
}

/// A household of a call. Who they are, the wishes' own pages say to those entitled.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct CalledHousehold {
    /// Its id.
    pub(super) id: HouseholdId,
    /// How it stands.
    standing: Standing,
    /// Since when its oldest wish waits.
    since: Instant,
    /// Who collected that.
    origin: OrgRef,
    /// Its wishes in the call, the oldest first.
    wishes: Vec<CalledWish>,
}

/// Households as those see them who follow the call.
pub(super) fn households(
    tx: &mut Conn,
    found: Vec<work::Household>,
) -> Result<Vec<CalledHousehold>, Failure> {
    let hands = found.iter().flat_map(|one| &one.wishes).flat_map(|(_, hands)| hands);
    let claimants: Vec<_> = hands.map(|hand| hand.claimant_id).collect();
    let origins: Vec<_> = found.iter().map(|one| one.origin_id).collect();
    let names = Names::default().organisations(tx, origins)?.claimants(tx, claimants)?;
    let hand = |hand: Hand| CalledHand {
        id: hand.id,
        claimant: ClaimantRef::of(hand.claimant_id, &names),
        quantity: hand.quantity,
        status: hand.status,
        deliver_by: hand.deliver_by,
    };
    let wish = |(placed, hands): (Placed, Vec<Hand>)| CalledWish {
        id: placed.id,
        title: placed.title,
        status: placed.share.status,
        quantity: placed.share.quantity,
        remaining: placed.share.quantity.saturating_sub(placed.share.counts.reserved),
        went_up: placed.went_up,
        claims: hands.into_iter().map(hand).collect(),
    };
    let household = |one: work::Household| CalledHousehold {
        id: one.id,
        standing: one.standing,
        since: one.since,
        origin: OrgRef::of(one.origin_id, &names),
        wishes: one.wishes.into_iter().map(wish).collect(),
    };
    Ok(found.into_iter().map(household).collect())
}

//! Pairings as they are sent. Who the resident is, staff see masked, and the pair while it visits and the resident
//! agrees to it.

use super::{
    claim_view::said,
    shared::{OrgRef, UserRef},
};
use crate::{
    app::{
        Context,
        names::Names,
        pairing::{self as work, Tied},
    },
    problem::Failure,
};
use chrono::NaiveDate;
use domain::{
    access::Act,
    beneficiary::mask_name,
    id::{BeneficiaryId, ClaimantId, HandOverId, PairingId, UserId},
    pairing::{self, EndReason, RhythmUnit, State, Status},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::Conn;

/// How often a household is visited.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rhythm {
    /// Every so many: 1 to 366 days, or 1 to 12 months.
    #[schema(minimum = 1, maximum = 366, examples(1))]
    every: u16,
    /// Days or months.
    unit: RhythmUnit,
}

impl From<Rhythm> for pairing::Rhythm {
    fn from(Rhythm { every, unit }: Rhythm) -> Self {
        Self { every, unit }
    }
}

/// The resident of a pairing, masked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PairedResident {
    /// Its id; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<BeneficiaryId>,
    /// The first character of the name; empty of one who was erased.
    #[schema(examples("谢**"))]
    name: String,
}

/// The claimant of a pairing.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PairedClaimant {
    /// Its id.
    id: ClaimantId,
    /// The name others see.
    display_name: String,
}

/// One member of the claimant handed the household over to another.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct HandOver {
    /// Its id.
    id: HandOverId,
    /// Who answered for the visits.
    from: UserRef,
    /// Who did from then on.
    to: UserRef,
    /// What the next should know; for who may read of visits.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// Who recorded it.
    by: UserRef,
    /// When.
    at: Instant,
}

/// A long-term tie of a claimant and a household.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Pairing {
    /// Its id.
    pub(super) id: PairingId,
    /// Where it stands.
    status: Status,
    /// Who looks after the resident.
    organisation: OrgRef,
    /// The resident; for staff, and for the pair while it visits and the resident agrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    resident: Option<PairedResident>,
    /// Who visits.
    claimant: PairedClaimant,
    /// The member who answers for the visits.
    #[serde(skip_serializing_if = "Option::is_none")]
    responsible: Option<UserRef>,
    /// How often.
    rhythm: Rhythm,
    /// Since when the tie is.
    begun_on: NaiveDate,
    /// By when the claimant answers, or the next visit is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) due_at: Option<Instant>,
    /// That visit was missed.
    missed: bool,
    /// The day of the latest visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_visited_on: Option<NaiveDate>,
    /// The proposer's word to the claimant; for staff, and while the resident agrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// The resident agrees that the claimant is told of them.
    agreed: bool,
    /// When it ended, was declined, or lapsed.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Instant>,
    /// Who ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_by: Option<UserRef>,
    /// Why it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_reason: Option<EndReason>,
    /// The words of thanks, or why it was declined.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_words: Option<String>,
    /// What the caller may do now, as operation ids.
    may: Vec<&'static str>,
    /// Who proposed it.
    proposed_by: UserRef,
    /// Counts its changes.
    pub(super) version: i64,
    /// When it was proposed.
    created_at: Instant,
}

/// A pairing with what stands beside it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PairingDetail {
    #[serde(flatten)]
    pub(super) pairing: Pairing,
    /// Who answered for the visits before, newest first.
    hand_overs: Vec<HandOver>,
    /// The members of the claimant who may answer for the visits, where the caller may say who.
    may_be_responsible: Vec<UserRef>,
}

pub(super) fn all(tx: &mut Conn, cx: &Context, mut list: Vec<Tied>) -> Result<Vec<Pairing>, Failure> {
    let mut plain: Vec<pairing::Pairing> = list.iter().map(|tied| tied.pairing.clone()).collect();
    store::pairing::open_notes(tx, &cx.vault, &mut plain)?;
    for (tied, opened) in list.iter_mut().zip(plain) {
        tied.pairing = opened;
    }
    let names = Names::default()
        .lines(list.iter().map(|tied| &tied.holder))
        .users(tx, list.iter().flat_map(|tied| people(&tied.pairing)))?;
    Ok(list.into_iter().map(|tied| shape(tied, cx, &names)).collect())
}

fn people(of: &pairing::Pairing) -> impl Iterator<Item = UserId> {
    let ended_by = match of.state {
        State::Ended { by, .. } => by,
        _ => None,
    };
    [Some(of.proposed_by), of.responsible_id(), ended_by].into_iter().flatten()
}

fn shape(tied: Tied, cx: &Context, names: &Names) -> Pairing {
    let staff = cx.actor.reads(&tied.subject());
    let (agreed, status) = (tied.agreed(cx), tied.pairing.status());
    let may = tied.acts(cx).into_iter().map(Act::operation_id).collect();
    // Who only stands above the claimant is told nothing of the resident.
    let visits = status == Status::Active && cx.actor.acts_for(&tied.subject());
    let shown = staff || (agreed && visits);
    let resident = shown.then(|| PairedResident {
        id: staff.then_some(tied.resident.id),
        name: tied.resident.known().map(|(person, _)| mask_name(&person.name)).unwrap_or_default(),
    });
    let of = tied.pairing;
    let (ended_at, ended_by, ended_reason, words) = match &of.state {
        State::Proposed { .. } | State::Active { .. } => (None, None, None, None),
        State::Declined { at, reason } => (Some(*at), None, None, said(Some(reason))),
        State::Lapsed { at } => (Some(*at), None, None, None),
        State::Ended { at, by, why, thanks, .. } => (Some(*at), *by, Some(*why), said(Some(thanks))),
    };
    Pairing {
        id: of.id,
        status,
        organisation: OrgRef::of(of.organisation_id, names),
        resident,
        claimant: PairedClaimant { id: tied.claimant.id, display_name: tied.claimant.profile.display_name },
        responsible: of.responsible_id().map(|id| UserRef::of(id, names)),
        rhythm: Rhythm { every: of.rhythm.every, unit: of.rhythm.unit },
        begun_on: of.begun_on,
        due_at: of.due_at(),
        missed: of.is_missed(cx.now),
        last_visited_on: of.last_visited_on,
        note: said(of.note.as_ref()).filter(|_| staff || agreed),
        agreed,
        ended_at,
        ended_by: ended_by.map(|by| UserRef::of(by, names)),
        ended_reason,
        ended_words: words,
        may,
        proposed_by: UserRef::of(of.proposed_by, names),
        version: of.version,
        created_at: of.created_at,
    }
}

pub(super) fn detail(tx: &mut Conn, cx: &Context, tied: Tied) -> Result<PairingDetail, Failure> {
    let hand_overs = work::hand_overs(tx, cx, &tied)?;
    let may_say = tied.acts(cx).iter().any(|act| matches!(act, Act::AcceptPairing | Act::HandOverPairing));
    let members = if may_say { tied.members(tx)? } else { Vec::new() };
    let told = hand_overs.iter().flat_map(|one| [one.from_id, one.to_id, one.by]);
    let names = Names::default().users(tx, told.chain(members.iter().copied()))?;
    let hand_over = |one: pairing::HandOver| HandOver {
        id: one.id,
        from: UserRef::of(one.from_id, &names),
        to: UserRef::of(one.to_id, &names),
        note: said(one.note.as_ref()),
        by: UserRef::of(one.by, &names),
        at: one.at,
    };
    let hand_overs = hand_overs.into_iter().map(hand_over).collect();
    let may_be_responsible = members.into_iter().map(|id| UserRef::of(id, &names)).collect();
    let pairing = crate::app::found(all(tx, cx, vec![tied])?.pop())?;
    Ok(PairingDetail { pairing, hand_overs, may_be_responsible })
}

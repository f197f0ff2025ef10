//! Ties of claimants and households: proposed, accepted, handed over, ended; what time does to them; and a new
//! wish of a household that is offered to its pair first. What visits find stands in [`super::visit`].

mod offer;

pub use offer::offer_first;

use super::{
    Context,
    beneficiary::{open as open_resident, recorded},
    claim::{acts_for, claimant_and_line},
    event::{self, About, Facts, facts},
    found, look,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    beneficiary::{Beneficiary, Person, Purpose},
    claimant::Claimant,
    event::Kind,
    id::{BeneficiaryId, ClaimantId, PairingId, UserId},
    look::LookPurpose,
    membership::Role,
    note::Note,
    pairing::{EndReason, HandOver, NewPairing, Pairing, Rhythm, State, Status, Told},
    refusal::{Code, Fault, Refusal},
    time::Instant,
};
use serde_json::json;
use std::sync::Arc;
use store::{Conn, StoreError, organisation::Line, pairing::Filter};

/// A pairing with its resident and its claimant.
#[derive(Debug)]
pub struct Tied {
    /// The pairing.
    pub pairing: Pairing,
    /// The resident.
    pub resident: Beneficiary,
    /// Who looks after the resident, and their superiors.
    pub holder: Arc<Line>,
    /// Who visits.
    pub claimant: Claimant,
    line: Arc<Line>,
}

impl Tied {
    /// What the access table is asked about.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            holder: self.holder.ids(),
            claimant: self.line.ids(),
            claimant_user: self.claimant.user_id,
            ..Subject::default()
        }
    }

    /// The resident agreed that the claimant is told of them.
    #[must_use]
    pub fn agreed(&self, cx: &Context) -> bool {
        self.resident.agreed(Purpose::ShareWithClaimant, cx.now.date())
    }

    /// The acts that the caller may do to the pairing as it stands now.
    #[must_use]
    pub fn acts(&self, cx: &Context) -> Vec<Act> {
        let (status, agreed) = (self.pairing.status(), self.agreed(cx));
        let fits = |act: &Act| match act {
            Act::AcceptPairing => status == Status::Proposed && agreed,
            Act::DeclinePairing => status == Status::Proposed,
            Act::UpdatePairing => self.pairing.due_at().is_some(),
            Act::HandOverPairing | Act::EndPairing => status == Status::Active,
            Act::CreateVisit | Act::CorrectVisit | Act::RevealPairingDetails => {
                status == Status::Active && agreed
            }
            Act::ListVisits => cx.actor.reads(&self.subject()) || (status == Status::Active && agreed),
            _ => false,
        };
        let subject = self.subject();
        Act::ALL.iter().copied().filter(fits).filter(|act| cx.allow(*act, &subject).is_ok()).collect()
    }

    /// What the pair is told, it is told while it visits, and while the resident agrees.
    pub(super) fn check_open(&self, cx: &Context) -> Result<(), Failure> {
        self.pairing.expect(Status::Active)?;
        if self.agreed(cx) { Ok(()) } else { Err(Code::ConsentMissing.into()) }
    }

    /// The members of the claimant who may answer for the visits; at most 100.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn members(&self, tx: &mut Conn) -> Result<Vec<UserId>, Failure> {
        match self.claimant.user_id {
            Some(user) => Ok(vec![user]),
            None => Ok(store::user::holders_in(tx, self.line.ids(), Role::Manager, 100)?),
        }
    }
}

/// What is proposed.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The resident.
    pub beneficiary_id: BeneficiaryId,
    /// Who is asked.
    pub claimant_id: ClaimantId,
    /// How often they are to visit.
    pub rhythm: Rhythm,
    /// Since when the tie is, where it is older than today.
    pub begun_on: Option<chrono::NaiveDate>,
    /// A word to the claimant.
    pub note: Option<Note>,
}

/// Proposes to a claimant to be paired with the household of a resident.
///
/// # Errors
/// As the access table says; what [`Pairing::propose`] refuses; `invalid` for a claimant of another tree;
/// `claimant_inactive`; `claimant_suspended`; `already_paired`; `beneficiary_erased`.
pub fn propose(tx: &mut Conn, cx: &Context, asked: Proposal) -> Result<Tied, Failure> {
    // Held, so that nobody erases them meanwhile.
    let resident = open_resident(tx, cx, Act::CreatePairing, asked.beneficiary_id, &Seen::Any)?;
    super::merge::speaking(&resident)?;
    resident.known()?;
    let holder = Arc::new(found(store::organisation::line(tx, resident.organisation_id)?)?);
    let (claimant, line) = claimant_and_line(tx, asked.claimant_id)?;
    if line.ids().last() != holder.ids().last() {
        return Err(Refusal::field(Code::Invalid, "/claimant_id", Fault::Unknown).into());
    }
    claimant.may_take_on()?;
    let new = NewPairing {
        id: cx.ids.make(),
        by: cx.user()?,
        organisation_id: resident.organisation_id,
        household_id: resident.household_id,
        beneficiary_id: resident.id,
        claimant_id: claimant.id,
        rhythm: asked.rhythm,
        begun_on: asked.begun_on,
        note: asked.note,
    };
    let agreed = resident.agreed(Purpose::ShareWithClaimant, cx.now.date());
    let pairing = Pairing::propose(new, agreed, &cx.terms(tx, &holder)?)?;
    store::pairing::insert(tx, &cx.vault, &pairing).map_err(paired)?;
    let about = About::pairing(pairing.id, 0, pairing.organisation_id);
    event::of(tx, cx, Kind::PairingProposed, about, told(&pairing))?;
    Ok(Tied { pairing, resident, holder, claimant, line })
}

/// These two are paired already, or an answer is due.
fn paired(error: StoreError) -> Failure {
    match error.is_unique("pairings", &["claimant_id", "household_id"]) {
        true => Code::AlreadyPaired.into(),
        false => error.into(),
    }
}

fn told(pairing: &Pairing) -> Facts {
    facts([
        ("claimant_id", json!(pairing.claimant_id)),
        ("responsible_id", json!(pairing.responsible_id())),
        ("due_at", json!(pairing.due_at())),
    ])
}

fn tied(tx: &mut Conn, pairing: Pairing, resident: Beneficiary) -> Result<Tied, Failure> {
    let holder = Arc::new(found(store::organisation::line(tx, pairing.organisation_id)?)?);
    let (claimant, line) = claimant_and_line(tx, pairing.claimant_id)?;
    Ok(Tied { pairing, resident, holder, claimant, line })
}

/// A pairing to look at; its texts as they are kept.
///
/// # Errors
/// As the access table says.
pub fn see(tx: &mut Conn, cx: &Context, id: PairingId) -> Result<Tied, Failure> {
    cx.user()?;
    let pairing = found(store::pairing::load(tx, id)?)?;
    let resident = found(store::beneficiary::load(tx, &cx.vault, pairing.beneficiary_id)?)?;
    let tied = tied(tx, pairing, resident)?;
    cx.allow(Act::GetPairing, &tied.subject())?;
    Ok(tied)
}

/// A pairing that the caller may change by `act`, held with its resident until the transaction ends: an erasure
/// takes the resident first, and so do we.
pub(super) fn open(
    tx: &mut Conn,
    cx: &Context,
    act: Act,
    id: PairingId,
    seen: &Seen,
) -> Result<Tied, Failure> {
    cx.user()?;
    let of = found(store::pairing::load(tx, id)?)?.beneficiary_id;
    let resident = found(store::beneficiary::load_to_change(tx, &cx.vault, of)?)?;
    let pairing = found(store::pairing::load_to_change(tx, id)?)?;
    let tied = tied(tx, pairing, resident)?;
    cx.allow(act, &tied.subject())?;
    seen.check(tied.pairing.version)?;
    Ok(tied)
}

/// Saves a pairing as it is now, and records why.
pub(super) fn save(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    tied: Tied,
    more: Facts,
) -> Result<Tied, Failure> {
    let pairing = record(tx, cx, kind, tied.pairing, more)?;
    Ok(Tied { pairing, ..tied })
}

fn record(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    mut pairing: Pairing,
    more: Facts,
) -> Result<Pairing, Failure> {
    store::pairing::save(tx, &cx.vault, &pairing, cx.now)?;
    let about = About::pairing(pairing.id, pairing.version, pairing.organisation_id);
    let data = told(&pairing).into_iter().chain(more).collect();
    event::of(tx, cx, kind, about, data)?;
    pairing.version = pairing.version.saturating_add(1);
    Ok(pairing)
}

/// The claimant says yes; whoever does answers for the visits, unless somebody else of it is named.
///
/// # Errors
/// As the access table says; `stale`; what [`Pairing::accept`] refuses; `invalid` for who is no member of the
/// claimant.
pub fn accept(
    tx: &mut Conn,
    cx: &Context,
    id: PairingId,
    seen: &Seen,
    responsible: Option<UserId>,
) -> Result<Tied, Failure> {
    let mut tied = open(tx, cx, Act::AcceptPairing, id, seen)?;
    let responsible = responsible.map_or_else(|| cx.user(), Ok)?;
    check_member(tx, &tied, responsible)?;
    let agreed = tied.agreed(cx);
    tied.pairing = tied.pairing.accept(responsible, agreed, cx.now)?;
    save(tx, cx, Kind::PairingAccepted, tied, Facts::new())
}

fn check_member(tx: &mut Conn, tied: &Tied, user: UserId) -> Result<(), Failure> {
    if tied.members(tx)?.contains(&user) {
        return Ok(());
    }
    Err(Refusal::field(Code::Invalid, "/responsible_id", Fault::Unknown).into())
}

/// The claimant says no.
///
/// # Errors
/// As the access table says; `stale`; what [`Pairing::decline`] refuses.
pub fn decline(
    tx: &mut Conn,
    cx: &Context,
    id: PairingId,
    seen: &Seen,
    reason: &str,
) -> Result<Tied, Failure> {
    let mut tied = open(tx, cx, Act::DeclinePairing, id, seen)?;
    tied.pairing = tied.pairing.decline(reason, cx.now)?;
    save(tx, cx, Kind::PairingDeclined, tied, Facts::new())
}

/// Sets how often the household is visited.
///
/// # Errors
/// As the access table says; `stale`; what [`Pairing::set_rhythm`] refuses.
pub fn set_rhythm(
    tx: &mut Conn,
    cx: &Context,
    id: PairingId,
    seen: &Seen,
    rhythm: Rhythm,
) -> Result<Tied, Failure> {
    let mut tied = open(tx, cx, Act::UpdatePairing, id, seen)?;
    tied.pairing = tied.pairing.set_rhythm(rhythm)?;
    let more = facts([("every", json!(rhythm.every)), ("unit", json!(rhythm.unit))]);
    save(tx, cx, Kind::PairingUpdated, tied, more)
}

/// Somebody else of the claimant answers for the visits from now on; who did before stays in its history.
///
/// # Errors
/// As the access table says; `stale`; what [`Pairing::hand_over`] refuses; `invalid` for who is no member of the
/// claimant.
pub fn hand_over(
    tx: &mut Conn,
    cx: &Context,
    id: PairingId,
    seen: &Seen,
    (to, note): (UserId, Option<Note>),
) -> Result<Tied, Failure> {
    let mut tied = open(tx, cx, Act::HandOverPairing, id, seen)?;
    check_member(tx, &tied, to)?;
    let (pairing, hand_over) = tied.pairing.hand_over(cx.ids.make(), to, note, cx.user()?, cx.now)?;
    tied.pairing = pairing;
    store::pairing::insert_hand_over(tx, &cx.vault, &hand_over)?;
    let more = facts([("from_id", json!(hand_over.from_id)), ("to_id", json!(hand_over.to_id))]);
    save(tx, cx, Kind::PairingHandedOver, tied, more)
}

/// Ends it, with a reason and thanks.
///
/// # Errors
/// As the access table says; `stale`; what [`Pairing::end`] refuses.
pub fn end(
    tx: &mut Conn,
    cx: &Context,
    id: PairingId,
    seen: &Seen,
    (why, thanks): (EndReason, &str),
) -> Result<Tied, Failure> {
    let mut tied = open(tx, cx, Act::EndPairing, id, seen)?;
    tied.pairing = tied.pairing.end(why, thanks, cx.user()?, cx.now)?;
    save(tx, cx, Kind::PairingEnded, tied, facts([("reason", json!(why))]))
}

/// Shows the pair whom to visit; the look is recorded.
///
/// # Errors
/// As the access table says; `wrong_pairing_status` unless active; `consent_missing`; `approval_required` for a
/// child under 14.
pub fn details(tx: &mut Conn, cx: &Context, id: PairingId, purpose: LookPurpose) -> Result<Person, Failure> {
    let mut tied = open(tx, cx, Act::RevealPairingDetails, id, &Seen::Any)?;
    tied.check_open(cx)?;
    let approval = look::approval(tx, cx, &tied.resident, None)?;
    let mut data = look::facts_of(cx, &tied.resident, purpose, approval)?;
    data.extend(facts([("pairing_id", json!(id)), ("claimant_id", json!(tied.claimant.id))]));
    store::beneficiary::touch(tx, &tied.resident, cx.now)?;
    recorded(tx, cx, Kind::PairingDetailsRevealed, &mut tied.resident, data)?;
    Ok(tied.resident.known()?.0.clone())
}

/// Who answered for the visits before, newest first, with what they told the next: for who may read of visits.
///
/// # Errors
/// When the database does not answer.
pub fn hand_overs(tx: &mut Conn, cx: &Context, tied: &Tied) -> Result<Vec<HandOver>, Failure> {
    let mut all = store::pairing::hand_overs(tx, tied.pairing.id)?;
    match tied.acts(cx).contains(&Act::ListVisits) {
        true => store::pairing::open_hand_overs(tx, &cx.vault, &mut all)?,
        false => all.iter_mut().for_each(|one| one.note = None),
    }
    Ok(all)
}

/// Pairings that the caller may see: `mine` leaves out those seen as staff only.
///
/// # Errors
/// When the database does not answer.
pub fn list(
    tx: &mut Conn,
    cx: &Context,
    mut filter: Filter,
    mine: bool,
    rows: i64,
) -> Result<Vec<Tied>, Failure> {
    cx.user()?;
    filter.acts_for = acts_for(cx);
    if !mine {
        if let Some(acts_for) = &mut filter.acts_for {
            acts_for.roots = cx.actor.roots(&[Role::Manager, Role::Coordinator, Role::Admin, Role::Auditor]);
        }
        filter.roots = cx.actor.reading_roots();
    }
    let mut all = Vec::new();
    for pairing in store::pairing::list(tx, &filter, rows)? {
        let resident = found(store::beneficiary::load(tx, &cx.vault, pairing.beneficiary_id)?)?;
        all.push(tied(tx, pairing, resident)?);
    }
    Ok(all)
}

/// What time has to tell of a pairing: a proposal lapses, a visit is due soon, or was missed. Early or double
/// calls do nothing.
///
/// # Errors
/// When the database refuses.
pub fn tell(tx: &mut Conn, cx: &Context, id: PairingId) -> Result<bool, Failure> {
    let pairing = found(store::pairing::load_to_change(tx, id)?)?;
    let Some(pairing) = pairing.tell(cx.now) else { return Ok(false) };
    let kind = match pairing.state {
        State::Active { told: Told::Missed, .. } => Kind::VisitMissed,
        State::Active { .. } => Kind::VisitReminded,
        _ => Kind::PairingLapsed,
    };
    record(tx, cx, kind, pairing, Facts::new())?;
    Ok(true)
}

/// Pairings of which time has something to tell at the context's time.
///
/// # Errors
/// When the database does not answer.
pub fn to_tell(
    tx: &mut Conn,
    cx: &Context,
    after: Option<(Instant, PairingId)>,
    rows: i64,
) -> Result<Vec<(Instant, PairingId)>, Failure> {
    Ok(store::pairing::to_tell(tx, cx.now, after, rows)?)
}

/// Ends the pairings of a resident who is erased, and empties what they and their visits say.
///
/// # Errors
/// When the database refuses.
pub(super) fn forget_all(tx: &mut Conn, cx: &Context, of: BeneficiaryId) -> Result<(), Failure> {
    for pairing in store::pairing::about(tx, of)? {
        let pairing = found(store::pairing::load_to_change(tx, pairing.id)?)?;
        let kind = if pairing.due_at().is_some() { Kind::PairingEnded } else { Kind::PairingForgotten };
        record(tx, cx, kind, pairing.forget(cx.now), Facts::new())?;
    }
    Ok(())
}

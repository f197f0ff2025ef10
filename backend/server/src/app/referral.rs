//! Needs met on the way: noted by whoever meets them, handed on by the staff who look after the resident, answered by
//! who was asked.

use super::{
    Context,
    beneficiary::recorded,
    claim::{self, acts_for, claimant_and_line},
    event::{self, About, Facts, facts},
    found, look, pairing,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    beneficiary::{Beneficiary, Person},
    benefit::listed,
    claim::Status as ClaimStatus,
    claimant::Claimant,
    event::Kind,
    id::{BeneficiaryId, ClaimId, OrganisationId, PairingId, ReferralId},
    look::LookPurpose,
    referral::{ANSWER_DAYS, Addressee, Handing, Met, NewReferral, Outcome, Referral, SEND_DAYS, Status},
    refusal::{Code, Fault, Refusal},
    time::Instant,
};
use serde_json::json;
use std::sync::Arc;
use store::{Conn, StoreError, organisation::Line, referral::Filter};

/// A referral with its resident, and those who have to do with it.
#[derive(Debug)]
pub struct Followed {
    /// The referral.
    pub referral: Referral,
    /// The resident.
    pub resident: Beneficiary,
    /// Who follows it, and their superiors.
    pub holder: Arc<Line>,
    /// The organisation that was asked, and its superiors.
    pub asked: Option<Arc<Line>>,
    /// The claimant that met the need.
    pub claimant: Option<(Claimant, Arc<Line>)>,
}

impl Followed {
    /// Who follows it, and who met the need.
    fn own(&self) -> Subject<'_> {
        let (user, line) =
            self.claimant.as_ref().map_or((None, &[][..]), |(claimant, line)| (claimant.user_id, line.ids()));
        Subject { holder: self.holder.ids(), claimant: line, claimant_user: user, ..Subject::default() }
    }

    /// Whoever was asked; its existence is no secret to those who may see it.
    fn theirs(&self, cx: &Context) -> Subject<'_> {
        let holder = self.asked.as_ref().map_or(&[][..], |line| line.ids());
        Subject { holder, known: cx.allow(Act::GetReferral, &self.own()).is_ok(), ..Subject::default() }
    }

    /// The caller reads it as staff of either side, and not only as who met the need.
    #[must_use]
    pub fn is_of_staff(&self, cx: &Context) -> bool {
        cx.actor.reads(&self.own()) || cx.actor.reads(&self.theirs(cx))
    }

    /// The caller is of the staff who look after the resident.
    #[must_use]
    pub fn is_of_holder(&self, cx: &Context) -> bool {
        cx.actor.reads(&self.own())
    }

    /// # Errors
    /// As the access table says.
    fn allow(&self, cx: &Context, act: Act) -> Result<(), Failure> {
        match act {
            Act::GetReferral => cx.allow(act, &self.theirs(cx)).or_else(|_| cx.allow(act, &self.own())),
            Act::RevealReferralDetails => cx.allow(act, &self.theirs(cx)),
            // What an office outside says, the staff write down.
            Act::AnswerReferral if self.asked.is_some() => cx.allow(act, &self.theirs(cx)),
            _ => {
                let known = self.theirs(cx).known || cx.allow(Act::GetReferral, &self.theirs(cx)).is_ok();
                cx.allow(act, &Subject { known, ..self.own() })
            }
        }
    }

    /// The acts that the caller may do to the referral as it stands now.
    #[must_use]
    pub fn acts(&self, cx: &Context) -> Vec<Act> {
        let status = self.referral.status();
        let fits = |act: &Act| match act {
            Act::SendReferral => status == Status::Noted,
            Act::AnswerReferral | Act::RevealReferralDetails => status == Status::Sent,
            Act::CloseReferral => self.referral.due_at().is_some(),
            _ => false,
        };
        Act::ALL.iter().copied().filter(fits).filter(|act| self.allow(cx, *act).is_ok()).collect()
    }
}

/// Where a need was met, as it is told.
#[derive(Debug, Clone, Copy)]
pub enum Where {
    /// By the staff who look after this resident.
    Resident(BeneficiaryId),
    /// On a visit to a household.
    Pairing(PairingId),
    /// When something was brought.
    Claim(ClaimId),
}

/// A need to note, and how it is handed on where that is known.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Where it was met.
    pub at: Where,
    /// The benefit that may be owed.
    pub benefit: Option<String>,
    /// What is needed.
    pub need: String,
    /// To whom it is handed on at once.
    pub handing: Option<Handing>,
}

/// Notes a need; staff may hand it on at once.
///
/// # Errors
/// As the access table says; `invalid`; of a visit what ends it; of a claim `wrong_claim_status` before the delivery;
/// `beneficiary_erased`; `already_referred`.
pub fn create(tx: &mut Conn, cx: &Context, asked: Asked) -> Result<Followed, Failure> {
    let by = cx.user()?;
    let (of, met) = match asked.at {
        Where::Resident(id) => (store::merge::standing(tx, id)?, Met::AtDesk),
        Where::Pairing(id) => {
            let tied = pairing::see(tx, cx, id)?;
            tied.check_open(cx)?;
            (tied.resident.id, Met::Visiting(id, tied.claimant.id))
        }
        Where::Claim(id) => {
            let taken = claim::see(tx, cx, id)?;
            if !matches!(taken.claim.status(), ClaimStatus::Delivered | ClaimStatus::Confirmed) {
                return Err(Code::WrongClaimStatus.into());
            }
            (taken.held.wish.beneficiary_id, Met::Bringing(id, taken.claimant.id))
        }
    };
    let resident = found(store::beneficiary::load_to_change(tx, &cx.vault, of)?)?;
    let new = NewReferral {
        id: cx.ids.make(),
        organisation_id: resident.organisation_id,
        beneficiary_id: of,
        met,
        benefit: asked.benefit,
        need: asked.need,
        by,
    };
    let send_by = in_days(tx, cx, SEND_DAYS)?;
    let followed = followed(tx, Referral::note(new, cx.now, send_by)?, resident)?;
    cx.allow(Act::CreateReferral, &followed.own())?;
    followed.resident.known()?;
    if let Some(word) = &followed.referral.benefit {
        listed(&store::benefit::effective(tx, followed.referral.organisation_id)?, word)?;
    }
    store::referral::insert(tx, &cx.vault, &followed.referral).map_err(referred)?;
    let about = About::referral(followed.referral.id, 0, followed.referral.organisation_id);
    event::of(tx, cx, Kind::ReferralNoted, about, told(&followed.referral))?;
    match asked.handing {
        None => Ok(followed),
        Some(handing) => {
            followed.allow(cx, Act::SendReferral)?;
            hand_on(tx, cx, followed, handing).map_err(|failure| match failure {
                Failure::Refused(refusal) => refusal.within("/errand").into(),
                other => other,
            })
        }
    }
}

fn referred(error: StoreError) -> Failure {
    match error.is_unique("referrals", &["beneficiary_id", "benefit"]) {
        true => Code::AlreadyReferred.into(),
        false => error.into(),
    }
}

fn in_days(tx: &mut Conn, cx: &Context, days: u16) -> Result<Instant, Failure> {
    Ok(Instant::end_of(cx.calendar(tx)?.after(cx.now.date(), days)))
}

fn told(of: &Referral) -> Facts {
    facts([("benefit", json!(of.benefit)), ("to_id", json!(of.asked())), ("due_at", json!(of.due_at()))])
}

fn followed(tx: &mut Conn, referral: Referral, resident: Beneficiary) -> Result<Followed, Failure> {
    let holder = Arc::new(found(store::organisation::line(tx, referral.organisation_id)?)?);
    let asked = match referral.asked() {
        Some(id) => Some(Arc::new(found(store::organisation::line(tx, id)?)?)),
        None => None,
    };
    let claimant = referral.met.claimant_id().map(|id| claimant_and_line(tx, id)).transpose()?;
    Ok(Followed { referral, resident, holder, asked, claimant })
}

/// A referral to look at, its texts open.
///
/// # Errors
/// As the access table says.
pub fn see(tx: &mut Conn, cx: &Context, id: ReferralId) -> Result<Followed, Failure> {
    cx.user()?;
    let referral = found(store::referral::load(tx, id)?)?;
    let resident = found(store::beneficiary::load(tx, &cx.vault, referral.beneficiary_id)?)?;
    let followed = followed(tx, referral, resident)?;
    followed.allow(cx, Act::GetReferral)?;
    Ok(followed)
}

/// A referral that the caller may change by `act`. Its resident is held, as an erasure would hold them, and with them
/// the referral.
fn open(tx: &mut Conn, cx: &Context, act: Act, id: ReferralId, seen: &Seen) -> Result<Followed, Failure> {
    cx.user()?;
    let of = found(store::referral::load(tx, id)?)?.beneficiary_id;
    let resident = found(store::beneficiary::load_to_change(tx, &cx.vault, of)?)?;
    let referral = found(store::referral::load(tx, id)?)?;
    let followed = followed(tx, referral, resident)?;
    followed.allow(cx, Act::GetReferral)?;
    followed.allow(cx, act)?;
    seen.check(followed.referral.version)?;
    Ok(followed)
}

fn record(tx: &mut Conn, cx: &Context, kind: Kind, mut referral: Referral) -> Result<Referral, Failure> {
    store::referral::save(tx, &cx.vault, &referral, cx.now)?;
    let about = About::referral(referral.id, referral.version, referral.organisation_id);
    event::of(tx, cx, kind, about, told(&referral))?;
    referral.version = referral.version.saturating_add(1);
    Ok(referral)
}

fn hand_on(tx: &mut Conn, cx: &Context, of: Followed, handing: Handing) -> Result<Followed, Failure> {
    if let Addressee::Organisation(id) = handing.to {
        of_the_tree(tx, &of.holder, id)?;
    }
    let usual = in_days(tx, cx, ANSWER_DAYS)?;
    let referral = of.referral.send(handing, cx.user()?, cx.now, usual)?;
    let referral = record(tx, cx, Kind::ReferralSent, referral)?;
    followed(tx, referral, of.resident)
}

/// Another organisation of the same tree.
fn of_the_tree(tx: &mut Conn, holder: &Line, id: OrganisationId) -> Result<(), Failure> {
    let line = store::organisation::line(tx, id)?;
    let fits =
        |line: &Line| line.ids().last() == holder.ids().last() && line.ids().first() != holder.ids().first();
    match line.as_ref().is_some_and(fits) {
        true => Ok(()),
        false => Err(Refusal::field(Code::Invalid, "/to_organisation_id", Fault::Unknown).into()),
    }
}

/// Hands on what was noted.
///
/// # Errors
/// As the access table says; `stale`; what [`Referral::send`] refuses; `invalid` for an organisation of another tree, or
/// the one that asks.
pub fn send(
    tx: &mut Conn,
    cx: &Context,
    id: ReferralId,
    seen: &Seen,
    handing: Handing,
) -> Result<Followed, Failure> {
    let of = open(tx, cx, Act::SendReferral, id, seen)?;
    hand_on(tx, cx, of, handing)
}

/// Writes down what came of it.
///
/// # Errors
/// As the access table says; `stale`; what [`Referral::answer`] refuses.
pub fn answer(
    tx: &mut Conn,
    cx: &Context,
    id: ReferralId,
    seen: &Seen,
    (outcome, answer): (Outcome, &str),
) -> Result<Followed, Failure> {
    let of = open(tx, cx, Act::AnswerReferral, id, seen)?;
    let referral = of.referral.answer(outcome, answer, cx.user()?, cx.now)?;
    let referral = record(tx, cx, Kind::ReferralAnswered, referral)?;
    Ok(Followed { referral, ..of })
}

/// Follows it no more, and says why.
///
/// # Errors
/// As the access table says; `stale`; what [`Referral::close`] refuses.
pub fn close(
    tx: &mut Conn,
    cx: &Context,
    id: ReferralId,
    seen: &Seen,
    reason: &str,
) -> Result<Followed, Failure> {
    let of = open(tx, cx, Act::CloseReferral, id, seen)?;
    let referral = of.referral.close(reason, cx.user()?, cx.now)?;
    let referral = record(tx, cx, Kind::ReferralClosed, referral)?;
    Ok(Followed { referral, ..of })
}

/// Shows who was asked whom to help; the look is recorded.
///
/// # Errors
/// As the access table says; `wrong_referral_status` unless sent; `approval_required` for a child under 14.
pub fn details(tx: &mut Conn, cx: &Context, id: ReferralId, purpose: LookPurpose) -> Result<Person, Failure> {
    let mut of = open(tx, cx, Act::RevealReferralDetails, id, &Seen::Any)?;
    of.referral.expect(Status::Sent)?;
    let approval = look::approval(tx, cx, &of.resident, None)?;
    let mut data = look::facts_of(cx, &of.resident, purpose, approval)?;
    data.extend(facts([("referral_id", json!(id)), ("to_id", json!(of.referral.asked()))]));
    store::beneficiary::touch(tx, &of.resident, cx.now)?;
    recorded(tx, cx, Kind::ReferralDetailsRevealed, &mut of.resident, data)?;
    Ok(of.resident.known()?.0.clone())
}

/// Referrals that the caller may see.
///
/// # Errors
/// When the database does not answer.
pub fn list(tx: &mut Conn, cx: &Context, mut filter: Filter, rows: i64) -> Result<Vec<Followed>, Failure> {
    cx.allow(Act::ListReferrals, &Subject::default())?;
    filter.acts_for = acts_for(cx);
    filter.roots = cx.actor.reading_roots();
    let mut all = Vec::new();
    for referral in store::referral::list(tx, &filter, rows)? {
        let resident = found(store::beneficiary::load(tx, &cx.vault, referral.beneficiary_id)?)?;
        all.push(followed(tx, referral, resident)?);
    }
    Ok(all)
}

/// Empties the referrals of a resident who is erased, and closes those that wait.
///
/// # Errors
/// When the database refuses.
pub(super) fn forget_all(tx: &mut Conn, cx: &Context, of: BeneficiaryId) -> Result<(), Failure> {
    for referral in store::referral::about(tx, of)? {
        let kind = if referral.due_at().is_some() { Kind::ReferralClosed } else { Kind::ReferralForgotten };
        record(tx, cx, kind, referral.forget(cx.now))?;
    }
    Ok(())
}

//! What is brought for a claim: to whom, the report, and the resident's word on it.

use super::{
    Context,
    claim::{Taken, at, change, open},
    event::facts,
    found, look, sign_up, spot_check,
    wish::save,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::Act,
    beneficiary::{Person, Purpose},
    claim::{Answer, Claim, Delivery, Method, Packs},
    event::Kind,
    id::ClaimId,
    look::LookPurpose,
    membership::Role,
    note,
    refusal::Code,
    time::Instant,
};
use serde_json::json;
use store::Conn;

/// The claimant reports what was brought.
///
/// # Errors
/// As the access table says; `stale`; `claim_by_sign_up`; what [`Claim::deliver`] refuses; `invalid` for a picture that is
/// not one of this claim.
pub fn deliver(
    tx: &mut Conn,
    cx: &Context,
    id: ClaimId,
    seen: &Seen,
    delivery: Delivery,
) -> Result<Taken, Failure> {
    bring(tx, cx, Act::DeliverClaim, id, seen, delivery)
}

fn bring(
    tx: &mut Conn,
    cx: &Context,
    act: Act,
    id: ClaimId,
    seen: &Seen,
    delivery: Delivery,
) -> Result<Taken, Failure> {
    let taken = open(tx, cx, act, id, seen)?;
    sign_up::expect_plain(tx, &taken)?;
    super::attachment::check_named(tx, id, &delivery.attachment_ids)?;
    change(tx, cx, taken, |_| Kind::ClaimDelivered, |claim, wish, terms| claim.deliver(wish, delivery, terms))
}

/// The claimant reports in one act what was brought for several claims: all, or none. Refusals name the claim.
///
/// # Errors
/// As [`deliver`], with the claim's pointer; what [`Packs::open`] refuses.
pub fn deliver_many(tx: &mut Conn, cx: &Context, packs: Packs) -> Result<Vec<Claim>, Failure> {
    let opened = packs.open()?;
    // All wishes are held in one order, so that two such acts cannot wait for each other.
    let ids: Vec<ClaimId> = opened.iter().map(|(id, _)| *id).collect();
    let wishes = store::claim::wishes_of(tx, &ids)?;
    store::dialect::lock_wishes(tx, &wishes)?;
    let mut claims = Vec::with_capacity(opened.len());
    for (index, (id, delivery)) in opened.into_iter().enumerate() {
        let delivered = bring(tx, cx, Act::DeliverClaims, id, &Seen::Any, delivery);
        let place = format!("/claims/{index}");
        claims.push(delivered.map_err(|failure| at(failure, &place, "claim_id"))?.claim);
    }
    Ok(claims)
}

/// The resident's word, as it was taken.
#[derive(Debug, Clone)]
pub struct Word {
    /// It arrived and works.
    pub accepted: bool,
    /// How the word was taken.
    pub method: Method,
    /// The code that the resident told.
    pub code: Option<String>,
    /// Why it is sent back.
    pub note: Option<String>,
}

/// What came of taking the resident's word.
#[derive(Debug)]
pub enum Confirmed {
    /// The claim is confirmed, or its delivery was sent back.
    Done(Box<Taken>),
    /// The code was wrong; the try is counted, so this must be saved though it is refused.
    WrongCode,
}

/// Takes the resident's word on a delivery.
///
/// # Errors
/// As the access table says; `stale`; what [`Claim::confirm`] refuses, but a wrong code.
pub fn confirm(
    tx: &mut Conn,
    cx: &Context,
    id: ClaimId,
    seen: &Seen,
    word: &Word,
) -> Result<Confirmed, Failure> {
    let taken = open(tx, cx, Act::ConfirmClaim, id, seen)?;
    let subject = taken.subject();
    // Whoever belongs to the unit that delivered is not somebody else, whatever else they are.
    let for_claimant = cx.actor.acts_for(&subject) || taken.is_of_unit(cx);
    let staff = cx
        .actor
        .holds(&[Role::Collector, Role::Reviewer, Role::Coordinator, Role::Admin], subject.holder)
        || cx.actor.holds(&[Role::Collector, Role::Reviewer, Role::Coordinator, Role::Admin], subject.origin);
    let answer = Answer {
        accepted: word.accepted,
        method: word.method,
        code_hash: word.code.as_deref().map(|code| cx.card_hash(taken.held.wish.id, code.trim())),
        note: word.note.clone(),
        by: cx.user()?,
        for_claimant: for_claimant || !staff,
    };
    let wish = taken.held.wish.clone();
    let kind = |claim: &Claim| match claim.status() {
        domain::claim::Status::Confirmed => Kind::ClaimConfirmed,
        _ => Kind::ClaimSentBack,
    };
    match change(tx, cx, taken, kind, |claim, wish, terms| claim.confirm(wish, &answer, terms)) {
        Err(Failure::Refused(refusal)) if refusal.code == Code::WrongCode => {
            let from = wish.status();
            let wish = wish.count_wrong_code(cx.now);
            save(tx, cx, Kind::CodeRefused, &wish, from, facts([("claim_id", json!(id))]))?;
            Ok(Confirmed::WrongCode)
        }
        done => Ok(Confirmed::Done(Box::new(spot_check::draw(tx, cx, done?)?))),
    }
}

/// What a delivery needs, for as long as the claim is active.
#[derive(Debug)]
pub struct DeliveryDetails {
    /// The resident.
    pub person: Person,
    /// The private part of the wish.
    pub details: Option<String>,
    /// Do not keep it longer.
    pub until: Instant,
}

/// Shows a claimant with an active claim whom to bring it to; the look is recorded.
///
/// # Errors
/// As the access table says; `wrong_claim_status` unless active; `consent_missing`; `approval_required`
/// for a child under 14.
pub fn delivery_details(
    tx: &mut Conn,
    cx: &Context,
    id: ClaimId,
    purpose: LookPurpose,
) -> Result<DeliveryDetails, Failure> {
    let taken = open(tx, cx, Act::RevealDeliveryDetails, id, &Seen::Any)?;
    if taken.claim.status() != domain::claim::Status::Active {
        return Err(Code::WrongClaimStatus.into());
    }
    let resident = found(store::beneficiary::load(tx, &cx.vault, taken.held.wish.beneficiary_id)?)?;
    if !resident.agreed(Purpose::ShareWithClaimant, cx.now.date()) {
        return Err(Code::ConsentMissing.into());
    }
    let approval = look::approval(tx, cx, &resident, Some(id))?;
    let until = taken.claim.lapses_at().unwrap_or(cx.now);
    let from = taken.held.wish.status();
    let mut wish = taken.held.wish;
    wish.updated_at = cx.now;
    let mut data = look::facts_of(cx, &resident, purpose, approval)?;
    data.extend(facts([("claim_id", json!(id)), ("claimant_id", json!(taken.claim.claimant_id))]));
    save(tx, cx, Kind::DeliveryDetailsRevealed, &wish, from, data)?;
    store::wish::open_notes(tx, &cx.vault, &mut wish)?;
    let details = note::text(wish.content.details.as_ref()).map(str::to_owned);
    Ok(DeliveryDetails { person: resident.known()?.0.clone(), details, until })
}

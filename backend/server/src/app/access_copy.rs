//! Everything that is held about one resident, for the resident who asks (PIPL art. 45): recorded like a
//! look, since whoever prints it sees it.

use super::{
    Context,
    beneficiary::{may, open, record},
    found, look, merge,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::Act,
    beneficiary::Beneficiary,
    claim::Claim,
    escalation::Escalation,
    event::Kind,
    feedback::Feedback,
    id::BeneficiaryId,
    ledger::Allocation,
    look::{LookPurpose, LookRequest},
    pairing::Pairing,
    pause::Pause,
    post::Post,
    referral::Referral,
    spot_check::SpotCheck,
    visit::Visit,
    wish::Wish,
};
use store::{Conn, event::Event};

/// More looks than this are not on one copy; who printed it says so.
pub const MOST_LOOKS: i64 = 1000;

/// A wish, with all that is written in it.
#[derive(Debug)]
pub struct Told {
    /// The wish.
    pub wish: Wish,
    /// Who promised and brought.
    pub claims: Vec<Claim>,
    /// Its way up.
    pub escalations: Vec<Escalation>,
    /// When its clock stood, and why.
    pub pauses: Vec<Pause>,
    /// What the resident said afterwards.
    pub feedback: Option<Feedback>,
    /// When somebody was to ask again, and what the resident said.
    pub spot_checks: Vec<SpotCheck>,
    /// How many pictures of it are kept.
    pub photos: usize,
    /// Posts that served it.
    pub posts: Vec<Post>,
    /// Money that was asked or set aside for it.
    pub allocations: Vec<Allocation>,
}

/// Everything held about one resident.
#[derive(Debug)]
pub struct Copy {
    /// Who it is, and what they agreed to.
    pub resident: Beneficiary,
    /// Their wishes, oldest first.
    pub wishes: Vec<Told>,
    /// Who was paired with their household, and what visits found; all editions.
    pub pairings: Vec<(Pairing, Vec<Visit>)>,
    /// To whom their deeper needs were handed on, and what came of it.
    pub referrals: Vec<Referral>,
    /// Who asked to look, of a child.
    pub requests: Vec<LookRequest>,
    /// Who looked, newest first.
    pub looks: Vec<Event>,
}

/// Records that a copy is made, and what for; [`copy`] then makes it.
///
/// # Errors
/// As the access table says; `stale`; `approval_required` for a child under 14; `beneficiary_erased`.
pub fn begin(
    tx: &mut Conn,
    cx: &Context,
    id: BeneficiaryId,
    seen: &Seen,
    purpose: LookPurpose,
) -> Result<(), Failure> {
    let mut resident = open(tx, cx, Act::CreateAccessCopy, id, seen)?;
    merge::speaking(&resident)?;
    let approval = look::approval(tx, cx, &resident, None)?;
    let data = look::facts_of(cx, &resident, purpose, approval)?;
    record(tx, cx, Kind::BeneficiaryCopied, &mut resident, data)
}

/// Everything held about a resident, with every text open. An approval is asked for again, as of a look.
///
/// # Errors
/// As [`begin`].
pub fn copy(tx: &mut Conn, cx: &Context, id: BeneficiaryId) -> Result<Copy, Failure> {
    cx.user()?;
    let resident = found(store::beneficiary::load(tx, &cx.vault, id)?)?;
    may(tx, cx, Act::CreateAccessCopy, resident.organisation_id)?;
    look::approval(tx, cx, &resident, None)?;
    let mut wishes = Vec::new();
    for wish in store::wish::of_resident(tx, id)? {
        let mut wish = found(store::wish::load(tx, wish)?)?;
        store::wish::open_notes(tx, &cx.vault, &mut wish)?;
        // Under the key of the record that it was written down for.
        let of = wish.beneficiary_id;
        let claims = store::claim::of_wish(tx, wish.id)?;
        let mut escalations = store::escalation::of_wish(tx, wish.id)?;
        store::escalation::open_notes(tx, &cx.vault, escalations.iter_mut().map(|one| (one, of)))?;
        let mut pauses = store::pause::of_wish(tx, wish.id)?;
        store::pause::open_notes(tx, &cx.vault, &mut pauses, of)?;
        let feedback = store::feedback::load(tx, &cx.vault, wish.id, of)?;
        let photos = store::attachment::of_wish(tx, wish.id)?.len();
        let spot_checks = store::spot_check::of_wish(tx, wish.id)?;
        let posts = store::post::of_wish(tx, wish.id)?;
        let allocations = store::ledger::allocation::of_wish(tx, wish.id)?;
        wishes.push(Told {
            wish,
            claims,
            escalations,
            pauses,
            feedback,
            spot_checks,
            photos,
            posts,
            allocations,
        });
    }
    let pairings = pairings(tx, cx, id)?;
    let mut referrals = store::referral::about(tx, id)?;
    store::referral::open_notes(tx, &cx.vault, &mut referrals)?;
    let mut requests = store::look::about(tx, id)?;
    store::look::open_notes(tx, &cx.vault, &mut requests)?;
    let looks = store::event::looks(tx, id, None, MOST_LOOKS)?;
    Ok(Copy { resident, wishes, pairings, referrals, requests, looks })
}

fn pairings(tx: &mut Conn, cx: &Context, of: BeneficiaryId) -> Result<Vec<(Pairing, Vec<Visit>)>, Failure> {
    let mut pairings = store::pairing::about(tx, of)?;
    store::pairing::open_notes(tx, &cx.vault, &mut pairings)?;
    let mut visits = store::visit::about(tx, of)?;
    store::visit::open_notes(tx, &cx.vault, &mut visits)?;
    let with_visits = |pairing: Pairing| {
        let of = visits.iter().filter(|visit| visit.pairing_id == pairing.id).cloned().collect();
        (pairing, of)
    };
    Ok(pairings.into_iter().map(with_visits).collect())
}

//! What platforms claim for their own users: once for each number of theirs, within their quotas, in the name of the claimant that an
//! administrator named. Each is a claim like any other and goes through the same units of work ([`super::claim`],
//! [`super::delivery`]), done by the account that stands for the platform; here is what a platform has beside them.

use super::{
    Context,
    claim::{self, NewClaim, Taken},
    delivery, found,
    program::program,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Actor, Subject},
    claim::{Claim, Delivery, Item},
    id::{ClaimId, ClaimantId, PlatformId, UserId},
    note,
    platform_claim::{Mandate, PlatformClaim, Request, Standing},
    refusal::Code,
    time::Instant,
};
use store::{Conn, platform_claim::Filter};

/// A claim of a platform, and what is the platform's of it.
#[derive(Debug)]
pub struct Promised {
    /// What is the platform's.
    pub of: PlatformClaim,
    /// The claim.
    pub claim: Claim,
}

/// What parts of a request are known again by.
const CONTENT: &str = "content";
const USER: &str = "user";

fn content_digest(cx: &Context, platform: PlatformId, request: &Request) -> String {
    let Request { external_id: _, wish_id, quantity, user_external_id, user_display_name } = request;
    // None of the parts before the last holds a space.
    cx.known_of(platform, CONTENT, &format!("{wish_id} {quantity} {user_external_id} {user_display_name}"))
}

/// Claims for a user of the platform. Asked for again under the same number it is the same claim, and nothing is done.
///
/// # Errors
/// As the access table says; `invalid`; `platform_claim_differs`; what [`Mandate::admit`] refuses; `not_found` for a wish that is
/// not shared with the platform; what [`claim::create`] refuses.
pub fn create(tx: &mut Conn, cx: &Context, request: &Request) -> Result<(Promised, bool), Failure> {
    let by = program(cx, Act::CreatePlatformClaim)?;
    request.validate()?;
    // Held until the end: the claims of one platform are made one after the other, and each counts those before it.
    let platform = found(store::platform::load_to_change(tx, by.id)?)?;
    let content_digest = content_digest(cx, by.id, request);
    if let Some(of) = store::platform_claim::of_number(tx, by.id, &request.external_id)? {
        of.expect_same(&content_digest)?;
        let claim = found(store::claim::load(tx, of.claim_id)?)?;
        return Ok((Promised { of, claim }, true));
    }
    // Who may is in the scopes as they are known here, in whose name as it is now.
    let mandate = platform.profile.claims.as_ref().zip(platform.hand);
    let (mandate, hand) = mandate.ok_or(Code::InsufficientScope)?;
    let user_digest = cx.known_of(by.id, USER, &request.user_external_id);
    admit(mandate, standing(tx, cx, by.id, &user_digest)?, cx.now)?;
    // The wish is held before it is asked whether it is shared: who takes that back comes before or after.
    store::dialect::lock_wishes(tx, &[request.wish_id.to_string()])?;
    found(store::platform::one_shared(tx, by.organisation_id, request.wish_id)?)?;
    let acting = acting(tx, cx, hand, mandate.claimant_id)?;
    let new = NewClaim {
        claimant_id: mandate.claimant_id,
        quantity: request.quantity,
        shares: Vec::new(),
        note: None,
    };
    let Taken { claim, held, .. } = claim::create(tx, &acting, request.wish_id, &Seen::Any, &new)?;
    let of = PlatformClaim {
        claim_id: claim.id,
        platform_id: by.id,
        external_id: request.external_id.clone(),
        content_digest,
        user_digest,
        user_external_id: request.user_external_id.as_str().into(),
        user_display_name: request.user_display_name.as_str().into(),
        created_at: cx.now,
    };
    store::platform_claim::insert(tx, &cx.vault, &of, held.wish.beneficiary_id)?;
    Ok((Promised { of, claim }, false))
}

fn standing(tx: &mut Conn, cx: &Context, platform: PlatformId, user: &str) -> Result<Standing, Failure> {
    Ok(store::platform_claim::standing(tx, platform, user, Instant::start_of(cx.now.date()))?)
}

/// What an administrator is told of how a platform stands with its quotas.
///
/// # Errors
/// When the database does not answer.
pub fn used(tx: &mut Conn, cx: &Context, platform: PlatformId) -> Result<Standing, Failure> {
    standing(tx, cx, platform, "")
}

/// Refuses one more than is agreed; where time alone helps, with when to come again.
fn admit(mandate: &Mandate, standing: Standing, now: Instant) -> Result<(), Failure> {
    let Err(refusal) = mandate.admit(standing) else { return Ok(()) };
    if refusal.code != Code::PlatformDayLimit {
        return Err(refusal.into());
    }
    let left = Instant::end_of(now.date()).micros().saturating_sub(now.micros());
    let seconds = u64::try_from(left / 1_000_000).unwrap_or_default().saturating_add(1);
    Err(Failure::RetryAfter { code: refusal.code, seconds })
}

/// The account that stands for the platform, as a manager of the claimant.
fn acting(tx: &mut Conn, cx: &Context, hand: UserId, by: ClaimantId) -> Result<Context, Failure> {
    let claimant = found(store::claimant::load(tx, by)?)?;
    Ok(cx.acting_as(Actor::platform_at(hand, claimant.organisation_id)))
}

/// A claim of the caller's own; another's does not exist for it.
fn own(tx: &mut Conn, cx: &Context, act: Act, id: ClaimId) -> Result<Promised, Failure> {
    let by = program(cx, act)?.id;
    let of = found(store::platform_claim::load(tx, id)?.filter(|of| of.platform_id == by))?;
    let claim = found(store::claim::load(tx, id)?)?;
    Ok(Promised { of, claim })
}

/// Does a step of a claim of the caller's own, as who made it.
fn step(
    tx: &mut Conn,
    cx: &Context,
    act: Act,
    id: ClaimId,
    work: impl FnOnce(&mut Conn, &Context) -> Result<Taken, Failure>,
) -> Result<Promised, Failure> {
    let Promised { of, claim } = own(tx, cx, act, id)?;
    let acting = acting(tx, cx, claim.made_by, claim.claimant_id)?;
    Ok(Promised { of, claim: work(tx, &acting)?.claim })
}

/// One claim of the caller's own.
///
/// # Errors
/// As the access table says; `not_found` also for a claim of another.
pub fn see(tx: &mut Conn, cx: &Context, id: ClaimId) -> Result<Promised, Failure> {
    own(tx, cx, Act::GetPlatformClaim, id)
}

/// The caller's own claims, in the order in which they last changed; of one user where their reference is given.
///
/// # Errors
/// As the access table says.
pub fn list(
    tx: &mut Conn,
    cx: &Context,
    mut filter: Filter,
    user: Option<&str>,
    rows: i64,
) -> Result<Vec<Promised>, Failure> {
    let by = program(cx, Act::ListPlatformClaims)?.id;
    filter.user_digest = user.map(|user| cx.known_of(by, USER, user));
    let found = store::platform_claim::list(tx, by, &filter, rows)?;
    Ok(found.into_iter().map(|(of, claim)| Promised { of, claim }).collect())
}

/// The platform's user has spoken with those who answer for the wish, or with the resident.
///
/// # Errors
/// As the access table says; what [`claim::contact`] refuses.
pub fn contact(tx: &mut Conn, cx: &Context, id: ClaimId, seen: &Seen) -> Result<Promised, Failure> {
    step(tx, cx, Act::ContactPlatformClaim, id, |tx, cx| claim::contact(tx, cx, id, seen))
}

/// The platform's user gives the share back.
///
/// # Errors
/// As the access table says; what [`claim::release`] refuses.
pub fn release(
    tx: &mut Conn,
    cx: &Context,
    id: ClaimId,
    seen: &Seen,
    reason: &str,
) -> Result<Promised, Failure> {
    step(tx, cx, Act::ReleasePlatformClaim, id, |tx, cx| claim::release(tx, cx, id, seen, reason))
}

/// What the platform's user brought or did.
#[derive(Debug, Clone)]
pub struct Brought {
    /// In the user's words.
    pub note: Option<String>,
    /// What was brought.
    pub items: Vec<Item>,
    /// Person-hours spent, in quarter hours.
    pub quarter_hours: Option<i32>,
}

/// Reports what the platform's user brought.
///
/// # Errors
/// As the access table says; what [`delivery::deliver`] refuses.
pub fn deliver(
    tx: &mut Conn,
    cx: &Context,
    id: ClaimId,
    seen: &Seen,
    brought: Brought,
) -> Result<Promised, Failure> {
    step(tx, cx, Act::DeliverPlatformClaim, id, |tx, cx| {
        let Brought { note, items, quarter_hours } = brought;
        let note = note.map(Into::into);
        let (by, at) = (cx.user()?, cx.now);
        let delivery = Delivery { note, items, quarter_hours, attachment_ids: Vec::new(), by, at };
        delivery::deliver(tx, cx, id, seen, delivery)
    })
}

/// For whom a claim was made.
#[derive(Debug, Clone)]
pub struct Behalf {
    /// By which platform.
    pub platform_id: PlatformId,
    /// Its name.
    pub platform: String,
    /// How its user is called: told to the staff of the wish's holder, and to nobody else.
    pub user: Option<String>,
}

/// For whom a claim was made that the caller sees; none of one that no platform made.
///
/// # Errors
/// When the database does not answer.
pub fn behalf(tx: &mut Conn, cx: &Context, taken: &Taken) -> Result<Option<Behalf>, Failure> {
    let Some(mut of) = store::platform_claim::load(tx, taken.claim.id)? else { return Ok(None) };
    let platform = found(store::platform::load(tx, of.platform_id)?)?;
    let chain = taken.held.subject().holder;
    let user = match cx.actor.reads(&Subject { holder: chain, ..Subject::default() }) {
        true => {
            store::platform_claim::open_notes(tx, &cx.vault, &mut of, taken.held.wish.beneficiary_id)?;
            note::text(Some(&of.user_display_name)).map(str::to_owned)
        }
        false => None,
    };
    Ok(Some(Behalf { platform_id: platform.id, platform: platform.profile.name, user }))
}

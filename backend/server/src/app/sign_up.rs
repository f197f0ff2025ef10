//! Sign-ups (报名): claimants take places of shifts and give them back, and the holder's staff count who came. Where the
//! post serves a wish, each of these is a step of a claim on it too: [`serving`].

mod attendance;
mod serving;

pub use attendance::{lapse, mark, to_lapse};
pub(super) use serving::expect_plain;
pub use serving::{ACTS, made};

use super::{
    Context,
    claim::{acts_for, claimant_and_line, may_act_for},
    event,
    event::{About, Facts, facts},
    found, post,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    claimant::{Claimant, Kind as ClaimantKind},
    event::Kind,
    id::{ClaimantId, OrganisationId, ShiftId, SignUpId},
    post::{Post, Shift},
    refusal::{Code, Refusal},
    sign_up::{Ask, SignUp, Status},
};
use serde_json::json;
use std::{collections::HashMap, sync::Arc};
use store::{Conn, StoreError, organisation::Line, sign_up::Filter};

/// A sign-up with its shift, its post and its claimant.
#[derive(Debug)]
pub struct Joined {
    /// The sign-up.
    pub sign_up: SignUp,
    /// Of which shift.
    pub shift: Shift,
    /// Of which post.
    pub post: Arc<post::Held>,
    /// Who.
    pub claimant: Claimant,
    line: Arc<Line>,
}

impl Joined {
    /// What the access table is asked about.
    fn subject(&self) -> Subject<'_> {
        Subject {
            claimant: self.line.ids(),
            claimant_user: self.claimant.user_id,
            known: false,
            ..self.post.subject()
        }
    }

    /// Whether the caller acts for the claimant, or belongs to it: then others count who came.
    fn is_own(&self, cx: &Context) -> bool {
        let of_unit =
            self.claimant.kind == ClaimantKind::Unit && cx.actor.is_member(self.claimant.organisation_id);
        of_unit || cx.actor.acts_for(&self.subject())
    }

    /// The acts that the caller may do to it as it stands now.
    #[must_use]
    pub fn acts(&self, cx: &Context) -> Vec<Act> {
        let status = self.sign_up.status();
        let fits = |act: &Act| match act {
            Act::WithdrawSignUp => status == Status::SignedUp && self.shift.is_ahead(cx.now),
            Act::MarkAttendance => {
                let counts = matches!(status, Status::SignedUp | Status::Marked);
                counts && self.shift.plan.starts_at <= cx.now && !self.is_own(cx)
            }
            _ => false,
        };
        let subject = self.subject();
        let acts = [Act::WithdrawSignUp, Act::MarkAttendance];
        acts.into_iter().filter(fits).filter(|act| cx.allow(*act, &subject).is_ok()).collect()
    }
}

fn told(sign_up: &SignUp) -> Facts {
    facts([
        ("shift_id", json!(sign_up.shift_id)),
        ("claimant_id", json!(sign_up.claimant_id)),
        ("places", json!(sign_up.places)),
        ("claim_id", json!(sign_up.claim_id)),
    ])
}

/// A claimant, whose sign-ups nobody adds to until the transaction ends; and all who are the same person.
fn charge(tx: &mut Conn, id: ClaimantId) -> Result<(Claimant, Arc<Line>, Vec<ClaimantId>), Failure> {
    let (claimant, _) = claimant_and_line(tx, id)?;
    let same = match claimant.user_id {
        Some(user) => {
            store::claimant::of_user(tx, user, &[], i64::MAX)?.into_iter().map(|one| one.id).collect()
        }
        None => vec![id],
    };
    let ids: Vec<String> = same.iter().map(ToString::to_string).collect();
    store::dialect::lock_claimants(tx, &ids)?;
    let (claimant, line) = claimant_and_line(tx, id)?;
    Ok((claimant, line, same))
}

/// A claimant takes places of a shift.
///
/// # Errors
/// As the access table says; `not_found` where the caller is not to know of the post; `not_your_claimant`; what
/// [`Post::sign_up`] refuses; where the post serves a wish, what [`domain::wish::Wish::claim`] refuses, and
/// `shift_after_due`.
pub fn create(
    tx: &mut Conn,
    cx: &Context,
    id: ShiftId,
    by: ClaimantId,
    places: i64,
) -> Result<Joined, Failure> {
    let user = cx.user()?;
    let of = found(store::post::of_shift(tx, &[id])?.pop())?;
    let (held, wish) = post::open_any(tx, of)?;
    if !held.subject().known && !cx.actor.reads(&held.subject()) {
        return Err(Code::NotFound.into());
    }
    let (claimant, line, same) = charge(tx, by)?;
    may_act_for(cx, Act::CreateSignUp, &claimant, &line)?;
    let plan = found(held.post.shift(id))?.plan.clone();
    let taken = store::sign_up::held_at(tx, &same, (plan.starts_at, plan.ends_at))?;
    let ask = Ask {
        id: cx.ids.make(),
        shift_id: id,
        claimant: &claimant,
        places,
        by: user,
        in_circle: line.ids().contains(&held.post.content.audience_id),
        holds_some: taken.contains(&(id, by)),
        // A unit sends whom it likes; a person is in one place.
        is_busy: claimant.kind == ClaimantKind::Person && taken.iter().any(|other| *other != (id, by)),
    };
    let (post, mut sign_up) = held.post.sign_up(&ask, cx.now)?;
    let shift = found(post.shift(id))?.clone();
    if let Some(wish) = wish {
        sign_up.claim_id = Some(serving::promise(tx, cx, wish, (&claimant, &line), places, &shift)?);
    }
    store::post::save_shift(tx, &shift, cx.now)?;
    store::sign_up::insert(tx, &sign_up).map_err(joined_before)?;
    event::of(tx, cx, Kind::SignedUp, About::sign_up(sign_up.id, 0, post.holder_id), told(&sign_up))?;
    let post = Arc::new(post::Held { post, line: held.line });
    Ok(Joined { sign_up, shift, post, claimant, line })
}

fn joined_before(error: StoreError) -> Failure {
    match error.is_unique("sign_ups", &["shift_id", "claimant_id"]) {
        true => Code::AlreadySignedUp.into(),
        false => error.into(),
    }
}

/// A sign-up that the caller may change by `act`; it is held until the transaction ends, by its post.
fn opened(tx: &mut Conn, cx: &Context, act: Act, id: SignUpId, seen: &Seen) -> Result<Joined, Failure> {
    cx.user()?;
    let shift = found(store::sign_up::load(tx, id)?)?.shift_id;
    let of = found(store::post::of_shift(tx, &[shift])?.pop())?;
    let (post, _) = post::open_any(tx, of)?;
    let sign_up = found(store::sign_up::load(tx, id)?)?;
    let (claimant, line) = claimant_and_line(tx, sign_up.claimant_id)?;
    let shift = found(post.post.shift(shift))?.clone();
    let joined = Joined { sign_up, shift, post: Arc::new(post), claimant, line };
    cx.allow(act, &joined.subject())?;
    seen.check(joined.sign_up.version)?;
    Ok(joined)
}

/// Saves a sign-up as it is now, and records why.
fn record(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    holder: OrganisationId,
    sign_up: &mut SignUp,
    more: Facts,
) -> Result<(), Failure> {
    store::sign_up::save(tx, sign_up, cx.now)?;
    let about = About::sign_up(sign_up.id, sign_up.version, holder);
    let data = told(sign_up).into_iter().chain(more).collect();
    event::of(tx, cx, kind, about, data)?;
    sign_up.version = sign_up.version.saturating_add(1);
    Ok(())
}

/// The claimant gives its places back, until the shift begins.
///
/// # Errors
/// As the access table says; `stale`; what [`SignUp::withdraw`] refuses.
pub fn withdraw(tx: &mut Conn, cx: &Context, id: SignUpId, seen: &Seen) -> Result<Joined, Failure> {
    let Joined { sign_up, shift, post, claimant, line } = opened(tx, cx, Act::WithdrawSignUp, id, seen)?;
    let transition = |sign_up: SignUp, shift| sign_up.withdraw(shift, cx.now);
    let why = (Kind::SignUpWithdrawn, serving::WITHDRAWN);
    let (shift, sign_up) = give_back(tx, cx, post.post.holder_id, (sign_up, shift), why, transition)?;
    Ok(Joined { sign_up, shift, post, claimant, line })
}

/// Places come back to a shift, and where they were promised to a wish, their share to it.
fn give_back(
    tx: &mut Conn,
    cx: &Context,
    holder: OrganisationId,
    (sign_up, shift): (SignUp, Shift),
    (kind, why): (Kind, &str),
    transition: impl FnOnce(SignUp, Shift) -> Result<(Shift, SignUp), Refusal>,
) -> Result<(Shift, SignUp), Failure> {
    let (shift, mut sign_up) = transition(sign_up, shift)?;
    store::post::save_shift(tx, &shift, cx.now)?;
    record(tx, cx, kind, holder, &mut sign_up, Facts::new())?;
    if let Some(claim) = sign_up.claim_id {
        serving::release(tx, cx, claim, why)?;
    }
    Ok((shift, sign_up))
}

/// Who signed up for shifts of a post that were cancelled holds their places no more; the post and the wish that it
/// serves are held.
pub(super) fn drop_cancelled(tx: &mut Conn, cx: &Context, post: &mut Post) -> Result<(), Failure> {
    for shift in &mut post.shifts {
        let Some((_, reason)) = shift.cancelled.clone() else { continue };
        let filter = Filter { shift: Some(shift.id), status: Some(Status::SignedUp), ..Filter::default() };
        for sign_up in store::sign_up::list(tx, &filter, domain::post::MOST_PLACES)? {
            let transition = |sign_up: SignUp, shift| sign_up.cancel(shift, cx.now);
            let why = (Kind::SignUpCancelled, reason.as_str());
            (*shift, _) = give_back(tx, cx, post.holder_id, (sign_up, shift.clone()), why, transition)?;
        }
        store::post::save_shift(tx, shift, cx.now)?;
    }
    Ok(())
}

/// Sign-ups of claimants for whom the caller acts, newest first.
///
/// # Errors
/// `unauthenticated` where nobody is signed in.
pub fn own(tx: &mut Conn, cx: &Context, mut filter: Filter, rows: i64) -> Result<Vec<Joined>, Failure> {
    cx.user()?;
    cx.allow(Act::ListSignUps, &Subject::default())?;
    filter.acts_for = acts_for(cx);
    let found = store::sign_up::list(tx, &filter, rows)?;
    joined_all(tx, found)
}

/// The sign-ups of a shift, the oldest first, for its holder's staff.
///
/// # Errors
/// As the access table says.
pub fn of_shift(
    tx: &mut Conn,
    cx: &Context,
    id: ShiftId,
    after: Option<SignUpId>,
    rows: i64,
) -> Result<Vec<Joined>, Failure> {
    cx.user()?;
    let of = found(store::post::of_shift(tx, &[id])?.pop())?;
    let held = found(post::known(tx, &[of])?.pop())?;
    cx.allow(Act::ListShiftSignUps, &held.subject())?;
    let filter = Filter { shift: Some(id), after, ..Filter::default() };
    let found = store::sign_up::list(tx, &filter, rows)?;
    joined_all(tx, found)
}

fn joined_all(tx: &mut Conn, found: Vec<SignUp>) -> Result<Vec<Joined>, Failure> {
    let shifts: Vec<ShiftId> = found.iter().map(|one| one.shift_id).collect();
    let claimants: Vec<ClaimantId> = found.iter().map(|one| one.claimant_id).collect();
    let of = store::post::of_shift(tx, &shifts)?;
    let posts: Vec<_> = post::known(tx, &of)?.into_iter().map(Arc::new).collect();
    let claimants: HashMap<_, _> =
        store::claimant::load_all(tx, &claimants)?.into_iter().map(|one| (one.id, one)).collect();
    let homes: Vec<OrganisationId> = claimants.values().map(|one| one.organisation_id).collect();
    let lines = store::organisation::lines(tx, &homes)?;
    let lines: HashMap<_, _> = lines.into_iter().map(|(id, line)| (id, Arc::new(line))).collect();
    let join = |sign_up: SignUp| {
        let of = posts.iter().find_map(|post| Some((post, post.post.shift(sign_up.shift_id)?)));
        let (post, shift) = super::found(of)?;
        let claimant = super::found(claimants.get(&sign_up.claimant_id).cloned())?;
        let line = super::found(lines.get(&claimant.organisation_id).cloned())?;
        Ok(Joined { shift: shift.clone(), post: Arc::clone(post), sign_up, claimant, line })
    };
    found.into_iter().map(join).collect()
}

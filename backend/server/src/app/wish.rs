//! What people do with a wish before and beside the claims.

use super::{Context, event, event::facts, found, publication};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    beneficiary::{Beneficiary, Purpose},
    claim::Claim,
    event::Kind,
    id::{BeneficiaryId, OrganisationId, WishId},
    note::Note,
    policy::Terms,
    publication::Release,
    refusal::{Code, Fault, Refusal},
    scan::Dismissal,
    split::{MOST_PARTS, Part},
    wish::{Content, Decision, Ending, Review, Source, Status, Wish},
};
use serde_json::json;
use std::sync::Arc;
use store::{
    Conn,
    organisation::Line,
    wish::{Filter, Whereabouts},
};

/// A wish, with the organisations that answer for it and that it came from.
#[derive(Debug, Clone)]
pub struct Held {
    /// The wish.
    pub wish: Wish,
    /// Its holder and the holder's superiors.
    pub holder: Arc<Line>,
    /// Its origin and the origin's superiors.
    pub origin: Arc<Line>,
}

impl Held {
    /// What the access table is asked about.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            holder: self.holder.ids(),
            origin: self.origin.ids(),
            known: self.wish.is_listed(),
            ..Subject::default()
        }
    }

    /// When things are due under the holder's rules.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn terms(&self, tx: &mut Conn, cx: &Context) -> Result<Terms, Failure> {
        cx.terms(tx, &self.holder)
    }
}

pub(super) fn held(tx: &mut Conn, wish: Wish) -> Result<Held, Failure> {
    let holder = Arc::new(found(store::organisation::line(tx, wish.holder_id)?)?);
    let origin = match wish.origin_id == wish.holder_id {
        true => Arc::clone(&holder),
        false => Arc::new(found(store::organisation::line(tx, wish.origin_id)?)?),
    };
    Ok(Held { wish, holder, origin })
}

/// A wish to look at.
///
/// # Errors
/// `not_found` unless it is public or the caller may know it.
pub fn see(tx: &mut Conn, cx: &Context, id: WishId) -> Result<Held, Failure> {
    let wish = found(store::wish::load(tx, id)?)?;
    let held = held(tx, wish)?;
    sight(tx, cx, (id, held.wish.hidden_since.is_some()), &held.subject())?;
    Ok(held)
}

/// How somebody looks at a wish.
#[derive(Debug)]
pub enum Sight {
    /// As anybody.
    Public,
    /// As those who act for a claimant: their claims of it.
    Claimant(Vec<Claim>),
    /// As staff of its holder or its origin.
    Staff,
}

/// How the caller looks at a wish, which may be off the wall.
///
/// # Errors
/// `not_found` unless it is public or the caller may know it.
pub fn sight(
    tx: &mut Conn,
    cx: &Context,
    (id, is_hidden): (WishId, bool),
    subject: &Subject,
) -> Result<Sight, Failure> {
    if cx.actor.reads(subject) {
        return Ok(Sight::Staff);
    }
    let own = super::claim::own_of_wish(tx, cx, id)?;
    // Off the wall a claim shows the wish only as long as it lives.
    let shown = subject.known || own.iter().any(|claim| !is_hidden || claim.status().is_live());
    match (shown, own.is_empty()) {
        (false, _) => Err(Code::NotFound.into()),
        (true, true) => Ok(Sight::Public),
        (true, false) => Ok(Sight::Claimant(own)),
    }
}

/// A wish that the caller may change by `act`, held until the transaction ends.
///
/// # Errors
/// As the access table says; `stale` when the caller saw another version.
pub fn open(tx: &mut Conn, cx: &Context, act: Act, id: WishId, seen: &Seen) -> Result<Held, Failure> {
    let wish = found(store::wish::load_to_change(tx, id)?)?;
    let held = held(tx, wish)?;
    cx.allow(act, &held.subject())?;
    seen.check(held.wish.version)?;
    Ok(held)
}

/// A wish that time or a claim changes, held until the transaction ends.
///
/// # Errors
/// `not_found` when there is none.
pub fn open_any(tx: &mut Conn, id: WishId) -> Result<Held, Failure> {
    let wish = found(store::wish::load_to_change(tx, id)?)?;
    held(tx, wish)
}

/// Saves a wish and records what happened to it; settles its escalations once it has ended.
///
/// # Errors
/// When the database refuses.
pub fn save(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    wish: &Wish,
    from: Status,
    data: event::Facts,
) -> Result<(), Failure> {
    store::wish::save(tx, &cx.vault, wish)?;
    event::of_wish(tx, cx, kind, wish, Some(from), data)?;
    cx.tell_unknown(wish.due_at);
    if wish.status().has_ended() {
        super::escalation::settle(tx, cx, wish)?;
        store::waiting::clear(tx, wish.id)?;
    }
    Ok(())
}

pub(super) fn saved(mut wish: Wish) -> Wish {
    wish.version = wish.version.saturating_add(1);
    wish
}

/// Writes a new wish down.
///
/// # Errors
/// As the access table says; `unknown_category`; `invalid`.
pub fn create(
    tx: &mut Conn,
    cx: &Context,
    of: BeneficiaryId,
    at: OrganisationId,
    content: Content,
) -> Result<Wish, Failure> {
    let origin = found(store::organisation::line(tx, at)?)?;
    let subject = Subject { holder: origin.ids(), ..Subject::default() };
    cx.allow(Act::CreateWish, &subject)?;
    let of = resident_within(tx, cx, of, &origin)?.id;
    check_category(tx, at, &content.category)?;
    let skill = super::skill::needed(tx, at, content.skill.as_ref(), None)?;
    let content = Content { skill, ..content };
    let source = Source { id: cx.ids.make(), beneficiary_id: of, origin_id: at, collected_by: cx.user()? };
    let wish = Wish::collect(source, content, &cx.terms(tx, &origin)?)?;
    store::wish::insert(tx, &cx.vault, &wish, &whereabouts(&origin))?;
    let data = facts([("channel", json!(wish.content.channel)), ("told_by", json!(wish.content.told_by))]);
    event::of_wish(tx, cx, Kind::WishCreated, &wish, None, data)?;
    Ok(saved(wish))
}

/// The resident must be the caller's to know, not erased, and looked after in the same line of
/// organisations.
fn resident_within(
    tx: &mut Conn,
    cx: &Context,
    id: BeneficiaryId,
    origin: &Line,
) -> Result<Beneficiary, Failure> {
    let unknown = || Refusal::field(Code::Invalid, "/beneficiary_id", Fault::Unknown);
    // Held, so that nobody erases them meanwhile.
    let id = store::merge::standing(tx, id)?;
    let resident = store::beneficiary::load_to_change(tx, &cx.vault, id)?.ok_or_else(unknown)?;
    let line = found(store::organisation::line(tx, resident.organisation_id)?)?;
    let subject = Subject { holder: line.ids(), ..Subject::default() };
    let below = origin.ids().first().is_some_and(|at| line.ids().contains(at));
    let related = below || origin.ids().contains(&resident.organisation_id);
    if !related || cx.allow(Act::GetBeneficiary, &subject).is_err() {
        return Err(unknown().into());
    }
    resident.known()?;
    Ok(resident)
}

pub(super) fn check_category(tx: &mut Conn, at: OrganisationId, code: &str) -> Result<(), Failure> {
    let known = store::category::effective(tx, at)?;
    if known.iter().any(|category| category.code == code && category.label.active) {
        return Ok(());
    }
    Err(Refusal::field(Code::UnknownCategory, "/category", Fault::Unknown).into())
}

/// Changes what a draft asks.
///
/// # Errors
/// As the access table says; `stale`; `wrong_status`; `unknown_category`; `unknown_skill`; `invalid`.
pub fn update(
    tx: &mut Conn,
    cx: &Context,
    id: WishId,
    seen: &Seen,
    change: impl FnOnce(&mut Content),
) -> Result<Wish, Failure> {
    let held = open(tx, cx, Act::UpdateWish, id, seen)?;
    let from = held.wish.status();
    let mut content = held.wish.content.clone();
    change(&mut content);
    if content.category != held.wish.content.category {
        check_category(tx, held.wish.origin_id, &content.category)?;
    }
    let (needed, before) = (content.skill.as_ref(), held.wish.content.skill.as_ref());
    content.skill = super::skill::needed(tx, held.wish.origin_id, needed, before)?;
    let wish = held.wish.rewrite(content, cx.now)?;
    store::wish::save_content(tx, &cx.vault, &wish)?;
    event::of_wish(tx, cx, Kind::WishUpdated, &wish, Some(from), event::Facts::new())?;
    Ok(saved(wish))
}

/// Hands a draft in for review.
///
/// # Errors
/// As the access table says; `stale`; `wrong_status`; `consent_missing`.
pub fn submit(tx: &mut Conn, cx: &Context, id: WishId, seen: &Seen) -> Result<Wish, Failure> {
    let held = open(tx, cx, Act::SubmitWish, id, seen)?;
    let from = held.wish.status();
    let agreed = agreed(tx, cx, &held.wish, Purpose::Collect)?;
    let terms = held.terms(tx, cx)?;
    let wish = held.wish.submit(agreed, &terms)?;
    save(tx, cx, Kind::WishSubmitted, &wish, from, event::Facts::new())?;
    Ok(saved(wish))
}

fn agreed(tx: &mut Conn, cx: &Context, wish: &Wish, purpose: Purpose) -> Result<bool, Failure> {
    let resident = found(store::beneficiary::load(tx, &cx.vault, wish.beneficiary_id)?)?;
    Ok(resident.agreed(purpose, cx.now.date()))
}

/// What a reviewer says.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Publish, return or decline.
    pub decision: Decision,
    /// 急需
    pub urgent: bool,
    /// 能为
    pub feasible: bool,
    /// 可行
    pub practical: bool,
    /// What to change, or the reason that the resident can be told.
    pub note: Option<Note>,
    /// Publish to the subtree of this superior of the holder instead of the holder's own.
    pub audience_id: Option<OrganisationId>,
    /// What the scanner found and the reviewer calls a false alarm.
    pub dismissed: Vec<Dismissal>,
}

/// Decides on a submitted wish.
///
/// # Errors
/// As the access table says; `stale`; what [`Wish::decide`] refuses; `invalid` for an audience that is
/// not in the holder's line or out of the reviewer's reach.
pub fn review(
    tx: &mut Conn,
    cx: &Context,
    id: WishId,
    seen: &Seen,
    verdict: Verdict,
) -> Result<Wish, Failure> {
    let mut held = open(tx, cx, Act::ReviewWish, id, seen)?;
    let from = held.wish.status();
    check_audience(cx, &held, verdict.audience_id)?;
    let (release, mut data) = match verdict.decision {
        Decision::Publish => publication::release(tx, cx, &held, &verdict.dismissed)?,
        Decision::Return | Decision::Decline => (Release::none(), event::Facts::new()),
    };
    let kind = match verdict.decision {
        Decision::Publish => Kind::WishPublished,
        Decision::Return => Kind::WishReturned,
        Decision::Decline => Kind::WishDeclined,
    };
    let review = Review {
        decision: verdict.decision,
        urgent: verdict.urgent,
        feasible: verdict.feasible,
        practical: verdict.practical,
        note: verdict.note,
        by: cx.user()?,
        at: cx.now,
    };
    let terms = held.terms(tx, cx)?;
    if kind == Kind::WishPublished {
        let campaigns = super::campaign::joining(tx, cx, &held, release.shown.age_band)?;
        data.extend(campaigns.first().map(|_| ("campaigns".to_owned(), json!(campaigns))));
    }
    let wish = held.wish.decide(review, release, verdict.audience_id, &terms)?;
    save(tx, cx, kind, &wish, from, data)?;
    held.wish = saved(wish);
    match kind {
        Kind::WishPublished => Ok(super::pairing::offer_first(tx, cx, held)?.wish),
        _ => Ok(held.wish),
    }
}

/// A reviewer may show a wish to as wide a circle as they review for, and no wider.
fn check_audience(cx: &Context, held: &Held, audience: Option<OrganisationId>) -> Result<(), Failure> {
    let Some(audience) = audience else { return Ok(()) };
    let above = held.holder.ids().iter().skip_while(|id| **id != audience).copied().collect::<Vec<_>>();
    let subject = Subject { holder: &above, ..Subject::default() };
    if above.is_empty() || cx.allow(Act::ReviewWish, &subject).is_err() {
        return Err(Refusal::field(Code::Invalid, "/audience_id", Fault::Unknown).into());
    }
    Ok(())
}

/// Takes a wish back.
///
/// # Errors
/// As the access table says; `stale`; what [`Wish::withdraw`] refuses.
pub fn withdraw(
    tx: &mut Conn,
    cx: &Context,
    id: WishId,
    seen: &Seen,
    ending: Ending,
) -> Result<Wish, Failure> {
    let held = open(tx, cx, Act::WithdrawWish, id, seen)?;
    let from = held.wish.status();
    let terms = held.terms(tx, cx)?;
    let wish = held.wish.withdraw(ending, &terms)?;
    save(tx, cx, Kind::WishWithdrawn, &wish, from, event::Facts::new())?;
    Ok(saved(wish))
}

/// Splits parts of a wish off for organisations below its holder; gives the rest.
///
/// # Errors
/// As the access table says; `stale`; what [`Wish::split`] refuses; `invalid` for an organisation that does
/// not stand below the holder.
pub fn split(
    tx: &mut Conn,
    cx: &Context,
    id: WishId,
    seen: &Seen,
    asked: &[(OrganisationId, i64)],
) -> Result<Wish, Failure> {
    let mut held = open(tx, cx, Act::SplitWish, id, seen)?;
    let terms = held.terms(tx, cx)?;
    let mut parts = Vec::with_capacity(asked.len());
    for (index, (at, quantity)) in asked.iter().take(MOST_PARTS + 1).enumerate() {
        let line = store::organisation::line(tx, *at)?;
        let below = |line: &Line| line.ids().iter().skip(1).any(|up| *up == held.wish.holder_id);
        let unknown =
            || Refusal::field(Code::Invalid, &format!("/parts/{index}/organisation_id"), Fault::Unknown);
        let line = line.filter(below).ok_or_else(unknown)?;
        let terms = cx.terms(tx, &line)?;
        parts.push(Part { id: cx.ids.make(), quantity: *quantity, line: line.ids().to_vec(), terms });
    }
    // The texts go along, and are sealed anew for each part.
    store::wish::open_notes(tx, &cx.vault, &mut held.wish)?;
    let from = held.wish.status();
    let (rest, parts) = held.wish.split(parts, &terms)?;
    store::wish::save_content(tx, &cx.vault, &rest)?;
    let ids: Vec<WishId> = parts.iter().map(|part| part.id).collect();
    let data = facts([("parts", json!(ids)), ("remaining_quantity", json!(rest.content.quantity))]);
    event::of_wish(tx, cx, Kind::WishSplit, &rest, Some(from), data)?;
    let whereabouts = whereabouts(&held.origin);
    for part in parts {
        store::wish::insert(tx, &cx.vault, &part, &whereabouts)?;
        let data = facts([("split_from", json!(id)), ("quantity", json!(part.content.quantity))]);
        event::of_wish(tx, cx, Kind::WishSplitOff, &part, None, data)?;
    }
    store::campaign::split_places(tx, id, &ids)?;
    store::emergency::split_places(tx, id, &ids)?;
    Ok(saved(rest))
}

fn whereabouts(origin: &Line) -> Whereabouts {
    Whereabouts {
        region_code: origin.region_code().map(str::to_owned),
        place: origin.place().map(str::to_owned),
    }
}

/// Gives the resident a new card with this code.
///
/// # Errors
/// As the access table says; `wrong_status`.
pub fn issue_card(tx: &mut Conn, cx: &Context, id: WishId, seen: &Seen, code: &str) -> Result<Wish, Failure> {
    let held = open(tx, cx, Act::IssueCard, id, seen)?;
    let from = held.wish.status();
    let wish = held.wish.issue_card(cx.card_hash(id, code), cx.now)?;
    save(tx, cx, Kind::CardIssued, &wish, from, event::Facts::new())?;
    Ok(saved(wish))
}

/// The acts that the caller may do to a wish as it stands now; what the rules refuse for another
/// reason is still refused.
#[must_use]
pub fn acts(cx: &Context, held: &Held) -> Vec<Act> {
    let status = held.wish.status();
    let fits = |act: &Act| match act {
        Act::UpdateWish | Act::SubmitWish => status == Status::Draft,
        Act::ReviewWish => status == Status::Submitted && cx.actor.user != Some(held.wish.collected_by),
        Act::WithdrawWish => !status.has_ended(),
        Act::RelistWish => held.wish.hidden_since.is_some() && status.is_public(),
        Act::EscalateWish => {
            !status.has_ended() && held.wish.pending_escalation.is_none() && held.holder.superior().is_some()
        }
        Act::PauseWish => held.wish.may_pause(cx.now),
        Act::ResumeWish => held.wish.is_paused(cx.now) && !status.has_ended(),
        Act::SplitWish => held.wish.may_split(cx.now),
        Act::ReopenWish => held.wish.check_reopenable().is_ok(),
        Act::DispatchWish => status == Status::Open,
        Act::CreateWishAttachment => !status.has_ended(),
        Act::IssueCard => matches!(status, Status::Open | Status::Claimed | Status::Delivered),
        Act::CreateFeedback => status == Status::Fulfilled && !held.wish.rated,
        _ => false,
    };
    let subject = held.subject();
    Act::ALL.iter().copied().filter(fits).filter(|act| cx.allow(*act, &subject).is_ok()).collect()
}

/// Wishes that the caller may see, newest first, and the generation of the directory to show them with.
///
/// # Errors
/// When the database does not answer; `not_found` for a campaign that is not the caller's to know.
pub fn list(
    tx: &mut Conn,
    cx: &Context,
    mut filter: Filter,
    rows: i64,
) -> Result<(Vec<store::wish::Listed>, i64), Failure> {
    filter.roots = cx.actor.reading_roots();
    if let Some(campaign) = filter.campaign {
        super::campaign::check_listed(tx, cx, campaign)?;
    }
    Ok(store::wish::list(tx, &filter, rows)?)
}

//! Pictures: taking them in, showing them to those entitled, removing them. A picture is shown only while
//! its resident agrees to be photographed, and each look is recorded, once a person and day.

use super::{
    Context, claim,
    event::facts,
    found,
    wish::{Held, open_any, save},
};
use crate::{darkroom::Picture, etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    attachment::{Attachment, Removal, check_room},
    beneficiary::{Beneficiary, Purpose},
    claim::Claim,
    event::Kind,
    id::{AttachmentId, ClaimId, UserId, WishId},
    membership::Role,
    refusal::{Code, Refusal},
    time::Instant,
    wish::Wish,
};
use serde_json::json;
use std::sync::Arc;
use store::{
    Conn,
    attachment::{Shown, Size},
    organisation::Line,
};

/// A picture never changes: it is there, or it was removed.
pub const VERSION: i64 = 1;

const DAY_SECONDS: i64 = 86_400;

/// How long somebody waits who has uploaded enough for a day.
const ASK_AGAIN_SECONDS: u64 = 3600;

/// What a picture is added to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// A wish: what it is about.
    Wish(WishId),
    /// A claim: what was brought.
    Claim(ClaimId),
}

impl Of {
    const fn act(self) -> Act {
        match self {
            Self::Wish(_) => Act::CreateWishAttachment,
            Self::Claim(_) => Act::CreateClaimAttachment,
        }
    }
}

/// Whether a picture would be taken in as things stand; asked before anybody works on it. It is asked
/// again, of what is held then, by [`add`].
///
/// # Errors
/// As [`add`].
pub fn check(tx: &mut Conn, cx: &Context, of: Of) -> Result<(), Failure> {
    let (held, claim) = match of {
        Of::Wish(id) => {
            let held = super::wish::see(tx, cx, id)?;
            cx.allow(of.act(), &held.subject())?;
            (held, None)
        }
        Of::Claim(id) => {
            let taken = claim::see(tx, cx, id)?;
            cx.allow(of.act(), &Subject { known: false, ..taken.subject() })?;
            (taken.held, Some(taken.claim))
        }
    };
    admit(tx, cx, &held.wish, claim.as_ref())
}

/// Adds a picture to a wish or to a claim.
///
/// # Errors
/// As the access table says; `stale`; `wrong_status` or `wrong_claim_status`; `beneficiary_erased`;
/// `consent_missing` unless the resident agrees to be photographed; `too_many_pictures`; `upload_quota`.
pub fn add(
    tx: &mut Conn,
    cx: &Context,
    of: Of,
    seen: &Seen,
    picture: Option<&Picture>,
) -> Result<Attachment, Failure> {
    let (held, claim) = match of {
        Of::Wish(id) => (super::wish::open(tx, cx, of.act(), id, seen)?, None),
        Of::Claim(id) => {
            let taken = claim::open(tx, cx, of.act(), id, seen)?;
            (taken.held, Some(taken.claim))
        }
    };
    admit(tx, cx, &held.wish, claim.as_ref())?;
    // Nobody worked on it, since it would not have been taken in a moment ago: the next try is.
    let picture = picture.ok_or(Code::Unavailable)?;
    let one = Attachment {
        id: cx.ids.make(),
        beneficiary_id: held.wish.beneficiary_id,
        wish_id: held.wish.id,
        claim_id: claim.as_ref().map(|claim| claim.id),
        media_type: Picture::MEDIA_TYPE.to_owned(),
        size: i64::try_from(picture.full.len()).unwrap_or(i64::MAX),
        width: picture.width,
        height: picture.height,
        sha256: Some(picture.sha256.clone()),
        uploaded_by: cx.user()?,
        uploaded_at: cx.now,
        removed_at: None,
    };
    let shown = Shown { full: &picture.full, thumbnail: &picture.thumbnail, dhash: picture.dhash };
    store::attachment::insert(tx, &cx.vault, &one, shown)?;
    record(tx, cx, Kind::AttachmentAdded, held.wish, &one, claim.as_ref(), None)?;
    Ok(one)
}

/// What must hold before a picture is taken in.
fn admit(tx: &mut Conn, cx: &Context, wish: &Wish, claim: Option<&Claim>) -> Result<(), Failure> {
    match claim {
        Some(claim) => claim.check_evidence_open()?,
        None => wish.check_photos_open()?,
    }
    let resident = resident(tx, cx, wish)?;
    resident.known()?;
    if !may_be_shown(cx, &resident) {
        return Err(Code::ConsentMissing.into());
    }
    check_room(store::attachment::count(tx, wish.id, claim.map(|claim| claim.id))?)?;
    let since = cx.now.plus_seconds(-DAY_SECONDS);
    if store::attachment::uploaded_since(tx, cx.user()?, since)? >= cx.uploads_per_day() {
        return Err(Failure::RetryAfter { code: Code::UploadQuota, seconds: ASK_AGAIN_SECONDS });
    }
    Ok(())
}

fn resident(tx: &mut Conn, cx: &Context, wish: &Wish) -> Result<Beneficiary, Failure> {
    found(store::beneficiary::load(tx, &cx.vault, wish.beneficiary_id)?)
}

fn may_be_shown(cx: &Context, resident: &Beneficiary) -> bool {
    resident.agreed(Purpose::Photo, cx.now.date())
}

fn record(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    mut wish: Wish,
    one: &Attachment,
    claim: Option<&Claim>,
    why: Option<Removal>,
) -> Result<(), Failure> {
    let from = wish.status();
    wish.updated_at = cx.now;
    let data = facts([
        ("attachment_id", json!(one.id)),
        ("claim_id", json!(one.claim_id)),
        ("claimant_id", json!(claim.map(|claim| claim.claimant_id))),
        ("removal", json!(why)),
    ]);
    save(tx, cx, kind, &wish, from, data)
}

/// A picture with whom the access table is asked about.
struct Hung {
    one: Attachment,
    held: Held,
    claim: Option<(Claim, Option<UserId>, Arc<Line>)>,
}

impl Hung {
    fn load(tx: &mut Conn, one: Attachment, held: Held) -> Result<Self, Failure> {
        let claim = match one.claim_id {
            Some(id) => {
                let claim = found(store::claim::load(tx, id)?)?;
                let (claimant, line) = claim::claimant_and_line(tx, claim.claimant_id)?;
                Some((claim, claimant.user_id, line))
            }
            None => None,
        };
        Ok(Self { one, held, claim })
    }

    /// That a wish is public does not make its pictures so. A claimant counts as long as `shows` says.
    fn subject(&self, shows: impl Fn(&Claim) -> bool) -> Subject<'_> {
        let subject = Subject { known: false, ..self.held.subject() };
        match &self.claim {
            Some((claim, user, line)) if shows(claim) => {
                Subject { claimant: line.ids(), claimant_user: *user, ..subject }
            }
            _ => subject,
        }
    }
}

/// A picture that the caller may look at now.
fn open(tx: &mut Conn, cx: &Context, id: AttachmentId) -> Result<(Hung, Beneficiary), Failure> {
    cx.user()?;
    let one = found(store::attachment::load(tx, id)?)?;
    let wish = found(store::wish::load(tx, one.wish_id)?)?;
    let held = super::wish::held(tx, wish)?;
    let hung = Hung::load(tx, one, held)?;
    cx.allow(Act::GetAttachment, &hung.subject(|claim| claim.shows_evidence(cx.now)))?;
    let resident = resident(tx, cx, &hung.held.wish)?;
    // Without the consent it is shown to nobody, and not told apart from one that never was.
    if hung.one.removed_at.is_some() || !may_be_shown(cx, &resident) {
        return Err(Code::NotFound.into());
    }
    Ok((hung, resident))
}

/// What a caller gets who looks at a picture.
#[derive(Debug)]
pub struct Look {
    /// The picture.
    pub one: Attachment,
    /// What it shows.
    pub bytes: Vec<u8>,
    /// It is not recorded yet that the caller looks today: [`record_look`] before it is shown.
    pub is_new: bool,
}

/// Looks at a picture.
///
/// # Errors
/// As the access table says; `not_found` also where it was removed or the resident does not agree any more.
pub fn look(tx: &mut Conn, cx: &Context, id: AttachmentId, size: Size) -> Result<Look, Failure> {
    let (hung, _) = open(tx, cx, id)?;
    let bytes = found(store::attachment::shown(tx, &cx.vault, &hung.one, size)?)?;
    let user = cx.user()?;
    // Who uploaded it knows what it shows.
    let is_new = hung.one.uploaded_by != user && !store::attachment::looked(tx, id, user, cx.now.date())?;
    Ok(Look { one: hung.one, bytes, is_new })
}

/// Records that the caller looks at a picture, once a day, in the history of the resident.
///
/// # Errors
/// As [`look`].
pub fn record_look(tx: &mut Conn, cx: &Context, id: AttachmentId) -> Result<(), Failure> {
    let (hung, _) = open(tx, cx, id)?;
    let wish = &hung.held.wish;
    let mut resident = found(store::beneficiary::load_to_change(tx, &cx.vault, wish.beneficiary_id)?)?;
    if !store::attachment::note_look(tx, id, cx.user()?, cx.now.date())? {
        return Ok(());
    }
    let subject = hung.subject(|_| true);
    let claimant = hung.claim.as_ref().filter(|_| !cx.actor.reads(&subject));
    let data = facts([
        ("attachment_id", json!(id)),
        ("wish_id", json!(wish.id)),
        ("claimant_id", json!(claimant.map(|(claim, ..)| claim.claimant_id))),
    ]);
    store::beneficiary::touch(tx, &resident, cx.now)?;
    super::beneficiary::recorded(tx, cx, Kind::AttachmentViewed, &mut resident, data)
}

/// The pictures of a wish and of its deliveries, for the staff of holder and origin.
///
/// # Errors
/// As the access table says.
pub fn of_wish(tx: &mut Conn, cx: &Context, id: WishId) -> Result<Vec<Attachment>, Failure> {
    let held = super::wish::see(tx, cx, id)?;
    cx.allow(Act::ListWishAttachments, &held.subject())?;
    listed(tx, cx, &held.wish)
}

/// The pictures of a claim.
///
/// # Errors
/// As the access table says.
pub fn of_claim(tx: &mut Conn, cx: &Context, id: ClaimId) -> Result<Vec<Attachment>, Failure> {
    let taken = claim::see(tx, cx, id)?;
    cx.allow(Act::ListClaimAttachments, &Subject { known: false, ..taken.subject() })?;
    let staff = cx.actor.reads(&taken.held.subject());
    if !staff && !taken.claim.shows_evidence(cx.now) {
        return Ok(Vec::new());
    }
    let mut all = listed(tx, cx, &taken.held.wish)?;
    all.retain(|one| one.claim_id == Some(id));
    Ok(all)
}

fn listed(tx: &mut Conn, cx: &Context, wish: &Wish) -> Result<Vec<Attachment>, Failure> {
    let all = store::attachment::of_wish(tx, wish.id)?;
    if all.is_empty() || !may_be_shown(cx, &resident(tx, cx, wish)?) {
        return Ok(Vec::new());
    }
    Ok(all)
}

/// The pictures that a delivery names are pictures of its claim.
///
/// # Errors
/// `invalid` names those that are not.
pub fn check_named(tx: &mut Conn, claim: ClaimId, named: &[AttachmentId]) -> Result<(), Failure> {
    if named.is_empty() {
        return Ok(());
    }
    let wish = found(store::claim::wish_of(tx, claim)?)?;
    let all = store::attachment::of_wish(tx, wish)?;
    let own: Vec<_> = all.iter().filter(|one| one.claim_id == Some(claim)).map(|one| one.id).collect();
    Ok(domain::attachment::check_named(named, &own)?)
}

/// Removes a picture: who uploaded it, while it may still be added to; the holder's coordinators and
/// administrators at any time, also while it is shown to nobody.
///
/// # Errors
/// As the access table says; `stale`; `wrong_status` or `wrong_claim_status` for who uploaded it.
pub fn remove(
    tx: &mut Conn,
    cx: &Context,
    id: AttachmentId,
    seen: &Seen,
    why: Removal,
) -> Result<(), Failure> {
    let user = cx.user()?;
    let one = found(store::attachment::load(tx, id)?)?;
    let held = open_any(tx, one.wish_id)?;
    // Again, now that nobody else removes it.
    let one = found(store::attachment::load(tx, id)?)?;
    let hung = Hung::load(tx, one, held)?;
    let subject = hung.subject(|_| true);
    cx.allow(Act::DeleteAttachment, &subject)?;
    let keeps = cx.actor.holds(&[Role::Coordinator, Role::Admin], subject.holder);
    if hung.one.removed_at.is_some() {
        return Err(Code::NotFound.into());
    }
    seen.check(VERSION)?;
    if !keeps {
        hung.may_take_back(user)?;
    }
    take_down(tx, cx, hung, Some(user), why)
}

/// Removes a picture of a wish that has ended and that was uploaded at `cutoff` or before. Tells whether it did.
///
/// # Errors
/// When the database refuses.
pub fn retire(tx: &mut Conn, cx: &Context, id: AttachmentId, cutoff: Instant) -> Result<bool, Failure> {
    let one = found(store::attachment::load(tx, id)?)?;
    let held = open_any(tx, one.wish_id)?;
    let one = found(store::attachment::load(tx, id)?)?;
    if one.removed_at.is_some() || one.uploaded_at > cutoff || !held.wish.status().has_ended() {
        return Ok(false);
    }
    let hung = Hung::load(tx, one, held)?;
    take_down(tx, cx, hung, None, Removal::NoLongerNeeded)?;
    Ok(true)
}

fn take_down(
    tx: &mut Conn,
    cx: &Context,
    hung: Hung,
    by: Option<UserId>,
    why: Removal,
) -> Result<(), Failure> {
    let Hung { one, held, claim } = hung;
    store::attachment::remove(tx, one.id, by, why, cx.now)?;
    let claim = claim.map(|(claim, ..)| claim);
    if let Some(mut claim) = claim.clone()
        && claim.forget_picture(one.id, cx.now)
    {
        store::claim::save(tx, &cx.vault, &claim, held.wish.beneficiary_id)?;
    }
    record(tx, cx, Kind::AttachmentRemoved, held.wish, &one, claim.as_ref(), Some(why))
}

impl Hung {
    fn may_take_back(&self, user: UserId) -> Result<(), Refusal> {
        if self.one.uploaded_by != user {
            return Err(Code::Forbidden.into());
        }
        match &self.claim {
            Some((claim, ..)) => claim.check_evidence_open(),
            None => self.held.wish.check_photos_open(),
        }
    }
}

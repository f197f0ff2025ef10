//! Posts as they are sent: to whoever holds them, and to everybody.

use super::shared::OrgRef;
use crate::app::{
    Context,
    names::Names,
    post::{Held, Shown},
};
use domain::{
    access::Act,
    id::{PostId, ShiftId, WishId},
    post::{self as rules, Kind, State, Status},
    time::Instant,
};
use serde::Serialize;

/// A shift (场次), as the post's holder sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Shift {
    /// Its id.
    id: ShiftId,
    /// When it begins.
    starts_at: Instant,
    /// When it is over.
    ends_at: Instant,
    /// How many people it needs.
    places: i64,
    /// Of these, signed up for.
    taken: i64,
    /// Where to meet.
    meet_at: String,
    /// Why it does not take place.
    #[serde(skip_serializing_if = "Option::is_none")]
    cancelled_reason: Option<String>,
}

/// People and hours that an organisation asks for (公益岗位、公益项目), as its holder sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct HeldPost {
    /// Its id.
    pub(super) id: PostId,
    /// Where it stands.
    status: Status,
    /// A post or a project.
    kind: Kind,
    /// Its name; public.
    title: String,
    /// What is to be done; public.
    summary: String,
    /// The code of a category.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    /// A skill that it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    skill: Option<String>,
    /// Who holds it.
    holder: OrgRef,
    /// In whose circle claimants may sign up.
    audience: OrgRef,
    /// The wish that it serves: who signs up claims of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    wish_id: Option<WishId>,
    /// When it needs people, in the order of their times.
    shifts: Vec<Shift>,
    /// When it ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<Instant>,
    /// Since when it is, or was, open.
    #[serde(skip_serializing_if = "Option::is_none")]
    opened_at: Option<Instant>,
    /// Why it does not take place.
    #[serde(skip_serializing_if = "Option::is_none")]
    cancelled_reason: Option<String>,
    /// What the caller may do now, as operation ids.
    may: Vec<&'static str>,
    /// Counts its changes, and those of its shifts; places that are taken do not count.
    pub(super) version: i64,
    /// When it was entered.
    created_at: Instant,
}

impl From<rules::Shift> for Shift {
    fn from(shift: rules::Shift) -> Self {
        Self {
            id: shift.id,
            starts_at: shift.plan.starts_at,
            ends_at: shift.plan.ends_at,
            places: shift.plan.places,
            taken: shift.taken,
            meet_at: shift.plan.meet_at,
            cancelled_reason: shift.cancelled.map(|(_, reason)| reason),
        }
    }
}

impl HeldPost {
    pub(super) fn of(cx: &Context, held: Held) -> Self {
        let may = held.acts(cx).into_iter().map(Act::operation_id).collect();
        let (holder, audience) = (org(&held, held.post.holder_id), org(&held, held.post.content.audience_id));
        let post = held.post;
        Self {
            id: post.id,
            status: post.status(),
            kind: post.kind,
            holder,
            audience,
            wish_id: post.wish_id,
            due_at: post.due_at(),
            opened_at: post.opened_at(),
            cancelled_reason: match &post.state {
                State::Cancelled { reason, .. } => Some(reason.clone()),
                _ => None,
            },
            shifts: post.shifts.into_iter().map(Shift::from).collect(),
            title: post.content.title,
            summary: post.content.summary,
            category: post.content.category,
            skill: post.content.skill,
            may,
            version: post.version,
            created_at: post.created_at,
        }
    }

    /// The name of what is shown: places that are taken are part of it and no change.
    pub(super) fn view(&self) -> String {
        let taken: i64 = self.shifts.iter().map(|shift| shift.taken).sum();
        format!("post{taken}")
    }
}

fn org(held: &Held, id: domain::id::OrganisationId) -> OrgRef {
    OrgRef::of(id, &Names::default().nodes(held.line()))
}

/// A shift, as everybody sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PublicShift {
    /// Its id.
    id: ShiftId,
    /// When it begins.
    starts_at: Instant,
    /// When it is over.
    ends_at: Instant,
    /// How many people it needs.
    places: i64,
    /// Of these, still free.
    free: i64,
    /// Whether somebody may sign up: it takes place, has not begun and has a place.
    open: bool,
}

/// A post or a project, as everybody sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PublicPost {
    /// Its id.
    pub(super) id: PostId,
    /// Open, or ended.
    status: Status,
    /// A post or a project.
    kind: Kind,
    /// Its name.
    title: String,
    /// What is to be done.
    summary: String,
    /// The code of its category.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    /// A skill that it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    skill: Option<String>,
    /// The name of the county, or of a level above.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// Who holds it: where that is a county or above, or the caller belongs to its circle or its staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<OrgRef>,
    /// The organisation in whose circle claimants may sign up, told as the holder is.
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<OrgRef>,
    /// When it needs people, in the order of their times; without those that were cancelled.
    shifts: Vec<PublicShift>,
}

impl PublicPost {
    pub(super) fn of(cx: &Context, Shown { held, named }: Shown) -> Self {
        let place = held.place().map(str::to_owned);
        let holder = named.then(|| org(&held, held.post.holder_id));
        let audience = named.then(|| org(&held, held.post.content.audience_id));
        let post = held.post;
        let is_open = post.status() == Status::Open;
        let shift = |shift: rules::Shift| PublicShift {
            id: shift.id,
            starts_at: shift.plan.starts_at,
            ends_at: shift.plan.ends_at,
            places: shift.plan.places,
            free: shift.free(),
            open: is_open && shift.is_ahead(cx.now) && shift.free() > 0,
        };
        Self {
            id: post.id,
            status: post.status(),
            kind: post.kind,
            place,
            holder,
            audience,
            title: post.content.title,
            summary: post.content.summary,
            category: post.content.category,
            skill: post.content.skill,
            shifts: post.shifts.into_iter().filter(|one| one.cancelled.is_none()).map(shift).collect(),
        }
    }
}

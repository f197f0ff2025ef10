//! Events over HTTP: the history of one wish, and the feed of all that the caller may see.

use super::{
    caller::Caller,
    extract::{Listing, Page, Paging, Path},
    feed::{self, Following, Told},
    shared::{OrgRef, UserRef},
};
use crate::{
    app::{self, event::Piece, names::Names},
    openapi::ReadProblems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpRequest, HttpResponse, get};
use domain::{
    event::{Kind, Subject},
    id::{ClaimantId, EventId, WishId},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{Conn, event::Event as Stored};

/// A change, as recorded.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Event {
    /// Its id.
    id: EventId,
    /// The n-th change of its subject; without gaps.
    number: i64,
    /// What it is about.
    subject: Subject,
    /// Which one.
    #[schema(format = Uuid)]
    subject_id: String,
    /// What changed. New kinds may be added.
    kind: Kind,
    /// When.
    at: Instant,
    /// Who; absent where time did, and for those who are not staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<UserRef>,
    /// The organisation that answered for it then; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<OrgRef>,
    /// The name of the claimant concerned; a person's name is for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    claimant: Option<String>,
    /// The state before.
    #[serde(skip_serializing_if = "Option::is_none")]
    from_status: Option<String>,
    /// The state after.
    #[serde(skip_serializing_if = "Option::is_none")]
    to_status: Option<String>,
    /// More facts; never personal data. For those who are not staff, only quantities.
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    data: Map<String, Value>,
}

/// What the public is told of a wish's history.
const PUBLIC_KINDS: &[Kind] = &[
    Kind::WishPublished,
    Kind::WishClaimed,
    Kind::ClaimAccepted,
    Kind::ClaimReleased,
    Kind::ClaimLapsed,
    Kind::ClaimDelivered,
    Kind::ClaimConfirmed,
    Kind::ClaimSentBack,
    Kind::WishReopened,
    Kind::FeedbackGiven,
    Kind::WishEscalated,
    Kind::EscalationAccepted,
    Kind::EscalationReturned,
    Kind::EscalationSuperseded,
    Kind::EscalationRerouted,
    Kind::WishRedListed,
];

fn claimant_of(event: &Stored) -> Option<ClaimantId> {
    event.data.get("claimant_id")?.as_str()?.parse().ok()
}

pub(super) fn shape(tx: &mut Conn, events: Vec<Stored>, staff: bool) -> Result<Vec<Event>, Failure> {
    let mut names = Names::default().claimants(tx, events.iter().filter_map(claimant_of))?;
    if staff {
        names = names
            .organisations(tx, events.iter().map(|event| event.organisation_id))?
            .users(tx, events.iter().filter_map(|event| event.actor))?;
    }
    Ok(events.into_iter().map(|event| one(event, &names, staff)).collect())
}

fn one(event: Stored, names: &Names, staff: bool) -> Event {
    let claimant = claimant_of(&event).and_then(|id| names.claimant(id));
    let named = claimant.filter(|one| staff || one.kind == domain::claimant::Kind::Unit);
    let mut data = event.data;
    if !staff {
        data.retain(|name, _| name == "quantity" || name == "satisfaction");
    }
    Event {
        id: event.id,
        number: event.number,
        subject: event.subject,
        subject_id: event.subject_id,
        kind: event.kind,
        at: event.at,
        actor: event.actor.filter(|_| staff).map(|id| UserRef::of(id, names)),
        organisation: staff.then(|| OrgRef::of(event.organisation_id, names)),
        claimant: named.map(|one| one.profile.display_name.clone()),
        from_status: event.from_status,
        to_status: event.to_status,
        data,
    }
}

/// Nothing narrows it down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct NoFilter {}

/// The history of one wish, oldest first. Staff see all of it; others see it from the wall on, without
/// who acted.
#[utoipa::path(tag = "events", params(Paging), responses((status = 200, body = Page<Event>), ReadProblems))]
#[get("/wishes/{id}/events")]
async fn list_wish_events(
    caller: Caller,
    id: Path<WishId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (after, rows) = (list.after::<i64>()?.unwrap_or_default(), list.rows());
    let found = caller
        .read(move |tx, cx| {
            let held = app::wish::see(tx, cx, id.0)?;
            let staff = cx.actor.reads(&held.subject());
            let kinds = if staff { Kind::ALL } else { PUBLIC_KINDS };
            let mut events = store::event::of(tx, &id.0.to_string(), kinds, after, rows)?;
            if staff {
                app::escalation::tell_why(tx, cx, &held.wish, &mut events)?;
            }
            shape(tx, events, staff)
        })
        .await?;
    list.answer(found, |event| event.number, |event| event)
}

impl Told for Event {
    fn kind(&self) -> Kind {
        self.kind
    }
}

/// The feed of all that concerns the caller's organisations, in the order of commitment: following the
/// cursor shows each event once, causes before effects. There is always a cursor: ask again with the last one to
/// hear what came since, with `Prefer: wait=20` to hear it when it comes, or ask for `text/event-stream`; `cursor=latest`
/// begins now.
#[utoipa::path(
    tag = "events",
    params(Paging, Following),
    responses(
        (status = 200, description = "A page, or a stream", content((Page<Event> = "application/json"), (String = "text/event-stream"))),
        ReadProblems,
    ),
)]
#[get("/events")]
async fn list_events(req: HttpRequest, list: Listing<NoFilter>) -> Result<HttpResponse, Failure> {
    feed::answer(req, list, |tx, cx, after, rows| {
        cx.user()?;
        let roots = cx.actor.reading_roots();
        Piece::of(tx, after, |tx, within| {
            let feed = store::event::feed(tx, &roots, within, rows)?;
            let (positions, events): (Vec<i64>, Vec<Stored>) = feed.into_iter().unzip();
            Ok(positions.into_iter().zip(shape(tx, events, true)?).collect())
        })
    })
    .await
}

/// Mounts the operations on events.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_wish_events).service(list_events);
}

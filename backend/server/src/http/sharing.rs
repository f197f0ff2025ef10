//! What platforms read: the wishes that residents agreed to share with them, and what happens to these.
//! Never personal data, and of what happens only what, to which wish and when.

use super::{
    caller::Caller,
    event::NoFilter,
    extract::{Listing, Page, Paging, Path},
    feed::{self, Following, Told},
    wish_view::{SharedWish, shared},
};
use crate::{
    app::{self, event::Piece, platform as work},
    etag::{self, Keep},
    openapi::ReadProblems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpRequest, HttpResponse, get};
use domain::{
    event::Kind,
    id::{EventId, WishId},
    time::Instant,
    wish::Status,
};
use serde::{Deserialize, Serialize};
use store::{event::Event, platform::SharedFilter};

/// What narrows the list of shared wishes down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SharedWishFilter {
    /// Of this state.
    status: Option<Status>,
    /// A category code.
    category: Option<String>,
    /// That changed at this time or later. Two that change at the same moment may become visible one after the
    /// other: ask from a minute before the last time on, and compare `version`.
    updated_since: Option<Instant>,
}

/// The wishes that the organisation's subtree shares with platforms, in the order in which they last changed.
/// What is shared no more is not among them: `list_shared_events` tells.
#[utoipa::path(
    tag = "sharing",
    security(("platform_key" = ["wishes:read"])),
    params(SharedWishFilter, Paging),
    responses((status = 200, description = "A page", body = Page<SharedWish>), ReadProblems),
)]
#[get("/shared/wishes")]
async fn list_shared_wishes(
    caller: Caller,
    list: Listing<SharedWishFilter>,
) -> Result<HttpResponse, Failure> {
    let after: Option<(i64, WishId)> = list.after()?;
    let filter = SharedFilter {
        status: list.filter.status,
        category: list.filter.category.clone(),
        updated_since: list.filter.updated_since,
        after: after.map(|(at, id)| (Instant::from_micros(at), id)),
    };
    let rows = list.rows();
    let found = caller
        .read(move |tx, cx| {
            let found = work::shared(tx, cx, &filter, rows)?;
            shared(tx, cx, found)
        })
        .await?;
    list.answer(found, |wish| (wish.updated_at.micros(), wish.public.id), |wish| wish)
}

/// One wish that is shared with platforms.
#[utoipa::path(
    tag = "sharing",
    security(("platform_key" = ["wishes:read"])),
    params(("id" = WishId, Path, description = "The wish.")),
    responses((status = 200, description = "It", body = SharedWish), (status = 304, description = "Not changed"), ReadProblems),
)]
#[get("/shared/wishes/{id}")]
async fn get_shared_wish(
    req: HttpRequest,
    caller: Caller,
    id: Path<WishId>,
) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read(move |tx, cx| {
            let found = work::one_shared(tx, cx, id.0)?;
            app::found(shared(tx, cx, vec![found])?.pop())
        })
        .await?;
    Ok(etag::answer(&req, shown.version, "partner", Keep::Private, &shown))
}

/// Something that happened to a shared wish.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SharedEvent {
    /// Its id: the same however often it is told.
    id: EventId,
    /// What happened. New kinds may be added.
    kind: Kind,
    /// To which wish.
    wish_id: String,
    /// The n-th change of it.
    number: i64,
    /// When.
    at: Instant,
    /// The state of the wish after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    /// Which of your own claims it is about. These you hear of also where the wish is not shared any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_id: Option<String>,
}

impl From<Event> for SharedEvent {
    fn from(event: Event) -> Self {
        Self {
            claim_id: event.claim_id().map(str::to_owned),
            id: event.id,
            kind: event.kind,
            wish_id: event.subject_id,
            number: event.number,
            at: event.at,
            status: event.to_status,
        }
    }
}

impl Told for SharedEvent {
    fn kind(&self) -> Kind {
        self.kind
    }
}

/// What happened to the shared wishes, in the order of commitment: following the cursor shows each event once,
/// causes before effects. There is always a cursor: ask again with the last one to hear what came since, with
/// `Prefer: wait=20` to hear it when it comes, or ask for `text/event-stream`; `cursor=latest` begins now.
/// `wish_unshared`, `wish_hidden` and `wish_withdrawn` ask to take a wish down.
#[utoipa::path(
    tag = "sharing",
    security(("platform_key" = ["events:read"])),
    params(Paging, Following),
    responses(
        (status = 200, description = "A page, or a stream", content((Page<SharedEvent> = "application/json"), (String = "text/event-stream"))),
        ReadProblems,
    ),
)]
#[get("/shared/events")]
async fn list_shared_events(req: HttpRequest, list: Listing<NoFilter>) -> Result<HttpResponse, Failure> {
    feed::answer(req, list, |tx, cx, after, rows| {
        let Piece { events, seen } = work::shared_events(tx, cx, after, rows)?;
        let events = events.into_iter().map(|(position, event)| (position, SharedEvent::from(event)));
        Ok(Piece { events: events.collect(), seen })
    })
    .await
}

/// Mounts what platforms read.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_shared_wishes).service(get_shared_wish).service(list_shared_events);
}

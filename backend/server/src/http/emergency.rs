//! Emergency calls over HTTP, for those who publish and follow them.

use super::{
    caller::Caller,
    emergency_view::{CalledHousehold, EmergencyCall, all, households, one},
    extract::{Body, Idempotency, IfMatchOptional, Listing, Page, Paging, Path},
    reply::Reply,
};
use crate::{
    app::{
        Context,
        emergency::{self as work, Followed},
    },
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL, post};
use domain::{
    access::Act,
    emergency::{Circle, Content, Standing, Status, Whom},
    id::{EmergencyCallId, OrganisationId, WishId},
    time::Instant,
};
use serde::Deserialize;
use store::Conn;

/// A circle to call.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCalledCircle {
    /// The claimants of this organisation's subtree; the caller coordinates there.
    organisation_id: OrganisationId,
    /// Which of them.
    whom: Whom,
}

/// An emergency call to publish.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewEmergencyCall {
    /// Who calls; its subtree holds the wishes.
    organisation_id: OrganisationId,
    /// What happened; read by those who are called.
    #[schema(min_length = 2, max_length = 60, examples("洪水过后：先让每一户都有人"))]
    title: String,
    /// By when the last household is to be served; 90 days from now at most.
    due_at: Instant,
    /// Who is called.
    #[schema(min_items = 1, max_items = 20)]
    circles: Vec<NewCalledCircle>,
    /// What is to be in it: wishes on the wall that have not ended.
    #[schema(min_items = 1, max_items = 500)]
    wish_ids: Vec<WishId>,
    /// Wishes among them that wait for review pass it by this act: urgent, feasible and practical. Without it they are
    /// refused.
    #[serde(default)]
    #[schema(required = false)]
    publish_submitted: bool,
}

impl NewEmergencyCall {
    fn call(self) -> work::NewCall {
        let circle = |one: NewCalledCircle| Circle { organisation_id: one.organisation_id, whom: one.whom };
        work::NewCall {
            organisation_id: self.organisation_id,
            content: Content {
                title: self.title.trim().to_owned(),
                due_at: self.due_at,
                circles: self.circles.into_iter().map(circle).collect(),
            },
            wishes: self.wish_ids,
            publish_submitted: self.publish_submitted,
        }
    }
}

fn answer(tx: &mut Conn, cx: &Context, followed: Followed, created: bool) -> Result<Reply, Failure> {
    let shown = one(tx, cx, followed)?;
    let reply = match created {
        true => Reply::created(format!("/emergency-calls/{}", shown.id), &shown)?,
        false => Reply::ok(&shown)?,
    };
    Ok(reply.tagged(shown.version, "emergency_call"))
}

/// Publishes an emergency call (应急响应): all of its wishes are opened to the chosen circles at once, each is claimed by the
/// call's time or goes up, and who acts for a claimant of the circles gets one letter. All of it, or nothing: a refusal
/// has the code of the first wish that was refused, and names each of them.
#[utoipa::path(tag = "emergency calls", request_body = NewEmergencyCall, responses((status = 201, body = EmergencyCall), Problems))]
#[post("/emergency-calls")]
async fn publish_emergency_call(
    caller: Caller,
    idem: Idempotency,
    body: Body<NewEmergencyCall>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let new = body.value.call();
    caller
        .change(keyed, move |tx, cx| {
            let followed = work::publish(tx, cx, &new)?;
            answer(tx, cx, followed, true)
        })
        .await
}

/// Wishes to add to an emergency call that runs.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct MoreCalledWishes {
    /// What is to be in it beside what is: wishes on the wall that have not ended. 500 in all.
    #[schema(min_items = 1, max_items = 500)]
    wish_ids: Vec<WishId>,
    /// Wishes among them that wait for review pass it by this act: urgent, feasible and practical. Without it they are
    /// refused.
    #[serde(default)]
    #[schema(required = false)]
    publish_submitted: bool,
}

/// Adds wishes to an emergency call that runs, under what holds when one is published: all of them, or none. Who came to its
/// circles since it was published gets the letter; nobody gets a second one.
#[utoipa::path(tag = "emergency calls", request_body = MoreCalledWishes, responses((status = 200, body = EmergencyCall), Problems))]
#[post("/emergency-calls/{id}/wishes")]
async fn add_called_wishes(
    caller: Caller,
    id: Path<EmergencyCallId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<MoreCalledWishes>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let MoreCalledWishes { wish_ids, publish_submitted } = body.value;
    let more = work::More { wishes: wish_ids, publish_submitted };
    caller
        .change(keyed, move |tx, cx| {
            let followed = work::extend(tx, cx, id.0, &seen.0, &more)?;
            answer(tx, cx, followed, false)
        })
        .await
}

/// Which calls a list shows.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CallFilter {
    /// That stand so.
    status: Option<Status>,
}

/// Emergency calls of organisations where the caller coordinates or audits, newest first.
#[utoipa::path(tag = "emergency calls", params(CallFilter, Paging), responses((status = 200, body = Page<EmergencyCall>), ReadProblems))]
#[get("/emergency-calls")]
async fn list_emergency_calls(caller: Caller, list: Listing<CallFilter>) -> Result<HttpResponse, Failure> {
    let (status, before, rows) = (list.filter.status, list.after()?, list.rows());
    let found = caller
        .read_slow(move |tx, cx| {
            let found = work::all(tx, cx, status, before, rows)?;
            all(tx, cx, found)
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// One emergency call, and how many households stand how.
#[utoipa::path(tag = "emergency calls", responses((status = 200, body = EmergencyCall), ReadProblems))]
#[get("/emergency-calls/{id}")]
async fn get_emergency_call(caller: Caller, id: Path<EmergencyCallId>) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read_slow(move |tx, cx| {
            let followed = work::see(tx, cx, Act::GetEmergencyCall, id.0)?;
            one(tx, cx, followed)
        })
        .await?;
    // How far it has come changes while its version does not: the version names the call, and not this answer.
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "private, no-cache")).json(shown))
}

/// Which households a list shows.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HouseholdFilter {
    /// That stand so: `nobody` are those without anybody.
    standing: Option<Standing>,
}

/// The households of an emergency call, those first that have waited for longest: whose wishes stand where, and in whose
/// hands they are.
#[utoipa::path(tag = "emergency calls", params(HouseholdFilter, Paging), responses((status = 200, body = Page<CalledHousehold>), ReadProblems))]
#[get("/emergency-calls/{id}/households")]
async fn list_called_households(
    caller: Caller,
    id: Path<EmergencyCallId>,
    list: Listing<HouseholdFilter>,
) -> Result<HttpResponse, Failure> {
    let (standing, after, rows) = (list.filter.standing, list.after()?, list.limit().saturating_add(1));
    let found = caller
        .read_slow(move |tx, cx| {
            let found = work::households(tx, cx, (id.0, standing), after, rows)?;
            households(tx, found)
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// Why a call ends before its last household is served.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EmergencyCallEnd {
    /// In words for those who follow it.
    #[schema(min_length = 2, max_length = 200)]
    reason: String,
}

/// Ends an emergency call by hand: how its households stood stays as it is counted now. With its last household it ends by
/// itself.
#[utoipa::path(tag = "emergency calls", request_body = EmergencyCallEnd, responses((status = 200, body = EmergencyCall), Problems))]
#[post("/emergency-calls/{id}/close")]
async fn close_emergency_call(
    caller: Caller,
    id: Path<EmergencyCallId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<EmergencyCallEnd>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let reason = body.value.reason;
    caller
        .change(keyed, move |tx, cx| {
            let followed = work::close(tx, cx, id.0, &seen.0, &reason)?;
            answer(tx, cx, followed, false)
        })
        .await
}

/// Mounts the operations on emergency calls.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(publish_emergency_call)
        .service(add_called_wishes)
        .service(list_emergency_calls)
        .service(get_emergency_call)
        .service(list_called_households)
        .service(close_emergency_call);
}

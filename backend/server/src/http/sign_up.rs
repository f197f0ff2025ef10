//! Sign-ups and attendance over HTTP.

use super::{
    caller::Caller,
    claim_view::ClaimantRef,
    event::NoFilter,
    extract::{Body, Idempotency, IfMatchOptional, Listing, Page, Paging, Path},
    organisation::not_null,
    reply::Reply,
    shared::{hours, quarters},
    wish::Nothing,
};
use crate::{
    app::{
        Context,
        names::Names,
        sign_up::{self as work, Joined},
    },
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, post};
use domain::{
    access::Act,
    id::{ClaimId, ClaimantId, PostId, ShiftId, SignUpId},
    post::Kind,
    sign_up::{Correction, State, Status, Turnout},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::sign_up::Filter;

/// Places that a claimant took of a shift (报名), for those who act for it and for the post's staff.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SignUp {
    /// Its id.
    id: SignUpId,
    /// Where it stands.
    status: Status,
    /// Who.
    claimant: ClaimantRef,
    /// How many places.
    places: i64,
    /// Of which post.
    post_id: PostId,
    /// A post or a project.
    post_kind: Kind,
    /// The post's name.
    post_title: String,
    /// Of which shift.
    shift_id: ShiftId,
    /// When it begins.
    starts_at: Instant,
    /// When it is over.
    ends_at: Instant,
    /// Where to meet; as long as the places are held.
    #[serde(skip_serializing_if = "Option::is_none")]
    meet_at: Option<String>,
    /// Why the shift does not take place.
    #[serde(skip_serializing_if = "Option::is_none")]
    cancelled_reason: Option<String>,
    /// The claim on the wish that the post serves.
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_id: Option<ClaimId>,
    /// How many came.
    #[serde(skip_serializing_if = "Option::is_none")]
    came: Option<i64>,
    /// Their hours together.
    #[serde(skip_serializing_if = "Option::is_none")]
    hours: Option<f64>,
    /// What the caller may do now, as operation ids.
    may: Vec<&'static str>,
    /// Counts its changes.
    version: i64,
    /// When it was made.
    created_at: Instant,
}

fn shape(cx: &Context, one: Joined) -> SignUp {
    let may = one.acts(cx).into_iter().map(Act::operation_id).collect();
    let Joined { sign_up, shift, post, claimant, .. } = one;
    let names = Names::default().with_claimant(claimant);
    let turnout = match sign_up.state {
        State::Marked { turnout, .. } => Some(turnout),
        _ => None,
    };
    SignUp {
        id: sign_up.id,
        status: sign_up.status(),
        claimant: ClaimantRef::of(sign_up.claimant_id, &names),
        places: sign_up.places,
        post_id: post.post.id,
        post_kind: post.post.kind,
        post_title: post.post.content.title.clone(),
        shift_id: shift.id,
        starts_at: shift.plan.starts_at,
        ends_at: shift.plan.ends_at,
        meet_at: Some(shift.plan.meet_at).filter(|_| sign_up.status().holds()),
        cancelled_reason: shift.cancelled.map(|(_, reason)| reason),
        claim_id: sign_up.claim_id,
        came: turnout.map(|turnout| turnout.came),
        hours: turnout.map(|turnout| hours(turnout.quarter_hours)),
        may,
        version: sign_up.version,
        created_at: sign_up.created_at,
    }
}

fn answer(cx: &Context, one: Joined, created: bool) -> Result<Reply, Failure> {
    let shown = shape(cx, one);
    let reply = match created {
        true => Reply::created(format!("/sign-ups/{}", shown.id), &shown)?,
        false => Reply::ok(&shown)?,
    };
    Ok(reply.tagged(shown.version, "sign_up"))
}

/// Places to take.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSignUp {
    /// Who.
    claimant_id: ClaimantId,
    /// How many; a person takes one.
    #[schema(minimum = 1, maximum = 10_000)]
    places: i64,
}

/// Takes places of a shift, until it begins. Where the post serves a wish, that many of it are claimed in the same act, by
/// the rules of every claim.
#[utoipa::path(tag = "posts", request_body = NewSignUp, responses((status = 201, body = SignUp), Problems))]
#[post("/shifts/{id}/sign-ups")]
async fn create_sign_up(
    caller: Caller,
    id: Path<ShiftId>,
    idem: Idempotency,
    body: Body<NewSignUp>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let NewSignUp { claimant_id, places } = body.value;
    caller
        .change(keyed, move |tx, cx| {
            let joined = work::create(tx, cx, id.0, claimant_id, places)?;
            answer(cx, joined, true)
        })
        .await
}

/// The sign-ups of a shift, the oldest first, for the post's staff: the sheet on which it is marked who came.
#[utoipa::path(tag = "posts", params(Paging), responses((status = 200, body = Page<SignUp>), ReadProblems))]
#[get("/shifts/{id}/sign-ups")]
async fn list_shift_sign_ups(
    caller: Caller,
    id: Path<ShiftId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (after, rows) = (list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::of_shift(tx, cx, id.0, after, rows)?;
            Ok(found.into_iter().map(|one| shape(cx, one)).collect::<Vec<_>>())
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// What narrows the list of sign-ups down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SignUpFilter {
    /// Of this claimant.
    claimant_id: Option<ClaimantId>,
    /// That stand so.
    status: Option<Status>,
}

/// Sign-ups of claimants for whom the caller acts, newest first.
#[utoipa::path(tag = "posts", params(SignUpFilter, Paging), responses((status = 200, body = Page<SignUp>), ReadProblems))]
#[get("/sign-ups")]
async fn list_sign_ups(caller: Caller, list: Listing<SignUpFilter>) -> Result<HttpResponse, Failure> {
    let SignUpFilter { claimant_id, status } = list.filter;
    let filter = Filter { claimant: claimant_id, status, before: list.after()?, ..Filter::default() };
    let rows = list.rows();
    let found = caller
        .read(move |tx, cx| {
            let found = work::own(tx, cx, filter, rows)?;
            Ok(found.into_iter().map(|one| shape(cx, one)).collect::<Vec<_>>())
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// Gives the places back, until the shift begins; who withdrew may sign up again.
#[utoipa::path(tag = "posts", request_body = Nothing, responses((status = 200, body = SignUp), Problems))]
#[post("/sign-ups/{id}/withdraw")]
async fn withdraw_sign_up(
    caller: Caller,
    id: Path<SignUpId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let joined = work::withdraw(tx, cx, id.0, &seen.0)?;
            answer(cx, joined, false)
        })
        .await
}

/// Who came.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Attendance {
    /// How many came, of the places that were taken.
    #[schema(minimum = 0, maximum = 10_000)]
    came: i64,
    /// Their hours together, to the quarter; 0 where nobody came.
    #[schema(minimum = 0, maximum = 240_000)]
    hours: f64,
    /// Why it is counted anew; required then.
    #[serde(default, deserialize_with = "not_null")]
    reason: Option<Correction>,
}

/// Marks who came, once the shift has begun and until 14 days after its end; corrects it within 30. Nobody does so for a
/// claimant for whom they act. Where the post serves a wish, that many are delivered, and the rest comes free.
#[utoipa::path(tag = "posts", request_body = Attendance, responses((status = 200, body = SignUp), Problems))]
#[post("/sign-ups/{id}/attendance")]
async fn mark_attendance(
    caller: Caller,
    id: Path<SignUpId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Attendance>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let Attendance { came, hours, reason } = body.value;
    let quarter_hours = quarters(hours, 0.0..=240_000.0)?;
    caller
        .change(keyed, move |tx, cx| {
            let turnout = Turnout { came, quarter_hours: quarter_hours.into() };
            let marked = work::mark(tx, cx, id.0, &seen.0, turnout, reason)?;
            answer(cx, marked, false)
        })
        .await
}

/// Mounts the operations on sign-ups.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_sign_up)
        .service(list_shift_sign_ups)
        .service(list_sign_ups)
        .service(withdraw_sign_up)
        .service(mark_attendance);
}

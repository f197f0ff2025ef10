//! The members of organisations over HTTP.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, IfMatch, IfMatchOptional, Listing, Page, Paging, Path},
    reply::Reply,
    shared::OrgRef,
    wish::Nothing,
};
use crate::{
    app::{
        Context, disabling,
        membership::{self as work, NewMember as Asked},
        names::Names,
        password_reset,
    },
    openapi::{Problems, ReadProblems},
    password::first_password,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, delete, get, http::header::CACHE_CONTROL, post};
use domain::{
    id::{MembershipId, OrganisationId, UserId},
    membership::Role,
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::{Conn, user::Member as Stored};

/// Somebody's role in an organisation.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Member {
    /// The membership's id.
    id: MembershipId,
    /// Who.
    user_id: UserId,
    /// The name that they sign in with.
    username: String,
    /// The name that others see.
    display_name: String,
    /// As what.
    role: Role,
    /// Where; the role reaches its whole subtree.
    organisation: OrgRef,
    /// Since when.
    created_at: Instant,
    /// Was shut out: may not sign in.
    disabled: bool,
}

fn shape(tx: &mut Conn, at: OrganisationId, members: Vec<Stored>) -> Result<Vec<Member>, Failure> {
    let names = Names::default().organisations(tx, [at])?;
    let member = |stored: Stored| Member {
        id: stored.membership.id,
        user_id: stored.membership.user_id,
        username: stored.username,
        display_name: stored.display_name,
        role: stored.membership.role,
        organisation: OrgRef::of(at, &names),
        created_at: stored.created_at,
        disabled: stored.disabled,
    };
    Ok(members.into_iter().map(member).collect())
}

/// A role to give.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMember {
    /// The name that they sign in with: 2 to 40 letters (also Chinese), digits, `.`, `_`, `-` or `@`.
    #[schema(min_length = 2, max_length = 40, examples("grid.worker"))]
    username: String,
    /// The name that others see. Required for somebody new; somebody known keeps theirs.
    #[schema(min_length = 1, max_length = 40)]
    display_name: Option<String>,
    /// The first password, which they must change before anything else. Required for somebody new; somebody
    /// known keeps theirs.
    #[schema(format = Password, min_length = 8, max_length = 128)]
    password: Option<String>,
    /// As what.
    role: Role,
}

/// Gives somebody a role; enters them first where nobody in the tree has the name.
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    request_body = NewMember,
    responses((status = 201, description = "Given", body = Member), Problems),
)]
#[post("/organisations/{id}/members")]
async fn create_member(
    caller: Caller,
    id: Path<OrganisationId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewMember>,
) -> Result<HttpResponse, Failure> {
    let (at, NewMember { username, display_name, password, role }) = (id.0, body.value);
    let username = username.trim().to_owned();
    let keyed = idem.keyed(&body.digest);
    let asked = (username.clone(), display_name.clone(), password.clone());
    let is_new = caller
        .read(move |tx, cx| work::is_new(tx, cx, at, &asked.0, asked.1.as_deref(), asked.2.as_deref()))
        .await?;
    let password_hash = match password.filter(|_| is_new) {
        Some(password) => Some(caller.state.passwords.hash(password).await?),
        None => None,
    };
    let new = Asked { username, display_name, password_hash, must_change_password: true, role };
    caller
        .change(keyed, move |tx, cx| {
            let member = work::create(tx, cx, at, &seen.0, &new)?;
            given(tx, at, member)
        })
        .await
}

fn given(tx: &mut Conn, at: OrganisationId, member: Stored) -> Result<Reply, Failure> {
    let shown = crate::app::found(shape(tx, at, vec![member])?.pop())?;
    Reply::created(format!("/organisations/{at}/members/{}", shown.id), &shown)
}

/// Nothing narrows it down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoFilter {}

/// The members of one organisation, not of those below it, in the order in which they came.
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation."), Paging),
    responses((status = 200, description = "A page", body = Page<Member>), ReadProblems),
)]
#[get("/organisations/{id}/members")]
async fn list_members(
    caller: Caller,
    id: Path<OrganisationId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (after, rows) = (list.after()?, list.rows());
    let members = caller
        .read(move |tx, cx| {
            let members = work::list(tx, cx, id.0, after, rows)?;
            shape(tx, id.0, members)
        })
        .await?;
    list.answer(members, |member| member.id, |member| member)
}

/// Takes a role. If-Match names the version of the organisation, or `*`.
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation."), ("membership_id" = MembershipId, Path, description = "The membership.")),
    responses((status = 204, description = "Taken"), Problems),
)]
#[delete("/organisations/{id}/members/{membership_id}")]
async fn delete_member(
    caller: Caller,
    path: Path<(OrganisationId, MembershipId)>,
    seen: IfMatch,
) -> Result<HttpResponse, Failure> {
    let (at, membership) = path.0;
    caller
        .change(None, move |tx, cx| work::delete(tx, cx, at, membership, &seen.0).map(|()| Reply::none()))
        .await
}

async fn shut_out(
    caller: Caller,
    path: Path<(OrganisationId, MembershipId)>,
    idem: Idempotency,
    body: Body<Nothing>,
    disabled: bool,
) -> Result<HttpResponse, Failure> {
    let (at, membership) = path.0;
    let work = move |tx: &mut Conn, cx: &Context| {
        disabling::set(tx, cx, at, membership, disabled).map(|()| Reply::none())
    };
    caller.change(idem.keyed(&body.digest), work).await
}

/// Shuts a member out: they may not sign in, and all their sessions end within seconds. Their roles stay.
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation."), ("membership_id" = MembershipId, Path, description = "The membership.")),
    request_body = Nothing,
    responses((status = 204, description = "Shut out"), Problems),
)]
#[post("/organisations/{id}/members/{membership_id}/disable")]
async fn disable_member(
    caller: Caller,
    path: Path<(OrganisationId, MembershipId)>,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    shut_out(caller, path, idem, body, true).await
}

/// Lets a member in again who was shut out.
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation."), ("membership_id" = MembershipId, Path, description = "The membership.")),
    request_body = Nothing,
    responses((status = 204, description = "Let in"), Problems),
)]
#[post("/organisations/{id}/members/{membership_id}/enable")]
async fn enable_member(
    caller: Caller,
    path: Path<(OrganisationId, MembershipId)>,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    shut_out(caller, path, idem, body, false).await
}

/// A first password; shown once.
#[derive(Serialize, utoipa::ToSchema)]
struct FirstPassword {
    /// To be told to the member, who must change it before anything else.
    #[schema(examples("k3vq-7hzd-p2xm-wnta"))]
    password: String,
}

/// Gives a member who forgot theirs a new first password. All their sessions end, and identities at the
/// sign-in provider are unlinked.
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation."), ("membership_id" = MembershipId, Path, description = "The membership.")),
    request_body = Nothing,
    responses((status = 200, description = "The password", body = FirstPassword), Problems),
)]
#[post("/organisations/{id}/members/{membership_id}/password-reset")]
async fn reset_password(
    caller: Caller,
    path: Path<(OrganisationId, MembershipId)>,
    _: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    let (at, membership) = path.0;
    caller.read(move |tx, cx| password_reset::may_reset(tx, cx, at, membership)).await?;
    let password = first_password()?;
    let hash = caller.state.passwords.hash(password.clone()).await?;
    let cx = caller.cx;
    caller.state.db.write(move |tx| password_reset::reset(tx, &cx, at, membership, &hash)).await?;
    // A secret: no Idempotency-Key stores it.
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(FirstPassword { password }))
}

/// Mounts the operations on members.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_member)
        .service(list_members)
        .service(delete_member)
        .service(disable_member)
        .service(enable_member)
        .service(reset_password);
}

//! Signing in with the provider, and linking identities, over HTTP.
//!
//! The browser is sent to the provider, comes back to a page of the front end, and that page hands in
//! what it was given. What began is in a cookie that no script can read and no other browser has. These
//! answers hold secrets or send people elsewhere, so no Idempotency-Key stores them.

use super::{
    caller::Caller,
    extract::{Body, ClientIp, IfMatch, OwnOrigin, Path},
    session::{SecondStep, SessionKind, Tokens, client_of, cookie_named, outcome, reauthenticated},
    wish::Nothing,
};
use crate::{
    app::identity as work,
    oidc::{Begun, Brought, Oidc, PENDING_SECONDS},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
    state::State,
};
use actix_web::{
    HttpRequest, HttpResponse, delete, get,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, HeaderValue, SET_COOKIE},
    },
    post, web,
};
use domain::{
    access::{Act, Subject},
    id::{IdentityId, UserId},
    refusal::Code,
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::external_identity::ExternalIdentity;

/// Bound to this host and to TLS by its name, as the session's is.
const COOKIE_NAME: &str = "__Host-wishlight_provider";

/// Which ways in there are beside a password.
#[derive(Serialize, utoipa::ToSchema)]
struct SignInOptions {
    /// The provider; absent where none is configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<ProviderName>,
}

/// A provider of sign-ins.
#[derive(Serialize, utoipa::ToSchema)]
struct ProviderName {
    /// What people call it.
    #[schema(examples("统一身份认证"))]
    name: String,
}

/// Which ways in are there beside a password?
#[utoipa::path(
    tag = "auth",
    security(()),
    responses((status = 200, description = "The ways in", body = SignInOptions), ReadProblems),
)]
#[get("/auth/options")]
async fn get_sign_in_options(state: web::Data<State>) -> HttpResponse {
    let provider = state.oidc.as_ref().map(|oidc| ProviderName { name: oidc.name().to_owned() });
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-cache")).json(SignInOptions { provider })
}

/// Where to go on.
#[derive(Serialize, utoipa::ToSchema)]
struct Departure {
    /// Send the browser there.
    authorization_url: String,
}

/// What the provider gave the browser to bring back.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Return {
    /// As in the address that the browser came back to.
    #[schema(max_length = 4096)]
    code: String,
    /// As there.
    #[schema(max_length = 128)]
    state: String,
    /// As there, where it was there (RFC 9207).
    iss: Option<String>,
    /// Where the refresh token goes; into the body when absent. Means nothing where an identity is linked.
    #[serde(default)]
    #[schema(required = false)]
    session: SessionKind,
}

fn provider(state: &State) -> Result<&Oidc, Failure> {
    state.oidc.as_ref().ok_or_else(|| Code::NotFound.into())
}

fn departure(begun: Begun) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-store"));
    response.insert_header((SET_COOKIE, cookie(&begun.sealed, PENDING_SECONDS)));
    response.json(Departure { authorization_url: begun.authorization_url })
}

fn cookie(value: &str, seconds: i64) -> String {
    format!("{COOKIE_NAME}={value}; Max-Age={seconds}; Path=/; Secure; HttpOnly; SameSite=Strict")
}

/// What began is over, whatever came of it.
fn over(mut response: HttpResponse) -> HttpResponse {
    if let Ok(gone) = HeaderValue::try_from(cookie("", 0)) {
        response.headers_mut().append(SET_COOKIE, gone);
    }
    response
}

async fn vouched(
    req: &HttpRequest,
    state: &State,
    back: &Return,
    link: Option<UserId>,
) -> Result<crate::oidc::Identity, Failure> {
    let sealed = cookie_named(req, COOKIE_NAME);
    let brought = Brought {
        sealed: sealed.as_deref(),
        code: &back.code,
        state: &back.state,
        issuer: back.iss.as_deref(),
    };
    provider(state)?.finish(brought, link, state.clock.now()).await
}

/// Begins to sign in with the provider.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body = Nothing,
    responses((status = 200, description = "Go on there", body = Departure), Problems),
)]
#[post("/auth/provider")]
async fn begin_provider_login(
    state: web::Data<State>,
    own: Result<OwnOrigin, Failure>,
    _: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    own?;
    Ok(departure(provider(&state)?.begin(None, state.clock.now()).await?))
}

/// Signs in with what the provider gave.
///
/// As `login`: 202 where a code of the second factor is still due.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body = Return,
    responses(
        (status = 200, description = "Signed in", body = Tokens),
        (status = 202, description = "The provider vouches for it; a code of the second factor is due", body = SecondStep),
        Problems,
    ),
)]
#[post("/auth/provider/return")]
async fn finish_provider_login(
    req: HttpRequest,
    state: web::Data<State>,
    from: ClientIp,
    own: Result<OwnOrigin, Failure>,
    body: Body<Return>,
) -> Result<HttpResponse, Failure> {
    own?;
    let identity = vouched(&req, &state, &body.value, None).await?;
    let signed_in = work::sign_in(&state, client_of(&req, from), identity).await?;
    Ok(over(outcome(&state, signed_in, body.value.session)))
}

/// The password again.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct LinkRequest {
    /// The password.
    #[schema(format = Password)]
    current_password: String,
}

/// Begins to link an identity at the provider to my account.
#[utoipa::path(
    tag = "auth",
    request_body = LinkRequest,
    responses((status = 200, description = "Go on there", body = Departure), Problems),
)]
#[post("/me/identities")]
async fn begin_identity_link(
    caller: Caller,
    from: ClientIp,
    own: Result<OwnOrigin, Failure>,
    body: Body<LinkRequest>,
) -> Result<HttpResponse, Failure> {
    own?;
    caller.cx.allow(Act::BeginIdentityLink, &Subject::default())?;
    let user = reauthenticated(&caller, from, body.value.current_password).await?;
    let begun = provider(&caller.state)?.begin(Some(user.id), caller.cx.now).await?;
    Ok(departure(begun))
}

/// An identity at the provider.
#[derive(Serialize, utoipa::ToSchema)]
struct LinkedIdentity {
    /// Its id.
    id: IdentityId,
    /// Which provider.
    #[schema(examples("https://id.example.org"))]
    issuer: String,
    /// The provider's own name for me.
    subject: String,
    /// Since when.
    linked_at: Instant,
}

impl From<ExternalIdentity> for LinkedIdentity {
    fn from(linked: ExternalIdentity) -> Self {
        let ExternalIdentity { id, issuer, subject, linked_at, .. } = linked;
        Self { id, issuer, subject, linked_at }
    }
}

/// Links the identity that the provider vouches for to my account.
#[utoipa::path(
    tag = "auth",
    request_body = Return,
    responses((status = 201, description = "Linked", body = LinkedIdentity), Problems),
)]
#[post("/me/identities/return")]
async fn link_identity(
    req: HttpRequest,
    caller: Caller,
    own: Result<OwnOrigin, Failure>,
    body: Body<Return>,
) -> Result<HttpResponse, Failure> {
    own?;
    caller.cx.allow(Act::LinkIdentity, &Subject::default())?;
    let identity = vouched(&req, &caller.state, &body.value, caller.cx.actor.user).await?;
    let cx = caller.cx;
    let linked = caller.state.db.write(move |tx| work::link(tx, &cx, &identity)).await?;
    let mut response = HttpResponse::build(StatusCode::CREATED);
    Ok(over(response.insert_header((CACHE_CONTROL, "no-store")).json(LinkedIdentity::from(linked))))
}

/// My identities at the provider: there are few, so all of them.
#[derive(Serialize, utoipa::ToSchema)]
struct LinkedIdentities {
    /// In the order in which they were linked.
    items: Vec<LinkedIdentity>,
}

/// The identities that are linked to my account.
#[utoipa::path(
    tag = "auth",
    responses((status = 200, description = "All of them", body = LinkedIdentities), ReadProblems),
)]
#[get("/me/identities")]
async fn list_identities(caller: Caller) -> Result<HttpResponse, Failure> {
    let linked = caller.read(work::list).await?;
    let items = linked.into_iter().map(LinkedIdentity::from).collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(LinkedIdentities { items }))
}

/// Takes an identity away: nobody signs in with it from then on. If-Match is `*`.
#[utoipa::path(
    tag = "auth",
    params(("id" = IdentityId, Path, description = "The identity.")),
    responses((status = 204, description = "Taken away"), Problems),
)]
#[delete("/me/identities/{id}")]
async fn unlink_identity(caller: Caller, id: Path<IdentityId>, _: IfMatch) -> Result<HttpResponse, Failure> {
    let cx = caller.cx;
    caller.state.db.write(move |tx| work::unlink(tx, &cx, id.0)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Mounts the operations on identities.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(get_sign_in_options)
        .service(begin_provider_login)
        .service(finish_provider_login)
        .service(list_identities)
        .service(begin_identity_link)
        .service(link_identity)
        .service(unlink_identity);
}

//! Signing in and out over HTTP, and who I am.
//!
//! A session's refresh token is handed to programs in the body, and to browsers in a cookie that no
//! script can read. These answers hold secrets, so no Idempotency-Key stores them: signing in twice
//! makes two sessions, and renewing is safe to repeat by itself.

use super::{
    caller::Caller,
    extract::{Body, ClientIp, Idempotency, OwnOrigin},
    reply::Reply,
    shared::OrgRef,
};
use crate::{
    app::{
        Context,
        names::Names,
        session::{self, SignIn, SignedIn},
    },
    openapi::{Problems, ReadProblems},
    password::{Checked, acceptable},
    problem::Failure,
    routes::Routes,
    state::State,
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{AUTHORIZATION, CACHE_CONTROL, COOKIE, SET_COOKIE, USER_AGENT},
    post, web,
};
use domain::{
    claimant::Kind,
    id::{ClaimantId, MembershipId, SessionId, UserId},
    membership::Role,
    refusal::{Code, Fault, Refusal},
};
use serde::{Deserialize, Serialize};
use store::{Conn, user::User};

/// Bound to this host and to TLS by its name; browsers also keep it on loopback.
const COOKIE_NAME: &str = "__Host-wishlight_refresh";

/// Where the refresh token goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum SessionKind {
    /// Into the body; for programs.
    #[default]
    Token,
    /// Into an HttpOnly cookie; for browsers.
    Cookie,
}

/// Who signs in.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    /// The name.
    #[schema(examples("grid.worker"))]
    username: String,
    /// The password.
    #[schema(format = Password)]
    password: String,
    /// Where the refresh token goes; into the body when absent.
    #[serde(default)]
    #[schema(required = false)]
    session: SessionKind,
}

/// What to call with, and for how long.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Tokens {
    /// Send it as `Authorization: Bearer …`.
    access_token: String,
    /// Always `Bearer`.
    #[schema(examples("Bearer"))]
    token_type: &'static str,
    /// How many seconds the access token lives.
    #[schema(examples(600))]
    expires_in: i64,
    /// Renews the access token once, and is replaced then; absent where it is in a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

pub(super) fn answer(state: &State, signed_in: SignedIn, kind: SessionKind) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-store"));
    if kind == SessionKind::Cookie {
        response.insert_header((SET_COOKIE, cookie(&signed_in.refresh, signed_in.refresh_seconds)));
    }
    response.json(Tokens {
        access_token: signed_in.access,
        token_type: "Bearer",
        expires_in: state.tokens.lifetime(),
        refresh_token: (kind == SessionKind::Token).then_some(signed_in.refresh),
    })
}

fn cookie(value: &str, seconds: i64) -> String {
    format!("{COOKIE_NAME}={value}; Max-Age={seconds}; Path=/; Secure; HttpOnly; SameSite=Strict")
}

fn cookie_of(req: &HttpRequest) -> Option<String> {
    cookie_named(req, COOKIE_NAME)
}

pub(super) fn cookie_named(req: &HttpRequest, wanted: &str) -> Option<String> {
    let lines = req.headers().get_all(COOKIE).filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned())
}

/// The password was right: send a code of the second factor to `/auth/totp`.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct SecondStep {
    /// Always true.
    mfa_required: bool,
    /// To be sent with the code.
    mfa_token: String,
    /// For how many seconds it is good.
    #[schema(examples(300))]
    expires_in: i64,
}

/// Signs in.
///
/// Who has set up a second factor is answered 202 with a token for the second step, `/auth/totp`.
///
/// After several failures, of the account or from the address, the next try must wait as long as
/// Retry-After says.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body = Credentials,
    responses(
        (status = 200, description = "Signed in", body = Tokens),
        (status = 202, description = "The password is right; a code of the second factor is due", body = SecondStep),
        Problems,
    ),
)]
#[post("/auth/login")]
async fn login(
    req: HttpRequest,
    state: web::Data<State>,
    from: ClientIp,
    own: Result<OwnOrigin, Failure>,
    body: Body<Credentials>,
) -> Result<HttpResponse, Failure> {
    let Credentials { username, password, session } = body.value;
    if session == SessionKind::Cookie {
        // Nor does another site sign people in as somebody else.
        own?;
    }
    let signed_in =
        session::sign_in(&state, client_of(&req, from), username.trim().to_owned(), password).await?;
    Ok(outcome(&state, signed_in, session))
}

/// What is answered to the first step, whichever it was.
pub(super) fn outcome(state: &State, signed_in: SignIn, kind: SessionKind) -> HttpResponse {
    match signed_in {
        SignIn::Done(signed_in) => answer(state, signed_in, kind),
        SignIn::SecondStep { ticket, seconds } => {
            let step = SecondStep { mfa_required: true, mfa_token: ticket, expires_in: seconds };
            HttpResponse::Accepted().insert_header((CACHE_CONTROL, "no-store")).json(step)
        }
    }
}

/// The refresh token, unless it is in the cookie.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Refresh {
    /// The one given last.
    refresh_token: Option<String>,
}

/// The token presented, and how it came. A cookie counts only from our own site.
fn presented(
    req: &HttpRequest,
    body: Refresh,
    own: Result<OwnOrigin, Failure>,
) -> Result<Option<(String, SessionKind)>, Failure> {
    if let Some(token) = body.refresh_token {
        return Ok(Some((token, SessionKind::Token)));
    }
    let Some(token) = cookie_of(req) else { return Ok(None) };
    own.map(|_| Some((token, SessionKind::Cookie)))
}

pub(super) fn client_of(req: &HttpRequest, from: ClientIp) -> session::Client {
    let agent = req.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    session::Client { from: from.0, agent: agent.to_owned() }
}

/// Renews the access token.
///
/// The refresh token is replaced: use the new one next time. Presented again within ten seconds the old
/// one gives the same client the same new one; later, or from another client, that ends the session, since somebody has stolen it.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body = Refresh,
    responses((status = 200, description = "Renewed", body = Tokens), Problems),
)]
#[post("/auth/refresh")]
async fn refresh(
    req: HttpRequest,
    state: web::Data<State>,
    from: ClientIp,
    own: Result<OwnOrigin, Failure>,
    body: Body<Refresh>,
) -> Result<HttpResponse, Failure> {
    let (token, kind) = presented(&req, body.value, own)?.ok_or(Code::Unauthenticated)?;
    let signed_in = session::renew(&state, &token, &client_of(&req, from)).await?;
    Ok(answer(&state, signed_in, kind))
}

/// Signs out: ends the session of the refresh token and of the access token, where there are any.
#[utoipa::path(
    tag = "auth",
    security((), ("bearer" = [])),
    request_body = Refresh,
    responses((status = 204, description = "Signed out"), Problems),
)]
#[post("/auth/logout")]
async fn logout(
    req: HttpRequest,
    state: web::Data<State>,
    own: Result<OwnOrigin, Failure>,
    body: Body<Refresh>,
) -> Result<HttpResponse, Failure> {
    let token = presented(&req, body.value, own)?.map(|(token, _)| token);
    session::sign_out(&state, token.as_deref(), session_of(&req, &state)).await?;
    let mut response = HttpResponse::NoContent();
    Ok(response
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((SET_COOKIE, cookie("", 0)))
        .finish())
}

/// The session of the access token, where there is a good one.
pub(super) fn session_of(req: &HttpRequest, state: &State) -> Option<SessionId> {
    let (scheme, token) = req.headers().get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = Some(token.trim()).filter(|_| scheme.eq_ignore_ascii_case("bearer"))?;
    state.tokens.read(token, state.clock.now()).ok().map(|claims| claims.sid)
}

/// Who I am.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Me {
    /// The user.
    user: MyUser,
    /// The roles held; each reaches the whole subtree of its organisation.
    memberships: Vec<MyMembership>,
    /// Those for whom I may claim.
    claimants: Vec<MyClaimant>,
    /// A second factor is set up.
    totp_enrolled: bool,
    /// To see personal data I must sign in with a second factor.
    totp_required: bool,
    /// This session has one.
    second_factor: bool,
    /// Somebody else set my password: until I change it, I can do nothing else.
    password_change_required: bool,
}

/// The user who is signed in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MyUser {
    /// The user's id.
    id: UserId,
    /// The name to sign in with.
    username: String,
    /// The name others see.
    display_name: String,
}

/// A role that I hold.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MyMembership {
    /// The membership's id.
    id: MembershipId,
    /// Where.
    organisation: OrgRef,
    /// As what.
    role: Role,
}

/// A claimant for whom I act.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MyClaimant {
    /// Its id.
    id: ClaimantId,
    /// The name others see.
    display_name: String,
    /// A person or a unit.
    kind: Kind,
    /// The organisation that it belongs to.
    organisation: OrgRef,
}

/// Who am I, and what may I do where?
#[utoipa::path(tag = "auth", responses((status = 200, description = "Me", body = Me), ReadProblems))]
#[get("/me")]
async fn get_me(caller: Caller) -> Result<HttpResponse, Failure> {
    let me = caller
        .read(|tx, cx| {
            let me = session::me(tx, cx)?;
            let places = cx.actor.roles.iter().map(|held| held.organisation_id);
            let claimed = me.claimants.iter().map(|claimant| claimant.organisation_id);
            let names = Names::default().organisations(tx, places.chain(claimed))?;
            Ok(shape(me, cx, &names))
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(me))
}

fn shape(me: session::Me, cx: &Context, names: &Names) -> Me {
    let membership = |held: &domain::access::Held| MyMembership {
        id: held.membership_id,
        organisation: OrgRef::of(held.organisation_id, names),
        role: held.role,
    };
    let claimant = |claimant: domain::claimant::Claimant| MyClaimant {
        id: claimant.id,
        display_name: claimant.profile.display_name,
        kind: claimant.kind,
        organisation: OrgRef::of(claimant.organisation_id, names),
    };
    Me {
        memberships: cx.actor.roles.iter().map(membership).collect(),
        claimants: me.claimants.into_iter().map(claimant).collect(),
        totp_enrolled: me.totp,
        totp_required: cx.must_prove_twice(),
        second_factor: cx.is_proved_twice(),
        password_change_required: me.user.must_change_password,
        user: MyUser { id: me.user.id, username: me.user.username, display_name: me.user.display_name },
    }
}

/// The caller, who gave the right password once more. A wrong one counts as a failed sign-in.
pub(super) async fn reauthenticated(
    caller: &Caller,
    from: ClientIp,
    password: String,
) -> Result<User, Failure> {
    let (user, tries) = caller.read(move |tx, cx| session::about_to_change(tx, cx, from.0)).await?;
    let (state, now) = (&caller.state, caller.cx.now);
    if state.passwords.check(password, Some(user.password_hash.clone())).await? == Checked::Wrong {
        state.db.write(move |tx| tries.count(tx, now)).await?;
        return Err(session::wrong_password().into());
    }
    Ok(user)
}

/// A new password for the old one.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    /// The one until now.
    #[schema(format = Password)]
    current_password: String,
    /// The one from now on.
    #[schema(format = Password, min_length = 8, max_length = 128)]
    new_password: String,
}

/// Changes my password. Every other session ends; this one renews its access token next.
#[utoipa::path(
    tag = "auth",
    request_body = NewPassword,
    responses((status = 204, description = "Changed"), Problems),
)]
#[post("/me/password")]
async fn change_password(
    req: HttpRequest,
    caller: Caller,
    from: ClientIp,
    idem: Idempotency,
    body: Body<NewPassword>,
) -> Result<HttpResponse, Failure> {
    let state = caller.state.clone();
    let (user, tries) = caller.read(move |tx, cx| session::about_to_change(tx, cx, from.0)).await?;
    acceptable("/new_password", &body.value.new_password, &user.username)?;
    if user.must_change_password && body.value.new_password == body.value.current_password {
        return Err(Refusal::field(Code::Invalid, "/new_password", Fault::Weak).into());
    }
    let stored = Some(user.password_hash.clone());
    let hash = match state.passwords.check(body.value.current_password, stored).await? {
        Checked::Wrong => None,
        Checked::Right | Checked::RightButOld => Some(state.passwords.hash(body.value.new_password).await?),
    };
    let wrong = hash.is_none();
    let (keep, now, counted) = (session_of(&req, &state), caller.cx.now, tries.clone());
    let work = move |tx: &mut Conn, cx: &Context| {
        // Asked here, so that the same request again is answered as before.
        let hash = hash.as_deref().ok_or_else(session::wrong_password)?;
        session::change_password(tx, cx, (&user, &tries), hash, keep).map(|()| Reply::none())
    };
    let changed = caller.change(idem.keyed(&body.digest), work).await;
    if wrong && changed.is_err() {
        state.db.write(move |tx| counted.count(tx, now)).await?;
    }
    changed
}

/// Mounts signing in and out, and who I am.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(login).service(refresh).service(logout).service(get_me).service(change_password);
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn the_cookie_is_found_among_others() {
        let of =
            |value: &str| cookie_of(&TestRequest::post().insert_header((COOKIE, value)).to_http_request());
        assert_eq!(of("a=b; __Host-wishlight_refresh=token-1; c=d").as_deref(), Some("token-1"));
        assert_eq!(of("x__Host-wishlight_refresh=token-1"), None);
        assert_eq!(of("__Host-wishlight_refresh"), None);
    }
}

//! The second factor over HTTP. What these answer is secret, so no Idempotency-Key stores it.

use super::{
    caller::Caller,
    extract::{Body, ClientIp, OwnOrigin, Path},
    session::{SessionKind, Tokens, answer, client_of, reauthenticated, session_of},
    wish::Nothing,
};
use crate::{
    app::totp as work,
    openapi::Problems,
    problem::Failure,
    routes::Routes,
    state::State,
    totp::{SecondFactors, base32, uri},
};
use actix_web::{HttpRequest, HttpResponse, http::header::CACHE_CONTROL, post, web};
use domain::id::{MembershipId, OrganisationId};
use serde::{Deserialize, Serialize};

/// The second step of a sign-in.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SecondStepProof {
    /// What the first step answered.
    mfa_token: String,
    /// The six digits that the authenticator shows, or a recovery code.
    #[schema(min_length = 6, max_length = 40, examples("123456"))]
    code: String,
    /// Where the refresh token goes; into the body when absent.
    #[serde(default)]
    #[schema(required = false)]
    session: SessionKind,
}

/// Signs in: the second step.
///
/// A code is good once. A wrong one counts as a failed sign-in.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body = SecondStepProof,
    responses((status = 200, description = "Signed in", body = Tokens), Problems),
)]
#[post("/auth/totp")]
async fn login_totp(
    req: HttpRequest,
    state: web::Data<State>,
    from: ClientIp,
    own: Result<OwnOrigin, Failure>,
    body: Body<SecondStepProof>,
) -> Result<HttpResponse, Failure> {
    let SecondStepProof { mfa_token, code, session } = body.value;
    if session == SessionKind::Cookie {
        own?;
    }
    let signed_in = work::sign_in(&state, client_of(&req, from), &mfa_token, code).await?;
    Ok(answer(&state, signed_in, session))
}

/// The password again.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Reauthentication {
    /// The password.
    #[schema(format = Password)]
    current_password: String,
}

/// A new secret; shown once.
#[derive(Serialize, utoipa::ToSchema)]
struct TotpSecret {
    /// For typing in.
    #[schema(examples("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"))]
    secret: String,
    /// For the QR code that an authenticator reads.
    #[schema(examples("otpauth://totp/Wishlight:grid.worker?secret=JBSWY3DPEHPK3PXP&issuer=Wishlight"))]
    otpauth_uri: String,
}

/// Begins to set up a second factor: a secret for an authenticator, to be confirmed by a code of it.
#[utoipa::path(
    tag = "auth",
    request_body = Reauthentication,
    responses((status = 200, description = "To be confirmed", body = TotpSecret), Problems),
)]
#[post("/me/totp")]
async fn enrol_totp(
    caller: Caller,
    from: ClientIp,
    body: Body<Reauthentication>,
) -> Result<HttpResponse, Failure> {
    let state = caller.state.clone();
    let user = reauthenticated(&caller, from, body.value.current_password).await?;
    let secret = SecondFactors::secret()?;
    let sealed = state.second_factors.seal(user.id, &secret)?;
    let cx = caller.cx;
    state.db.write(move |tx| work::enrol(tx, &cx, &sealed)).await?;
    let shown = TotpSecret { secret: base32(&secret), otpauth_uri: uri(&user.username, &secret) };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(shown))
}

/// A code of the new secret.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TotpCode {
    /// The six digits that the authenticator shows.
    #[schema(min_length = 6, max_length = 7, examples("123456"))]
    code: String,
}

/// Codes for the day the phone is lost; shown once.
#[derive(Serialize, utoipa::ToSchema)]
struct RecoveryCodes {
    /// Each is good for one sign-in.
    recovery_codes: Vec<String>,
}

/// Confirms the second factor. Every other session ends; this one counts as one with a second factor from
/// its next renewal on.
#[utoipa::path(
    tag = "auth",
    request_body = TotpCode,
    responses((status = 200, description = "Set up", body = RecoveryCodes), Problems),
)]
#[post("/me/totp/confirmation")]
async fn confirm_totp(
    req: HttpRequest,
    caller: Caller,
    from: ClientIp,
    body: Body<TotpCode>,
) -> Result<HttpResponse, Failure> {
    let (state, cx) = (caller.state, caller.cx);
    let (keys, session) = (state.second_factors.clone(), session_of(&req, &state));
    let code = body.value.code;
    let confirmed = state.db.write(move |tx| work::confirm(tx, &cx, &keys, (&code, from.0), session)).await?;
    let recovery_codes = confirmed.ok_or_else(work::wrong_code)?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(RecoveryCodes { recovery_codes }))
}

/// Takes away the second factor of a member who lost it. All their sessions end.
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation."), ("membership_id" = MembershipId, Path, description = "The membership.")),
    request_body = Nothing,
    responses((status = 204, description = "Taken away"), Problems),
)]
#[post("/organisations/{id}/members/{membership_id}/totp-reset")]
async fn reset_totp(
    caller: Caller,
    path: Path<(OrganisationId, MembershipId)>,
    _: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    let (at, membership) = path.0;
    let cx = caller.cx;
    caller.state.db.write(move |tx| work::reset(tx, &cx, at, membership)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Mounts the operations on the second factor.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(login_totp).service(enrol_totp).service(confirm_totp).service(reset_totp);
}

//! Passes for programs (OAuth 2.0, RFC 6749, 4.4): a platform's key is exchanged for a token that lives a quarter of an hour, and is good
//! for fewer scopes where fewer are asked for. Requests and answers are in the words of that RFC, errors too.

use super::extract::ClientIp;
use crate::{
    app::program::by_key,
    edge::Verbatim,
    openapi::TokenProblems,
    pass::{LIFETIME, Pass, words},
    problem::Failure,
    routes::Routes,
    state::State,
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, PRAGMA, WWW_AUTHENTICATE},
    },
    post, web,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{platform::Scope, refusal::Code};
use serde::Serialize;
use std::net::IpAddr;

/// What a program asks for. Its id and its key stand in `Authorization: Basic`, or here; not in both.
#[derive(Debug, Default, utoipa::ToSchema)]
struct TokenRequest {
    /// `client_credentials`.
    #[schema(required = true, examples("client_credentials"))]
    grant_type: Option<String>,
    /// Some of the platform's scopes, separated by spaces; all where it is absent.
    #[schema(examples("wishes:read claims:write"))]
    scope: Option<String>,
    /// The id of the platform or of the key.
    client_id: Option<String>,
    /// The key.
    client_secret: Option<String>,
}

/// A pass.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct IssuedToken {
    /// Show it as `Authorization: Bearer`, wherever the key may be shown.
    access_token: String,
    /// `Bearer`.
    #[schema(examples("Bearer"))]
    token_type: &'static str,
    /// So many seconds it lives; less, where the key is revoked.
    expires_in: i64,
    /// What it is good for.
    scope: String,
}

/// Why there is none (RFC 6749, 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum OauthErrorCode {
    /// The request cannot be read, or says something twice.
    InvalidRequest,
    /// No such platform or key, or not from here.
    InvalidClient,
    /// Only `client_credentials` is.
    UnsupportedGrantType,
    /// The platform does not have all of these scopes.
    InvalidScope,
}

/// Why there is no pass, in the words of RFC 6749.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OauthError {
    /// The code.
    error: OauthErrorCode,
}

/// What stands in the way of a pass.
enum No {
    Error(OauthErrorCode),
    Failure(Failure),
}

impl From<OauthErrorCode> for No {
    fn from(code: OauthErrorCode) -> Self {
        Self::Error(code)
    }
}

impl From<Failure> for No {
    fn from(failure: Failure) -> Self {
        match failure.code() {
            Code::Unauthenticated => OauthErrorCode::InvalidClient.into(),
            _ => Self::Failure(failure),
        }
    }
}

/// Reads a form in which nothing is said twice (RFC 6749, 3.2); what is not known is passed over.
fn read(req: &HttpRequest, body: &[u8]) -> Result<TokenRequest, OauthErrorCode> {
    let media_type = req.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = media_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    if !essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(OauthErrorCode::InvalidRequest);
    }
    let mut asked = TokenRequest::default();
    for (name, value) in form_urlencoded::parse(body) {
        let field = match name.as_ref() {
            "grant_type" => &mut asked.grant_type,
            "scope" => &mut asked.scope,
            "client_id" => &mut asked.client_id,
            "client_secret" => &mut asked.client_secret,
            _ => continue,
        };
        // An empty one counts as absent.
        if !value.is_empty() && field.replace(value.into_owned()).is_some() {
            return Err(OauthErrorCode::InvalidRequest);
        }
    }
    Ok(asked)
}

/// The client's id and secret, from the header or from the form. Neither holds a sign that would be encoded in the header.
fn client(req: &HttpRequest, asked: &mut TokenRequest) -> Result<(String, String), OauthErrorCode> {
    let in_form = asked.client_id.take().zip(asked.client_secret.take());
    let Some(header) = req.headers().get(AUTHORIZATION) else {
        return in_form.ok_or(OauthErrorCode::InvalidClient);
    };
    let basic = header.to_str().ok().and_then(|value| value.split_once(' '));
    let basic = basic.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    let decoded = basic.and_then(|(_, text)| STANDARD.decode(text.trim()).ok());
    let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let pair = text.as_deref().and_then(|text| text.split_once(':'));
    match (pair, in_form) {
        (Some(_), Some(_)) => Err(OauthErrorCode::InvalidRequest),
        (Some((id, secret)), None) => Ok((id.to_owned(), secret.to_owned())),
        (None, _) => Err(OauthErrorCode::InvalidClient),
    }
}

async fn exchange(req: &HttpRequest, state: &State, from: IpAddr, body: &[u8]) -> Result<IssuedToken, No> {
    let mut asked = read(req, body)?;
    match asked.grant_type.as_deref() {
        None => return Err(OauthErrorCode::InvalidRequest.into()),
        Some("client_credentials") => {}
        Some(_) => return Err(OauthErrorCode::UnsupportedGrantType.into()),
    }
    let (id, secret) = client(req, &mut asked)?;
    let (program, key_id) = by_key(state, &secret, from).await?;
    let id = uuid::Uuid::try_parse(&id).ok();
    if id.is_none_or(|id| id != program.id.0 && id != key_id.0) {
        return Err(OauthErrorCode::InvalidClient.into());
    }
    let scopes = match asked.scope {
        None => program.scopes,
        Some(words) => words
            .split(' ')
            .map(|word| word.parse().ok().filter(|scope: &Scope| program.scopes.contains(scope)))
            .collect::<Option<Vec<Scope>>>()
            .ok_or(OauthErrorCode::InvalidScope)?,
    };
    let scope = words(&scopes);
    let pass = Pass { platform_id: program.id, key_id, scopes };
    let access_token = state.passes.give(&pass, state.clock.now())?;
    Ok(IssuedToken { access_token, token_type: "Bearer", expires_in: LIFETIME, scope })
}

/// Exchanges a platform's key for a pass that lives a quarter of an hour: the client credentials grant of OAuth 2.0. It is good wherever
/// the key is, for the scopes that were asked for, and for no longer than the key.
#[utoipa::path(
    tag = "platforms",
    security(()),
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A pass", body = IssuedToken),
        (status = 400, description = "Why not, in the words of RFC 6749", body = OauthError),
        (status = 401, description = "The client is not known", body = OauthError),
        TokenProblems,
    ),
)]
#[post("/oauth/token")]
async fn issue_platform_token(
    req: HttpRequest,
    state: web::Data<State>,
    from: ClientIp,
    body: web::Bytes,
) -> Result<HttpResponse, Failure> {
    let (status, mut answer) = match exchange(&req, &state, from.0, &body).await {
        Ok(token) => (StatusCode::OK, HttpResponse::Ok().json(token)),
        Err(No::Failure(failure)) => return Err(failure),
        Err(No::Error(error)) => {
            let unknown = error == OauthErrorCode::InvalidClient;
            let status = if unknown { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
            let mut answer = HttpResponse::build(status);
            if unknown {
                answer.insert_header((WWW_AUTHENTICATE, "Basic realm=\"wishlight\", charset=\"UTF-8\""));
            }
            (status, answer.json(OauthError { error }))
        }
    };
    if !status.is_success() {
        answer.extensions_mut().insert(Verbatim);
    }
    let headers = answer.headers_mut();
    for (name, value) in [(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")] {
        headers.insert(name, actix_web::http::header::HeaderValue::from_static(value));
    }
    Ok(answer)
}

/// Mounts where programs get their passes.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(issue_platform_token);
}

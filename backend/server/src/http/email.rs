//! Where I am told what waits for me, over HTTP. The answers hold an address, so none is kept anywhere.

use super::{
    caller::Caller,
    extract::{Body, ClientIp, IfMatch},
    language::Language,
    session::reauthenticated,
};
use crate::{
    app::{email as work, totp::wrong_code},
    email::EmailKeys,
    etag::tag,
    mailer::is_address,
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
    state::State,
};
use actix_web::{
    HttpResponse, delete, get,
    http::header::{CACHE_CONTROL, ETAG},
    post, put,
};
use domain::{
    access::{Act, Subject},
    email::{Email as Domain, MOST_TRIES},
    refusal::{Code, Fault, Refusal},
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// An address that waits for its code.
#[derive(Serialize, utoipa::ToSchema)]
struct PendingEmail {
    /// Where the code was sent.
    address: String,
    /// Until when it is good.
    until: Instant,
    /// How often one may still be tried.
    tries_left: i32,
}

/// Where I am told what waits for me.
#[derive(Serialize, utoipa::ToSchema)]
struct Email {
    /// This installation sends letters.
    available: bool,
    /// The address that counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_at: Option<Instant>,
    /// The one that is to take its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<PendingEmail>,
}

impl Email {
    fn of(keys: &EmailKeys, available: bool, email: &Domain) -> Result<Self, Failure> {
        let open = |sealed: &String| keys.open(email.user_id, sealed);
        let pending = |pending: &domain::email::Pending| -> Result<PendingEmail, Failure> {
            let tries_left = MOST_TRIES.saturating_sub(pending.tries);
            Ok(PendingEmail { address: open(&pending.address)?, until: pending.until, tries_left })
        };
        Ok(Self {
            available,
            address: email.confirmed.as_ref().map(|(address, _)| open(address)).transpose()?,
            confirmed_at: email.confirmed.as_ref().map(|(_, at)| *at),
            pending: email.pending.as_ref().map(pending).transpose()?,
        })
    }
}

fn answer(state: &State, email: &Domain) -> Result<HttpResponse, Failure> {
    let shown = Email::of(&state.email_keys, state.mailer.is_some(), email)?;
    let tag = tag(email.version, "email", Language::Zh);
    Ok(HttpResponse::Ok().insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, "no-store")).json(shown))
}

/// Where am I told what waits for me?
#[utoipa::path(
    tag = "auth",
    responses((status = 200, description = "The address, where there is one", body = Email), ReadProblems),
)]
#[get("/me/email")]
async fn get_my_email(caller: Caller) -> Result<HttpResponse, Failure> {
    let email = caller.read(work::see).await?;
    answer(&caller.state, &email)
}

/// An address, and the password again.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewEmail {
    /// Where to.
    #[schema(format = Email, max_length = 254, examples("worker@example.org"))]
    address: String,
    /// The password.
    #[schema(format = Password)]
    current_password: String,
}

/// Asks to be told there: a code is sent to the address, and it counts once that was given back.
///
/// The same again sends another code: one a minute, five a day. Until then an address that was confirmed before stays.
#[utoipa::path(
    tag = "auth",
    request_body = NewEmail,
    responses((status = 200, description = "The code is on its way", body = Email), Problems),
)]
#[put("/me/email")]
async fn put_my_email(
    caller: Caller,
    from: ClientIp,
    seen: IfMatch,
    body: Body<NewEmail>,
) -> Result<HttpResponse, Failure> {
    caller.cx.allow(Act::PutMyEmail, &Subject::default())?;
    let state = caller.state.clone();
    if state.mailer.is_none() {
        return Err(Code::MailOff.into());
    }
    let NewEmail { address, current_password } = body.value;
    let address = address.trim();
    if address.len() > 254 || !is_address(address) {
        return Err(Refusal::field(Code::Invalid, "/address", Fault::Format).into());
    }
    let user = reauthenticated(&caller, from, current_password).await?;
    let sealed = state.email_keys.seal(user.id, address)?;
    let cx = caller.cx;
    let email = state.db.write(move |tx| work::ask(tx, &cx, &seen.0, &sealed)).await?;
    answer(&state, &email)
}

/// The code of the letter.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EmailCode {
    /// Its six digits.
    #[schema(min_length = 6, max_length = 7, examples("123456"))]
    code: String,
}

/// Confirms the address by the code that was sent to it. A wrong code uses up one of five tries.
#[utoipa::path(
    tag = "auth",
    request_body = EmailCode,
    responses((status = 200, description = "It counts from now on", body = Email), Problems),
)]
#[post("/me/email/confirmation")]
async fn confirm_my_email(caller: Caller, body: Body<EmailCode>) -> Result<HttpResponse, Failure> {
    let (state, cx) = (caller.state, caller.cx);
    let (keys, code) = (state.email_keys.clone(), body.value.code);
    let confirmed = state.db.write(move |tx| work::confirm(tx, &cx, &keys, &code)).await?;
    answer(&state, &confirmed.ok_or_else(wrong_code)?)
}

/// Takes the address away: nothing is sent there any more.
#[utoipa::path(tag = "auth", responses((status = 204, description = "Taken away"), Problems))]
#[delete("/me/email")]
async fn delete_my_email(caller: Caller, seen: IfMatch) -> Result<HttpResponse, Failure> {
    let cx = caller.cx;
    caller.state.db.write(move |tx| work::remove(tx, &cx, &seen.0)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Mounts the operations on one's own address.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(get_my_email).service(put_my_email).service(confirm_my_email).service(delete_my_email);
}

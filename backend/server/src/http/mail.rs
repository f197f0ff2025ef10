//! Letters that are not sent yet, over HTTP: to whom and why not, and nothing of what they say or where they go.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, Listing, Page, Paging, Path},
    reply::Reply,
    wish::Nothing,
};
use crate::{
    app::mail as work,
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, post};
use domain::{
    id::{MailId, UserId},
    mail::{Kind, Trouble},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::mail::Filter;

/// Whom a letter is to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MailTo {
    /// The member's user.
    id: UserId,
    /// Their name.
    name: String,
}

/// A letter that is not sent yet.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Mail {
    /// Its id.
    id: MailId,
    /// What sort.
    kind: Kind,
    /// To whom.
    to: MailTo,
    /// Of no use after.
    until: Instant,
    /// When it is tried next; absent where it was laid aside.
    #[serde(skip_serializing_if = "Option::is_none")]
    run_at: Option<Instant>,
    /// How often it was tried.
    tries: i32,
    /// Why it was not sent the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<Trouble>,
    /// With which code the mail server answered then (RFC 5321).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples(550))]
    reply: Option<i32>,
    /// Since when it is laid aside.
    #[serde(skip_serializing_if = "Option::is_none")]
    laid_aside_at: Option<Instant>,
}

impl From<work::Named> for Mail {
    fn from((mail, name): work::Named) -> Self {
        Self {
            id: mail.id,
            kind: mail.kind,
            to: MailTo { id: mail.user_id, name },
            until: mail.until,
            run_at: mail.dead_at.is_none().then_some(mail.run_at),
            tries: mail.tries,
            failure: mail.failure,
            reply: mail.reply,
            laid_aside_at: mail.dead_at,
        }
    }
}

/// What narrows the list of letters down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MailFilter {
    /// Only those laid aside, or only those that are not.
    laid_aside: Option<bool>,
}

/// Letters to members of the organisations that I administer or audit that are not sent yet; newest first.
///
/// What was laid aside stands here for 30 days.
#[utoipa::path(tag = "jobs", params(MailFilter, Paging), responses((status = 200, body = Page<Mail>), ReadProblems))]
#[get("/mails")]
async fn list_mails(caller: Caller, list: Listing<MailFilter>) -> Result<HttpResponse, Failure> {
    let filter = Filter { dead: list.filter.laid_aside, before: list.after()?, ..Filter::default() };
    let rows = list.rows();
    let found = caller.read(move |tx, cx| work::list(tx, cx, filter, rows)).await?;
    list.answer(found, |(mail, _)| mail.id, Mail::from)
}

/// Tries again to send what was laid aside, as long as it is of use.
#[utoipa::path(
    tag = "jobs",
    params(("id" = MailId, Path, description = "The letter.")),
    request_body = Nothing,
    responses((status = 200, body = Mail), Problems),
)]
#[post("/mails/{id}/retry")]
async fn retry_mail(
    caller: Caller,
    id: Path<MailId>,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| Reply::ok(&Mail::from(work::retry(tx, cx, id.0)?)))
        .await
}

/// Mounts the operations on letters.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_mails).service(retry_mail);
}

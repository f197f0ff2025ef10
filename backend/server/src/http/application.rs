//! Applications to join a circle, over HTTP.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, IfMatchOptional, Listing, Page, Paging, Path},
    reply::Reply,
    shared::OrgRef,
};
use crate::{
    app::{
        application::{self as work, Approval as Asked, NewApplication as New, Opened},
        names::Names,
    },
    applicant::ApplicantKeys,
    etag::{self, Keep},
    openapi::{Problems, ReadProblems},
    password::first_password,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpRequest, HttpResponse, get, http::header::CACHE_CONTROL, post};
use domain::{
    application::{Offered, Particulars, Status},
    claimant::Kind,
    id::{ApplicationId, ClaimantId, OrganisationId},
    organisation::Kind as OrganisationKind,
    retention::RetentionClass,
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::{Conn, application::Filter};

/// The one view of an application.
const VIEW: &str = "application";

/// How many wishes one takes at once, unless they say otherwise.
const CAPACITY: i32 = 3;

/// Somebody asks to join a circle.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Application {
    /// Its id.
    id: ApplicationId,
    /// Whose circle.
    organisation: OrgRef,
    /// A person or a unit.
    kind: Kind,
    /// The name that others would see.
    display_name: String,
    /// What they can do.
    skills: Vec<String>,
    /// Where they go, as division codes.
    region_codes: Vec<String>,
    /// The kinds of wish that they take, by code; any when empty.
    categories: Vec<String>,
    /// How many wishes they take at once.
    capacity: i32,
    /// Whom to ask for.
    contact_name: String,
    /// By phone or mail.
    contact: String,
    /// What else they said.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// They have an account already: an approval makes none.
    has_account: bool,
    /// Where it stands.
    status: Status,
    /// By when it is to be answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<Instant>,
    /// The words of the answer: why it was declined, or what was said with a yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// When it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at: Option<Instant>,
    /// The claimant that it made.
    #[serde(skip_serializing_if = "Option::is_none")]
    claimant_id: Option<ClaimantId>,
    /// Then it is erased.
    kept_until: Instant,
    /// Counts its changes.
    version: i64,
    /// When it came.
    created_at: Instant,
}

fn shape(tx: &mut Conn, list: Vec<Opened>, days: u32) -> Result<Vec<Application>, Failure> {
    use domain::application::State;
    let names = Names::default().organisations(tx, list.iter().map(|one| one.application.organisation_id))?;
    let application = |Opened { application: of, particulars, words }: Opened| {
        let (due_at, claimant_id) = match of.state {
            State::Waiting { due_at } => (Some(due_at), None),
            State::Approved { claimant_id, .. } => (None, Some(claimant_id)),
            State::Declined { .. } => (None, None),
        };
        Application {
            id: of.id,
            organisation: OrgRef::of(of.organisation_id, &names),
            kind: of.kind,
            status: of.status(),
            answered_at: of.answer().map(|answer| answer.at),
            kept_until: of.rests_since().plus_days(days.into()),
            has_account: of.user_id.is_some(),
            display_name: particulars.display_name,
            skills: of.offered.skills,
            region_codes: of.offered.region_codes,
            categories: of.offered.categories,
            capacity: of.offered.capacity,
            contact_name: particulars.contact_name,
            contact: particulars.contact,
            note: particulars.note,
            due_at,
            answer: words,
            claimant_id,
            version: of.version,
            created_at: of.created_at,
        }
    };
    Ok(list.into_iter().map(application).collect())
}

fn one(tx: &mut Conn, application: Opened, days: u32) -> Result<Application, Failure> {
    crate::app::found(shape(tx, vec![application], days)?.pop())
}

/// How long one is kept.
fn days(caller: &Caller) -> u32 {
    caller.state.config.retention().of(RetentionClass::Application)
}

/// To ask to join a circle.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewApplication {
    /// A person or a unit.
    kind: Kind,
    /// The name that others would see.
    #[schema(min_length = 1, max_length = 60)]
    display_name: String,
    /// What they can do, from the circle's list.
    #[serde(default)]
    #[schema(required = false, max_items = 20)]
    skills: Vec<String>,
    /// Where they go, as division codes.
    #[serde(default)]
    #[schema(required = false, max_items = 20)]
    region_codes: Vec<String>,
    /// The kinds of wish that they take, by code; any when empty.
    #[serde(default)]
    #[schema(required = false, max_items = 20)]
    categories: Vec<String>,
    /// How many wishes they take at once; 3 when absent.
    #[schema(minimum = 1, maximum = 1000)]
    capacity: Option<i32>,
    /// Whom to ask for.
    #[schema(min_length = 1, max_length = 40)]
    contact_name: String,
    /// By phone or mail.
    #[schema(min_length = 5, max_length = 60)]
    contact: String,
    /// What else there is to say.
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// An application that came, and the code by which it is found again.
#[derive(Serialize, utoipa::ToSchema)]
struct NewApplicationMade {
    /// The application.
    application: Application,
    /// Shows where it stands; told once.
    #[schema(examples("k3vq-7hzd-p2xm-wnta"))]
    code: String,
}

/// Asks to join an organisation's circle, with or without an account. Its staff answer; the code shows where it stands.
/// Ten a minute from one address.
#[utoipa::path(
    tag = "circles",
    security((), ("bearer" = [])),
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    request_body = NewApplication,
    responses((status = 201, description = "Taken in", body = NewApplicationMade), Problems),
)]
#[post("/circles/{id}/applications")]
async fn create_application(
    caller: Caller,
    id: Path<OrganisationId>,
    idem: Idempotency,
    body: Body<NewApplication>,
) -> Result<HttpResponse, Failure> {
    let (asked, days) = (body.value, days(&caller));
    let new = New {
        organisation_id: id.0,
        kind: asked.kind,
        particulars: Particulars {
            display_name: asked.display_name.trim().to_owned(),
            contact_name: asked.contact_name.trim().to_owned(),
            contact: asked.contact.trim().to_owned(),
            note: asked.note.map(|note| note.trim().to_owned()).filter(|note| !note.is_empty()),
        },
        offered: Offered {
            skills: asked.skills,
            region_codes: asked.region_codes,
            categories: asked.categories,
            capacity: asked.capacity.unwrap_or(CAPACITY),
        },
        code: ApplicantKeys::draw_code()?,
    };
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let made = work::receive(tx, cx, &new)?;
            let (location, version) =
                (format!("/applications/{}", made.application.id), made.application.version);
            let application = one(tx, made, days)?;
            let shown = NewApplicationMade { application, code: new.code.clone() };
            Ok(Reply::created(location, &shown)?.tagged(version, VIEW))
        })
        .await
}

/// The code of an application.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ApplicationCode {
    /// As it was told; dashes, spaces and capitals do not matter.
    #[schema(min_length = 1, max_length = 60)]
    code: String,
}

/// Where an application stands, for who has its code. It is in a body, and so in no address, log or history.
#[utoipa::path(
    tag = "circles",
    security(()),
    request_body = ApplicationCode,
    responses((status = 200, description = "It", body = Application), Problems),
)]
#[post("/applications/look-up")]
async fn look_up_application(caller: Caller, body: Body<ApplicationCode>) -> Result<HttpResponse, Failure> {
    let (code, days) = (body.value.code, days(&caller));
    let shown = caller
        .read(move |tx, cx| {
            let found = work::look_up(tx, cx, &code)?;
            one(tx, found, days)
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(shown))
}

/// What narrows the list of applications down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ApplicationFilter {
    /// Where they stand.
    status: Option<Status>,
}

/// Applications to the circles that I coordinate, administer or audit, and my own, newest first.
#[utoipa::path(
    tag = "circles",
    params(ApplicationFilter, Paging),
    responses((status = 200, description = "A page", body = Page<Application>), ReadProblems),
)]
#[get("/applications")]
async fn list_applications(
    caller: Caller,
    list: Listing<ApplicationFilter>,
) -> Result<HttpResponse, Failure> {
    let filter = Filter { status: list.filter.status, before: list.after()?, ..Filter::default() };
    let (rows, days) = (list.rows(), days(&caller));
    let found = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, filter, rows)?;
            shape(tx, found, days)
        })
        .await?;
    list.answer(found, |application| application.id, |application| application)
}

/// One application.
#[utoipa::path(
    tag = "circles",
    params(("id" = ApplicationId, Path, description = "The application.")),
    responses((status = 200, description = "It", body = Application), ReadProblems),
)]
#[get("/applications/{id}")]
async fn get_application(
    req: HttpRequest,
    caller: Caller,
    id: Path<ApplicationId>,
) -> Result<HttpResponse, Failure> {
    let days = days(&caller);
    let shown = caller
        .read(move |tx, cx| {
            let found = work::see(tx, cx, id.0)?;
            one(tx, found, days)
        })
        .await?;
    Ok(etag::answer(&req, shown.version, VIEW, Keep::Never, &shown))
}

/// To let an applicant in.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Approval {
    /// The name that the new account signs in with; required where the applicant has none: 2 to 40 letters (also
    /// Chinese), digits, `.`, `_`, `-` or `@`.
    #[schema(min_length = 2, max_length = 40)]
    username: Option<String>,
    /// What sort of organisation a unit is; `other` when absent.
    unit_kind: Option<OrganisationKind>,
    /// What the applicant reads beside it.
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// What an approval made.
#[derive(Serialize, utoipa::ToSchema)]
struct Approved {
    /// The application.
    application: Application,
    /// The claimant.
    claimant_id: ClaimantId,
    /// The new account's name; absent where the applicant had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    /// Its first password, to be told to the applicant, who must change it before anything else; shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("k3vq-7hzd-p2xm-wnta"))]
    password: Option<String>,
}

/// Lets an applicant in: enters the claimant, for a unit with an organisation of its own below and its first manager, and
/// makes an account for who has none.
#[utoipa::path(
    tag = "circles",
    params(("id" = ApplicationId, Path, description = "The application.")),
    request_body = Approval,
    responses((status = 200, description = "In", body = Approved), Problems),
)]
#[post("/applications/{id}/approve")]
async fn approve_application(
    caller: Caller,
    id: Path<ApplicationId>,
    seen: IfMatchOptional,
    body: Body<Approval>,
) -> Result<HttpResponse, Failure> {
    let Approval { username, unit_kind, note } = body.value;
    let username = username.map(|name| name.trim().to_owned());
    let (asked, days) = (username.clone(), days(&caller));
    let makes_account =
        caller.read(move |tx, cx| work::makes_account(tx, cx, id.0, asked.as_deref())).await?;
    let password = makes_account.then(first_password).transpose()?;
    let password_hash = match &password {
        Some(password) => Some(caller.state.passwords.hash(password.clone()).await?),
        None => None,
    };
    let approval = Asked {
        username,
        password_hash,
        unit_kind: unit_kind.unwrap_or(OrganisationKind::Other),
        words: note.map(|note| note.trim().to_owned()).filter(|note| !note.is_empty()),
    };
    let cx = caller.cx;
    let username = approval.username.clone().filter(|_| makes_account);
    let work = move |tx: &mut Conn| {
        let (opened, claimant) = work::approve(tx, &cx, id.0, &seen.0, &approval)?;
        Ok::<_, Failure>((one(tx, opened, days)?, claimant.id))
    };
    let (application, claimant_id) = caller.state.db.write(work).await?;
    // A secret: no Idempotency-Key stores it.
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(Approved {
        application,
        claimant_id,
        username,
        password,
    }))
}

/// To decline an application.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Declining {
    /// Why; the applicant reads it.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Declines an application, with a reason that the applicant reads.
#[utoipa::path(
    tag = "circles",
    params(("id" = ApplicationId, Path, description = "The application.")),
    request_body = Declining,
    responses((status = 200, description = "Declined", body = Application), Problems),
)]
#[post("/applications/{id}/decline")]
async fn decline_application(
    caller: Caller,
    id: Path<ApplicationId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Declining>,
) -> Result<HttpResponse, Failure> {
    let (reason, days) = (body.value.reason.trim().to_owned(), days(&caller));
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let declined = work::decline(tx, cx, id.0, &seen.0, &reason)?;
            let version = declined.application.version;
            Ok(Reply::ok(&one(tx, declined, days)?)?.tagged(version, VIEW))
        })
        .await
}

/// Mounts the operations on applications.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_application)
        .service(look_up_application)
        .service(list_applications)
        .service(get_application)
        .service(approve_application)
        .service(decline_application);
}

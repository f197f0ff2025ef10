//! Duties over HTTP.

use super::{
    caller::Caller,
    claim_view::ClaimantRef,
    event::NoFilter,
    extract::{Body, Idempotency, IfMatchOptional, Listing, Page, Paging, Path},
    reply::Reply,
    shared::OrgRef,
    wish::Nothing,
};
use crate::{
    app::{
        Context,
        duty::{self as work, From, Progress},
        names::Names,
    },
    etag::{self, Keep},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpRequest, HttpResponse, get, post};
use chrono::NaiveDate;
use domain::{
    access::Act,
    duty::{Asked, Duty as Domain, Obliged},
    honour::Span,
    id::{CampaignId, DutyId, OrganisationId},
    organisation::Level,
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::{
    Conn,
    duty::{Ahead, Done},
};
use uuid::Uuid;

/// The one view of a duty.
const VIEW: &str = "duty";

/// How often each unit below an organisation is to give a day to wishes in a time (年度任务).
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Duty {
    /// Its id.
    id: DutyId,
    /// Who set it.
    organisation: OrgRef,
    /// Its name.
    title: String,
    /// Organisations of this level are obliged; absent where units that claim are.
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<Level>,
    /// Its first day.
    from: NaiveDate,
    /// Its last day.
    to: NaiveDate,
    /// How often.
    times: i64,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<Instant>,
    /// What the caller may do now, as operation ids.
    may: Vec<&'static str>,
    /// Counts its changes.
    version: i64,
    /// When it was set.
    created_at: Instant,
}

fn shape(tx: &mut Conn, cx: &Context, list: Vec<Domain>) -> Result<Vec<Duty>, Failure> {
    let names = Names::default().organisations(tx, list.iter().map(|one| one.organisation_id))?;
    let mut shown = Vec::with_capacity(list.len());
    for of in list {
        let may = of.withdrawn_at.is_none() && work::may(tx, cx, Act::WithdrawDuty, &of)?;
        shown.push(Duty {
            id: of.id,
            organisation: OrgRef::of(of.organisation_id, &names),
            title: of.title,
            level: match of.obliged {
                Obliged::Claimants => None,
                Obliged::Organisations(level) => Some(level),
            },
            from: of.span.from,
            to: of.span.to,
            times: of.times,
            withdrawn_at: of.withdrawn_at,
            may: may.then(|| Act::WithdrawDuty.operation_id()).into_iter().collect(),
            version: of.version,
            created_at: of.created_at,
        });
    }
    Ok(shown)
}

fn one(tx: &mut Conn, cx: &Context, duty: Domain) -> Result<Duty, Failure> {
    crate::app::found(shape(tx, cx, vec![duty])?.pop())
}

/// A duty to set.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDuty {
    /// Who sets it, for those below.
    organisation_id: OrganisationId,
    /// Its name.
    #[schema(min_length = 2, max_length = 60)]
    title: String,
    /// Obliges organisations of this level; units that claim where it is absent.
    level: Option<Level>,
    /// Its first day.
    from: NaiveDate,
    /// Its last day, a year later at most.
    to: NaiveDate,
    /// How often.
    #[schema(minimum = 1, maximum = 12)]
    times: i64,
}

/// Sets a duty for the units below an organisation. What counts is counted: for a unit that claims a day on which it brought
/// something whose arrival others confirmed; for an organisation a campaign that it held, that opened in that time and by
/// which at least one wish was fulfilled.
#[utoipa::path(tag = "duties", request_body = NewDuty, responses((status = 201, body = Duty), Problems))]
#[post("/duties")]
async fn create_duty(
    caller: Caller,
    idem: Idempotency,
    body: Body<NewDuty>,
) -> Result<HttpResponse, Failure> {
    let new = body.value;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let asked = Asked {
                title: new.title.clone(),
                obliged: new.level.map_or(Obliged::Claimants, Obliged::Organisations),
                span: Span::of(new.from, new.to, "/to")?,
                times: new.times,
            };
            let made = work::create(tx, cx, new.organisation_id, asked)?;
            let shown = one(tx, cx, made)?;
            Ok(Reply::created(format!("/duties/{}", shown.id), &shown)?.tagged(shown.version, VIEW))
        })
        .await
}

/// Duties set where I have a role, above it or below it, newest first.
#[utoipa::path(tag = "duties", params(Paging), responses((status = 200, body = Page<Duty>), ReadProblems))]
#[get("/duties")]
async fn list_duties(caller: Caller, list: Listing<NoFilter>) -> Result<HttpResponse, Failure> {
    let (before, rows) = (list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, before, rows)?;
            shape(tx, cx, found)
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// One duty.
#[utoipa::path(tag = "duties", responses((status = 200, body = Duty), ReadProblems))]
#[get("/duties/{id}")]
async fn get_duty(req: HttpRequest, caller: Caller, id: Path<DutyId>) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read(move |tx, cx| {
            let found = work::see(tx, cx, id.0)?;
            one(tx, cx, found)
        })
        .await?;
    Ok(etag::answer(&req, shown.version, VIEW, Keep::Private, &shown))
}

/// Takes a duty back: nobody owes anything by it any more.
#[utoipa::path(tag = "duties", request_body = Nothing, responses((status = 200, body = Duty), Problems))]
#[post("/duties/{id}/withdraw")]
async fn withdraw_duty(
    caller: Caller,
    id: Path<DutyId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let withdrawn = work::withdraw(tx, cx, id.0, &seen.0)?;
            let shown = one(tx, cx, withdrawn)?;
            Ok(Reply::ok(&shown)?.tagged(shown.version, VIEW))
        })
        .await
}

/// A campaign that an obliged unit takes part in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DutyAhead {
    /// Which.
    campaign_id: CampaignId,
    /// Its name.
    title: String,
    /// Its first day.
    starts_on: NaiveDate,
    /// Its last day.
    ends_on: NaiveDate,
}

impl std::convert::From<Ahead> for DutyAhead {
    fn from(of: Ahead) -> Self {
        let Ahead { campaign_id, title, starts_on, ends_on } = of;
        Self { campaign_id, title, starts_on, ends_on }
    }
}

/// How far an obliged unit has come.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DutyProgress {
    /// The unit that claims.
    #[serde(skip_serializing_if = "Option::is_none")]
    claimant: Option<ClaimantRef>,
    /// Or the organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<OrgRef>,
    /// How often it did.
    done: i64,
    /// How often it still has to.
    owed: i64,
    /// On which days it did.
    days: Vec<NaiveDate>,
    /// Campaigns that it takes part in, which have not ended.
    ahead: Vec<DutyAhead>,
}

type Listed = (DutyProgress, (i64, Uuid));

fn row<I>(duty: &Domain, of: Done<I>, id: Uuid) -> Listed {
    let (done, owed) = (of.done, duty.owed(of.done));
    let ahead = of.ahead.into_iter().map(Into::into).collect();
    let shown = DutyProgress { claimant: None, organisation: None, done, owed, days: of.days, ahead };
    (shown, (done, id))
}

fn rows(tx: &mut Conn, duty: &Domain, progress: Progress) -> Result<Vec<Listed>, Failure> {
    match progress {
        Progress::Claimants(all) => {
            let names = Names::default().claimants(tx, all.iter().map(|one| one.id))?;
            let shown = all.into_iter().map(|of| {
                let id = of.id;
                let (shown, key) = row(duty, of, id.0);
                (DutyProgress { claimant: Some(ClaimantRef::of(id, &names)), ..shown }, key)
            });
            Ok(shown.collect())
        }
        Progress::Organisations(all) => {
            let names = Names::default().organisations(tx, all.iter().map(|one| one.id))?;
            let shown = all.into_iter().map(|of| {
                let id = of.id;
                let (shown, key) = row(duty, of, id.0);
                (DutyProgress { organisation: Some(OrgRef::of(id, &names)), ..shown }, key)
            });
            Ok(shown.collect())
        }
    }
}

/// How far the obliged units have come, who did least first: all for who coordinates, administers or audits above them; for
/// others their own.
#[utoipa::path(tag = "duties", params(Paging), responses((status = 200, body = Page<DutyProgress>), ReadProblems))]
#[get("/duties/{id}/progress")]
async fn list_duty_progress(
    caller: Caller,
    id: Path<DutyId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let after = list.after::<(i64, Uuid)>()?.map(|(done, id)| From { done, id });
    let limit = list.rows();
    let found = caller
        .read_slow(move |tx, cx| {
            let (duty, progress) = work::progress(tx, cx, id.0, after, limit)?;
            rows(tx, &duty, progress)
        })
        .await?;
    list.answer(found, |(_, key)| *key, |(shown, _)| shown)
}

/// Mounts the operations on duties.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_duty)
        .service(list_duties)
        .service(get_duty)
        .service(withdraw_duty)
        .service(list_duty_progress);
}

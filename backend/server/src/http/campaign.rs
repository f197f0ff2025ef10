//! Campaigns over HTTP, for those who hold them.

use super::{
    caller::Caller,
    campaign_view::{Campaign, CampaignReport, CampaignRule, CampaignTargets, all, one, report},
    extract::{Body, Idempotency, IfMatch, IfMatchOptional, Listing, Page, Paging, Path},
    organisation::not_null,
    reply::Reply,
    wish::{Nothing, given},
};
use crate::{
    app::{
        Context,
        campaign::{self as work, Hosted},
    },
    etag::{self, Keep},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use chrono::NaiveDate;
use domain::{
    access::Act,
    campaign::{Content, Status},
    id::{CampaignId, OrganisationId},
    refusal::Refusal,
};
use serde::Deserialize;
use store::Conn;

/// A campaign to prepare.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCampaign {
    /// Who makes it and answers for it.
    organisation_id: OrganisationId,
    /// Its name; public.
    #[schema(min_length = 2, max_length = 60, examples("六一·点亮微心愿"))]
    title: String,
    /// What it is about; public.
    #[schema(min_length = 2, max_length = 1000)]
    theme: String,
    /// The day on which it opens by itself.
    starts_on: NaiveDate,
    /// Its last day; two years after the first at most.
    ends_on: NaiveDate,
    /// Which wishes belong to it by themselves; none when absent.
    #[serde(default, deserialize_with = "not_null")]
    rule: Option<CampaignRule>,
    /// What it is to reach.
    #[serde(default)]
    #[schema(required = false)]
    targets: CampaignTargets,
    /// Organisations of the same tree that are asked to hold it too.
    #[serde(default)]
    #[schema(required = false, max_items = 19)]
    host_ids: Vec<OrganisationId>,
}

impl NewCampaign {
    fn content(&self) -> Result<Content, Refusal> {
        Ok(Content {
            title: self.title.trim().to_owned(),
            theme: self.theme.trim().to_owned(),
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            rule: self.rule.as_ref().map(CampaignRule::rule).transpose()?,
            targets: self.targets.into(),
        })
    }
}

pub(super) fn answer(tx: &mut Conn, cx: &Context, hosted: Hosted, created: bool) -> Result<Reply, Failure> {
    let shown = one(tx, cx, hosted)?;
    let reply = match created {
        true => Reply::created(format!("/campaigns/{}", shown.id), &shown)?,
        false => Reply::ok(&shown)?,
    };
    Ok(reply.tagged(shown.version, "campaign"))
}

/// Prepares a campaign (主题活动): it opens by itself on its first day and closes after its last. Both texts are public and
/// are looked through as a wish's are.
#[utoipa::path(tag = "campaigns", request_body = NewCampaign, responses((status = 201, body = Campaign), Problems))]
#[post("/campaigns")]
async fn create_campaign(
    caller: Caller,
    idem: Idempotency,
    body: Body<NewCampaign>,
) -> Result<HttpResponse, Failure> {
    let new = body.value;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let hosted = work::prepare(tx, cx, new.organisation_id, new.content()?, &new.host_ids)?;
            answer(tx, cx, hosted, true)
        })
        .await
}

/// Which campaigns a list shows.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CampaignFilter {
    /// That stand so.
    status: Option<Status>,
}

/// Campaigns that organisations of the caller's hold, or are asked to hold, newest first.
#[utoipa::path(tag = "campaigns", params(CampaignFilter, Paging), responses((status = 200, body = Page<Campaign>), ReadProblems))]
#[get("/campaigns")]
async fn list_campaigns(caller: Caller, list: Listing<CampaignFilter>) -> Result<HttpResponse, Failure> {
    let (status, before, rows) = (list.filter.status, list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::all(tx, cx, status, before, rows)?;
            all(tx, cx, found)
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// One campaign, for its hosts.
#[utoipa::path(tag = "campaigns", responses((status = 200, body = Campaign), (status = 304, description = "Not changed"), ReadProblems))]
#[get("/campaigns/{id}")]
async fn get_campaign(
    req: HttpRequest,
    caller: Caller,
    id: Path<CampaignId>,
) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read(move |tx, cx| {
            let hosted = work::see(tx, cx, Act::GetCampaign, id.0)?;
            one(tx, cx, hosted)
        })
        .await?;
    Ok(etag::answer(&req, shown.version, "campaign", Keep::Private, &shown))
}

/// What to change of a campaign (RFC 7396). Once it is open its first day and its rule stay.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CampaignPatch {
    /// Its name.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 2, max_length = 60)]
    title: Option<String>,
    /// What it is about.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 2, max_length = 1000)]
    theme: Option<String>,
    /// The day on which it opens.
    #[serde(default, deserialize_with = "not_null")]
    starts_on: Option<NaiveDate>,
    /// Its last day.
    #[serde(default, deserialize_with = "not_null")]
    ends_on: Option<NaiveDate>,
    /// Which wishes belong to it by themselves; null for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<CampaignRule>)]
    rule: Option<Option<CampaignRule>>,
    /// What it is to reach, all of it anew.
    #[serde(default, deserialize_with = "not_null")]
    targets: Option<CampaignTargets>,
    /// Who is asked to hold it too, all of them anew; who accepted stays.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(max_items = 19)]
    host_ids: Option<Vec<OrganisationId>>,
}

impl CampaignPatch {
    fn apply(&self, rule: Option<Option<domain::campaign::Rule>>, content: &mut Content) {
        if let Some(title) = &self.title {
            title.trim().clone_into(&mut content.title);
        }
        if let Some(theme) = &self.theme {
            theme.trim().clone_into(&mut content.theme);
        }
        content.starts_on = self.starts_on.unwrap_or(content.starts_on);
        content.ends_on = self.ends_on.unwrap_or(content.ends_on);
        if let Some(rule) = rule {
            content.rule = rule;
        }
        content.targets = self.targets.map_or(content.targets, Into::into);
    }
}

/// Changes a campaign.
#[utoipa::path(tag = "campaigns", request_body = CampaignPatch, responses((status = 200, body = Campaign), Problems))]
#[patch("/campaigns/{id}")]
async fn update_campaign(
    caller: Caller,
    id: Path<CampaignId>,
    seen: IfMatch,
    body: Body<CampaignPatch>,
) -> Result<HttpResponse, Failure> {
    let patch = body.value;
    caller
        .change(None, move |tx, cx| {
            let rule = |rule: &Option<CampaignRule>| rule.as_ref().map(CampaignRule::rule).transpose();
            let rule = patch.rule.as_ref().map(rule).transpose()?;
            let change = |content: &mut Content| patch.apply(rule, content);
            let hosted = work::revise(tx, cx, id.0, &seen.0, change, patch.host_ids.as_deref())?;
            answer(tx, cx, hosted, false)
        })
        .await
}

/// Opens a campaign at once, before its first day.
#[utoipa::path(tag = "campaigns", request_body = Nothing, responses((status = 200, body = Campaign), Problems))]
#[post("/campaigns/{id}/open")]
async fn open_campaign(
    caller: Caller,
    id: Path<CampaignId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let hosted = work::open(tx, cx, id.0, &seen.0)?;
            answer(tx, cx, hosted, false)
        })
        .await
}

/// Why a campaign ends, or does not take place.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CampaignEnd {
    /// In words for the hosts.
    #[schema(min_length = 2, max_length = 200)]
    reason: String,
}

/// Closes an open campaign before its last day: what came of it is counted now, and stays.
#[utoipa::path(tag = "campaigns", request_body = CampaignEnd, responses((status = 200, body = Campaign), Problems))]
#[post("/campaigns/{id}/close")]
async fn close_campaign(
    caller: Caller,
    id: Path<CampaignId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<CampaignEnd>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let reason = body.value.reason;
    caller
        .change(keyed, move |tx, cx| {
            let hosted = work::close(tx, cx, id.0, &seen.0, &reason)?;
            answer(tx, cx, hosted, false)
        })
        .await
}

/// Says that a campaign that is being prepared does not take place.
#[utoipa::path(tag = "campaigns", request_body = CampaignEnd, responses((status = 200, body = Campaign), Problems))]
#[post("/campaigns/{id}/cancel")]
async fn cancel_campaign(
    caller: Caller,
    id: Path<CampaignId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<CampaignEnd>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let reason = body.value.reason;
    caller
        .change(keyed, move |tx, cx| {
            let hosted = work::cancel(tx, cx, id.0, &seen.0, &reason)?;
            answer(tx, cx, hosted, false)
        })
        .await
}

/// An invited organisation holds the campaign too: open wishes of its subtree that the rule asks for belong to it.
#[utoipa::path(tag = "campaigns", request_body = Nothing, responses((status = 200, body = Campaign), Problems))]
#[post("/campaigns/{id}/hosts/{organisation_id}/accept")]
async fn accept_hosting(
    caller: Caller,
    ids: Path<(CampaignId, OrganisationId)>,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let hosted = work::answer_host(tx, cx, ids.0, true)?;
            answer(tx, cx, hosted, false)
        })
        .await
}

/// An invited organisation does not hold the campaign.
#[utoipa::path(tag = "campaigns", request_body = Nothing, responses((status = 200, body = Campaign), Problems))]
#[post("/campaigns/{id}/hosts/{organisation_id}/decline")]
async fn decline_hosting(
    caller: Caller,
    ids: Path<(CampaignId, OrganisationId)>,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let hosted = work::answer_host(tx, cx, ids.0, false)?;
            answer(tx, cx, hosted, false)
        })
        .await
}

/// What came of a campaign so far; of a closed one, what was counted when it closed.
#[utoipa::path(tag = "campaigns", responses((status = 200, body = CampaignReport), ReadProblems))]
#[get("/campaigns/{id}/report")]
async fn get_campaign_report(caller: Caller, id: Path<CampaignId>) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read_slow(move |tx, cx| {
            let hosted = work::see(tx, cx, Act::GetCampaignReport, id.0)?;
            let counted = work::report(tx, cx, &hosted.campaign)?;
            report(tx, &hosted.campaign, &counted)
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", Keep::Never.cache_control())).json(shown))
}

/// Mounts the operations on campaigns.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_campaign)
        .service(list_campaigns)
        .service(get_campaign)
        .service(update_campaign)
        .service(open_campaign)
        .service(close_campaign)
        .service(cancel_campaign)
        .service(accept_hosting)
        .service(decline_hosting)
        .service(get_campaign_report);
}

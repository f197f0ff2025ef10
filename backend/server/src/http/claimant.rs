//! Claimants over HTTP.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, IfMatch, Listing, Page, Paging, Path},
    organisation::{not_null, searched},
    reply::Reply,
    shared::OrgRef,
};
use crate::{
    app::{
        self, Context,
        claimant::{self as work, NewClaimant as Asked},
        names::Names,
        standing,
    },
    etag::{self, Keep},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use chrono::NaiveDate;
use domain::{
    claimant::{Claimant as Domain, Kind, Profile, Standing},
    id::{ClaimantId, OrganisationId},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::{Conn, claimant::Filter};

/// How many open claims one takes at once, unless it says otherwise.
const CAPACITY: i32 = 10;

/// Why a claimant takes on nothing new; what it holds goes on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ClaimantSuspension {
    /// Since when.
    since: Instant,
    /// The last day; absent where it lasts until staff let it in again.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<NaiveDate>,
    /// Why; for who acts for it, who decides on it and who audits, and not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Who fulfils wishes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Claimant {
    /// Its id.
    pub(super) id: ClaimantId,
    /// A person or a unit.
    kind: Kind,
    /// The name others see.
    display_name: String,
    /// The organisation that it belongs to.
    organisation: OrgRef,
    /// What it can do.
    skills: Vec<String>,
    /// Where it goes, as division codes.
    region_codes: Vec<String>,
    /// The categories that it takes, by code; any when empty.
    categories: Vec<String>,
    /// How many open claims it takes at once.
    capacity: i32,
    /// How many it holds.
    open_claims: i64,
    /// It takes on new wishes: it neither rests nor is suspended.
    active: bool,
    /// Where it is suspended.
    #[serde(skip_serializing_if = "Option::is_none")]
    suspension: Option<ClaimantSuspension>,
    /// Counts its changes; claims do not count as such.
    pub(super) version: i64,
    /// When it was entered.
    created_at: Instant,
}

impl Claimant {
    /// The view for its tag: what is shown changes with its claims, which do not change its version.
    pub(super) fn view(&self) -> String {
        format!("claimant.{}", self.open_claims)
    }
}

fn shape(tx: &mut Conn, list: Vec<Domain>) -> Result<Vec<Claimant>, Failure> {
    let names = Names::default().organisations(tx, list.iter().map(|one| one.organisation_id))?;
    let ids: Vec<ClaimantId> = list.iter().map(|one| one.id).collect();
    let live = store::claimant::live_counts(tx, &ids)?;
    let claimant = |one: Domain| Claimant {
        active: one.may_take_on().is_ok(),
        suspension: suspension(&one.standing),
        id: one.id,
        kind: one.kind,
        display_name: one.profile.display_name,
        organisation: OrgRef::of(one.organisation_id, &names),
        skills: one.profile.skills,
        region_codes: one.profile.region_codes,
        categories: one.profile.categories,
        capacity: one.profile.capacity,
        open_claims: live.get(&one.id).copied().unwrap_or_default(),
        version: one.version,
        created_at: one.created_at,
    };
    Ok(list.into_iter().map(claimant).collect())
}

fn suspension(standing: &Standing) -> Option<ClaimantSuspension> {
    let Standing::Suspended(of) = standing else { return None };
    Some(ClaimantSuspension { since: of.since, until: of.until.map(Instant::date), reason: None })
}

pub(super) fn one(tx: &mut Conn, cx: &Context, claimant: Domain) -> Result<Claimant, Failure> {
    let reason = standing::reason(tx, cx, &claimant)?;
    let mut shown = app::found(shape(tx, vec![claimant])?.pop())?;
    if let Some(suspension) = &mut shown.suspension {
        suspension.reason = reason;
    }
    Ok(shown)
}

/// A claimant to enter.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewClaimant {
    /// A person or a unit.
    kind: Kind,
    /// The name others see.
    #[schema(min_length = 1, max_length = 60)]
    display_name: String,
    /// The organisation that it belongs to; its managers act for it.
    organisation_id: OrganisationId,
    /// The user who acts for a person; not for units.
    username: Option<String>,
    /// What it can do, as short words.
    #[serde(default)]
    #[schema(required = false, max_items = 20)]
    skills: Vec<String>,
    /// Where it goes, as division codes.
    #[serde(default)]
    #[schema(required = false, max_items = 20)]
    region_codes: Vec<String>,
    /// The categories that it takes, by code; any when empty.
    #[serde(default)]
    #[schema(required = false, max_items = 20)]
    categories: Vec<String>,
    /// How many open claims it takes at once; 10 when absent.
    #[schema(minimum = 1, maximum = 1000)]
    capacity: Option<i32>,
}

impl NewClaimant {
    fn asked(&self) -> Asked {
        Asked {
            kind: self.kind,
            organisation_id: self.organisation_id,
            username: self.username.as_ref().map(|name| name.trim().to_owned()),
            profile: Profile {
                display_name: self.display_name.trim().to_owned(),
                skills: self.skills.clone(),
                region_codes: self.region_codes.clone(),
                categories: self.categories.clone(),
                capacity: self.capacity.unwrap_or(CAPACITY),
            },
        }
    }
}

/// Enters a claimant.
#[utoipa::path(
    tag = "claimants",
    request_body = NewClaimant,
    responses((status = 201, description = "Entered", body = Claimant), Problems),
)]
#[post("/claimants")]
async fn create_claimant(
    caller: Caller,
    idem: Idempotency,
    body: Body<NewClaimant>,
) -> Result<HttpResponse, Failure> {
    let new = body.value;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let made = work::create(tx, cx, new.asked())?;
            let shown = one(tx, cx, made)?;
            Ok(Reply::created(format!("/claimants/{}", shown.id), &shown)?
                .tagged(shown.version, &shown.view()))
        })
        .await
}

/// What narrows the list of claimants down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ClaimantFilter {
    /// In the subtree of this organisation.
    organisation_id: Option<OrganisationId>,
    /// With this in the name.
    #[param(max_length = 60)]
    q: Option<String>,
    /// Only those that may claim, or only those that may not.
    active: Option<bool>,
}

/// The claimants of the caller's subtrees, newest first, and those who are the caller.
#[utoipa::path(
    tag = "claimants",
    params(ClaimantFilter, Paging),
    responses((status = 200, description = "A page", body = Page<Claimant>), ReadProblems),
)]
#[get("/claimants")]
async fn list_claimants(caller: Caller, list: Listing<ClaimantFilter>) -> Result<HttpResponse, Failure> {
    let filter = Filter {
        organisation_id: list.filter.organisation_id,
        active: list.filter.active,
        name: searched(list.filter.q.as_ref())?,
        before: list.after()?,
        ..Filter::default()
    };
    let rows = list.rows();
    let found = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, filter, rows)?;
            shape(tx, found)
        })
        .await?;
    list.answer(found, |claimant| claimant.id, |claimant| claimant)
}

/// One claimant.
#[utoipa::path(
    tag = "claimants",
    params(("id" = ClaimantId, Path, description = "The claimant.")),
    responses((status = 200, description = "It", body = Claimant), (status = 304, description = "Not changed"), ReadProblems),
)]
#[get("/claimants/{id}")]
async fn get_claimant(
    req: HttpRequest,
    caller: Caller,
    id: Path<ClaimantId>,
) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read(move |tx, cx| {
            let found = work::see(tx, cx, id.0)?;
            one(tx, cx, found)
        })
        .await?;
    Ok(etag::answer(&req, shown.version, &shown.view(), Keep::Private, &shown))
}

/// What to change in a claimant (RFC 7396): what is absent stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ClaimantPatch {
    /// The name others see.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 1, max_length = 60)]
    display_name: Option<String>,
    /// What it can do; replaces all.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(max_items = 20)]
    skills: Option<Vec<String>>,
    /// Where it goes; replaces all.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(max_items = 20)]
    region_codes: Option<Vec<String>>,
    /// The categories that it takes; replaces all.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(max_items = 20)]
    categories: Option<Vec<String>>,
    /// How many open claims it takes at once.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(minimum = 1, maximum = 1000)]
    capacity: Option<i32>,
    /// It takes on new wishes, or rests; not while it is suspended.
    #[serde(default, deserialize_with = "not_null")]
    active: Option<bool>,
}

impl ClaimantPatch {
    fn apply(&self, profile: &mut Profile) {
        if let Some(name) = &self.display_name {
            name.trim().clone_into(&mut profile.display_name);
        }
        if let Some(skills) = &self.skills {
            profile.skills.clone_from(skills);
        }
        if let Some(codes) = &self.region_codes {
            profile.region_codes.clone_from(codes);
        }
        if let Some(codes) = &self.categories {
            profile.categories.clone_from(codes);
        }
        profile.capacity = self.capacity.unwrap_or(profile.capacity);
    }
}

/// Changes a claimant.
#[utoipa::path(
    tag = "claimants",
    params(("id" = ClaimantId, Path, description = "The claimant.")),
    request_body = ClaimantPatch,
    responses((status = 200, description = "Changed", body = Claimant), Problems),
)]
#[patch("/claimants/{id}")]
async fn update_claimant(
    caller: Caller,
    id: Path<ClaimantId>,
    seen: IfMatch,
    body: Body<ClaimantPatch>,
) -> Result<HttpResponse, Failure> {
    let patch = body.value;
    caller
        .change(None, move |tx, cx| {
            let change = |profile: &mut Profile| patch.apply(profile);
            let changed = work::update(tx, cx, id.0, &seen.0, patch.active, change)?;
            let shown = one(tx, cx, changed)?;
            Ok(Reply::ok(&shown)?.tagged(shown.version, &shown.view()))
        })
        .await
}

/// Mounts the operations on claimants.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(create_claimant).service(list_claimants).service(get_claimant).service(update_claimant);
}

//! The tree of organisations over HTTP, and their time rules.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, IfMatch, Listing, Page, Paging, Path},
    reply::Reply,
    wish::given,
};
use crate::{
    app::{self, organisation as work},
    etag::{self, Keep},
    openapi::{Problems, ReadProblems},
    problem::Failure,
};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put};
use domain::{
    id::OrganisationId,
    organisation::{Kind, Level, Organisation as Domain, Profile},
    policy::{Effective, Policy as Rules},
    refusal::{Code, Fault, Refusal},
    time::Instant,
};
use serde::{Deserialize, Deserializer, Serialize};
use store::organisation::{Filter, Line};
use utoipa_actix_web::service_config::ServiceConfig;

/// The one view of an organisation.
const VIEW: &str = "organisation";

/// A node of the tree.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Organisation {
    /// Its id.
    id: OrganisationId,
    /// Its name.
    #[schema(examples("石桥镇"))]
    name: String,
    /// What sort it is.
    kind: Kind,
    /// Where in the tree it stands.
    level: Level,
    /// Administrative division code.
    #[serde(skip_serializing_if = "Option::is_none")]
    region_code: Option<String>,
    /// Its superior; absent at the root.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<OrganisationId>,
    /// Counts its changes, also those of its members, categories and rules.
    version: i64,
    /// When it was entered.
    created_at: Instant,
}

impl From<Domain> for Organisation {
    fn from(of: Domain) -> Self {
        Self {
            id: of.id,
            name: of.profile.name,
            kind: of.profile.kind,
            level: of.profile.level,
            region_code: of.profile.region_code,
            parent_id: of.parent_id,
            version: of.version,
            created_at: of.created_at,
        }
    }
}

/// An organisation to enter.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOrganisation {
    /// Its name.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// What sort it is.
    kind: Kind,
    /// Where in the tree it stands: not above its superior.
    level: Level,
    /// Administrative division code, 2 to 12 digits.
    #[schema(pattern = "^[0-9]{2,12}$")]
    region_code: Option<String>,
    /// Its superior.
    parent_id: OrganisationId,
}

/// Enters an organisation below another. Roots are founded on the command line.
#[utoipa::path(tag = "organisations", responses((status = 201, description = "Entered", body = Organisation), Problems))]
#[post("/organisations")]
async fn create_organisation(
    caller: Caller,
    idem: Idempotency,
    body: Body<NewOrganisation>,
) -> Result<HttpResponse, Failure> {
    let new = body.value;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let profile = Profile {
                name: new.name.trim().to_owned(),
                kind: new.kind,
                level: new.level,
                region_code: new.region_code.clone(),
            };
            let made = work::create(tx, cx, new.parent_id, profile)?;
            let (id, version) = (made.id, made.version);
            Ok(Reply::created(format!("/organisations/{id}"), &Organisation::from(made))?
                .tagged(version, VIEW))
        })
        .await
}

/// What narrows the list of organisations down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OrganisationFilter {
    /// Directly below this one.
    parent_id: Option<OrganisationId>,
    /// In the subtree of this one.
    root_id: Option<OrganisationId>,
    /// With this in the name.
    #[param(max_length = 60)]
    q: Option<String>,
}

/// What must not be null: for members of a patch that cannot be cleared.
pub(super) fn not_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Refuses a search text that is longer than a name.
pub(super) fn searched(q: Option<&String>) -> Result<Option<String>, Refusal> {
    let text = q.map(|q| q.trim()).filter(|q| !q.is_empty());
    match text.is_some_and(|text| text.chars().count() > 60) {
        true => Err(Refusal::field(Code::Invalid, "q", Fault::TooLong)),
        false => Ok(text.map(str::to_owned)),
    }
}

/// The organisations of the caller's subtrees, and their superiors, in the order in which they were
/// entered.
#[utoipa::path(
    tag = "organisations",
    params(OrganisationFilter, Paging),
    responses((status = 200, description = "A page", body = Page<Organisation>), ReadProblems),
)]
#[get("/organisations")]
async fn list_organisations(
    caller: Caller,
    list: Listing<OrganisationFilter>,
) -> Result<HttpResponse, Failure> {
    let filter = Filter {
        below: list.filter.root_id,
        parent_id: list.filter.parent_id,
        name: searched(list.filter.q.as_ref())?,
        after: list.after()?,
        ..Filter::default()
    };
    let rows = list.rows();
    let nodes = caller.read(move |tx, cx| work::list(tx, cx, filter, rows)).await?;
    list.answer(nodes, |node| node.organisation.id, |node| Organisation::from(node.organisation))
}

/// One organisation.
#[utoipa::path(
    tag = "organisations",
    responses((status = 200, description = "It", body = Organisation), (status = 304, description = "Not changed"), ReadProblems),
)]
#[get("/organisations/{id}")]
async fn get_organisation(
    req: HttpRequest,
    caller: Caller,
    id: Path<OrganisationId>,
) -> Result<HttpResponse, Failure> {
    let found = caller.read(move |tx, cx| work::see(tx, cx, id.0)).await?;
    Ok(etag::answer(&req, found.version, VIEW, Keep::Private, &Organisation::from(found)))
}

/// What to change in an organisation (RFC 7396): what is absent stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct OrganisationPatch {
    /// Its name.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 1, max_length = 80)]
    name: Option<String>,
    /// What sort it is.
    #[serde(default, deserialize_with = "not_null")]
    kind: Option<Kind>,
    /// Where in the tree it stands.
    #[serde(default, deserialize_with = "not_null")]
    level: Option<Level>,
    /// Administrative division code; null for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, pattern = "^[0-9]{2,12}$")]
    region_code: Option<Option<String>>,
    /// Another superior, of the same tree; all that stands below moves along.
    #[serde(default, deserialize_with = "not_null")]
    parent_id: Option<OrganisationId>,
}

/// Changes an organisation, or moves it.
#[utoipa::path(tag = "organisations", responses((status = 200, description = "Changed", body = Organisation), Problems))]
#[patch("/organisations/{id}")]
async fn update_organisation(
    caller: Caller,
    id: Path<OrganisationId>,
    seen: IfMatch,
    body: Body<OrganisationPatch>,
) -> Result<HttpResponse, Failure> {
    let asked = body.value;
    let patch = work::Patch {
        name: asked.name.map(|name| name.trim().to_owned()),
        kind: asked.kind,
        level: asked.level,
        region_code: asked.region_code,
        parent_id: asked.parent_id,
    };
    caller
        .change(None, move |tx, cx| {
            let changed = work::update(tx, cx, id.0, &seen.0, &patch)?;
            let version = changed.version;
            Ok(Reply::ok(&Organisation::from(changed))?.tagged(version, VIEW))
        })
        .await
}

/// Removes an organisation that nothing hangs on.
#[utoipa::path(tag = "organisations", responses((status = 204, description = "Removed"), Problems))]
#[delete("/organisations/{id}")]
async fn delete_organisation(
    caller: Caller,
    id: Path<OrganisationId>,
    seen: IfMatch,
) -> Result<HttpResponse, Failure> {
    caller.change(None, move |tx, cx| work::delete(tx, cx, id.0, &seen.0).map(|()| Reply::none())).await
}

/// An organisation's own time rules, in working days; what is absent or null is inherited.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Policy {
    /// From taken in to published.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 250)]
    review_days: Option<u16>,
    /// On the wall before it goes up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 250)]
    open_days: Option<u16>,
    /// From claimed to the first contact; also to answer a dispatch.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 250)]
    contact_days: Option<u16>,
    /// From claimed to delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 250)]
    delivery_days: Option<u16>,
    /// From delivered to confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 250)]
    confirm_days: Option<u16>,
    /// For a superior to answer an escalation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 250)]
    escalation_days: Option<u16>,
}

impl From<Rules> for Policy {
    fn from(rules: Rules) -> Self {
        Self {
            review_days: rules.review_days,
            open_days: rules.open_days,
            contact_days: rules.contact_days,
            delivery_days: rules.delivery_days,
            confirm_days: rules.confirm_days,
            escalation_days: rules.escalation_days,
        }
    }
}

impl From<Policy> for Rules {
    fn from(policy: Policy) -> Self {
        Self {
            review_days: policy.review_days,
            open_days: policy.open_days,
            contact_days: policy.contact_days,
            delivery_days: policy.delivery_days,
            confirm_days: policy.confirm_days,
            escalation_days: policy.escalation_days,
        }
    }
}

/// The time rules that hold, in working days.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
struct EffectivePolicy {
    /// From taken in to published.
    review_days: u16,
    /// On the wall before it goes up.
    open_days: u16,
    /// From claimed to the first contact; also to answer a dispatch.
    contact_days: u16,
    /// From claimed to delivered.
    delivery_days: u16,
    /// From delivered to confirmed.
    confirm_days: u16,
    /// For a superior to answer an escalation.
    escalation_days: u16,
}

impl From<Effective> for EffectivePolicy {
    fn from(rules: Effective) -> Self {
        Self {
            review_days: rules.review_days,
            open_days: rules.open_days,
            contact_days: rules.contact_days,
            delivery_days: rules.delivery_days,
            confirm_days: rules.confirm_days,
            escalation_days: rules.escalation_days,
        }
    }
}

/// The time rules of an organisation.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PolicyAnswer {
    /// What it set itself.
    own: Policy,
    /// What holds for it.
    effective: EffectivePolicy,
}

impl PolicyAnswer {
    /// The rules, and the version of the organisation.
    fn of(line: &Line) -> Result<(Self, i64), Failure> {
        let node = app::found(line.nodes().first())?;
        let answer = Self { own: node.policy.into(), effective: line.policy().into() };
        Ok((answer, node.organisation.version))
    }

    /// The view for its tag: what is inherited changes without the organisation's version.
    fn view(&self) -> String {
        let EffectivePolicy {
            review_days,
            open_days,
            contact_days,
            delivery_days,
            confirm_days,
            escalation_days,
        } = self.effective;
        format!(
            "policy.{review_days}.{open_days}.{contact_days}.{delivery_days}.{confirm_days}.{escalation_days}"
        )
    }
}

/// How long each step may take for an organisation.
#[utoipa::path(
    tag = "organisations",
    responses((status = 200, description = "The rules", body = PolicyAnswer), (status = 304, description = "Not changed"), ReadProblems),
)]
#[get("/organisations/{id}/policy")]
async fn get_policy(
    req: HttpRequest,
    caller: Caller,
    id: Path<OrganisationId>,
) -> Result<HttpResponse, Failure> {
    let (rules, version) = caller.read(move |tx, cx| PolicyAnswer::of(&work::policy(tx, cx, id.0)?)).await?;
    Ok(etag::answer(&req, version, &rules.view(), Keep::Private, &rules))
}

/// Sets an organisation's own time rules, all of them.
#[utoipa::path(tag = "organisations", responses((status = 200, description = "The rules now", body = PolicyAnswer), Problems))]
#[put("/organisations/{id}/policy")]
async fn put_policy(
    caller: Caller,
    id: Path<OrganisationId>,
    seen: IfMatch,
    body: Body<Policy>,
) -> Result<HttpResponse, Failure> {
    let rules = Rules::from(body.value);
    caller
        .change(None, move |tx, cx| {
            let (answer, version) = PolicyAnswer::of(&work::put_policy(tx, cx, id.0, &seen.0, &rules)?)?;
            Ok(Reply::ok(&answer)?.tagged(version, &answer.view()))
        })
        .await
}

/// Mounts the operations on organisations.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(create_organisation)
        .service(list_organisations)
        .service(get_organisation)
        .service(update_organisation)
        .service(delete_organisation)
        .service(get_policy)
        .service(put_policy);
}

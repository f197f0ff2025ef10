//! The tree of organisations over HTTP.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, IfMatch, Listing, Page, Paging, Path},
    reply::Reply,
    wish::given,
};
use crate::{
    app::organisation as work,
    etag::{self, Keep},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use domain::{
    id::OrganisationId,
    organisation::{Kind, Level, Organisation as Domain, Profile},
    refusal::{Code, Fault, Refusal},
    time::Instant,
};
use serde::{Deserialize, Deserializer, Serialize};
use store::organisation::Filter;

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
#[utoipa::path(
    tag = "organisations",
    request_body = NewOrganisation,
    responses((status = 201, description = "Entered", body = Organisation), Problems),
)]
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
    params(("id" = OrganisationId, Path, description = "The organisation.")),
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
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    request_body = OrganisationPatch,
    responses((status = 200, description = "Changed", body = Organisation), Problems),
)]
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
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    responses((status = 204, description = "Removed"), Problems),
)]
#[delete("/organisations/{id}")]
async fn delete_organisation(
    caller: Caller,
    id: Path<OrganisationId>,
    seen: IfMatch,
) -> Result<HttpResponse, Failure> {
    caller.change(None, move |tx, cx| work::delete(tx, cx, id.0, &seen.0).map(|()| Reply::none())).await
}

/// Mounts the operations on organisations.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_organisation)
        .service(list_organisations)
        .service(get_organisation)
        .service(update_organisation)
        .service(delete_organisation);
}

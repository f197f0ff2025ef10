//! Circles over HTTP: what anybody sees of one before they apply, and who opens one.

use super::{
    caller::Caller,
    extract::{Body, IfMatch, Listing, Page, Paging, Path},
    organisation::searched,
    reply::Reply,
};
use crate::{
    app::circle::{self as work, Choices},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL, put};
use domain::id::OrganisationId;
use serde::{Deserialize, Serialize};

/// An organisation that takes applications.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Circle {
    /// The organisation.
    id: OrganisationId,
    /// Its name.
    #[schema(examples("桃坪镇"))]
    name: String,
    /// The names of those above it, the nearest first.
    above: Vec<String>,
}

impl From<work::Circle> for Circle {
    fn from(of: work::Circle) -> Self {
        Self { id: of.id, name: of.name, above: of.above }
    }
}

/// A skill to choose.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CircleSkill {
    /// The word to send.
    word: String,
    /// The English name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<String>,
}

/// A kind of wish to choose.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CircleCategory {
    /// The code to send.
    code: String,
    /// The name that people see.
    name_zh: String,
    /// The English name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<String>,
}

/// A place to choose.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CirclePlace {
    /// The division code to send.
    region_code: String,
    /// Its name.
    name: String,
}

/// A circle with what can be chosen when one applies.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CircleChoices {
    /// The organisation.
    id: OrganisationId,
    /// Its name.
    name: String,
    /// The names of those above it, the nearest first.
    above: Vec<String>,
    /// What one can do.
    skills: Vec<CircleSkill>,
    /// Which kinds of wish one takes.
    categories: Vec<CircleCategory>,
    /// Where one goes.
    places: Vec<CirclePlace>,
}

impl From<Choices> for CircleChoices {
    fn from(of: Choices) -> Self {
        let skill = |one: domain::skill::Skill| CircleSkill { word: one.word, name_en: one.label.name_en };
        let category = |one: domain::category::Category| CircleCategory {
            code: one.code,
            name_zh: one.label.name_zh,
            name_en: one.label.name_en,
        };
        Self {
            id: of.circle.id,
            name: of.circle.name,
            above: of.circle.above,
            skills: of.skills.into_iter().map(skill).collect(),
            categories: of.categories.into_iter().map(category).collect(),
            places: of
                .places
                .into_iter()
                .map(|(region_code, name)| CirclePlace { region_code, name })
                .collect(),
        }
    }
}

/// What narrows the list of circles down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CircleFilter {
    /// With this in the name.
    #[param(max_length = 60)]
    q: Option<String>,
}

/// The circles that take applications, in the order in which their organisations were entered.
#[utoipa::path(
    tag = "circles",
    security(()),
    params(CircleFilter, Paging),
    responses((status = 200, description = "A page", body = Page<Circle>), ReadProblems),
)]
#[get("/circles")]
async fn list_circles(caller: Caller, list: Listing<CircleFilter>) -> Result<HttpResponse, Failure> {
    let (name, after, rows) = (searched(list.filter.q.as_ref())?, list.after()?, list.rows());
    let found = caller.read(move |tx, cx| work::list(tx, cx, name.as_deref(), after, rows)).await?;
    list.answer(found, |circle| circle.id, Circle::from)
}

/// One circle that takes applications, with what can be chosen.
#[utoipa::path(
    tag = "circles",
    security(()),
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    responses((status = 200, description = "It", body = CircleChoices), ReadProblems),
)]
#[get("/circles/{id}")]
async fn get_circle(caller: Caller, id: Path<OrganisationId>) -> Result<HttpResponse, Failure> {
    let found = caller.read(move |tx, cx| work::see(tx, cx, id.0)).await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-cache")).json(CircleChoices::from(found)))
}

/// Whether a circle takes applications.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CirclePut {
    /// It takes applications.
    open: bool,
}

/// Opens an organisation's circle to applications, or closes it; those that wait stay. If-Match names the version of the
/// organisation, or `*`.
#[utoipa::path(
    tag = "circles",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    request_body = CirclePut,
    responses((status = 204, description = "Done"), Problems),
)]
#[put("/circles/{id}")]
async fn put_circle(
    caller: Caller,
    id: Path<OrganisationId>,
    seen: IfMatch,
    body: Body<CirclePut>,
) -> Result<HttpResponse, Failure> {
    let open = body.value.open;
    caller.change(None, move |tx, cx| work::put(tx, cx, id.0, &seen.0, open).map(|()| Reply::none())).await
}

/// Mounts the operations on circles.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_circles).service(get_circle).service(put_circle);
}

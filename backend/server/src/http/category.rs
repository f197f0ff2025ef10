//! Categories over HTTP: an organisation's list.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, IfMatch, IfMatchOptional, Page, Path},
    organisation::not_null,
    reply::Reply,
    wish::given,
};
use crate::{
    app::category::{self as work, NewCategory as Asked},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL, patch, post};
use domain::{
    category::{Category as Domain, Label},
    id::OrganisationId,
};
use serde::{Deserialize, Serialize};

/// The one view of a category.
const VIEW: &str = "category";

/// One kind of wish.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Category {
    /// Its code.
    #[schema(examples("thing"))]
    code: String,
    /// The name that people see.
    #[schema(examples("添一物"))]
    name_zh: String,
    /// The English name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<String>,
    /// On whose list it stands: the organisation's own, or a superior's.
    organisation_id: OrganisationId,
    /// New wishes may use it.
    active: bool,
    /// Place in the list, smallest first.
    sort: i32,
    /// Counts its changes.
    version: i64,
}

impl From<Domain> for Category {
    fn from(of: Domain) -> Self {
        Self {
            code: of.code,
            name_zh: of.label.name_zh,
            name_en: of.label.name_en,
            organisation_id: of.organisation_id,
            active: of.label.active,
            sort: of.label.sort,
            version: of.version,
        }
    }
}

/// The categories that hold for an organisation, its own and those it inherits, on one page; also those
/// that are not active any more.
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    responses((status = 200, description = "All", body = Page<Category>), ReadProblems),
)]
#[get("/organisations/{id}/categories")]
async fn list_categories(caller: Caller, id: Path<OrganisationId>) -> Result<HttpResponse, Failure> {
    let list = caller.read(move |tx, cx| work::list(tx, cx, id.0)).await?;
    let items: Vec<Category> = list.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .json(Page { items, next_cursor: None }))
}

/// A category to enter.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCategory {
    /// Its code, which never changes; an inherited one is replaced from here on down.
    #[schema(pattern = "^[a-z0-9_]{2,30}$")]
    code: String,
    /// The name that people see.
    #[schema(min_length = 1, max_length = 20)]
    name_zh: String,
    /// The English name.
    #[schema(max_length = 40)]
    name_en: Option<String>,
    /// Place in the list, smallest first; the last when absent.
    sort: Option<i32>,
    /// New wishes may use it; true when absent.
    active: Option<bool>,
}

/// Enters a category on an organisation's own list.
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    request_body = NewCategory,
    responses((status = 201, description = "Entered", body = Category), Problems),
)]
#[post("/organisations/{id}/categories")]
async fn create_category(
    caller: Caller,
    id: Path<OrganisationId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewCategory>,
) -> Result<HttpResponse, Failure> {
    let (at, asked) = (id.0, body.value);
    let new = Asked {
        code: asked.code,
        name_zh: asked.name_zh,
        name_en: asked.name_en,
        sort: asked.sort,
        active: asked.active.unwrap_or(true),
    };
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let made = work::create(tx, cx, at, &seen.0, &new)?;
            let (location, version) = (format!("/organisations/{at}/categories/{}", made.code), made.version);
            Ok(Reply::created(location, &Category::from(made))?.tagged(version, VIEW))
        })
        .await
}

/// What to change in a category (RFC 7396): what is absent stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CategoryPatch {
    /// The name that people see.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 1, max_length = 20)]
    name_zh: Option<String>,
    /// The English name; null for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 40)]
    name_en: Option<Option<String>>,
    /// Place in the list.
    #[serde(default, deserialize_with = "not_null")]
    sort: Option<i32>,
    /// New wishes may use it.
    #[serde(default, deserialize_with = "not_null")]
    active: Option<bool>,
}

impl CategoryPatch {
    fn apply(&self, label: &mut Label) {
        if let Some(name) = &self.name_zh {
            name.trim().clone_into(&mut label.name_zh);
        }
        if let Some(name) = &self.name_en {
            label.name_en.clone_from(name);
        }
        label.sort = self.sort.unwrap_or(label.sort);
        label.active = self.active.unwrap_or(label.active);
    }
}

/// Changes a category of an organisation's own list.
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation."), ("code" = String, Path, description = "The code of the category.")),
    request_body = CategoryPatch,
    responses((status = 200, description = "Changed", body = Category), Problems),
)]
#[patch("/organisations/{id}/categories/{code}")]
async fn update_category(
    caller: Caller,
    path: Path<(OrganisationId, String)>,
    seen: IfMatch,
    body: Body<CategoryPatch>,
) -> Result<HttpResponse, Failure> {
    let ((at, code), patch) = (path.0, body.value);
    caller
        .change(None, move |tx, cx| {
            let changed = work::update(tx, cx, (at, &code), &seen.0, |label| patch.apply(label))?;
            let version = changed.version;
            Ok(Reply::ok(&Category::from(changed))?.tagged(version, VIEW))
        })
        .await
}

/// Mounts the operations on categories.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_categories).service(create_category).service(update_category);
}

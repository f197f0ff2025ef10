//! The wall in figures over HTTP: public, and the same for everybody.

use super::caller::Caller;
use crate::{
    app::wall::{self as work, FRESH_SECONDS, Summary},
    openapi::ReadProblems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL};
use domain::{category::Category, time::Instant};
use serde::Serialize;

/// A category that the wall can be filtered by.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct WallCategory {
    /// Its code.
    #[schema(examples("thing"))]
    code: String,
    /// The name that people see.
    #[schema(examples("添一物"))]
    name_zh: String,
    /// The English name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<String>,
    /// How many wishes wait for claimants.
    open: i64,
}

/// The categories that the wall can be filtered by.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct WallCategories {
    /// Each code once.
    items: Vec<WallCategory>,
}

/// The wall in figures, over all organisations.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct WallFigures {
    /// The moment that they are of.
    as_of: Instant,
    /// Wishes that were ever published and not taken back.
    published: i64,
    /// Of these, waiting for claimants.
    open: i64,
    /// Of these, fulfilled.
    fulfilled: i64,
    /// Claimants of whom a resident said that something arrived, each once.
    claimants: i64,
}

/// What the wall can be filtered by, and how many wishes wait under each.
#[utoipa::path(
    tag = "wishes",
    security(()),
    responses((status = 200, description = "All", body = WallCategories), ReadProblems),
)]
#[get("/categories")]
async fn list_wall_categories(caller: Caller) -> Result<HttpResponse, Failure> {
    let summary = work::summary(&caller.state).await?;
    let item = |(of, open): &(Category, i64)| WallCategory {
        code: of.code.clone(),
        name_zh: of.label.name_zh.clone(),
        name_en: of.label.name_en.clone(),
        open: *open,
    };
    Ok(public(&WallCategories { items: summary.categories.iter().map(item).collect() }))
}

/// The wall in figures.
#[utoipa::path(
    tag = "statistics",
    security(()),
    responses((status = 200, description = "The figures", body = WallFigures), ReadProblems),
)]
#[get("/statistics/public")]
async fn get_wall_figures(caller: Caller) -> Result<HttpResponse, Failure> {
    let summary = work::summary(&caller.state).await?;
    let Summary { as_of, published, open, fulfilled, claimants, .. } = *summary;
    Ok(public(&WallFigures { as_of, published, open, fulfilled, claimants }))
}

fn public(body: &impl Serialize) -> HttpResponse {
    let keep = format!("public, max-age={FRESH_SECONDS}");
    HttpResponse::Ok().insert_header((CACHE_CONTROL, keep)).json(body)
}

/// Mounts the figures.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_wall_categories).service(get_wall_figures);
}

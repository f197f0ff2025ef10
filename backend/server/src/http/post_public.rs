//! Posts as everybody sees them.

use super::{
    caller::Caller,
    extract::{Listing, Page, Paging, Path},
    post_view::PublicPost,
};
use crate::{
    app::post::{self as work, Asked},
    etag::Keep,
    openapi::ReadProblems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL};
use chrono::NaiveDate;
use domain::{
    id::PostId,
    post::Kind,
    refusal::{Code, Fault, Refusal},
};
use serde::Deserialize;

/// Which posts are asked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PostFilter {
    /// A post or a project.
    kind: Option<Kind>,
    /// The code of a category.
    category: Option<String>,
    /// Below a county, or a level above, whose division code begins so.
    #[param(pattern = "^[0-9]{2,6}$")]
    region_code: Option<String>,
    /// With a shift on this day or later.
    from: Option<NaiveDate>,
    /// With a shift on this day or earlier.
    to: Option<NaiveDate>,
}

impl PostFilter {
    fn asked(&self) -> Result<Asked, Refusal> {
        let digits =
            |code: &String| (2..=6).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
        if !self.region_code.as_ref().is_none_or(digits) {
            return Err(Refusal::field(Code::Invalid, "region_code", Fault::Format));
        }
        Ok(Asked {
            kind: self.kind,
            category: self.category.clone(),
            region: self.region_code.clone(),
            from: self.from,
            to: self.to,
        })
    }
}

/// Posts and projects that are open, newest first.
#[utoipa::path(
    tag = "posts",
    security(()),
    params(PostFilter, Paging),
    responses((status = 200, body = Page<PublicPost>), ReadProblems),
)]
#[get("/posts")]
async fn list_posts(caller: Caller, list: Listing<PostFilter>) -> Result<HttpResponse, Failure> {
    let (asked, before, rows) = (list.filter.asked()?, list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::page(tx, cx, asked, before, rows)?;
            Ok(found.into_iter().map(|one| PublicPost::of(cx, one)).collect::<Vec<_>>())
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// One post that is open, or was until it ended.
#[utoipa::path(
    tag = "posts",
    security(()),
    responses((status = 200, body = PublicPost), ReadProblems),
)]
#[get("/posts/{id}")]
async fn get_post(caller: Caller, id: Path<PostId>) -> Result<HttpResponse, Failure> {
    let shown = caller.read(move |tx, cx| Ok(PublicPost::of(cx, work::shown(tx, cx, id.0)?))).await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, Keep::Never.cache_control())).json(shown))
}

/// Mounts them.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_posts).service(get_post);
}

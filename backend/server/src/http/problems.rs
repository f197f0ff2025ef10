//! The catalogue of problems: what `type` in a problem document points to.

use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL};
use domain::refusal::Code;
use serde::Serialize;

use super::{extract::Path, language::Language};
use crate::{
    openapi::ReadProblems,
    problem::{Failure, TYPE_BASE, status, title},
    routes::Routes,
};

/// What one code means.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ProblemType {
    /// The address that `type` gives.
    #[schema(examples("/api/v1/problems/wish_not_open"))]
    r#type: String,
    /// The stable code.
    #[schema(examples("wish_not_open"))]
    code: &'static str,
    /// The status that it comes with.
    #[schema(minimum = 400, maximum = 599, examples(409))]
    status: u16,
    /// What problems of its kind are called.
    title: BothTexts,
    /// What happened and what to do.
    detail: BothTexts,
}

/// A sentence in the two languages of the product.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct BothTexts {
    /// Chinese.
    zh: &'static str,
    /// English.
    en: &'static str,
}

/// All that there are.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ProblemTypes {
    /// In the order of the code.
    items: Vec<ProblemType>,
}

impl From<Code> for ProblemType {
    fn from(code: Code) -> Self {
        let (kind, text) = (code.kind(), code.text());
        Self {
            r#type: format!("{TYPE_BASE}{}", code.as_str()),
            code: code.as_str(),
            status: status(kind).as_u16(),
            title: BothTexts { zh: title(kind, Language::Zh), en: title(kind, Language::En) },
            detail: BothTexts { zh: text.zh, en: text.en },
        }
    }
}

fn answer(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=3600")).json(body)
}

/// List all problem codes.
///
/// Every `code` that a problem document may hold, with its status and its texts in both languages.
#[utoipa::path(tag = "problems", security(()), responses((status = 200, description = "All codes", body = ProblemTypes), ReadProblems))]
#[get("/problems")]
async fn list_problems() -> HttpResponse {
    answer(&ProblemTypes { items: Code::ALL.iter().copied().map(Into::into).collect() })
}

/// Read about one problem code.
#[utoipa::path(
    tag = "problems",
    security(()),
    params(("code" = String, Path, description = "The code.", example = "wish_not_open")),
    responses((status = 200, description = "What it means", body = ProblemType), ReadProblems),
)]
#[get("/problems/{code}")]
async fn get_problem(Path(code): Path<String>) -> Result<HttpResponse, Failure> {
    let known = Code::ALL.iter().copied().find(|known| known.as_str() == code);
    Ok(answer(&ProblemType::from(known.ok_or(Code::NotFound)?)))
}

/// Mounts these.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_problems).service(get_problem);
}

//! Benefits over HTTP: an organisation's list.

use super::{
    caller::Caller,
    extract::{Body, IfMatchOptional, Page, Path},
    reply::Reply,
};
use crate::{
    app::benefit as work,
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL, put};
use domain::{
    benefit::{Benefit as Domain, Terms},
    id::OrganisationId,
};
use serde::{Deserialize, Serialize};

/// The one view of a benefit.
const VIEW: &str = "benefit";

/// What a household in difficulty may be owed already.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Benefit {
    /// The word that referrals hold.
    #[schema(examples("高龄津贴"))]
    word: String,
    /// The English name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<String>,
    /// Who may be owed it.
    #[schema(examples("年满 80 岁"))]
    hint: String,
    /// Who answers for it.
    #[schema(examples("民政部门"))]
    office: String,
    /// On whose list it stands: the organisation's own, or a superior's.
    organisation_id: OrganisationId,
    /// It is asked about.
    active: bool,
    /// Place in the list, smallest first.
    sort: i32,
    /// Counts its changes.
    version: i64,
}

impl From<Domain> for Benefit {
    fn from(of: Domain) -> Self {
        let Terms { name_en, hint, office, sort, active } = of.terms;
        let (word, organisation_id, version) = (of.word, of.organisation_id, of.version);
        Self { word, name_en, hint, office, organisation_id, active, sort, version }
    }
}

/// The benefits that hold for an organisation, its own and those it inherits, on one page; also those that it does not
/// ask about any more.
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    responses((status = 200, description = "All", body = Page<Benefit>), ReadProblems),
)]
#[get("/organisations/{id}/benefits")]
async fn list_benefits(caller: Caller, id: Path<OrganisationId>) -> Result<HttpResponse, Failure> {
    let list = caller.read(move |tx, cx| work::list(tx, cx, id.0)).await?;
    let items: Vec<Benefit> = list.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .json(Page { items, next_cursor: None }))
}

/// A benefit as it is from now on.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBenefit {
    /// The English name.
    #[schema(max_length = 60)]
    name_en: Option<String>,
    /// Who may be owed it, in words that a grid worker can ask.
    #[schema(min_length = 2, max_length = 200)]
    hint: String,
    /// Who answers for it.
    #[schema(min_length = 2, max_length = 60)]
    office: String,
    /// Place in the list, smallest first.
    sort: i32,
    /// It is asked about; true when absent.
    active: Option<bool>,
}

/// Sets a benefit of an organisation's own list: enters it, or changes it. An inherited one is replaced from here on
/// down.
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation."), ("word" = String, Path, description = "The word of the benefit, 1 to 30 characters.")),
    request_body = NewBenefit,
    responses((status = 200, description = "As it is now", body = Benefit), Problems),
)]
#[put("/organisations/{id}/benefits/{word}")]
async fn put_benefit(
    caller: Caller,
    path: Path<(OrganisationId, String)>,
    seen: IfMatchOptional,
    body: Body<NewBenefit>,
) -> Result<HttpResponse, Failure> {
    let (at, word) = path.0;
    let NewBenefit { name_en, hint, office, sort, active } = body.value;
    let (hint, office) = (hint.trim().to_owned(), office.trim().to_owned());
    let terms = Terms { name_en, hint, office, sort, active: active.unwrap_or(true) };
    caller
        .change(None, move |tx, cx| {
            let set = work::put(tx, cx, (at, word.trim()), &seen.0, terms.clone())?;
            let version = set.version;
            Ok(Reply::ok(&Benefit::from(set))?.tagged(version, VIEW))
        })
        .await
}

/// Mounts the operations on benefits.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_benefits).service(put_benefit);
}

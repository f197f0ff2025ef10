//! Skills over HTTP: an organisation's list.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, IfMatch, IfMatchOptional, Page, Path},
    organisation::not_null,
    reply::Reply,
    wish::given,
};
use crate::{
    app::skill::{self as work, NewSkill as Asked},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL, patch, post};
use domain::{
    id::OrganisationId,
    skill::{Label, Skill as Domain},
};
use serde::{Deserialize, Serialize};

/// The one view of a skill.
const VIEW: &str = "skill";

/// What a claimant can do, or a wish may need.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Skill {
    /// The word that claimants and wishes hold.
    #[schema(examples("电工"))]
    word: String,
    /// The English name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<String>,
    /// On whose list it stands: the organisation's own, or a superior's.
    organisation_id: OrganisationId,
    /// It may be chosen.
    active: bool,
    /// Place in the list, smallest first.
    sort: i32,
    /// Counts its changes.
    version: i64,
}

impl From<Domain> for Skill {
    fn from(of: Domain) -> Self {
        Self {
            word: of.word,
            name_en: of.label.name_en,
            organisation_id: of.organisation_id,
            active: of.label.active,
            sort: of.label.sort,
            version: of.version,
        }
    }
}

/// The skills that hold for an organisation, its own and those it inherits, on one page; also those that are not active
/// any more.
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    responses((status = 200, description = "All", body = Page<Skill>), ReadProblems),
)]
#[get("/organisations/{id}/skills")]
async fn list_skills(caller: Caller, id: Path<OrganisationId>) -> Result<HttpResponse, Failure> {
    let list = caller.read(move |tx, cx| work::list(tx, cx, id.0)).await?;
    let items: Vec<Skill> = list.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .json(Page { items, next_cursor: None }))
}

/// A skill to enter.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSkill {
    /// Its word, which never changes; an inherited one is replaced from here on down.
    #[schema(min_length = 1, max_length = 30)]
    word: String,
    /// The English name.
    #[schema(max_length = 40)]
    name_en: Option<String>,
    /// Place in the list, smallest first; the last when absent.
    sort: Option<i32>,
    /// It may be chosen; true when absent.
    active: Option<bool>,
}

/// Enters a skill on an organisation's own list.
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    request_body = NewSkill,
    responses((status = 201, description = "Entered", body = Skill), Problems),
)]
#[post("/organisations/{id}/skills")]
async fn create_skill(
    caller: Caller,
    id: Path<OrganisationId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewSkill>,
) -> Result<HttpResponse, Failure> {
    let (at, NewSkill { word, name_en, sort, active }) = (id.0, body.value);
    let new = Asked { word: word.trim().to_owned(), name_en, sort, active: active.unwrap_or(true) };
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let made = work::create(tx, cx, at, &seen.0, &new)?;
            let (location, version) = (format!("/organisations/{at}/skills"), made.version);
            Ok(Reply::created(location, &Skill::from(made))?.tagged(version, VIEW))
        })
        .await
}

/// What to change in a skill (RFC 7396): what is absent stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SkillPatch {
    /// The English name; null for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 40)]
    name_en: Option<Option<String>>,
    /// Place in the list.
    #[serde(default, deserialize_with = "not_null")]
    sort: Option<i32>,
    /// It may be chosen.
    #[serde(default, deserialize_with = "not_null")]
    active: Option<bool>,
}

impl SkillPatch {
    fn apply(&self, label: &mut Label) {
        if let Some(name) = &self.name_en {
            label.name_en.clone_from(name);
        }
        label.sort = self.sort.unwrap_or(label.sort);
        label.active = self.active.unwrap_or(label.active);
    }
}

/// Changes a skill of an organisation's own list.
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation."), ("word" = String, Path, description = "The word of the skill.")),
    request_body = SkillPatch,
    responses((status = 200, description = "Changed", body = Skill), Problems),
)]
#[patch("/organisations/{id}/skills/{word}")]
async fn update_skill(
    caller: Caller,
    path: Path<(OrganisationId, String)>,
    seen: IfMatch,
    body: Body<SkillPatch>,
) -> Result<HttpResponse, Failure> {
    let ((at, word), patch) = (path.0, body.value);
    caller
        .change(None, move |tx, cx| {
            let changed = work::update(tx, cx, (at, &word), &seen.0, |label| patch.apply(label))?;
            let version = changed.version;
            Ok(Reply::ok(&Skill::from(changed))?.tagged(version, VIEW))
        })
        .await
}

/// Mounts the operations on skills.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_skills).service(create_skill).service(update_skill);
}

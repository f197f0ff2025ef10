//! Posts and projects over HTTP, for those who hold them.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, IfMatch, IfMatchOptional, Listing, Page, Paging, Path},
    organisation::not_null,
    post_view::HeldPost,
    reply::Reply,
    wish::{Nothing, given},
};
use crate::{
    app::{
        Context,
        post::{self as work, Held},
    },
    etag::{self, Keep},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use domain::{
    id::{OrganisationId, PostId, WishId},
    post::{Content, Kind, Plan, Status},
    time::Instant,
};
use serde::Deserialize;

/// When people are needed, how many, and where they meet.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewShift {
    /// When it begins.
    starts_at: Instant,
    /// When it is over; 24 hours later at most.
    ends_at: Instant,
    /// How many people it needs.
    #[schema(minimum = 1, maximum = 10_000)]
    places: i64,
    /// Where to meet, for those signed up and staff alone: a place that everybody finds, and nobody's home.
    #[schema(min_length = 2, max_length = 200)]
    meet_at: String,
}

impl NewShift {
    pub(super) fn plan(self) -> Plan {
        let Self { starts_at, ends_at, places, meet_at } = self;
        Plan { starts_at, ends_at, places, meet_at: meet_at.trim().to_owned() }
    }
}

/// A post or a project to prepare.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPost {
    /// Who holds it and answers for it.
    holder_id: OrganisationId,
    /// A post or a project.
    kind: Kind,
    /// Its name; public. It names nothing finer than a county.
    #[schema(min_length = 2, max_length = 60, examples("来摘桃子"))]
    title: String,
    /// What is to be done; public. It names nothing finer than a county.
    #[schema(min_length = 2, max_length = 1000)]
    summary: String,
    /// The code of a category of the holder's.
    #[serde(default, deserialize_with = "not_null")]
    category: Option<String>,
    /// A skill of the holder's list that it takes.
    #[serde(default, deserialize_with = "not_null")]
    skill: Option<String>,
    /// In whose circle claimants may sign up: the holder's, when absent, or an organisation's above it.
    #[serde(default, deserialize_with = "not_null")]
    audience_id: Option<OrganisationId>,
    /// The wish that it serves: one for people, that the holder holds and that is on the wall. Who signs up claims of it.
    #[serde(default, deserialize_with = "not_null")]
    wish_id: Option<WishId>,
    /// When it needs people; more can follow.
    #[serde(default)]
    #[schema(required = false, max_items = 50)]
    shifts: Vec<NewShift>,
}

impl NewPost {
    fn split(self) -> work::NewPost {
        let content = Content {
            title: self.title.trim().to_owned(),
            summary: self.summary.trim().to_owned(),
            category: self.category,
            skill: self.skill,
            audience_id: self.audience_id.unwrap_or(self.holder_id),
        };
        let shifts = self.shifts.into_iter().map(NewShift::plan).collect();
        work::NewPost { holder_id: self.holder_id, kind: self.kind, content, wish_id: self.wish_id, shifts }
    }
}

pub(super) fn answer(cx: &Context, held: Held, created: bool) -> Result<Reply, Failure> {
    let shown = HeldPost::of(cx, held);
    let reply = match created {
        true => Reply::created(format!("/posts/{}/held", shown.id), &shown)?,
        false => Reply::ok(&shown)?,
    };
    Ok(reply.tagged(shown.version, &shown.view()))
}

/// Prepares a post (公益岗位) or a project (公益项目). Both texts are public and are looked through as a wish's are.
#[utoipa::path(tag = "posts", request_body = NewPost, responses((status = 201, body = HeldPost), Problems))]
#[post("/posts")]
async fn create_post(
    caller: Caller,
    idem: Idempotency,
    body: Body<NewPost>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let new = body.value.split();
    caller
        .change(keyed, move |tx, cx| {
            let held = work::prepare(tx, cx, new.clone())?;
            answer(cx, held, true)
        })
        .await
}

/// Which posts a list shows.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HeldPostFilter {
    /// That stand so.
    status: Option<Status>,
}

/// Posts that organisations of the caller's hold, newest first.
#[utoipa::path(tag = "posts", params(HeldPostFilter, Paging), responses((status = 200, body = Page<HeldPost>), ReadProblems))]
#[get("/posts/held")]
async fn list_held_posts(caller: Caller, list: Listing<HeldPostFilter>) -> Result<HttpResponse, Failure> {
    let (status, before, rows) = (list.filter.status, list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::all(tx, cx, status, before, rows)?;
            Ok(found.into_iter().map(|held| HeldPost::of(cx, held)).collect::<Vec<_>>())
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// One post, for its holder.
#[utoipa::path(tag = "posts", responses((status = 200, body = HeldPost), (status = 304, description = "Not changed"), ReadProblems))]
#[get("/posts/{id}/held")]
async fn get_held_post(req: HttpRequest, caller: Caller, id: Path<PostId>) -> Result<HttpResponse, Failure> {
    let shown = caller.read(move |tx, cx| Ok(HeldPost::of(cx, work::see(tx, cx, id.0)?))).await?;
    Ok(etag::answer(&req, shown.version, &shown.view(), Keep::Private, &shown))
}

/// What to change of a post (RFC 7396): what is absent stays, null clears.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PostPatch {
    /// Its name.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 2, max_length = 60)]
    title: Option<String>,
    /// What is to be done.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 2, max_length = 1000)]
    summary: Option<String>,
    /// The code of a category.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    category: Option<Option<String>>,
    /// A skill that it takes.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    skill: Option<Option<String>>,
    /// In whose circle claimants may sign up.
    #[serde(default, deserialize_with = "not_null")]
    audience_id: Option<OrganisationId>,
}

impl PostPatch {
    fn apply(&self, content: &mut Content) {
        if let Some(title) = &self.title {
            title.trim().clone_into(&mut content.title);
        }
        if let Some(summary) = &self.summary {
            summary.trim().clone_into(&mut content.summary);
        }
        if let Some(category) = &self.category {
            content.category.clone_from(category);
        }
        if let Some(skill) = &self.skill {
            content.skill.clone_from(skill);
        }
        content.audience_id = self.audience_id.unwrap_or(content.audience_id);
    }
}

/// Changes what a post says, while it is prepared or open.
#[utoipa::path(tag = "posts", request_body = PostPatch, responses((status = 200, body = HeldPost), Problems))]
#[patch("/posts/{id}")]
async fn update_post(
    caller: Caller,
    id: Path<PostId>,
    seen: IfMatch,
    body: Body<PostPatch>,
) -> Result<HttpResponse, Failure> {
    let patch = body.value;
    caller
        .change(None, move |tx, cx| {
            let held = work::revise(tx, cx, id.0, &seen.0, |content| patch.apply(content))?;
            answer(cx, held, false)
        })
        .await
}

/// Lets claimants sign up; it ends by itself after its last shift.
#[utoipa::path(tag = "posts", request_body = Nothing, responses((status = 200, body = HeldPost), Problems))]
#[post("/posts/{id}/open")]
async fn open_post(
    caller: Caller,
    id: Path<PostId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let held = work::open(tx, cx, id.0, &seen.0)?;
            answer(cx, held, false)
        })
        .await
}

/// Why a post, or a shift, does not take place.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PostEnd {
    /// In words for those who signed up.
    #[schema(min_length = 2, max_length = 200)]
    pub(super) reason: String,
}

/// Says that a post does not take place; who signed up for a shift that has not begun holds its places no more.
#[utoipa::path(tag = "posts", request_body = PostEnd, responses((status = 200, body = HeldPost), Problems))]
#[post("/posts/{id}/cancel")]
async fn cancel_post(
    caller: Caller,
    id: Path<PostId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<PostEnd>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let reason = body.value.reason;
    caller
        .change(keyed, move |tx, cx| {
            let held = work::cancel(tx, cx, id.0, &seen.0, &reason)?;
            answer(cx, held, false)
        })
        .await
}

/// Mounts the operations on posts, before the address of one that everybody sees.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_post)
        .service(list_held_posts)
        .service(get_held_post)
        .service(update_post)
        .service(open_post)
        .service(cancel_post);
}

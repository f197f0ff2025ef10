//! Pictures over HTTP: the body of an upload is the file itself, and so is the answer to a look.

use super::{
    caller::Caller,
    extract::{Idempotency, IfMatch, IfMatchOptional, Path, Query, Upload},
    language::Language,
    reply::Reply,
    shared::UserRef,
};
use crate::{
    app::{
        self, Context,
        attachment::{Of, VERSION},
        names::Names,
    },
    etag::{self, none_match},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{
    HttpRequest, HttpResponse, delete, get,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, VARY},
    post,
};
use domain::{
    attachment::{Attachment as Domain, Purpose, Removal},
    id::{AttachmentId, ClaimId, WishId},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Conn, attachment::Size};

/// A picture runs nothing and loads nothing, also where somebody opens it as a page.
const SANDBOX: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// A picture, without what it shows; that is `GET /attachments/{id}`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Attachment {
    /// Its id.
    id: AttachmentId,
    /// Of which wish.
    wish_id: WishId,
    /// Of which claim, where it shows a delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_id: Option<ClaimId>,
    /// What it is for.
    purpose: Purpose,
    /// Its media type, whatever it was uploaded as.
    #[schema(examples("image/jpeg"))]
    media_type: String,
    /// Bytes, as it is kept.
    size: i64,
    /// Pixels.
    width: i32,
    /// Pixels.
    height: i32,
    /// SHA-256 of the picture as it is kept, in hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    /// Who uploaded it.
    uploaded_by: UserRef,
    /// When.
    uploaded_at: Instant,
}

/// The pictures, oldest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AttachmentList {
    /// All of them: there are few.
    items: Vec<Attachment>,
}

fn shape(tx: &mut Conn, found: Vec<Domain>) -> Result<Vec<Attachment>, Failure> {
    let names = Names::default().users(tx, found.iter().map(|one| one.uploaded_by))?;
    let shown = found.into_iter().map(|one| Attachment {
        id: one.id,
        wish_id: one.wish_id,
        claim_id: one.claim_id,
        purpose: one.purpose(),
        media_type: one.media_type,
        size: one.size,
        width: one.width,
        height: one.height,
        sha256: one.sha256,
        uploaded_by: UserRef::of(one.uploaded_by, &names),
        uploaded_at: one.uploaded_at,
    });
    Ok(shown.collect())
}

/// Takes a picture in. It is worked on before the transaction, and only where it would be taken in; the
/// transaction asks again.
async fn create(
    caller: Caller,
    of: Of,
    seen: IfMatchOptional,
    idem: Idempotency,
    upload: Upload,
) -> Result<HttpResponse, Failure> {
    let welcome = caller.read(move |tx, cx| app::attachment::check(tx, cx, of)).await;
    // Where it is not, the transaction says so, or gives the answer that this request had already.
    let picture = match welcome {
        Ok(()) => Some(Arc::new(caller.state.darkroom.develop(upload.bytes, upload.format).await?)),
        Err(_) => None,
    };
    // The file as it came is done with.
    drop(upload.room);
    caller
        .change(idem.keyed(&upload.digest), move |tx, cx| {
            let one = app::attachment::add(tx, cx, of, &seen.0, picture.as_deref())?;
            created(tx, one)
        })
        .await
}

fn created(tx: &mut Conn, one: Domain) -> Result<Reply, Failure> {
    let shown = app::found(shape(tx, vec![one])?.pop())?;
    Ok(Reply::created(format!("/attachments/{}", shown.id), &shown)?.tagged(VERSION, "full"))
}

/// The file itself.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "named in the document only")]
struct PictureFile(Vec<u8>);

/// Adds a picture of what a wish is about. The body is the file: JPEG, PNG or WebP, at most 10 MiB and 40
/// megapixels. It is written anew, upright and at most 1600 pixels a side, without anything but its pixels. Needs the
/// resident's live consent to be photographed.
#[utoipa::path(
    tag = "attachments",
    request_body(content((PictureFile = "image/jpeg"), (PictureFile = "image/png"), (PictureFile = "image/webp"))),
    responses((status = 201, description = "Added", body = Attachment), Problems),
)]
#[post("/wishes/{id}/attachments")]
async fn create_wish_attachment(
    caller: Caller,
    id: Path<WishId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    upload: Upload,
) -> Result<HttpResponse, Failure> {
    create(caller, Of::Wish(id.0), seen, idem, upload).await
}

/// Adds a picture of what was brought for a claim, while it is worked on; the delivery then names it in
/// `attachment_ids`. Taken in and written anew as a picture of a wish is.
#[utoipa::path(
    tag = "attachments",
    request_body(content((PictureFile = "image/jpeg"), (PictureFile = "image/png"), (PictureFile = "image/webp"))),
    responses((status = 201, description = "Added", body = Attachment), Problems),
)]
#[post("/claims/{id}/attachments")]
async fn create_claim_attachment(
    caller: Caller,
    id: Path<ClaimId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    upload: Upload,
) -> Result<HttpResponse, Failure> {
    create(caller, Of::Claim(id.0), seen, idem, upload).await
}

async fn listed(
    caller: Caller,
    work: impl FnOnce(&mut Conn, &Context) -> Result<Vec<Domain>, Failure> + Send + 'static,
) -> Result<HttpResponse, Failure> {
    let items = caller
        .read(move |tx, cx| {
            let found = work(tx, cx)?;
            shape(tx, found)
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(AttachmentList { items }))
}

/// The pictures of a wish and of its deliveries, for the staff of its holder and origin. Empty while the
/// resident does not agree to be photographed.
#[utoipa::path(tag = "attachments", responses((status = 200, description = "All of them", body = AttachmentList), ReadProblems))]
#[get("/wishes/{id}/attachments")]
async fn list_wish_attachments(caller: Caller, id: Path<WishId>) -> Result<HttpResponse, Failure> {
    listed(caller, move |tx, cx| app::attachment::of_wish(tx, cx, id.0)).await
}

/// The pictures of a claim, for the staff of its wish and for those who act for the claimant: for these
/// while it lives, and for 30 days after the resident's word.
#[utoipa::path(tag = "attachments", responses((status = 200, description = "All of them", body = AttachmentList), ReadProblems))]
#[get("/claims/{id}/attachments")]
async fn list_claim_attachments(caller: Caller, id: Path<ClaimId>) -> Result<HttpResponse, Failure> {
    listed(caller, move |tx, cx| app::attachment::of_claim(tx, cx, id.0)).await
}

/// Which of the two sizes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Wanted {
    /// At most 1600 pixels a side.
    #[default]
    Full,
    /// At most 320 pixels a side.
    Thumbnail,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LookQuery {
    /// In which size; in full where it is not said.
    #[serde(default)]
    #[param(inline)]
    size: Option<Wanted>,
}

/// A picture itself, as image/jpeg. The first look of a person on a day is recorded with the resident, but
/// not that of who uploaded it. 404 also while the resident does not agree to be photographed.
#[utoipa::path(
    tag = "attachments",
    params(LookQuery),
    responses(
        (status = 200, description = "The picture", body = PictureFile, content_type = "image/jpeg"),
        (status = 304, description = "Not changed"),
        ReadProblems,
    ),
)]
#[get("/attachments/{id}")]
async fn get_attachment(
    req: HttpRequest,
    caller: Caller,
    id: Path<AttachmentId>,
    query: Query<LookQuery>,
) -> Result<HttpResponse, Failure> {
    let (size, view) = match query.0.size.unwrap_or_default() {
        Wanted::Full => (Size::Full, "full"),
        Wanted::Thumbnail => (Size::Thumbnail, "thumbnail"),
    };
    let id = id.0;
    let look = caller.read(move |tx, cx| app::attachment::look(tx, cx, id, size)).await?;
    if look.is_new {
        let cx = caller.cx.clone();
        caller.state.db.write(move |tx| app::attachment::record_look(tx, &cx, id)).await?;
    }
    let tag = etag::tag(VERSION, view, Language::of_headers(req.headers()));
    let known = none_match(req.headers(), &tag);
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((ETAG, tag))
        .insert_header((VARY, "Authorization, Accept-Language"))
        .insert_header((CACHE_CONTROL, "private, no-store"));
    if known {
        return Ok(response.finish());
    }
    Ok(response
        .insert_header((CONTENT_TYPE, look.one.media_type))
        .insert_header((CONTENT_DISPOSITION, format!("inline; filename=\"{id}.jpg\"")))
        .insert_header((CONTENT_SECURITY_POLICY, SANDBOX))
        .body(look.bytes))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RemovalQuery {
    /// Why: a word, since it is kept.
    #[param(inline)]
    reason: Removal,
}

/// Removes a picture for good: who uploaded it, as long as it could still be added; coordinators and administrators
/// of the wish's holder at any time.
#[utoipa::path(tag = "attachments", params(RemovalQuery), responses((status = 204, description = "Removed"), Problems))]
#[delete("/attachments/{id}")]
async fn delete_attachment(
    caller: Caller,
    id: Path<AttachmentId>,
    seen: IfMatch,
    query: Query<RemovalQuery>,
) -> Result<HttpResponse, Failure> {
    let why = query.0.reason;
    let work = move |tx: &mut Conn, cx: &Context| {
        app::attachment::remove(tx, cx, id.0, &seen.0, why).map(|()| Reply::none())
    };
    let db = caller.state.db.clone();
    let done = caller.change(None, work).await?;
    // As after an erasure: gone is gone, also from the log.
    if let Err(error) = db.empty_log().await {
        tracing::warn!(%error, "the log was not emptied after a picture was removed");
    }
    Ok(done)
}

/// Mounts the operations on pictures.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_wish_attachment)
        .service(create_claim_attachment)
        .service(list_wish_attachments)
        .service(list_claim_attachments)
        .service(get_attachment)
        .service(delete_attachment);
}

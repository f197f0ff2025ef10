//! Exports over HTTP: lists are asked for, agreed to, and taken as files.

use super::{
    caller::Caller,
    event::NoFilter,
    export_view::{Export, ExportList, PersonalExportList, see, shape},
    extract::{Body, Idempotency, IfMatchOptional, Keyed, Listing, Page, Paging, Path},
    language::Language,
    reply::Reply,
    wish::Nothing,
};
use crate::{
    app::export as work,
    etag::{self, Keep},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
    sheet,
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    post,
};
use domain::{
    export::list::List,
    id::{ExportId, OrganisationId},
};
use serde::{Deserialize, Serialize};
use store::Conn;

const VIEW: &str = "full";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const ZIP: &str = "application/zip";

/// A list to take out.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewExport {
    /// Whose list: what its subtree holds or collected, and its name at the head.
    organisation_id: OrganisationId,
    /// Which list, and what narrows it down.
    list: ExportList,
}

/// A list to take out that names residents.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPersonalExport {
    /// Whose list: those whom its subtree looks after, and its name at the head.
    organisation_id: OrganisationId,
    /// Which list, and what narrows it down.
    list: PersonalExportList,
    /// What it is for, in words: for who agrees, and for each resident who asks.
    #[schema(min_length = 5, max_length = 200, examples("送县民政局核对低保名单"))]
    purpose: String,
}

async fn ask(
    caller: Caller,
    language: Language,
    (at, list, purpose): (OrganisationId, List, Option<String>),
    keyed: Option<Keyed>,
) -> Result<HttpResponse, Failure> {
    let asked = caller.read_slow(move |tx, cx| work::prepare(tx, cx, at, list, purpose)).await?;
    caller
        .change(keyed, move |tx, cx| {
            let made = work::create(tx, cx, at, &asked)?;
            let shown = see(tx, cx, made, language)?;
            Ok(Reply::created(format!("/exports/{}", shown.id), &shown)?.tagged(shown.version, VIEW))
        })
        .await
}

/// Asks for a list as a sheet (xlsx) of the shape that offices hand on: what an organisation's subtree holds or collected, narrowed down
/// by the words of the list itself. It is made within seconds, with the caller's rights as they are then; ask for it again until it is
/// `ready`, take it within 7 days. At most 50,000 rows; no resident is in it.
#[utoipa::path(tag = "exports", request_body = NewExport, responses((status = 201, description = "It is being made", body = Export), Problems))]
#[post("/exports")]
async fn create_export(
    language: Language,
    caller: Caller,
    idem: Idempotency,
    body: Body<NewExport>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let NewExport { organisation_id, list } = body.value;
    ask(caller, language, (organisation_id, list.into(), None), keyed).await
}

/// Asks for a list that names residents, with phone and address, and what for. A second person who coordinates the organisation or one
/// above it has 7 days to agree; then it is made as an archive (AES-256) that a password opens, kept for 72 hours and handed out three
/// times, each time a recorded look at everybody in it. At most 2,000 rows. Who is under 18, took their consent back or was erased is not
/// in it.
#[utoipa::path(tag = "exports", request_body = NewPersonalExport, responses((status = 201, description = "It waits for a second person", body = Export), Problems))]
#[post("/exports/personal")]
async fn create_personal_export(
    language: Language,
    caller: Caller,
    idem: Idempotency,
    body: Body<NewPersonalExport>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let NewPersonalExport { organisation_id, list, purpose } = body.value;
    ask(caller, language, (organisation_id, list.into(), Some(purpose)), keyed).await
}

/// The exports of the caller's subtrees, newest first.
#[utoipa::path(tag = "exports", params(Paging), responses((status = 200, description = "A page", body = Page<Export>), ReadProblems))]
#[get("/exports")]
async fn list_exports(
    language: Language,
    caller: Caller,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (before, rows) = (list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, before, rows)?;
            shape(tx, cx, found, language)
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// One export: how far it has come.
#[utoipa::path(tag = "exports", responses((status = 200, description = "It", body = Export), (status = 304, description = "Not changed"), ReadProblems))]
#[get("/exports/{id}")]
async fn get_export(
    req: HttpRequest,
    language: Language,
    caller: Caller,
    id: Path<ExportId>,
) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read(move |tx, cx| {
            let found = work::see(tx, cx, id.0)?;
            see(tx, cx, found, language)
        })
        .await?;
    Ok(etag::answer(&req, shown.version, VIEW, Keep::Private, &shown))
}

/// Agrees to a file that names residents, as a second person; never who asked for it (403 `own_export`). Then it is made.
#[utoipa::path(tag = "exports", request_body = Nothing, responses((status = 200, description = "It is being made", body = Export), Problems))]
#[post("/exports/{id}/approve")]
async fn approve_export(
    language: Language,
    caller: Caller,
    id: Path<ExportId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let approved = work::approve(tx, cx, id.0, &seen.0)?;
            let shown = see(tx, cx, approved, language)?;
            Ok(Reply::ok(&shown)?.tagged(shown.version, VIEW))
        })
        .await
}

/// Why not.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ExportDecline {
    /// For who asked, in words.
    #[schema(min_length = 5, max_length = 200)]
    reason: String,
}

/// Does not agree, as a second person, and says why; never who asked for it.
#[utoipa::path(tag = "exports", request_body = ExportDecline, responses((status = 200, description = "There will be no file", body = Export), Problems))]
#[post("/exports/{id}/decline")]
async fn decline_export(
    language: Language,
    caller: Caller,
    id: Path<ExportId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<ExportDecline>,
) -> Result<HttpResponse, Failure> {
    let reason = body.value.reason;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let declined = work::decline(tx, cx, id.0, &seen.0, &reason)?;
            let shown = see(tx, cx, declined, language)?;
            Ok(Reply::ok(&shown)?.tagged(shown.version, VIEW))
        })
        .await
}

/// The file itself.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "named in the document only")]
struct ExportFile(Vec<u8>);

/// The file, for who asked for it and may still have it; recorded each time, so no Idempotency-Key is honoured. A sheet, or an archive
/// with the sheet in it where residents are named.
#[utoipa::path(
    tag = "exports",
    request_body = Nothing,
    responses((status = 200, description = "The file", content(
        (ExportFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (ExportFile = "application/zip"),
    )), Problems),
)]
#[post("/exports/{id}/download")]
async fn download_export(
    caller: Caller,
    id: Path<ExportId>,
    _body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    let cx = caller.cx.clone();
    let take = move |tx: &mut Conn| work::take(tx, &cx, id.0);
    let (export, sealed) = caller.state.db.write(take).await?;
    let keys = caller.cx.exports();
    let file = sheet::aside(move || keys.open_file(id.0, &sealed)).await?;
    let (kind, ending) = if export.subject.is_personal() { (ZIP, "zip") } else { (XLSX, "xlsx") };
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_TYPE, kind))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"export-{}.{ending}\"", id.0)))
        .body(file))
}

/// What opens a file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ExportPassword {
    /// Five groups of four letters and digits.
    #[schema(pattern = "^([A-Z2-9]{4}-){4}[A-Z2-9]{4}$", examples("7QWC-MPX4-HB2E-KD9T-6YRA"))]
    password: String,
}

/// Shows what opens the file, once, to who asked for it: then nobody here can open it any more. Answered once, so no Idempotency-Key is
/// honoured.
#[utoipa::path(tag = "exports", request_body = Nothing, responses((status = 200, description = "Shown once", body = ExportPassword), Problems))]
#[post("/exports/{id}/password")]
async fn reveal_export_password(
    caller: Caller,
    id: Path<ExportId>,
    _body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(None, move |tx, cx| {
            Reply::ok(&ExportPassword { password: work::show_password(tx, cx, id.0)? })
        })
        .await
}

/// Mounts the operations on exports.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_export)
        .service(create_personal_export)
        .service(list_exports)
        .service(get_export)
        .service(approve_export)
        .service(decline_export)
        .service(download_export)
        .service(reveal_export_password);
}

//! Imports over HTTP: the body of an upload is the sheet itself, and so is what is handed back.

use super::{
    caller::Caller,
    event::NoFilter,
    extract::{Body, Idempotency, IfMatch, IfMatchOptional, Listing, Page, Paging, Path, Query, SheetUpload},
    import_view::{
        Import, ImportDetail, ImportRow, ImportTemplate, TemplateColumn, detail, mapping, shape, template,
    },
    language::Language,
    reply::Reply,
    wish::Nothing,
};
use crate::{
    app::import as work,
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
    sheet,
};
use actix_web::{
    HttpResponse, get,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    post, put,
};
use domain::{
    access::Act,
    id::{ImportId, OrganisationId},
    import::{Outcome, field::Field, table::Table},
};
use serde::Deserialize;
use std::sync::Arc;
use store::{Conn, import::Wanted};

const VIEW: &str = "full";

/// The media type of a sheet as it is handed back.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The sheet itself.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "named in the document only")]
struct SheetFile(Vec<u8>);

/// For which organisation.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ImportQuery {
    /// Where its rows belong: it or organisations below it.
    organisation_id: OrganisationId,
}

/// Sends a sheet and checks it, row by row; nothing goes in yet. The body is the file: xlsx, xls, ods or CSV (UTF-8 or GB18030), at most
/// 10 MiB, 50,000 rows and 80 columns, without macros. Content-Disposition may name it. Where it is not clear which columns hold the name
/// and the wish it is kept as a draft until somebody says so.
#[utoipa::path(
    tag = "imports",
    params(ImportQuery),
    request_body(content(
        (SheetFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (SheetFile = "application/vnd.ms-excel"),
        (SheetFile = "application/vnd.oasis.opendocument.spreadsheet"),
        (SheetFile = "text/csv"),
    )),
    responses((status = 201, description = "Checked", body = ImportDetail), Problems),
)]
#[post("/imports")]
async fn create_import(
    language: Language,
    caller: Caller,
    query: Query<ImportQuery>,
    idem: Idempotency,
    upload: SheetUpload,
) -> Result<HttpResponse, Failure> {
    let at = query.0.organisation_id;
    let (known, said) = caller.read_slow(move |tx, cx| work::prepare(tx, cx, at)).await?;
    let (keys, id) = (caller.cx.imports(), caller.cx.ids.make());
    let SheetUpload { name, bytes, digest, turn } = upload;
    let mut checked = sheet::aside(move || {
        let table = Table::of(sheet::read(&bytes)?, &said);
        drop(bytes);
        work::check(&keys, id, name, table, &said, &known)
    })
    .await?;
    let checked = caller
        .read_slow(move |tx, _| {
            work::recognise(tx, &mut checked.rows)?;
            Ok(checked)
        })
        .await?;
    let checked = Arc::new(checked);
    let answered = caller
        .change(idem.keyed(&digest), move |tx, cx| {
            let made = work::create(tx, cx, at, &checked)?;
            let shown = detail(tx, cx, made, language)?;
            Ok(Reply::created(format!("/imports/{}", shown.import.id), &shown)?
                .tagged(shown.import.version, VIEW))
        })
        .await;
    drop(turn);
    answered
}

/// The imports of the caller's subtrees, newest first.
#[utoipa::path(tag = "imports", params(Paging), responses((status = 200, description = "A page", body = Page<Import>), ReadProblems))]
#[get("/imports")]
async fn list_imports(caller: Caller, list: Listing<NoFilter>) -> Result<HttpResponse, Failure> {
    let (before, rows) = (list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, before, rows)?;
            shape(tx, cx, found)
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// One import: how far it has come, and what is wrong with its rows. Ask again while it runs.
#[utoipa::path(tag = "imports", responses((status = 200, description = "It", body = ImportDetail), ReadProblems))]
#[get("/imports/{id}")]
async fn get_import(language: Language, caller: Caller, id: Path<ImportId>) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read_slow(move |tx, cx| {
            let found = work::see(tx, cx, Act::GetImport, id.0)?;
            detail(tx, cx, found, language)
        })
        .await?;
    // Its rows go in without a version each, so there is no tag to ask by.
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(shown))
}

/// What narrows the rows down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RowFilter {
    /// What came of them.
    outcome: Option<Outcome>,
    /// With something wrong in the column that tells this.
    fault: Option<Field>,
}

/// The rows of an import, in the sheet's order: which, what came of them, what is wrong and how to put it right. What they say is not
/// shown.
#[utoipa::path(tag = "imports", params(RowFilter, Paging), responses((status = 200, description = "A page", body = Page<ImportRow>), ReadProblems))]
#[get("/imports/{id}/rows")]
async fn list_import_rows(
    language: Language,
    caller: Caller,
    id: Path<ImportId>,
    list: Listing<RowFilter>,
) -> Result<HttpResponse, Failure> {
    let wanted = Wanted {
        outcome: list.filter.outcome,
        field: list.filter.fault,
        after: list.after()?.unwrap_or_default(),
    };
    let rows = list.rows();
    let found = caller
        .read_slow(move |tx, cx| {
            work::see(tx, cx, Act::ListImportRows, id.0)?;
            Ok(store::import::rows(tx, id.0, wanted, rows)?)
        })
        .await?;
    list.answer(found, |row| row.number, |row| ImportRow::of(row, language))
}

/// What the columns of a sheet tell.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ImportColumnsPut {
    /// For each column, in their order: what it tells, or null to leave it out.
    #[schema(value_type = Vec<Option<Field>>, max_items = 160)]
    columns: Vec<Option<Field>>,
    /// Remember it as the organisation's template; for those who coordinate it.
    #[serde(default)]
    remember: bool,
}

/// Says what the columns of a sheet tell; its rows are checked anew. Before it is let in, or while it is stopped.
#[utoipa::path(
    tag = "imports",
    request_body = ImportColumnsPut,
    responses((status = 200, description = "Checked anew", body = ImportDetail), Problems),
)]
#[put("/imports/{id}/columns")]
async fn put_import_columns(
    language: Language,
    caller: Caller,
    id: Path<ImportId>,
    seen: IfMatch,
    body: Body<ImportColumnsPut>,
) -> Result<HttpResponse, Failure> {
    let ImportColumnsPut { columns, remember } = body.value;
    let mapped = caller.read_slow(move |tx, cx| work::remapped(tx, cx, id.0, &columns)).await?;
    let mapped = Arc::new(mapped);
    caller
        .change(None, move |tx, cx| {
            let saved = work::put_columns(tx, cx, &seen.0, &mapped, remember)?;
            let shown = detail(tx, cx, saved, language)?;
            Ok(Reply::ok(&shown)?.tagged(shown.import.version, VIEW))
        })
        .await
}

/// How rows go in.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ImportStart {
    /// Hand the wishes in for review as well, and do not only write them down.
    #[serde(default)]
    hand_in: bool,
}

/// Lets in the rows that read well, in the sheet's order, by the caller's rights as they are then. Goes on where it was stopped. A row
/// that went in once does not again, whichever sheet it comes with.
#[utoipa::path(tag = "imports", request_body = ImportStart, responses((status = 200, description = "It runs", body = ImportDetail), Problems))]
#[post("/imports/{id}/start")]
async fn start_import(
    language: Language,
    caller: Caller,
    id: Path<ImportId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<ImportStart>,
) -> Result<HttpResponse, Failure> {
    let hand_in = body.value.hand_in;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let started = work::start(tx, cx, id.0, &seen.0, hand_in)?;
            let shown = detail(tx, cx, started, language)?;
            Ok(Reply::ok(&shown)?.tagged(shown.import.version, VIEW))
        })
        .await
}

/// Lets no more rows in for now. What went in stays, and it can go on.
#[utoipa::path(tag = "imports", request_body = Nothing, responses((status = 200, description = "It stands", body = ImportDetail), Problems))]
#[post("/imports/{id}/stop")]
async fn stop_import(
    language: Language,
    caller: Caller,
    id: Path<ImportId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let stopped = work::stop(tx, cx, id.0, &seen.0)?;
            let shown = detail(tx, cx, stopped, language)?;
            Ok(Reply::ok(&shown)?.tagged(shown.import.version, VIEW))
        })
        .await
}

/// The rows that do not go in, as a sheet of the shape in which they came, with why and how to put it right behind them. For who sent it
/// alone; recorded each time. Put right, it can be sent as it is.
#[utoipa::path(
    tag = "imports",
    request_body = Nothing,
    responses((status = 200, description = "The sheet", body = SheetFile, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), Problems),
)]
#[post("/imports/{id}/return")]
async fn return_import(
    language: Language,
    caller: Caller,
    id: Path<ImportId>,
    _body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    let heads = match language {
        Language::Zh => ["原来的行号", "为什么没导入", "怎么改"],
        Language::En => ["Row in the sheet", "Why it did not go in", "How to put it right"],
    };
    let cx = caller.cx.clone();
    let work = move |tx: &mut Conn| work::hand_back(tx, &cx, id.0, |text| language.of(text));
    let (shape, rows) = caller.state.db.write(work).await?;
    let file = sheet::aside(move || sheet::returned(&shape.parts, &rows, heads)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_TYPE, XLSX))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"import-{}.xlsx\"", id.0)))
        .body(file))
}

/// What the columns of an organisation's sheets mean: as it said itself, or its nearest superior that did.
#[utoipa::path(
    tag = "imports",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    responses((status = 200, description = "The template", body = ImportTemplate), ReadProblems),
)]
#[get("/organisations/{id}/import-template")]
async fn get_import_template(caller: Caller, id: Path<OrganisationId>) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read(move |tx, cx| {
            let found = work::template(tx, cx, id.0)?;
            template(tx, found)
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(shown))
}

/// What the columns mean.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ImportTemplatePut {
    /// The columns.
    #[schema(max_items = 200)]
    columns: Vec<TemplateColumn>,
}

/// Says once what the columns of an organisation's sheets mean: for it and all below it that say nothing else. If-Match names the
/// version of the organisation, or `*`.
#[utoipa::path(
    tag = "imports",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    request_body = ImportTemplatePut,
    responses((status = 204, description = "Said"), Problems),
)]
#[put("/organisations/{id}/import-template")]
async fn put_import_template(
    caller: Caller,
    id: Path<OrganisationId>,
    seen: IfMatch,
    body: Body<ImportTemplatePut>,
) -> Result<HttpResponse, Failure> {
    let said = mapping(body.value.columns);
    caller
        .change(None, move |tx, cx| {
            work::set_template(tx, cx, id.0, &seen.0, said.clone()).map(|()| Reply::none())
        })
        .await
}

/// Mounts the operations on imports.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_import)
        .service(list_imports)
        .service(get_import)
        .service(list_import_rows)
        .service(put_import_columns)
        .service(start_import)
        .service(stop_import)
        .service(return_import)
        .service(get_import_template)
        .service(put_import_template);
}

//! Report templates over HTTP: the body of what is sent is the sheet itself, and so is a report that filled it.

use super::{
    caller::Caller,
    extract::{Body, IfMatch, Path, SheetUpload},
    reply::Reply,
    shared::OrgRef,
};
use crate::{
    app::{names::Names, report_template as work},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
    sheet::{self, MAX_TEMPLATE},
};
use actix_web::{
    HttpResponse, get,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    put,
};
use domain::{
    id::{OrganisationId, ReportId},
    refusal::{Code, Fault, Refusal},
    report_template::{MOST_PLACES, Place, Template},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::Conn;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A sheet as xlsx.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "named in the document only")]
struct ReportSheet(Vec<u8>);

/// A cell of a template.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TemplateCell {
    /// Which, and what it is called.
    #[serde(flatten)]
    place: Place,
    /// What fills it; null where nobody has said. `title`, `organisation`, `period`, `edition`, `compiler`, `made_on`, `hash`; the id of a
    /// figure, which is the number that it is told by; and behind an id `.numerator`, `.denominator`, `.excluded`, `.sample`, `.p50`,
    /// `.p90`, `.unit`, `.name`, `.part.` with a part, and `.of` behind a part for its whole.
    #[schema(examples("fulfilment", "collected.part.fulfilled"))]
    field: Option<String>,
}

/// The sheet that an organisation's reports fill (报表模板).
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ReportTemplate {
    /// Whose it is: its own, or its nearest superior's that has one; null where there is none.
    set_by: Option<OrgRef>,
    /// What the file is called.
    file_name: String,
    /// Whether all that has to be filled is: the names that stand in its cells. Those that the sheet gave its cells may stay as they are.
    ready: bool,
    /// Its cells that have a name.
    cells: Vec<TemplateCell>,
}

fn shape(tx: &mut Conn, of: Option<(OrganisationId, Template)>) -> Result<ReportTemplate, Failure> {
    let Some((by, template)) = of else {
        return Ok(ReportTemplate {
            set_by: None,
            file_name: String::new(),
            ready: false,
            cells: Vec::new(),
        });
    };
    let names = Names::default().organisations(tx, [by])?;
    let cell = |place: &Place| TemplateCell {
        field: template.fields.get(&place.name).map(ToString::to_string),
        place: place.clone(),
    };
    Ok(ReportTemplate {
        set_by: Some(OrgRef::of(by, &names)),
        file_name: template.file_name.clone(),
        ready: template.ready().is_ok(),
        cells: template.places.iter().map(cell).collect(),
    })
}

/// The sheet that an organisation's reports fill: its own, or its nearest superior's that has one.
#[utoipa::path(
    tag = "statistics",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    responses((status = 200, description = "The template", body = ReportTemplate), ReadProblems),
)]
#[get("/organisations/{id}/report-template")]
async fn get_report_template(caller: Caller, id: Path<OrganisationId>) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read(move |tx, cx| {
            let found = work::see(tx, cx, id.0)?;
            shape(tx, found)
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(shown))
}

/// Sends the sheet that an organisation's reports fill, for it and all below it that have none of their own. The body is the file: xlsx,
/// at most 1 MiB, without macros. A cell is filled where a name stands in it between two pairs of braces, or where the sheet gave it a
/// name. A name that is a field, or the name of a figure, is understood; what was said of a name before holds on. If-Match names the
/// version of the organisation, or `*`.
#[utoipa::path(
    tag = "statistics",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    request_body(content((ReportSheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    responses((status = 200, description = "Kept", body = ReportTemplate), Problems),
)]
#[put("/organisations/{id}/report-template")]
async fn put_report_template(
    caller: Caller,
    id: Path<OrganisationId>,
    seen: IfMatch,
    upload: SheetUpload<MAX_TEMPLATE>,
) -> Result<HttpResponse, Failure> {
    caller.read(move |tx, cx| work::may_put(tx, cx, id.0)).await?;
    let SheetUpload { name, bytes, turn, .. } = upload;
    let file = bytes.clone();
    let places = Arc::new(sheet::aside(move || sheet::places(&file)).await?);
    let answered = caller
        .change(None, move |tx, cx| {
            let put = work::put(tx, cx, id.0, &seen.0, (&name, &places, &bytes))?;
            Reply::ok(&shape(tx, Some(put))?)
        })
        .await;
    drop(turn);
    answered
}

/// What fills the cells of one name.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TemplateField {
    /// The name.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// What fills it, as `TemplateCell` says; null for nothing.
    #[schema(max_length = 120)]
    field: Option<String>,
}

/// What fills the cells of a template.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TemplateFieldsPut {
    /// Names, each once. Those that are left out stay as they are.
    #[schema(max_items = 500)]
    fields: Vec<TemplateField>,
}

/// Says what fills the cells of an organisation's own template. If-Match names the version of the organisation, or `*`.
#[utoipa::path(
    tag = "statistics",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    request_body = TemplateFieldsPut,
    responses((status = 200, description = "Said", body = ReportTemplate), Problems),
)]
#[put("/organisations/{id}/report-template/fields")]
async fn put_report_template_fields(
    caller: Caller,
    id: Path<OrganisationId>,
    seen: IfMatch,
    body: Body<TemplateFieldsPut>,
) -> Result<HttpResponse, Failure> {
    let fields = body.value.fields;
    if fields.len() > MOST_PLACES {
        return Err(Refusal::field(Code::Invalid, "/fields", Fault::TooLong).into());
    }
    let said: Vec<_> = fields.into_iter().map(|one| (one.name, one.field)).collect();
    caller
        .change(None, move |tx, cx| {
            let said = work::say(tx, cx, id.0, &seen.0, &said)?;
            Reply::ok(&shape(tx, Some(said))?)
        })
        .await
}

/// A report in the sheet that its organisation's reports fill: its figures as they were frozen, and everything else of the sheet as it was
/// sent. 409 `report_template_missing` where there is none, `report_template_unfilled` with each cell that nobody has said what fills.
#[utoipa::path(
    tag = "statistics",
    responses((status = 200, description = "The sheet", body = ReportSheet, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), Problems),
)]
#[get("/reports/{id}/sheet")]
async fn get_report_sheet(caller: Caller, id: Path<ReportId>) -> Result<HttpResponse, Failure> {
    let turn = caller.state.reading_room.turn().await?;
    let (template, fills) = caller.read_slow(move |tx, cx| work::filling(tx, cx, id.0)).await?;
    let file = sheet::aside(move || sheet::fill_in(&template, &fills)).await?;
    drop(turn);
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_TYPE, XLSX))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"report-{}.xlsx\"", id.0)))
        .body(file))
}

/// Mounts the report templates.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(get_report_template)
        .service(put_report_template)
        .service(put_report_template_fields)
        .service(get_report_sheet);
}

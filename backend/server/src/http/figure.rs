//! Figures over HTTP: what each means, and what they are of an organisation and all below it.

use super::{
    caller::Caller,
    extract::{Path, Query},
    shared::OrgRef,
};
use crate::{
    app::{
        Context,
        figure::{self as work, Below, Board, Covered},
        names::Names,
    },
    etag::Keep,
    openapi::ReadProblems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{
    HttpResponse, get,
    http::header::{CACHE_CONTROL, VARY},
};
use domain::{
    figure::{DEFINITIONS, Definition, Figure, Unit},
    id::OrganisationId,
    refusal::{Code, Fault, Refusal, Text},
    tally::{Month, Window},
    time::Instant,
    wish::Status,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::Conn;

/// The same in the two languages of the product.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Words {
    /// Chinese.
    zh: &'static str,
    /// English.
    en: &'static str,
}

impl From<Text> for Words {
    fn from(text: Text) -> Self {
        Self { zh: text.zh, en: text.en }
    }
}

/// What a figure means (口径).
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FigureDefinition {
    /// Its name for programs; it never changes.
    id: &'static str,
    /// Counts the changes of its meaning.
    version: u16,
    /// Its name.
    name: Words,
    /// What it is counted in.
    unit: Unit,
    /// What is counted.
    numerator: Words,
    /// Of what; absent for a plain count.
    #[serde(skip_serializing_if = "Option::is_none")]
    denominator: Option<Words>,
    /// By which time.
    window: Words,
    /// What is left out.
    exclusions: Words,
    /// How many it rests on.
    sample: Words,
}

impl From<&Definition> for FigureDefinition {
    fn from(of: &Definition) -> Self {
        Self {
            id: of.id,
            version: of.version,
            name: of.name.into(),
            unit: of.unit,
            numerator: of.numerator.into(),
            denominator: of.denominator.map(Into::into),
            window: of.window.into(),
            exclusions: of.exclusions.into(),
            sample: of.sample.into(),
        }
    }
}

/// What every figure means.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FigureDefinitions {
    /// All of them, in the order in which they are shown.
    items: Vec<FigureDefinition>,
}

/// What every published figure means: words, numerator, denominator, window, exclusions and sample.
#[utoipa::path(
    tag = "statistics",
    responses((status = 200, description = "The definitions", body = FigureDefinitions), ReadProblems),
)]
#[get("/figures")]
async fn list_figures() -> HttpResponse {
    HttpResponse::Ok().json(FigureDefinitions { items: DEFINITIONS.iter().map(Into::into).collect() })
}

/// A part of a figure.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FigurePart {
    /// Which: a status, a category code, a level, an age, a rating, how far we have come.
    part: String,
    /// What was counted.
    numerator: i64,
    /// Of what; absent for a plain count.
    #[serde(skip_serializing_if = "Option::is_none")]
    denominator: Option<i64>,
    /// The list of exactly these rows; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<String>,
}

/// A figure, with what it means.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Figure)]
struct FigureView {
    /// What it means.
    definition: FigureDefinition,
    /// What was counted.
    numerator: i64,
    /// Of what; absent for a plain count.
    #[serde(skip_serializing_if = "Option::is_none")]
    denominator: Option<i64>,
    /// How many were left out.
    excluded: i64,
    /// How many it rests on.
    sample: i64,
    /// Half of the waits were no longer than this, in days; absent where nobody waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    p50: Option<i64>,
    /// Nine of ten were no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    p90: Option<i64>,
    /// Its parts.
    parts: Vec<FigurePart>,
    /// The list of exactly the rows that were counted; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<String>,
}

/// What came and went in a month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MonthFlow {
    /// The month.
    #[schema(examples("2026-11"))]
    month: String,
    /// Wishes written down in it.
    collected: i64,
    /// Fulfilled in it.
    fulfilled: i64,
    /// Ended in it, in any way.
    ended: i64,
    /// Not ended at its end.
    under_way: i64,
}

/// Those who are known, by how far we have come with them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Coverage {
    /// No wish of theirs was ever written down.
    never: i64,
    /// One was, and none is fulfilled.
    met: i64,
    /// One is fulfilled.
    reached: i64,
}

impl From<Covered> for Coverage {
    fn from(Covered { never, met, reached }: Covered) -> Self {
        Self { never, met, reached }
    }
}

/// An organisation directly below, beside the others.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct BranchFigures {
    /// Which.
    organisation: OrgRef,
    /// Wishes collected there and below.
    collected: i64,
    /// Of these, fulfilled.
    fulfilled: i64,
    /// Residents, as of now.
    residents: Coverage,
    /// Households, as of now.
    households: Coverage,
}

/// The figures of an organisation and all below it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Figures {
    /// Whose.
    organisation: OrgRef,
    /// The first month.
    #[schema(value_type = String, examples("2026-01"))]
    from: Month,
    /// The last month.
    #[schema(value_type = String, examples("2026-11"))]
    to: Month,
    /// Until then everything is counted.
    as_of: Instant,
    /// Written down today, in China.
    collected_today: i64,
    /// Fulfilled today.
    fulfilled_today: i64,
    /// Every figure with its definition.
    figures: Vec<FigureView>,
    /// What came and went, month by month.
    months: Vec<MonthFlow>,
    /// Those directly below it: who was never asked for most comes first.
    below: Vec<BranchFigures>,
    /// The names of the categories, by code.
    categories: BTreeMap<String, String>,
}

/// Where the wishes are that were counted as collected.
fn rows_of(board: &Board) -> String {
    let states: Vec<&str> = Status::ALL.iter().map(|status| status.as_str()).collect();
    let Window { from, to } = board.window;
    format!(
        "/api/v1/wishes?origin_id={}&from={from}&to={to}&status={}",
        board.organisation.id,
        states.join(",")
    )
}

fn view(of: Figure, rows: &str) -> FigureView {
    let listed = matches!(of.definition.id, "collected" | "by_category");
    let by_category = of.definition.id == "by_category";
    let part = |part: domain::figure::Part| FigurePart {
        rows: by_category.then(|| format!("{rows}&category={}", part.part)),
        part: part.part,
        numerator: part.numerator,
        denominator: part.denominator,
    };
    FigureView {
        definition: of.definition.into(),
        numerator: of.numerator,
        denominator: of.denominator,
        excluded: of.excluded,
        sample: of.sample,
        p50: of.p50,
        p90: of.p90,
        parts: of.parts.into_iter().map(part).collect(),
        rows: listed.then(|| rows.to_owned()),
    }
}

fn shape(tx: &mut Conn, board: Board) -> Result<Figures, Failure> {
    let names = Names::default().organisations(tx, board.below.iter().map(|(id, _)| *id))?;
    let rows = rows_of(&board);
    let mut below: Vec<BranchFigures> = board
        .below
        .iter()
        .map(|(id, Below { collected, fulfilled, residents, households })| BranchFigures {
            organisation: OrgRef::of(*id, &names),
            collected: *collected,
            fulfilled: *fulfilled,
            residents: (*residents).into(),
            households: (*households).into(),
        })
        .collect();
    below.sort_by_key(|of| std::cmp::Reverse((of.households.never, of.collected)));
    let month = |(month, flow): (String, domain::figure::Flow)| MonthFlow {
        month,
        collected: flow.collected,
        fulfilled: flow.lit,
        ended: flow.ended,
        under_way: flow.under_way,
    };
    Ok(Figures {
        organisation: OrgRef {
            id: board.organisation.id,
            name: board.organisation.profile.name,
            level: board.organisation.profile.level,
        },
        from: board.window.from,
        to: board.window.to,
        as_of: board.as_of,
        collected_today: board.collected_today,
        fulfilled_today: board.lit_today,
        figures: board.figures.into_iter().map(|figure| view(figure, &rows)).collect(),
        months: board.months.into_iter().map(month).collect(),
        below,
        categories: board.categories,
    })
}

/// Of which months. Both or neither; this year up to this month where they are absent.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Months {
    /// The first month, in China.
    #[param(value_type = Option<String>, example = "2026-01")]
    from: Option<Month>,
    /// The last month; 60 months together at most.
    #[param(value_type = Option<String>, example = "2026-11")]
    to: Option<Month>,
}

impl Months {
    fn window(&self) -> Result<Option<Window>, Refusal> {
        match (self.from, self.to) {
            (None, None) => Ok(None),
            (Some(from), Some(to)) => self::window(from, to, "to").map(Some),
            (None, Some(_)) => Err(Refusal::field(Code::Invalid, "from", Fault::Required)),
            (Some(_), None) => Err(Refusal::field(Code::Invalid, "to", Fault::Required)),
        }
    }
}

/// From one month to another; `pointer` names the last.
pub(super) fn window(from: Month, to: Month, pointer: &str) -> Result<Window, Refusal> {
    Window::of(from, to).ok_or_else(|| Refusal::field(Code::Invalid, pointer, Fault::OutOfRange))
}

/// The figures of an organisation and all below it, each with its definition, from sums that are kept as things happen: they
/// lag by two seconds at most, and `as_of` says until when everything is counted. Where they do not add up: 500
/// `figures_unsound`, and no figure.
#[utoipa::path(
    tag = "statistics",
    params(("id" = OrganisationId, Path, description = "The organisation."), Months),
    responses((status = 200, description = "The figures", body = Figures), ReadProblems),
)]
#[get("/organisations/{id}/figures")]
async fn get_figures(
    caller: Caller,
    id: Path<OrganisationId>,
    months: Query<Months>,
) -> Result<HttpResponse, Failure> {
    let window = months.0.window()?;
    let work = move |tx: &mut Conn, cx: &Context| {
        let board = work::board(tx, cx, id.0, window)?;
        shape(tx, board)
    };
    let body = caller.read_slow(work).await?;
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CACHE_CONTROL, Keep::Private.cache_control()))
        .insert_header((VARY, "Authorization"));
    Ok(response.json(body))
}

/// Mounts the figures.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_figures).service(get_figures);
}

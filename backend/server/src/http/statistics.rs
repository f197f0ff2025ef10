//! Figures over HTTP.

use super::{caller::Caller, extract::Query, shared::OrgRef};
use crate::{
    app::statistics::{self as work, Figures, Ratings, SpotChecks},
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
    id::OrganisationId,
    organisation::{Level, Organisation},
    time::Instant,
    wish::Status,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The figures of an organisation's subtree: what was collected there, wherever it stands now. Each
/// breakdown adds up to `collected`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Statistics {
    /// Whose subtree.
    organisation: OrgRef,
    /// The moment that they are of.
    as_of: Instant,
    /// Wishes taken in, also drafts.
    collected: i64,
    /// Wishes by where they stand now; every status is there.
    by_status: BTreeMap<Status, i64>,
    /// Wishes that wait for claimants.
    open: i64,
    /// Wishes that are claimed and not yet delivered.
    claimed: i64,
    /// Wishes that are fulfilled.
    fulfilled: i64,
    /// Fulfilled, of those that were ever on the wall.
    rate: Rate,
    /// What residents said of those fulfilled.
    satisfaction: Satisfaction,
    /// What residents said when somebody who had no part in the wish asked again.
    spot_checks: SpotCheckFigures,
    /// Residents, each once.
    beneficiaries: i64,
    /// Households, each once.
    households: i64,
    /// Worth of what was brought, in fen.
    amount_fen: i64,
    /// By category, the largest first.
    by_category: Vec<CategoryFigures>,
    /// By the level of the organisation that took them in, from the top down.
    by_level: Vec<LevelFigures>,
    /// By the month in China in which they were written down.
    by_month: Vec<MonthFigures>,
}

/// A share, as its two counts.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Rate {
    /// How many.
    numerator: i64,
    /// Of how many.
    denominator: i64,
}

/// What residents said.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Satisfaction {
    /// Wishes whose residents can be asked: those fulfilled.
    asked: i64,
    /// How many answered.
    answered: i64,
    /// The mean rating, 1 to 5, in hundredths; absent where nobody answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    average: Option<f64>,
    /// How many said 4 or 5.
    satisfied: i64,
}

impl Satisfaction {
    /// Of so many who can be asked, what these ratings say.
    pub(super) fn of(asked: i64, ratings: &Ratings) -> Self {
        let Ratings { answered, points, satisfied } = *ratings;
        Self { asked, answered, average: average(points, answered), satisfied }
    }

    /// How many answered, and their mean rating.
    pub(super) const fn answers(&self) -> (i64, Option<f64>) {
        (self.answered, self.average)
    }
}

/// What spot checks found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SpotCheckFigures {
    /// Fulfilled wishes that were drawn, and not reopened before anybody asked.
    drawn: i64,
    /// How many residents were reached.
    reached: i64,
    /// How many of these said that it is as was reported.
    as_reported: i64,
}

/// The wishes of a category.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CategoryFigures {
    /// Its code.
    code: String,
    /// The name that people see.
    name_zh: String,
    /// Taken in.
    collected: i64,
    /// Of these, fulfilled by now.
    fulfilled: i64,
}

/// The wishes of a level.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LevelFigures {
    /// The level.
    level: Level,
    /// Taken in.
    collected: i64,
    /// Of these, fulfilled by now.
    fulfilled: i64,
}

/// The wishes of a month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MonthFigures {
    /// The month.
    #[schema(examples("2026-11"))]
    month: String,
    /// Taken in.
    collected: i64,
    /// Of these, fulfilled by now.
    fulfilled: i64,
}

impl Statistics {
    fn of(organisation: Organisation, figures: Figures, as_of: Instant) -> Self {
        let fulfilled = figures.of(Status::Fulfilled);
        let SpotChecks { drawn, reached, as_reported } = figures.spot_checks;
        Self {
            organisation: OrgRef {
                id: organisation.id,
                name: organisation.profile.name,
                level: organisation.profile.level,
            },
            as_of,
            collected: figures.collected(),
            open: figures.of(Status::Open),
            claimed: figures.of(Status::Claimed),
            fulfilled,
            rate: Rate { numerator: fulfilled, denominator: figures.published },
            satisfaction: Satisfaction::of(fulfilled, &figures.ratings),
            spot_checks: SpotCheckFigures { drawn, reached, as_reported },
            beneficiaries: figures.beneficiaries,
            households: figures.households,
            amount_fen: figures.amount_fen,
            by_category: figures.by_category.into_iter().map(category).collect(),
            by_level: figures.by_level.into_iter().map(level).collect(),
            by_month: figures.by_month.into_iter().map(month).collect(),
            by_status: figures.by_status,
        }
    }
}

/// To two places after the point.
fn average(points: i64, answered: i64) -> Option<f64> {
    let doubled = points.saturating_mul(200).saturating_add(answered);
    let hundredths = doubled.checked_div(answered.saturating_mul(2))?;
    Some(f64::from(i32::try_from(hundredths).ok()?) / 100.0)
}

fn category((code, name_zh, part): (String, String, work::Part)) -> CategoryFigures {
    CategoryFigures { code, name_zh, collected: part.collected, fulfilled: part.fulfilled }
}

fn level((level, part): (Level, work::Part)) -> LevelFigures {
    LevelFigures { level, collected: part.collected, fulfilled: part.fulfilled }
}

fn month((month, part): (String, work::Part)) -> MonthFigures {
    MonthFigures { month, collected: part.collected, fulfilled: part.fulfilled }
}

/// Whose figures.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Whose {
    /// Of this organisation's subtree; of the first that the caller reads when absent.
    organisation_id: Option<OrganisationId>,
}

/// The figures of an organisation's subtree.
#[utoipa::path(
    tag = "statistics",
    params(Whose),
    responses((status = 200, description = "The figures", body = Statistics), ReadProblems),
)]
#[get("/statistics")]
async fn get_statistics(caller: Caller, whose: Query<Whose>) -> Result<HttpResponse, Failure> {
    let body = caller
        .read_slow(move |tx, cx| {
            let (organisation, figures) = work::of(tx, cx, whose.0.organisation_id)?;
            Ok(Statistics::of(organisation, figures, cx.now))
        })
        .await?;
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CACHE_CONTROL, Keep::Private.cache_control()))
        .insert_header((VARY, "Authorization"));
    Ok(response.json(body))
}

/// Mounts the figures.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(get_statistics);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_average_is_rounded_to_hundredths() {
        assert_eq!(average(0, 0), None);
        assert_eq!(average(14, 3), Some(4.67));
        assert_eq!(average(13, 3), Some(4.33));
        assert_eq!(average(5, 1), Some(5.0));
    }
}

//! Signals over HTTP.

use super::{
    caller::Caller,
    claim_view::ClaimantRef,
    extract::{Path, Query},
    figure::Words,
    shared::{OrgRef, UserRef},
};
use crate::{
    app::{
        Context,
        names::Names,
        signal::{self as work, Told},
    },
    etag::Keep,
    openapi::ReadProblems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL};
use chrono::NaiveDate;
use domain::{
    id::{OrganisationId, WishId},
    signal::{DEFINITIONS, Definition, Kind, Signal as Domain, Whose},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::Conn;

/// So many wishes of a signal are named; `count` says how many there are.
const MOST_NAMED: usize = 20;

/// What a kind of signal means, and what else may be behind it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SignalDefinition {
    /// Which.
    kind: Kind,
    /// When it is told.
    told: Words,
    /// What may be behind it that is quite in order.
    innocent: Words,
}

impl From<&Definition> for SignalDefinition {
    fn from(of: &Definition) -> Self {
        Self { kind: of.kind, told: of.told.into(), innocent: of.innocent.into() }
    }
}

/// A wish that a signal is about.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SignalWish {
    /// Its id.
    id: WishId,
    /// The wish in one line; empty once it was forgotten.
    title: String,
}

/// Something worth a second look; no verdict.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Signal {
    /// What.
    kind: Kind,
    /// The latest of it.
    at: Instant,
    /// What it is about, the first twenty.
    wishes: Vec<SignalWish>,
    /// How many: minutes for `confirmed_fast`; else words, pictures, ratings or wishes.
    count: usize,
    /// Whose doing, where it is one person's.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserRef>,
    /// Whose doing, where it is one claimant's.
    #[serde(skip_serializing_if = "Option::is_none")]
    claimant: Option<ClaimantRef>,
    /// Whose doing, where it is one organisation's.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<OrgRef>,
}

/// What is worth a second look in a time. In the order of time: nobody is ranked by it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Signals {
    /// The first day.
    from: NaiveDate,
    /// The last day.
    to: NaiveDate,
    /// What each kind means.
    definitions: Vec<SignalDefinition>,
    /// The newest first, 200 at most.
    items: Vec<Signal>,
    /// Nothing was left out for want of room; else ask about fewer days, or further down the tree.
    complete: bool,
}

fn shape(tx: &mut Conn, told: Told) -> Result<Signals, Failure> {
    let (mut users, mut claimants, mut organisations) = (Vec::new(), Vec::new(), Vec::new());
    for one in told.signals.iter().filter_map(|one| one.of) {
        match one {
            Whose::User(id) => users.push(id),
            Whose::Claimant(id) => claimants.push(id),
            Whose::Organisation(id) => organisations.push(id),
        }
    }
    let names =
        Names::default().users(tx, users)?.claimants(tx, claimants)?.organisations(tx, organisations)?;
    let named: Vec<WishId> =
        told.signals.iter().flat_map(|one| one.wishes.iter().take(MOST_NAMED)).copied().collect();
    let titles = store::wish::titles(tx, &named)?;
    Ok(Signals {
        from: told.span.from,
        to: told.span.to,
        definitions: DEFINITIONS.iter().map(Into::into).collect(),
        items: told.signals.into_iter().map(|one| shown(one, &names, &titles)).collect(),
        complete: told.complete,
    })
}

fn shown(of: Domain, names: &Names, titles: &HashMap<WishId, String>) -> Signal {
    let wish = |id: WishId| SignalWish { id, title: titles.get(&id).cloned().unwrap_or_default() };
    let mut shown = Signal {
        kind: of.kind,
        at: of.at,
        wishes: of.wishes.into_iter().take(MOST_NAMED).map(wish).collect(),
        count: of.count,
        user: None,
        claimant: None,
        organisation: None,
    };
    match of.of {
        Some(Whose::User(id)) => shown.user = Some(UserRef::of(id, names)),
        Some(Whose::Claimant(id)) => shown.claimant = Some(ClaimantRef::of(id, names)),
        Some(Whose::Organisation(id)) => shown.organisation = Some(OrgRef::of(id, names)),
        None => {}
    }
    shown
}

/// Which days.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Days {
    /// The first day; 29 days before the last where it is absent.
    from: Option<NaiveDate>,
    /// The last day; today where it is absent. At most 92 days in all.
    to: Option<NaiveDate>,
}

/// What is worth a second look in the wishes that an organisation and all below it collected: claims confirmed within
/// minutes, one person taking many residents' word, the same picture twice, nothing but fives, a rush before a deadline, many
/// wishes of one household. Each with what may be behind it that is in order. For those who review, and not for ranking.
#[utoipa::path(
    tag = "statistics",
    params(("id" = OrganisationId, Path, description = "The organisation."), Days),
    responses((status = 200, description = "The signals", body = Signals), ReadProblems),
)]
#[get("/organisations/{id}/signals")]
async fn list_signals(
    caller: Caller,
    id: Path<OrganisationId>,
    days: Query<Days>,
) -> Result<HttpResponse, Failure> {
    let days = (days.0.from, days.0.to);
    let work = move |tx: &mut Conn, cx: &Context| {
        let told = work::list(tx, cx, id.0, days)?;
        shape(tx, told)
    };
    let body = caller.read_slow(work).await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, Keep::Private.cache_control())).json(body))
}

/// Mounts the signals.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_signals);
}

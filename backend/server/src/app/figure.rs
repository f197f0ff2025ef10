//! Figures of an organisation and all below it, from sums that are kept: what is read is a few rows, however many wishes
//! there are.

use super::{
    Context,
    organisation::{itself, open},
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::Act,
    figure::{Counts, Figure, Flow, flows},
    id::OrganisationId,
    organisation::Organisation,
    refusal::Code,
    tally::{Coverage, Measure, Window, day},
    time::Instant,
};
use std::collections::BTreeMap;
use store::Conn;

/// What is told of an organisation and all below it.
#[derive(Debug)]
pub struct Board {
    /// Whose.
    pub organisation: Organisation,
    /// Of these months.
    pub window: Window,
    /// Until then everything is counted.
    pub as_of: Instant,
    /// Every figure.
    pub figures: Vec<Figure>,
    /// What came and went, month by month.
    pub months: Vec<(String, Flow)>,
    /// Written down today.
    pub collected_today: i64,
    /// Fulfilled today.
    pub lit_today: i64,
    /// Those directly below it.
    pub below: Vec<(OrganisationId, Below)>,
    /// The names of its categories.
    pub categories: BTreeMap<String, String>,
}

/// An organisation beside others.
#[derive(Debug, Clone, Copy, Default)]
pub struct Below {
    /// Wishes collected.
    pub collected: i64,
    /// Of these, fulfilled.
    pub fulfilled: i64,
    /// Residents and households: never, met and reached.
    pub residents: Covered,
    /// Households.
    pub households: Covered,
}

/// How far we have come with those who are known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Covered {
    /// No wish of theirs was ever written down.
    pub never: i64,
    /// One was, and none is fulfilled.
    pub met: i64,
    /// One is fulfilled.
    pub reached: i64,
}

impl Covered {
    fn add(&mut self, part: &str, amount: i64) {
        match part.parse() {
            Ok(Coverage::Never) => self.never += amount,
            Ok(Coverage::Met) => self.met += amount,
            Ok(Coverage::Reached) => self.reached += amount,
            Err(_) => {}
        }
    }
}

/// The figures of a window; of this year where none is named.
///
/// # Errors
/// As the access table says; `figures_unsound` where they do not add up.
pub fn board(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    window: Option<Window>,
) -> Result<Board, Failure> {
    cx.user()?;
    let line = open(tx, cx, Act::GetFigures, at, &Seen::Any)?;
    let organisation = itself(&line)?.clone();
    let today = cx.now.date();
    let window = window.unwrap_or_else(|| Window::year_of(today));
    let read = read(tx, at, window, day(today))?;
    let before = store::tally::under_way_before(tx, at, window)?;
    let of_day = |measure| read.today.get(&measure).copied().unwrap_or_default();
    Ok(Board {
        window,
        as_of: store::tally::counted_to(tx)?.unwrap_or(cx.now),
        figures: read.counts.figures(),
        months: flows(window, before, &read.by_month),
        collected_today: of_day(Measure::CollectedOn),
        lit_today: of_day(Measure::LitOn),
        below: below(tx, at, window)?,
        categories: super::statistics::category_names(tx, at)?,
        organisation,
    })
}

/// Sums of a window, as figures and months want them.
pub(super) struct Read {
    /// Of the whole window.
    pub(super) counts: Counts,
    by_month: BTreeMap<(i64, Measure), i64>,
    today: BTreeMap<Measure, i64>,
}

/// Reads the sums, and holds them against each other.
pub(super) fn read(tx: &mut Conn, at: OrganisationId, window: Window, today: i64) -> Result<Read, Failure> {
    let (mut counts, mut by_month, mut of_day) = (Counts::default(), BTreeMap::new(), BTreeMap::new());
    for (cell, amount) in store::tally::read(tx, at, window, today)? {
        if cell.period == today {
            *of_day.entry(cell.measure).or_default() += amount;
            continue;
        }
        *by_month.entry((cell.period, cell.measure)).or_default() += amount;
        *counts.0.entry((cell.measure, cell.part)).or_default() += amount;
    }
    // What was counted once and is not any more is no part of anything.
    counts.0.retain(|_, amount| *amount != 0);
    if !counts.conserved() {
        tracing::error!(organisation = %at, from = %window.from, to = %window.to, "figures do not add up");
        return Err(Code::FiguresUnsound.into());
    }
    Ok(Read { counts, by_month, today: of_day })
}

fn below(tx: &mut Conn, at: OrganisationId, window: Window) -> Result<Vec<(OrganisationId, Below)>, Failure> {
    let measures = [Measure::Collected, Measure::LevelLit, Measure::Residents, Measure::Households];
    let mut found: BTreeMap<OrganisationId, Below> = BTreeMap::new();
    for child in store::tally::children(tx, &at.to_string())? {
        found.insert(child.parse().map_err(store::StoreError::corrupt)?, Below::default());
    }
    for (id, measure, part, amount) in store::tally::below(tx, at, window, &measures)? {
        let of = found.entry(id).or_default();
        match measure {
            Measure::Collected => of.collected += amount,
            Measure::LevelLit => of.fulfilled += amount,
            Measure::Residents => of.residents.add(&part, amount),
            _ => of.households.add(&part, amount),
        }
    }
    Ok(found.into_iter().collect())
}

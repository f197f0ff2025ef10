//! Signals: read from the record of a time when somebody who reviews asks; nothing is kept of them.

use super::{Context, organisation::open};
use crate::{etag::Seen, problem::Failure};
use chrono::NaiveDate;
use domain::{
    access::Act,
    id::OrganisationId,
    signal::{BEFORE_DAYS, Signal, Span, of_claims, of_pictures, of_wishes},
};
use store::{Conn, signal as read};

/// So many rows of each kind are read at most, the newest.
const MOST_READ: i64 = 20_000;
/// So many signals are told at most, the newest.
const MOST_TOLD: usize = 200;

/// What is worth a second look.
#[derive(Debug)]
pub struct Told {
    /// In which days.
    pub span: Span,
    /// The newest first: an order of time, and no rank.
    pub signals: Vec<Signal>,
    /// Nothing was left out for want of room.
    pub complete: bool,
}

/// The signals of an organisation and all below it; of the last thirty days where none are named.
///
/// # Errors
/// As the access table says; `invalid` for a time that ends before it starts or is longer than a season.
pub fn list(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
) -> Result<Told, Failure> {
    cx.user()?;
    open(tx, cx, Act::ListSignals, at, &Seen::Any)?;
    let span = Span::of(from, to, cx.now.date())?;
    let (start, end) = span.bounds();
    let before = start.plus_days(-i64::try_from(BEFORE_DAYS).unwrap_or_default());
    let claims = read::confirmed(tx, at, (start, end), MOST_READ)?;
    let pictures = read::pictured(tx, at, (start, end), MOST_READ)?;
    let wishes = read::collected(tx, at, (before, end), MOST_READ)?;
    let ends = read::ends(tx, at, span)?;
    let most = usize::try_from(MOST_READ).unwrap_or(usize::MAX);
    let whole = [claims.len(), pictures.len(), wishes.len()].iter().all(|read| *read < most);
    let mut signals = of_claims(&claims);
    signals.extend(of_pictures(&pictures));
    signals.extend(of_wishes(&wishes, span, &ends));
    signals.sort_by_key(|one| (std::cmp::Reverse(one.at), one.kind));
    let complete = whole && signals.len() <= MOST_TOLD;
    signals.truncate(MOST_TOLD);
    Ok(Told { span, signals, complete })
}

//! Reports (定稿): the figures of a period as they were frozen, and what a later one says otherwise.
//!
//! A report is never changed. Who has to correct one freezes the period again: that is its next edition, and the difference
//! between the two is shown. Must not know how a report is hashed or kept.

use crate::{
    figure::{Figure, Part},
    id::{OrganisationId, ReportId, UserId},
    tally::Window,
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// A figure as it was frozen. The order of its members is part of what is hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Frozen {
    /// The id of its definition.
    pub id: String,
    /// The version of its definition.
    pub version: u16,
    /// What was counted.
    pub numerator: i64,
    /// Of what; null for a plain count.
    pub denominator: Option<i64>,
    /// How many were left out.
    pub excluded: i64,
    /// How many it rests on.
    pub sample: i64,
    /// Half of the waits were no longer than this, in days.
    pub p50: Option<i64>,
    /// Nine of ten were no longer.
    pub p90: Option<i64>,
    /// Its parts.
    pub parts: Vec<FrozenPart>,
}

/// A part of a figure as it was frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FrozenPart {
    /// Which.
    pub part: String,
    /// What was counted.
    pub numerator: i64,
    /// Of what; null for a plain count.
    pub denominator: Option<i64>,
}

impl From<&Figure> for Frozen {
    fn from(figure: &Figure) -> Self {
        let part = |of: &Part| FrozenPart {
            part: of.part.clone(),
            numerator: of.numerator,
            denominator: of.denominator,
        };
        Self {
            id: figure.definition.id.to_owned(),
            version: figure.definition.version,
            numerator: figure.numerator,
            denominator: figure.denominator,
            excluded: figure.excluded,
            sample: figure.sample,
            p50: figure.p50,
            p90: figure.p90,
            parts: figure.parts.iter().map(part).collect(),
        }
    }
}

/// The figures of a period, frozen.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// Of this organisation and all below it.
    pub organisation_id: OrganisationId,
    /// Which of the organisation's.
    pub number: i64,
    /// Of these months.
    pub window: Window,
    /// Which of these months.
    pub edition: i64,
    /// The figures, in the text that is hashed.
    pub figures: String,
    /// The hash of the organisation's report before; empty for the first.
    pub previous_hash: String,
    /// The hash of this one.
    pub hash: String,
    /// Who froze it.
    pub created_by: UserId,
    /// When.
    pub created_at: Instant,
}

/// A figure that a later edition tells otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The id of its definition.
    pub id: String,
    /// What it was; none where it was not told.
    pub before: Option<Frozen>,
    /// What it is; none where it is not told any more.
    pub now: Option<Frozen>,
}

/// What `now` tells otherwise than `before`, figure by figure.
#[must_use]
pub fn differences(before: &[Frozen], now: &[Frozen]) -> Vec<Difference> {
    let find = |list: &[Frozen], id: &str| list.iter().find(|one| one.id == id).cloned();
    let gone = before.iter().filter(|one| now.iter().all(|other| other.id != one.id));
    now.iter()
        .chain(gone)
        .map(|one| Difference { id: one.id.clone(), before: find(before, &one.id), now: find(now, &one.id) })
        .filter(|difference| difference.before != difference.now)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frozen(id: &str, numerator: i64) -> Frozen {
        Frozen {
            id: id.to_owned(),
            version: 1,
            numerator,
            denominator: None,
            excluded: 0,
            sample: 0,
            p50: None,
            p90: None,
            parts: Vec::new(),
        }
    }

    #[test]
    fn only_what_is_told_otherwise_is_a_difference() {
        let before = [frozen("same", 1), frozen("other", 2), frozen("gone", 3)];
        let now = [frozen("same", 1), frozen("other", 4), frozen("new", 5)];
        let found: Vec<_> = differences(&before, &now)
            .into_iter()
            .map(|one| (one.id, one.before.map(|one| one.numerator), one.now.map(|one| one.numerator)))
            .collect();
        let expected = [("other", Some(2), Some(4)), ("new", None, Some(5)), ("gone", Some(3), None)];
        assert_eq!(found, expected.map(|(id, before, now)| (id.to_owned(), before, now)));
    }
}

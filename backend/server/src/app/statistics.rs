//! Figures of an organisation's subtree, from counts that see one moment. Every wish counts once, with the parts that were
//! split off, in
//! each breakdown, so that each adds up to what was collected.

use super::{
    Context,
    organisation::{itself, open},
};
use crate::{etag::Seen, problem::Failure};
use chrono::Datelike;
use domain::{
    access::Act,
    id::OrganisationId,
    organisation::{Level, Organisation},
    refusal::Code,
    spot_check::Answer,
    wish::Status,
};
use std::{collections::BTreeMap, ops::AddAssign};
use store::{Conn, statistics::Counted};

/// Wishes of one part of a breakdown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Part {
    /// Taken in.
    pub collected: i64,
    /// Of these, fulfilled by now.
    pub fulfilled: i64,
}

impl AddAssign<(Status, i64)> for Part {
    fn add_assign(&mut self, (status, count): (Status, i64)) {
        self.collected += count;
        if status == Status::Fulfilled {
            self.fulfilled += count;
        }
    }
}

/// What residents said, added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ratings {
    /// Ratings given.
    pub answered: i64,
    /// The sum of the ratings.
    pub points: i64,
    /// Ratings of 4 or 5.
    pub satisfied: i64,
}

/// Of pairs of a rating and how often it was given.
impl FromIterator<(i32, i64)> for Ratings {
    fn from_iter<I: IntoIterator<Item = (i32, i64)>>(pairs: I) -> Self {
        pairs.into_iter().fold(Self::default(), |sum, (rating, count)| Self {
            answered: sum.answered + count,
            points: sum.points + i64::from(rating) * count,
            satisfied: sum.satisfied + if rating >= 4 { count } else { 0 },
        })
    }
}

/// What spot checks found, added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SpotChecks {
    /// Wishes that were drawn, and not reopened before anybody asked.
    pub drawn: i64,
    /// Residents who were reached.
    pub reached: i64,
    /// Of these, those who said that it is as was reported.
    pub as_reported: i64,
}

/// Of pairs of what the resident said, where somebody asked, and how often.
impl FromIterator<(Option<Answer>, i64)> for SpotChecks {
    fn from_iter<I: IntoIterator<Item = (Option<Answer>, i64)>>(pairs: I) -> Self {
        pairs.into_iter().fold(Self::default(), |sum, (answer, count)| {
            let of = |holds: bool| if holds { count } else { 0 };
            Self {
                drawn: sum.drawn + count,
                reached: sum.reached + of(answer.is_some_and(|answer| answer != Answer::NotReached)),
                as_reported: sum.as_reported + of(answer == Some(Answer::AsReported)),
            }
        })
    }
}

/// The figures of a subtree.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Wishes by where they stand now; every status is there.
    pub by_status: BTreeMap<Status, i64>,
    /// Wishes that were ever on the wall.
    pub published: i64,
    /// What residents said.
    pub ratings: Ratings,
    /// What residents said when somebody else asked again.
    pub spot_checks: SpotChecks,
    /// Residents.
    pub beneficiaries: i64,
    /// Their households.
    pub households: i64,
    /// Worth of what was brought, in fen.
    pub amount_fen: i64,
    /// By category code and the name that people see.
    pub by_category: Vec<(String, String, Part)>,
    /// By the level of the organisation that took them in.
    pub by_level: BTreeMap<Level, Part>,
    /// By the month in China, as `2026-11`, in which they were written down.
    pub by_month: BTreeMap<String, Part>,
}

impl Figures {
    /// Wishes in a status.
    #[must_use]
    pub fn of(&self, status: Status) -> i64 {
        self.by_status.get(&status).copied().unwrap_or_default()
    }

    /// All wishes.
    #[must_use]
    pub fn collected(&self) -> i64 {
        self.by_status.values().sum()
    }

    fn from(counted: Counted, names: &BTreeMap<String, String>) -> Self {
        let mut figures = Self {
            by_status: Status::ALL.iter().map(|status| (*status, 0)).collect(),
            beneficiaries: counted.beneficiaries,
            households: counted.households,
            amount_fen: counted.amount_fen,
            ..Self::default()
        };
        let mut by_category: BTreeMap<String, Part> = BTreeMap::new();
        for (code, status, count) in counted.by_category {
            *figures.by_status.entry(status).or_default() += count;
            *by_category.entry(code).or_default() += (status, count);
        }
        for (level, status, count) in counted.by_level {
            *figures.by_level.entry(level).or_default() += (status, count);
        }
        for (day, status, count) in counted.by_day {
            let month = format!("{:04}-{:02}", day.year(), day.month());
            *figures.by_month.entry(month).or_default() += (status, count);
        }
        for (code, level, day) in counted.unfinished {
            *figures.by_status.entry(Status::Fulfilled).or_default() -= 1;
            *figures.by_status.entry(Status::Open).or_default() += 1;
            let month = format!("{:04}-{:02}", day.year(), day.month());
            for part in [
                by_category.entry(code).or_default(),
                figures.by_level.entry(level).or_default(),
                figures.by_month.entry(month).or_default(),
            ] {
                part.fulfilled -= 1;
            }
        }
        figures.ratings = counted.ratings.into_iter().collect();
        figures.spot_checks = counted.spot_checks.into_iter().collect();
        let on_wall = Status::ALL.iter().filter(|status| status.is_public());
        figures.published = on_wall.map(|status| figures.of(*status)).sum::<i64>() + counted.taken_back;
        let named = |(code, part): (String, Part)| {
            let name = names.get(&code).unwrap_or(&code).clone();
            (code, name, part)
        };
        figures.by_category = by_category.into_iter().map(named).collect();
        figures.by_category.sort_by_key(|(_, _, part)| std::cmp::Reverse(part.collected));
        figures
    }
}

/// The figures of a subtree: of the one asked for, or of the first that the caller reads.
///
/// # Errors
/// As the access table says; `forbidden` for somebody who reads none.
pub fn of(
    tx: &mut Conn,
    cx: &Context,
    asked: Option<OrganisationId>,
) -> Result<(Organisation, Figures), Failure> {
    cx.user()?;
    let root = asked.or_else(|| cx.actor.reading_roots().first().copied()).ok_or(Code::Forbidden)?;
    let line = open(tx, cx, Act::GetStatistics, root, &Seen::Any)?;
    let names = category_names(tx, root)?;
    let figures = Figures::from(store::statistics::figures(tx, root)?, &names);
    Ok((itself(&line)?.clone(), figures))
}

/// Codes and names: those that hold for the organisation, and of others the oldest, as on the wall.
pub(super) fn category_names(
    tx: &mut Conn,
    root: OrganisationId,
) -> Result<BTreeMap<String, String>, Failure> {
    let own = store::category::effective(tx, root)?;
    let mut others = store::category::all(tx)?;
    others.sort_by_key(|category| category.organisation_id);
    let mut names = BTreeMap::new();
    for category in own.into_iter().chain(others) {
        names.entry(category.code).or_insert(category.label.name_zh);
    }
    Ok(names)
}

//! What each wish, resident and household adds to the figures (口径), as cells that are summed over organisations and months.
//!
//! Owns which measures there are, and what one subject is counted as now. A cell is added up over the subtree of each
//! organisation, so a figure is a sum of a few rows however many wishes there are. Must not know where the sums are kept,
//! nor what is made of them: that is [`crate::figure`].

mod month;

pub use month::{Month, Window, day};

use crate::{
    organisation::Level,
    publication::AgeBand,
    spot_check::Answer,
    time::Instant,
    wish::{Status, Unit},
};
use std::fmt;

words! {
    /// What a cell counts.
    pub enum Measure {
        /// Wishes, by the month in which they were written down. As are all others, where nothing else is said.
        Collected = "collected",
        /// The same, by where they stand.
        Standing = "standing",
        /// The same, by category.
        Category = "category",
        /// Of these, fulfilled.
        CategoryLit = "category_lit",
        /// The same, by the level of who collected them.
        Level = "level",
        /// Of these, fulfilled.
        LevelLit = "level_lit",
        /// Of these, fulfilled before time sent them up.
        LevelOnTime = "level_on_time",
        /// The same, by the age of the resident.
        Group = "group",
        /// Of these, fulfilled.
        GroupLit = "group_lit",
        /// Handed in for review.
        Submitted = "submitted",
        /// First answers, by the days until then.
        AnswerDays = "answer_days",
        /// Fulfilled, by the days on the wall until then.
        LightingDays = "lighting_days",
        /// Fulfilled at least once.
        EverLit = "ever_lit",
        /// Of these, reopened.
        Reopened = "reopened",
        /// Fulfilled, and each part that is: who can be asked.
        Asked = "asked",
        /// Ratings, by what was said.
        Rating = "rating",
        /// Spot checks, by what was said.
        SpotCheck = "spot_check",
        /// Claims that were made.
        Claims = "claims",
        /// Of these, those that ran over their time.
        ClaimsLapsed = "claims_lapsed",
        /// Worth of what was brought, in fen.
        WorthFen = "worth_fen",
        /// Person-hours that were given, in quarter hours.
        QuarterHours = "quarter_hours",
        /// Things that arrived.
        Goods = "goods",
        /// Minutes that staff noted.
        StaffMinutes = "staff_minutes",
        /// Wishes of which staff noted any.
        Timed = "timed",
        /// On the red list now.
        RedListed = "red_listed",
        /// Wishes that were fulfilled, by the month in which that was.
        LitIn = "lit_in",
        /// Wishes that ended in any way, by the month in which that was.
        EndedIn = "ended_in",
        /// The same two and what was collected, by the day.
        CollectedOn = "collected_on",
        /// Fulfilled on a day.
        LitOn = "lit_on",
        /// Residents who are known, by how far we have come with them; of no month.
        Residents = "residents",
        /// Residents by the month in which the first wish of theirs was fulfilled.
        ResidentsReached = "residents_reached",
        /// Households who are known, by how far we have come with them; of no month.
        Households = "households",
        /// Households by the month in which the first wish of theirs was fulfilled.
        HouseholdsReached = "households_reached",
    }
}

words! {
    /// How far we have come with a resident or a household.
    pub enum Coverage {
        /// 从没记下过心愿
        Never = "never",
        /// 记下过，还没点亮过
        Met = "met",
        /// 点亮过
        Reached = "reached",
    }
}

/// The word for what is not known.
pub const UNKNOWN: &str = "unknown";

/// Waits of so many days and more are counted together.
pub const LONGEST_DAYS: i64 = 120;

/// Something that is counted: a measure, a month or day or no time, and a part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// The number of the month or the day; 0 for none.
    pub period: i64,
    /// What is counted.
    pub measure: Measure,
    /// Which part of it; empty for the whole.
    pub part: String,
}

/// Cells with what is added to each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Share(pub Vec<(Cell, i64)>);

impl Share {
    fn add(&mut self, period: i64, measure: Measure, part: impl fmt::Display, amount: i64) {
        if amount != 0 {
            self.0.push((Cell { period, measure, part: part.to_string() }, amount));
        }
    }
}

/// What is known of a wish, as far as it is counted.
#[derive(Debug, Clone)]
pub struct WishFacts {
    /// A part that was split off another; it is not collected a second time.
    pub is_part: bool,
    /// Where it stands; open where it is fulfilled but for a part that is under way.
    pub status: Status,
    /// Its category code.
    pub category: String,
    /// The level of who collected it.
    pub level: Level,
    /// The resident's year of birth, where it is known.
    pub birth_year: Option<i32>,
    /// What its quantity is counted in.
    pub unit: Unit,
    /// When it was written down.
    pub created_at: Instant,
    /// When it was first handed in.
    pub submitted_at: Option<Instant>,
    /// When somebody first answered that.
    pub answered_at: Option<Instant>,
    /// When it first came on the wall.
    pub published_at: Option<Instant>,
    /// When it was fulfilled.
    pub fulfilled_at: Option<Instant>,
    /// When it was declined or taken back.
    pub ended_at: Option<Instant>,
    /// It was fulfilled at least once.
    pub ever_lit: bool,
    /// It was reopened at least once.
    pub reopened: bool,
    /// Time sent it up, or on the red list.
    pub ran_over: bool,
    /// It is on the red list.
    pub red_listed: bool,
    /// Claims that were made of it.
    pub claims: i64,
    /// Of these, those that ran over their time.
    pub claims_lapsed: i64,
    /// Worth of what was brought.
    pub worth_fen: i64,
    /// Person-hours of what was brought, in quarter hours.
    pub quarter_hours: i64,
    /// Minutes that staff noted.
    pub staff_minutes: i64,
    /// How much of it arrived.
    pub confirmed: i64,
    /// What the resident said.
    pub rating: Option<i32>,
    /// A spot check that was not dropped, and what the resident said then.
    pub spot_check: Option<Option<Answer>>,
}

impl WishFacts {
    /// What it adds.
    #[must_use]
    pub fn share(&self) -> Share {
        let mut share = Share::default();
        let written = self.created_at.date();
        let month = Month::of(written).number();
        let lit = self.status == Status::Fulfilled;
        if !self.is_part {
            self.course(&mut share, month, lit);
            self.breakdowns(&mut share, month, lit);
            share.add(day(written), Measure::CollectedOn, "", 1);
        }
        let one = |yes: bool| i64::from(yes);
        share.add(month, Measure::Asked, "", one(lit));
        if let Some(rating) = self.rating {
            share.add(month, Measure::Rating, rating, 1);
        }
        if let Some(result) = self.spot_check {
            share.add(month, Measure::SpotCheck, result.map_or(UNKNOWN, Answer::as_str), 1);
        }
        share.add(month, Measure::Claims, "", self.claims);
        share.add(month, Measure::ClaimsLapsed, "", self.claims_lapsed);
        share.add(month, Measure::WorthFen, "", self.worth_fen);
        share.add(month, Measure::QuarterHours, "", self.quarter_hours);
        share.add(month, Measure::Goods, "", if self.unit == Unit::Item { self.confirmed } else { 0 });
        share.add(month, Measure::StaffMinutes, "", self.staff_minutes);
        share.add(month, Measure::Timed, "", one(self.staff_minutes > 0));
        share.add(month, Measure::RedListed, "", one(self.red_listed));
        share
    }

    /// Where it stands, and how long each step took.
    fn course(&self, share: &mut Share, month: i64, lit: bool) {
        share.add(month, Measure::Collected, "", 1);
        share.add(month, Measure::Standing, self.status, 1);
        share.add(month, Measure::EverLit, "", i64::from(self.ever_lit));
        share.add(month, Measure::Reopened, "", i64::from(self.reopened));
        if let Some(from) = self.submitted_at {
            share.add(month, Measure::Submitted, "", 1);
            if let Some(to) = self.answered_at {
                share.add(month, Measure::AnswerDays, days(from, to), 1);
            }
        }
        if let (true, Some(from), Some(to)) = (lit, self.published_at, self.fulfilled_at) {
            share.add(month, Measure::LightingDays, days(from, to), 1);
        }
        if let (true, Some(at)) = (lit, self.fulfilled_at) {
            share.add(Month::of(at.date()).number(), Measure::LitIn, "", 1);
            share.add(day(at.date()), Measure::LitOn, "", 1);
        }
        let ended = if lit { self.fulfilled_at } else { self.ended_at };
        if let (true, Some(at)) = (self.status.has_ended(), ended) {
            share.add(Month::of(at.date()).number(), Measure::EndedIn, "", 1);
        }
    }

    /// Each way to divide what was collected: the parts of each add up to it.
    fn breakdowns(&self, share: &mut Share, month: i64, lit: bool) {
        let band = self.birth_year.and_then(|year| AgeBand::of(year, self.created_at.date()));
        let group = band.map_or_else(|| UNKNOWN.to_owned(), |band| band.to_string());
        share.add(month, Measure::Category, &self.category, 1);
        share.add(month, Measure::Level, self.level, 1);
        share.add(month, Measure::Group, &group, 1);
        if lit {
            share.add(month, Measure::CategoryLit, &self.category, 1);
            share.add(month, Measure::LevelLit, self.level, 1);
            share.add(month, Measure::GroupLit, &group, 1);
            share.add(month, Measure::LevelOnTime, self.level, i64::from(!self.ran_over));
        }
    }
}

/// Whole days from one moment to another, as a word that sorts.
fn days(from: Instant, to: Instant) -> String {
    let days = to.date().signed_duration_since(from.date()).num_days();
    format!("{:03}", days.clamp(0, LONGEST_DAYS))
}

/// What is known of a resident or a household, as far as it is counted.
#[derive(Debug, Clone, Copy)]
pub struct PersonFacts {
    /// A household, and not one resident.
    pub household: bool,
    /// Somebody of it is known by name.
    pub known: bool,
    /// A wish of theirs was written down.
    pub met: bool,
    /// When the first of their wishes that are fulfilled was.
    pub reached_at: Option<Instant>,
}

impl PersonFacts {
    /// What they add. Who was erased is not known any more, and was reached all the same.
    #[must_use]
    pub fn share(&self) -> Share {
        let mut share = Share::default();
        let (known, reached) = match self.household {
            true => (Measure::Households, Measure::HouseholdsReached),
            false => (Measure::Residents, Measure::ResidentsReached),
        };
        let coverage = match (self.reached_at, self.met) {
            (Some(_), _) => Coverage::Reached,
            (None, true) => Coverage::Met,
            (None, false) => Coverage::Never,
        };
        share.add(0, known, coverage, i64::from(self.known));
        if let Some(at) = self.reached_at {
            share.add(Month::of(at.date()).number(), reached, "", 1);
        }
        share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_erased_was_reached_all_the_same() {
        let erased = PersonFacts {
            household: false,
            known: false,
            met: true,
            reached_at: Some(Instant::from_micros(0)),
        };
        let cells: Vec<_> =
            erased.share().0.into_iter().map(|(cell, _)| (cell.measure, cell.period)).collect();
        assert_eq!(cells, [(Measure::ResidentsReached, 197_001)]);
    }
}

//! Published figures (口径): what each is called, what is counted in it, and over what.
//!
//! A definition is a row of one table, with its words and with the sums that it is made of; a figure is computed from the
//! row and from [`crate::tally`]'s sums, so that words and number cannot part. Who changes what a figure means gives its
//! row a new version. docs/figures.md is printed from here. Must not know where the sums are kept.

mod definitions;

pub use definitions::DEFINITIONS;

use crate::{
    refusal::Text,
    tally::{Measure, Window},
    wish::Status,
};
use std::collections::BTreeMap;

words! {
    /// What a figure is counted in.
    #[schema(as = FigureUnit)]
    pub enum Unit {
        /// 件心愿
        Wishes = "wishes",
        /// 位居民
        Residents = "residents",
        /// 户
        Households = "households",
        /// 次认领
        Claims = "claims",
        /// 天
        Days = "days",
        /// 分（人民币）
        Fen = "fen",
        /// 刻钟（15 分钟）
        QuarterHours = "quarter_hours",
        /// 件物品
        Goods = "goods",
        /// 分钟
        Minutes = "minutes",
    }
}

/// What is summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sum {
    /// A measure, with all of its parts.
    All(Measure),
    /// One part of it.
    Part(Measure, &'static str),
    /// One part of it is taken off.
    Less(Measure, &'static str),
}

/// What a figure means.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// Its name for programs; it never changes.
    pub id: &'static str,
    /// Counts the changes of its meaning.
    pub version: u16,
    /// Its name.
    pub name: Text,
    /// What it is counted in.
    pub unit: Unit,
    /// What is counted.
    pub numerator: Text,
    /// Of what; none for a plain count.
    pub denominator: Option<Text>,
    /// By which time.
    pub window: Text,
    /// What is left out.
    pub exclusions: Text,
    /// How many it rests on.
    pub sample: Text,
    /// The same as sums.
    pub sums: Sums,
}

/// What a figure is made of.
#[derive(Debug, Clone, Copy)]
pub struct Sums {
    /// What is counted.
    pub numerator: &'static [Sum],
    /// Of what; empty for a plain count.
    pub denominator: &'static [Sum],
    /// How many were left out.
    pub excluded: &'static [Sum],
    /// How many it rests on.
    pub sample: &'static [Sum],
    /// How it is divided: what is counted in each part, and of what.
    pub parts: Option<(Measure, Option<Measure>)>,
    /// Waits by their days, of which the median and the ninth of ten are told.
    pub waits: Option<Measure>,
}

/// A part of a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Which: a status, a category code, a level, an age, a rating.
    pub part: String,
    /// What was counted.
    pub numerator: i64,
    /// Of what.
    pub denominator: Option<i64>,
}

/// A figure.
#[derive(Debug, Clone)]
pub struct Figure {
    /// What it means.
    pub definition: &'static Definition,
    /// What was counted.
    pub numerator: i64,
    /// Of what.
    pub denominator: Option<i64>,
    /// How many were left out.
    pub excluded: i64,
    /// How many it rests on.
    pub sample: i64,
    /// Half of the waits were no longer than this, in days.
    pub p50: Option<i64>,
    /// Nine of ten were no longer.
    pub p90: Option<i64>,
    /// Its parts, by their words.
    pub parts: Vec<Part>,
}

/// Sums of a window by measure and part, and what is of no time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts(pub BTreeMap<(Measure, String), i64>);

impl Counts {
    /// A part of a measure.
    #[must_use]
    pub fn part(&self, measure: Measure, part: &str) -> i64 {
        self.0.get(&(measure, part.to_owned())).copied().unwrap_or_default()
    }

    /// The parts of a measure, in the order of their words.
    pub fn parts(&self, measure: Measure) -> impl Iterator<Item = (&str, i64)> {
        let from = (measure, String::new());
        let of = self.0.range(from..).take_while(move |((found, _), _)| *found == measure);
        of.map(|((_, part), amount)| (part.as_str(), *amount))
    }

    /// A measure, with all of its parts.
    #[must_use]
    pub fn all(&self, measure: Measure) -> i64 {
        self.parts(measure).map(|(_, amount)| amount).sum()
    }

    fn sum(&self, sums: &[Sum]) -> i64 {
        let one = |sum: &Sum| match *sum {
            Sum::All(measure) => self.all(measure),
            Sum::Part(measure, part) => self.part(measure, part),
            Sum::Less(measure, part) => -self.part(measure, part),
        };
        sums.iter().map(one).sum()
    }

    /// Whether nothing was lost on the way: each division of what was collected adds up to it, every state is known, and no
    /// count is below nothing.
    #[must_use]
    pub fn conserved(&self) -> bool {
        let collected = self.all(Measure::Collected);
        let divided = [Measure::Standing, Measure::Category, Measure::Level, Measure::Group];
        let states: i64 =
            Status::ALL.iter().map(|status| self.part(Measure::Standing, status.as_str())).sum();
        let lit = self.part(Measure::Standing, Status::Fulfilled.as_str());
        let fulfilled = [Measure::CategoryLit, Measure::LevelLit, Measure::GroupLit];
        divided.iter().all(|measure| self.all(*measure) == collected)
            && states == collected
            && fulfilled.iter().all(|measure| self.all(*measure) == lit)
            && self.0.values().all(|amount| *amount >= 0)
    }

    /// Every figure.
    #[must_use]
    pub fn figures(&self) -> Vec<Figure> {
        DEFINITIONS.iter().map(|definition| definition.of(self)).collect()
    }
}

impl Definition {
    /// The definition of this id.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        DEFINITIONS.iter().find(|definition| definition.id == id)
    }

    /// The figure that these sums make.
    #[must_use]
    pub fn of(&'static self, counts: &Counts) -> Figure {
        let Sums { numerator, denominator, excluded, sample, parts, waits } = self.sums;
        let part = |(part, counted): (&str, i64), of: Option<Measure>| Part {
            part: part.to_owned(),
            numerator: counted,
            denominator: of.map(|of| counts.part(of, part)),
        };
        let parts = match parts {
            // A part of which nothing is counted is told as well: it is what somebody looks for.
            Some((counted, Some(of))) => {
                counts.parts(of).map(|(name, _)| part((name, counts.part(counted, name)), Some(of))).collect()
            }
            Some((counted, None)) => counts.parts(counted).map(|found| part(found, None)).collect(),
            None => Vec::new(),
        };
        Figure {
            definition: self,
            numerator: counts.sum(numerator),
            denominator: (!denominator.is_empty()).then(|| counts.sum(denominator)),
            excluded: counts.sum(excluded),
            sample: counts.sum(sample),
            p50: waits.and_then(|measure| percentile(counts, measure, 50)),
            p90: waits.and_then(|measure| percentile(counts, measure, 90)),
            parts,
        }
    }
}

/// The smallest number of days that so many of a hundred waits did not exceed; none where nobody waited.
fn percentile(counts: &Counts, measure: Measure, of_hundred: i64) -> Option<i64> {
    let wanted = counts.all(measure) * of_hundred;
    let mut so_far = 0;
    counts.parts(measure).find_map(|(days, count)| {
        so_far += count * 100;
        (count > 0 && so_far >= wanted).then(|| days.parse().ok()).flatten()
    })
}

/// What came and went in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flow {
    /// Written down.
    pub collected: i64,
    /// Fulfilled.
    pub lit: i64,
    /// Ended in any way.
    pub ended: i64,
    /// Not ended at its end.
    pub under_way: i64,
}

/// What came and went in each month of a window, from sums by month and from what was under way before it.
#[must_use]
pub fn flows(window: Window, before: i64, by_month: &BTreeMap<(i64, Measure), i64>) -> Vec<(String, Flow)> {
    let mut under_way = before;
    let flow = |month: crate::tally::Month| {
        let of = |measure| by_month.get(&(month.number(), measure)).copied().unwrap_or_default();
        let (collected, lit, ended) = (of(Measure::Collected), of(Measure::LitIn), of(Measure::EndedIn));
        under_way += collected - ended;
        (month.to_string(), Flow { collected, lit, ended, under_way })
    };
    window.months().map(flow).collect()
}

/// The page about them, for docs/figures.md.
#[must_use]
pub fn page() -> String {
    let mut page = String::from(
        "# Figures 口径\n\nWhat each published figure means. Printed by `make fields` from \
         `backend/domain/src/figure`; a test holds it against\nthe code. `GET /api/v1/figures` answers the same, and each \
         figure carries the id and the version of its definition.\n\nEvery figure is of an organisation and all below it, by \
         who collected the wish. Conservation holds at every read: collected =\ndraft + submitted + open + claimed + \
         delivered + fulfilled + declined + withdrawn, and each division adds up to the same; where it\ndoes not, the answer \
         is a problem and no figure.\n",
    );
    for definition in DEFINITIONS {
        let Definition {
            id, version, name, unit, numerator, denominator, window, exclusions, sample, ..
        } = definition;
        page.push_str(&format!("\n## {} {}\n\n`{id}`, version {version}, in {unit}\n\n", name.zh, name.en));
        page.push_str("| | 中文 | English |\n| --- | --- | --- |\n");
        let mut row = |what: &str, text: Text| {
            page.push_str(&format!("| {what} | {} | {} |\n", text.zh, text.en));
        };
        row("numerator 分子", *numerator);
        if let Some(denominator) = denominator {
            row("denominator 分母", *denominator);
        }
        row("window 时段", *window);
        row("exclusions 不计", *exclusions);
        row("sample 样本", *sample);
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(of: &[(Measure, &str, i64)]) -> Counts {
        Counts(of.iter().map(|(measure, part, amount)| ((*measure, (*part).to_owned()), *amount)).collect())
    }

    #[test]
    fn the_page_is_current() {
        let kept = include_str!("../../../docs/figures.md");
        assert!(kept == page(), "docs/figures.md is not what the definitions say; run: make fields");
    }

    #[test]
    fn ids_are_given_once() {
        let ids: std::collections::BTreeSet<_> = DEFINITIONS.iter().map(|one| one.id).collect();
        assert_eq!(ids.len(), DEFINITIONS.len());
        assert!(DEFINITIONS.iter().all(|one| one.denominator.is_some() != one.sums.denominator.is_empty()));
    }

    #[test]
    fn half_and_nine_of_ten() {
        let waits = counts(&[
            (Measure::AnswerDays, "000", 4),
            (Measure::AnswerDays, "003", 5),
            (Measure::AnswerDays, "010", 1),
        ]);
        assert_eq!(percentile(&waits, Measure::AnswerDays, 50), Some(3));
        assert_eq!(percentile(&waits, Measure::AnswerDays, 90), Some(3));
        assert_eq!(percentile(&waits, Measure::AnswerDays, 91), Some(10));
        assert_eq!(percentile(&waits, Measure::LightingDays, 50), None);
    }

    #[test]
    fn what_does_not_add_up_is_seen() {
        let sound = [
            (Measure::Collected, "", 3),
            (Measure::Standing, "open", 1),
            (Measure::Standing, "fulfilled", 2),
            (Measure::Category, "daily", 3),
            (Measure::CategoryLit, "daily", 2),
            (Measure::Level, "village", 3),
            (Measure::LevelLit, "village", 2),
            (Measure::Group, "80-89", 3),
            (Measure::GroupLit, "80-89", 2),
        ];
        assert!(counts(&sound).conserved());
        for at in 0..sound.len() {
            let mut broken = sound;
            broken[at].2 += 1;
            assert!(!counts(&broken).conserved(), "{:?}", sound[at]);
        }
        assert!(Counts::default().conserved());
    }

    #[test]
    fn a_rate_tells_what_it_left_out() {
        let of = counts(&[
            (Measure::Collected, "", 10),
            (Measure::Standing, "fulfilled", 6),
            (Measure::Standing, "declined", 1),
            (Measure::Standing, "withdrawn", 1),
        ]);
        let rate = Definition::find("fulfilment").expect("a definition").of(&of);
        assert_eq!((rate.numerator, rate.denominator, rate.excluded, rate.sample), (6, Some(8), 2, 8));
    }

    #[test]
    fn what_is_under_way_is_carried_on() {
        let window = Window::of("2026-01".parse().expect("one"), "2026-02".parse().expect("two"));
        let by_month = BTreeMap::from([
            ((202_601, Measure::Collected), 5),
            ((202_601, Measure::EndedIn), 2),
            ((202_602, Measure::EndedIn), 3),
        ]);
        let under_way: Vec<i64> = flows(window.expect("a window"), 4, &by_month)
            .into_iter()
            .map(|(_, flow)| flow.under_way)
            .collect();
        assert_eq!(under_way, [7, 4]);
    }
}

//! What the cells of a template say of a report.

use super::{Field, Frame, Of, Side};
use crate::{
    figure::{Definition, Unit},
    report::{Frozen, Report},
};

/// What a cell says: as a number where it is one, and always as words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The number, in digits; none for a text, and where nothing can be told.
    pub number: Option<String>,
    /// The same for a person.
    pub text: String,
}

impl Said {
    fn text(text: impl Into<String>) -> Self {
        Self { number: None, text: text.into() }
    }

    fn count(count: i64) -> Self {
        Self { number: Some(count.to_string()), text: count.to_string() }
    }

    /// So many hundredths.
    fn hundredths(count: i64) -> Self {
        let sign = if count < 0 { "-" } else { "" };
        let (whole, rest) = (count.unsigned_abs() / 100, count.unsigned_abs() % 100);
        let text = if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest:02}") };
        Self { number: Some(text.clone()), text }
    }

    /// A share: as a number to six places, as words in tenths of a percent.
    fn share(counted: i64, of: i64) -> Self {
        let parts = |scale: i64| {
            (i128::from(counted) * i128::from(scale) * 2 + i128::from(of)) / (i128::from(of) * 2)
        };
        let (millionths, tenths) = (parts(1_000_000), parts(1_000));
        Self {
            number: Some(format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000)),
            text: format!("{}.{}%", tenths / 10, tenths % 10),
        }
    }

    /// Nobody waited, or there is nothing to take a share of.
    fn nothing() -> Self {
        Self::text("—")
    }
}

/// A report, with what its cells are filled from.
#[derive(Debug)]
pub struct Filling<'a> {
    /// The report.
    pub report: &'a Report,
    /// Its figures.
    pub figures: &'a [Frozen],
    /// What its organisation is called.
    pub organisation: &'a str,
    /// What who froze it is called.
    pub compiler: &'a str,
}

impl Filling<'_> {
    /// What a field says.
    #[must_use]
    pub fn said(&self, field: &Field) -> Said {
        match field {
            Field::Frame(frame) => Said::text(self.frame(*frame)),
            Field::Figure(figure, Of::Side(Side::Name)) => Said::text(figure.name.zh),
            Field::Figure(figure, Of::Side(Side::Unit)) => Said::text(unit(figure)),
            Field::Figure(figure, of) => match self.figures.iter().find(|frozen| frozen.id == figure.id) {
                Some(frozen) => of_figure(figure, frozen, of),
                // It was not told when this was frozen.
                None => Said::nothing(),
            },
        }
    }

    fn frame(&self, frame: Frame) -> String {
        let Report { window, edition, created_at, hash, .. } = self.report;
        let period = match window.from == window.to {
            true => window.from.in_words(),
            false => format!("{}至{}", window.from.in_words(), window.to.in_words()),
        };
        match frame {
            Frame::Title => format!("{}微心愿情况统计表（{period}）", self.organisation),
            Frame::Organisation => self.organisation.to_owned(),
            Frame::Period => period,
            Frame::Edition => format!("第 {edition} 稿"),
            Frame::Compiler => self.compiler.to_owned(),
            Frame::MadeOn => created_at.date().to_string(),
            Frame::Hash => hash.clone(),
        }
    }
}

fn of_figure(figure: &Definition, frozen: &Frozen, of: &Of) -> Said {
    let optional = |count: Option<i64>| count.map_or_else(Said::nothing, Said::count);
    match of {
        Of::Itself => itself(figure.unit, frozen),
        Of::Side(Side::Numerator) => amount(figure.unit, frozen.numerator),
        Of::Side(Side::Denominator) => optional(frozen.denominator),
        Of::Side(Side::Excluded) => Said::count(frozen.excluded),
        Of::Side(Side::Sample) => Said::count(frozen.sample),
        Of::Side(Side::P50) => optional(frozen.p50),
        Of::Side(Side::P90) => optional(frozen.p90),
        Of::Side(Side::Unit) => Said::text(unit(figure)),
        Of::Side(Side::Name) => Said::text(figure.name.zh),
        Of::Part { part, whole } => {
            // A part of which there is nothing has no row.
            let found = frozen.parts.iter().find(|one| one.part == *part);
            Said::count(
                found.map_or(0, |one| if *whole { one.denominator.unwrap_or(0) } else { one.numerator }),
            )
        }
    }
}

/// The number that a figure is told by, as the dashboard tells it.
fn itself(unit: Unit, frozen: &Frozen) -> Said {
    match (unit, frozen.denominator) {
        (Unit::Days, _) => frozen.p50.map_or_else(Said::nothing, Said::count),
        (_, Some(0)) => Said::nothing(),
        (Unit::Minutes, Some(of)) => Said::count(rounded(frozen.numerator, of)),
        (_, Some(of)) => Said::share(frozen.numerator, of),
        (_, None) => amount(unit, frozen.numerator),
    }
}

/// A mean, to the nearest whole.
fn rounded(sum: i64, of: i64) -> i64 {
    sum.saturating_mul(2).saturating_add(of).checked_div(of.saturating_mul(2)).unwrap_or_default()
}

fn amount(unit: Unit, count: i64) -> Said {
    match unit {
        Unit::Fen => Said::hundredths(count),
        Unit::QuarterHours => Said::hundredths(count.saturating_mul(25)),
        _ => Said::count(count),
    }
}

/// What the number that a figure is told by is counted in.
fn unit(figure: &Definition) -> &'static str {
    match figure.unit {
        Unit::Days => "天",
        Unit::Minutes => "分钟",
        _ if figure.denominator.is_some() => "%",
        Unit::Wishes | Unit::Goods => "件",
        Unit::Residents => "人",
        Unit::Households => "户",
        Unit::Claims => "次",
        Unit::Fen => "元",
        Unit::QuarterHours => "小时",
    }
}

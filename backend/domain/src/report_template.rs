//! Report templates (报表模板): an office's own sheet, whose named cells a frozen report fills.
//!
//! Owns what may fill a cell, how a name in a sheet is understood, and what each cell then says. A cell that holds only the name of
//! a figure gets a number, so that the sheet's own format and sums work; a name within a text gets the words that a person reads.
//! Must not know how a sheet is stored as a file.

mod filling;

pub use filling::{Filling, Said};

use crate::{
    figure::{DEFINITIONS, Definition},
    organisation::Level,
    publication::AgeBand,
    refusal::{Code, Fault, Faults, FieldFault, Refusal},
    tally::{Coverage, Measure, UNKNOWN},
    wish::Status,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, str::FromStr};

/// The most places of a template.
pub const MOST_PLACES: usize = 500;

/// The longest name of a place, in characters.
pub const LONGEST_NAME: usize = 80;

words! {
    /// What a report tells beside its figures.
    pub enum Frame {
        /// 标题
        Title = "title",
        /// 填报单位
        Organisation = "organisation",
        /// 时段
        Period = "period",
        /// 第几稿
        Edition = "edition",
        /// 填表人
        Compiler = "compiler",
        /// 制表日期
        MadeOn = "made_on",
        /// 校验码
        Hash = "hash",
    }
}

impl Frame {
    /// What people call it in a sheet.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "标题",
            Self::Organisation => "填报单位",
            Self::Period => "时段",
            Self::Edition => "第几稿",
            Self::Compiler => "填表人",
            Self::MadeOn => "制表日期",
            Self::Hash => "校验码",
        }
    }
}

words! {
    /// Which side of a figure.
    pub enum Side {
        /// 分子
        Numerator = "numerator",
        /// 分母
        Denominator = "denominator",
        /// 不计
        Excluded = "excluded",
        /// 样本
        Sample = "sample",
        /// 中位数
        P50 = "p50",
        /// 九成
        P90 = "p90",
        /// 计量单位
        Unit = "unit",
        /// 名称
        Name = "name",
    }
}

/// What of a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// The number that it is told by: a share, a median of days, an amount, a count.
    Itself,
    /// One side of it.
    Side(Side),
    /// A part, and where it has a whole of its own, that.
    Part {
        /// Which.
        part: String,
        /// Its whole.
        whole: bool,
    },
}

/// What fills a place.
#[derive(Debug, Clone)]
pub enum Field {
    /// Something beside the figures.
    Frame(Frame),
    /// Something of a figure.
    Figure(&'static Definition, Of),
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(frame) => write!(f, "{frame}"),
            Self::Figure(figure, Of::Itself) => f.write_str(figure.id),
            Self::Figure(figure, Of::Side(side)) => write!(f, "{}.{side}", figure.id),
            Self::Figure(figure, Of::Part { part, whole }) => {
                write!(f, "{}.part.{part}{}", figure.id, if *whole { ".of" } else { "" })
            }
        }
    }
}

impl FromStr for Field {
    type Err = crate::UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || crate::UnknownWord { what: "Field", word: text.to_owned() };
        if let Ok(frame) = text.parse() {
            return Ok(Self::Frame(frame));
        }
        let (id, rest) = text.split_once('.').map_or((text, None), |(id, rest)| (id, Some(rest)));
        let figure = Definition::find(id).ok_or_else(unknown)?;
        let of = match rest {
            None => Of::Itself,
            Some(rest) => match rest.strip_prefix("part.") {
                Some(part) => {
                    let whole = part.strip_suffix(".of");
                    Of::Part { part: whole.unwrap_or(part).to_owned(), whole: whole.is_some() }
                }
                None => Of::Side(rest.parse().map_err(|_| unknown())?),
            },
        };
        Some(Self::Figure(figure, of)).filter(Self::is_told).ok_or_else(unknown)
    }
}

impl Serialize for Field {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Field {
    /// What a name in a sheet means by itself: a field as programs write it, or as people call it.
    fn guess(name: &str) -> Option<Self> {
        let frame = || Frame::ALL.iter().find(|frame| frame.name() == name).map(|frame| Self::Frame(*frame));
        let figure = || DEFINITIONS.iter().find(|figure| figure.name.zh == name || figure.name.en == name);
        name.parse().ok().or_else(frame).or_else(|| figure().map(|figure| Self::Figure(figure, Of::Itself)))
    }

    /// Whether its figure has it: a plain count has no denominator, and parts are of a kind.
    fn is_told(&self) -> bool {
        let Self::Figure(figure, of) = self else { return true };
        match of {
            Of::Itself => true,
            Of::Side(Side::Denominator) => figure.denominator.is_some(),
            Of::Side(Side::P50 | Side::P90) => figure.sums.waits.is_some(),
            Of::Side(_) => true,
            Of::Part { part, whole } => figure.sums.parts.is_some_and(|(counted, of)| {
                is_part(of.unwrap_or(counted), part) && (!whole || of.is_some())
            }),
        }
    }

    /// The category that it names; whether there is such a one, the organisation says.
    #[must_use]
    pub fn category(&self) -> Option<&str> {
        match self {
            Self::Figure(figure, Of::Part { part, .. })
                if figure.sums.parts.is_some_and(|(_, of)| of == Some(Measure::Category)) =>
            {
                Some(part)
            }
            _ => None,
        }
    }
}

/// Whether a measure has such a part. Of categories, the form is all that is known here.
fn is_part(measure: Measure, part: &str) -> bool {
    match measure {
        Measure::Standing => part.parse::<Status>().is_ok(),
        Measure::Level | Measure::LevelLit => part.parse::<Level>().is_ok(),
        Measure::Group => part == UNKNOWN || part.parse::<AgeBand>().is_ok(),
        Measure::Rating => matches!(part, "1" | "2" | "3" | "4" | "5"),
        Measure::Residents | Measure::Households => part.parse::<Coverage>().is_ok(),
        _ => !part.is_empty() && part.chars().all(|sign| matches!(sign, 'a'..='z' | '0'..='9' | '_' | '-')),
    }
}

/// A cell that a report fills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ReportPlace)]
pub struct Place {
    /// What it is called: written in the cell between two pairs of braces, or the name that the sheet gave the cell.
    #[schema(examples("记下的心愿"))]
    pub name: String,
    /// The sheet.
    #[schema(examples("表1"))]
    pub sheet: String,
    /// The cell.
    #[schema(examples("B5"))]
    pub cell: String,
    /// Whether it is a name that the sheet gave the cell; one that nothing fills stays as it is.
    pub named: bool,
}

impl Place {
    /// Where it is, as a JSON pointer.
    #[must_use]
    pub fn pointer(&self) -> String {
        pointer(&self.sheet, &self.cell)
    }
}

/// A cell of a sheet as a JSON pointer.
#[must_use]
pub fn pointer(sheet: &str, cell: &str) -> String {
    format!("/{}/{cell}", sheet.replace('~', "~0").replace('/', "~1"))
}

/// What fills each name.
pub type Fields = BTreeMap<String, Field>;

/// A template without its file.
#[derive(Debug, Clone)]
pub struct Template {
    /// What the file is called.
    pub file_name: String,
    /// The cells that are filled.
    pub places: Vec<Place>,
    /// With what.
    pub fields: Fields,
}

impl Template {
    /// A template as it was sent. What was said of a name before holds on; otherwise a name that means something by itself does.
    #[must_use]
    pub fn of(
        file_name: String,
        places: Vec<Place>,
        said: &Fields,
        has_category: impl Fn(&str) -> bool,
    ) -> Self {
        let known = |field: &Field| field.category().is_none_or(&has_category);
        let field = |name: &str| said.get(name).cloned().or_else(|| Field::guess(name)).filter(known);
        let named = places.iter().filter_map(|place| Some((place.name.clone(), field(&place.name)?)));
        let fields = named.collect();
        Self { file_name, places, fields }
    }

    /// Says what fills its names; those that are not named are as they were.
    ///
    /// # Errors
    /// `invalid`, with each name that it does not have or that is given twice, and each field that there is not.
    pub fn say(
        &mut self,
        said: &[(String, Option<String>)],
        has_category: impl Fn(&str) -> bool,
    ) -> Result<(), Refusal> {
        let (mut faults, mut fields) = (Faults::default(), self.fields.clone());
        for (at, (name, field)) in said.iter().enumerate() {
            let (name_at, field_at) = (format!("/fields/{at}/name"), format!("/fields/{at}/field"));
            faults.check(self.places.iter().any(|place| place.name == *name), &name_at, Fault::Unknown);
            faults.check(said.iter().take(at).all(|(other, _)| other != name), &name_at, Fault::Duplicate);
            match field.as_deref().map(str::parse::<Field>) {
                None => drop(fields.remove(name)),
                Some(Ok(field)) if field.category().is_none_or(&has_category) => {
                    fields.insert(name.clone(), field);
                }
                Some(_) => drop(faults.check(false, &field_at, Fault::Unknown)),
            }
        }
        faults.finish()?;
        self.fields = fields;
        Ok(())
    }

    /// Names in cells that nothing fills. Those that the sheet gave its cells may stay as they are.
    pub fn unfilled(&self) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(|place| !place.named && !self.fields.contains_key(&place.name))
    }

    /// Whether a report can fill it.
    ///
    /// # Errors
    /// `report_template_unfilled`, with each cell.
    pub fn ready(&self) -> Result<(), Refusal> {
        let fields: Vec<FieldFault> = self
            .unfilled()
            .map(|place| FieldFault { pointer: place.pointer(), fault: Fault::Unknown })
            .collect();
        if fields.is_empty() {
            return Ok(());
        }
        Err(Refusal { fields, ..Refusal::from(Code::ReportTemplateUnfilled) })
    }
}

#[cfg(test)]
mod tests;

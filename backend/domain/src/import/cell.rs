//! One cell of a sheet as people fill it in: what is cleaned without asking, and what it can be read as.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// What stands in a cell.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// Nothing.
    #[default]
    #[serde(rename = "e")]
    Empty,
    /// Words.
    #[serde(rename = "t")]
    Text(String),
    /// A number; also a telephone number that a spreadsheet took for one.
    #[serde(rename = "n")]
    Number(f64),
    /// A day.
    #[serde(rename = "d")]
    Date(NaiveDate),
    /// What a formula could not work out, as the sheet says it.
    #[serde(rename = "x")]
    Broken(String),
    /// In a sheet of wishes: nobody on the sheet of people has this number or name.
    #[serde(rename = "o")]
    NoSuchPerson,
    /// In a sheet of wishes: several on the sheet of people have it.
    #[serde(rename = "s")]
    SeveralPersons,
}

/// Numbers up to here are whole in a spreadsheet; of longer ones it has lost the last digits.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// Excel's day 0, for days after February 1900.
const DAY_ZERO: Option<NaiveDate> = NaiveDate::from_ymd_opt(1899, 12, 30);

impl Cell {
    /// The words, with what nobody means to write taken out: white space around and between Chinese characters, full-width letters
    /// and digits. Chinese punctuation stays.
    #[must_use]
    pub fn prose(&self) -> String {
        clean(&self.plain(), false)
    }

    /// The words of a name or a short term: as [`Cell::prose`], without the pinyin in brackets behind a name.
    #[must_use]
    pub fn term(&self) -> String {
        without_pinyin(&clean(&self.plain(), true))
    }

    /// The signs of a number or a code, all of them narrow and without spaces.
    #[must_use]
    pub fn signs(&self) -> String {
        clean(&self.plain(), true).chars().filter(|c| !c.is_whitespace()).collect()
    }

    /// As it stands there, in letters.
    #[must_use]
    pub fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => digits(*number),
            Self::Date(date) => date.to_string(),
            Self::Empty | Self::Broken(_) | Self::NoSuchPerson | Self::SeveralPersons => String::new(),
        }
    }

    /// Nothing is written in it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        !self.is_broken() && self.signs().is_empty()
    }

    /// It says nothing that could be read.
    #[must_use]
    pub const fn is_broken(&self) -> bool {
        matches!(self, Self::Broken(_) | Self::NoSuchPerson | Self::SeveralPersons)
    }

    /// A telephone or identity number: a spreadsheet's 1.38E+10 is its digits again, where none are lost.
    #[must_use]
    pub fn long_number(&self) -> String {
        let signs = self.signs();
        let scientific = signs.contains(['e', 'E', '.']) && signs.starts_with(|c: char| c.is_ascii_digit());
        match signs.parse::<f64>() {
            Ok(number) if scientific => digits(number),
            _ => signs,
        }
    }

    /// A day: a spreadsheet's own, its serial number, or written out in one of the usual ways.
    #[must_use]
    pub fn date(&self) -> Option<NaiveDate> {
        match self {
            Self::Date(date) => return Some(*date),
            Self::Number(number) => {
                if let Some(date) = serial(*number) {
                    return Some(date);
                }
            }
            _ => {}
        }
        let signs = clean(&self.plain(), true);
        let parts: Vec<&str> =
            signs.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [one] if one.len() == 8 => day(one.get(..4)?, one.get(4..6)?, one.get(6..)?),
            [one] if one.len() == 5 => serial(one.parse().ok()?),
            [year, month, of_month, ..] if year.len() == 4 => day(year, month, of_month),
            _ => None,
        }
    }

    /// A yes or a no; none where it is neither.
    #[must_use]
    pub fn agrees(&self) -> Option<bool> {
        match self.signs().to_lowercase().as_str() {
            "是" | "同意" | "已同意" | "有" | "已签" | "对" | "√" | "✓" | "✔" | "☑" | "y" | "yes" | "1"
            | "true" => Some(true),
            "" | "否" | "不" | "不同意" | "无" | "没有" | "未签" | "×" | "✗" | "☐" | "□" | "n" | "no"
            | "0" | "false" | "-" | "/" => Some(false),
            _ => None,
        }
    }
}

fn digits(number: f64) -> String {
    match number.fract() == 0.0 && number.abs() <= WHOLE {
        true => format!("{number:.0}"),
        false => number.to_string(),
    }
}

fn serial(number: f64) -> Option<NaiveDate> {
    // From 1900 to 2119; the time of the day is of no concern.
    let days = (1.0..80_000.0).contains(&number).then_some(number.floor())?;
    // A year alone is no day.
    if (1890.0..=2100.0).contains(&days) {
        return None;
    }
    let days: u64 = digits(days).parse().ok()?;
    DAY_ZERO?.checked_add_days(Days::new(days))
}

fn day(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// Full-width letters and digits become narrow, `all` signs where asked; white space of every sort becomes one space, and none between
/// Chinese characters or at the ends; what cannot be seen goes.
fn clean(text: &str, all: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for sign in text.chars().map(|sign| narrow(sign, all)) {
        if matches!(sign, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}') {
            continue;
        }
        if sign.is_whitespace() || sign.is_control() {
            gap = !out.is_empty();
            continue;
        }
        let wide = |c: char| c >= '\u{2e80}';
        if gap && !(wide(sign) && out.chars().next_back().is_some_and(wide)) {
            out.push(' ');
        }
        gap = false;
        out.push(sign);
    }
    out
}

fn narrow(sign: char, all: bool) -> char {
    let folded = match sign {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(sign) - 0xfee0).unwrap_or(sign),
        '\u{3000}' | '\u{a0}' => ' ',
        _ => sign,
    };
    if all || folded.is_ascii_alphanumeric() || folded == ' ' { folded } else { sign }
}

/// A name without the pinyin behind it: 张三(zhang san).
fn without_pinyin(text: &str) -> String {
    let Some((before, rest)) = text.split_once('(') else { return text.to_owned() };
    let Some((inside, after)) = rest.split_once(')') else { return text.to_owned() };
    let latin = |c: char| {
        c.is_alphanumeric() && c < '\u{2e80}' || matches!(c, ' ' | '\'' | '-' | '\u{300}'..='\u{36f}')
    };
    match inside.chars().all(latin) && !before.trim().is_empty() {
        true => format!("{}{}", before.trim_end(), after.trim_start()),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn what_nobody_means_to_write_is_taken_out() {
        for (written, meant) in [
            ("　张 三\u{a0}", "张三"),
            ("王小满（wáng xiǎo mǎn）", "王小满"),
            ("王小满 (Wang Xiaoman)", "王小满"),
            ("王小满（大）", "王小满(大)"),
            ("\u{feff}李\u{200b}四\n", "李四"),
            ("Mary  Ann", "Mary Ann"),
        ] {
            assert_eq!(text(written).term(), meant);
        }
        assert_eq!(text("想要 一台ＴＶ，屏幕　大一点。\n").prose(), "想要一台TV，屏幕大一点。");
        assert_eq!(text(" １１０１０５　１９４９１２３１００２ｘ ").signs(), "11010519491231002x");
    }

    #[test]
    fn a_phone_that_became_a_number_is_its_digits_again() {
        assert_eq!(Cell::Number(13_800_005_678.0).long_number(), "13800005678");
        assert_eq!(text("1.3800005678E10").long_number(), "13800005678");
        assert_eq!(text("13800005678.0").long_number(), "13800005678");
        assert_eq!(text("+86 138-0000-5678").long_number(), "+86138-0000-5678");
        let lost = Cell::Number(110_105_194_912_310_020.0).long_number();
        assert_eq!(
            lost.parse::<f64>().unwrap(),
            110_105_194_912_310_020.0,
            "its last digits are lost: no number of identity passes"
        );
    }

    #[test]
    fn a_day_is_read_in_the_ways_that_people_write_it() {
        let day = NaiveDate::from_ymd_opt(1950, 3, 2);
        for written in [
            "1950-03-02",
            "1950/3/2",
            "1950.3.2",
            "1950年3月2日",
            "19500302",
            "１９５０－３－２",
            "1950-03-02 00:00:00",
            "18324",
        ] {
            assert_eq!(text(written).date(), day, "{written}");
        }
        assert_eq!((Cell::Number(18_324.0).date(), Cell::Number(19_500_302.0).date()), (day, day));
        for written in ["1950", "2月30日", "1950-02-30", "去年春天", ""] {
            assert_eq!(text(written).date(), None, "{written}");
        }
        assert_eq!(Cell::Number(1950.0).date(), None, "a year is no day");
    }

    #[test]
    fn a_yes_is_one_of_the_usual_signs() {
        assert_eq!(
            (text(" √ ").agrees(), Cell::Number(1.0).agrees(), text("同 意").agrees()),
            (Some(true), Some(true), Some(true))
        );
        assert_eq!((Cell::Empty.agrees(), text("不同意").agrees()), (Some(false), Some(false)));
        assert_eq!(text("看情况").agrees(), None);
    }
}

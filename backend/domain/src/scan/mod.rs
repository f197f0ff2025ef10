//! What a public text must not hold: names, numbers, addresses, schools, and words that put a label on
//! somebody. Owns the rules that find them and the rule that they are resolved before publication
//! (PIPL art. 25 and 28: no publication of personal information without separate consent, strict care
//! for sensitive information and for those under 14). Pure; must not know who asks or what is stored.
//!
//! Offsets count UTF-16 code units from the beginning of the field, so that a browser marks a finding
//! with `text.slice(start, end)`.
//!
//! A finding is a question to the reviewer. The rules know no dictionary of names: what is written
//! without a cue, misspelt or alluded to is the reviewer's to see.

mod account;
mod clear;
mod label;
mod name;
mod number;
mod place;
mod public;
mod resident;
mod surname;
mod text;

pub use clear::{Dismissal, Reason, clear};
pub use label::{LABELS, Label};
pub use public::check_public;

use crate::refusal::Fault;
use text::{Folded, Span};

words! {
    /// A public text of a wish.
    #[schema(as = ScannedField)]
    pub enum Field {
        /// 标题
        Title = "title",
        /// 公开说明
        PublicSummary = "public_summary",
        /// 分项, one a line
        Shares = "shares",
    }
}

words! {
    /// What was found.
    #[schema(as = FindingKind)]
    pub enum Kind {
        /// 心愿人或监护人的姓名
        ResidentName = "resident_name",
        /// 别人的姓名
        PersonName = "person_name",
        /// 电话
        Phone = "phone_number",
        /// 微信、QQ 等账号
        Account = "account",
        /// 电子邮箱
        Email = "email",
        /// 身份证号
        IdNumber = "identity_number",
        /// 银行卡号
        BankCard = "bank_card",
        /// 车牌
        Plate = "licence_plate",
        /// 详细地址
        Address = "address",
        /// 学校
        School = "school",
        /// 贴标签的词
        Label = "label",
    }
}

words! {
    /// How much a finding weighs.
    #[schema(as = FindingSeverity)]
    pub enum Severity {
        /// Nothing is published before it is rewritten, or dismissed as a false alarm.
        MustResolve = "must_resolve",
        /// The reviewer is told; it stands in nobody's way.
        Advice = "advice",
    }
}

/// One thing found in a public text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// In which text.
    pub field: Field,
    /// What.
    pub kind: Kind,
    /// How much it weighs.
    pub severity: Severity,
    /// Where it begins, in UTF-16 code units.
    pub start: usize,
    /// Where it ends, not included, in UTF-16 code units.
    pub end: usize,
    /// The words themselves.
    pub text: String,
}

/// What the scanner looks for exactly: the names that identify this resident.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Full names of the resident and the guardians.
    pub names: Vec<String>,
}

/// Something found, before it is cut out of its field.
#[derive(Debug, Clone, Copy)]
struct Hit {
    kind: Kind,
    severity: Severity,
    span: Span,
}

impl Hit {
    const fn must(kind: Kind, span: Span) -> Self {
        Self { kind, severity: Severity::MustResolve, span }
    }

    const fn advice(kind: Kind, span: Span) -> Self {
        Self { kind, severity: Severity::Advice, span }
    }
}

impl Kind {
    /// The fault that tells a person what was found and what to do, in both languages.
    #[must_use]
    pub const fn fault(self) -> Fault {
        match self {
            Self::ResidentName => Fault::ResidentName,
            Self::PersonName => Fault::PersonName,
            Self::Phone => Fault::PhoneNumber,
            Self::Account => Fault::Account,
            Self::Email => Fault::Email,
            Self::IdNumber => Fault::IdentityNumber,
            Self::BankCard => Fault::BankCard,
            Self::Plate => Fault::LicencePlate,
            Self::Address => Fault::Address,
            Self::School => Fault::School,
            Self::Label => Fault::Label,
        }
    }

    /// Kinds of one family that cover each other are one finding; the first of them here counts.
    const fn family(self) -> u8 {
        match self {
            Self::ResidentName | Self::PersonName => 0,
            Self::IdNumber | Self::BankCard | Self::Phone | Self::Account => 1,
            Self::Address => 2,
            Self::School => 3,
            Self::Label => 4,
            Self::Email => 5,
            Self::Plate => 6,
        }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::ResidentName | Self::IdNumber => 0,
            Self::PersonName | Self::BankCard => 1,
            Self::Phone => 2,
            _ => 3,
        }
    }
}

/// Looks through one public text. Findings come in the order of the text.
#[must_use]
pub fn scan(field: Field, source: &str, known: &Known) -> Vec<Finding> {
    let chars: Vec<char> = source.chars().collect();
    let plain = Folded::plain(&chars);
    let digits = Folded::digits(&chars);
    let tight = Folded::tight(&chars);
    let mut hits = Vec::new();
    hits.extend(resident::find(&tight, known));
    hits.extend(name::find(&plain));
    hits.extend(number::find(&digits, &plain));
    hits.extend(account::find(&plain, &digits));
    hits.extend(place::find(&plain));
    hits.extend(label::find(&tight));
    cut(field, &chars, one_of_each(hits))
}

/// Where hits of one family overlap, the one of the higher rank, or the longer one, stands for all.
fn one_of_each(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by_key(|hit| {
        let wide = usize::MAX - (hit.span.end - hit.span.start);
        (hit.kind.rank(), hit.severity, wide, hit.span.start)
    });
    let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        let covered = kept.iter().any(|other| {
            other.kind.family() == hit.kind.family()
                && other.span.start < hit.span.end
                && hit.span.start < other.span.end
        });
        if !covered {
            kept.push(hit);
        }
    }
    kept.sort_by_key(|hit| (hit.span.start, hit.span.end, hit.kind));
    kept
}

fn cut(field: Field, chars: &[char], hits: Vec<Hit>) -> Vec<Finding> {
    let units = |upto: usize| chars.iter().take(upto).map(|c| c.len_utf16()).sum();
    hits.into_iter()
        .map(|Hit { kind, severity, span }| Finding {
            field,
            kind,
            severity,
            start: units(span.start),
            end: units(span.end),
            text: chars.get(span.start..span.end).unwrap_or_default().iter().collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_those_of_a_browser() {
        let text = "😀住6栋302，电话１３８００００１２３４";
        let found = scan(Field::Title, text, &Known::default());
        let units: Vec<u16> = text.encode_utf16().collect();
        for finding in &found {
            let cut = String::from_utf16(&units[finding.start..finding.end]).unwrap();
            assert_eq!(cut, finding.text);
        }
        let kinds: Vec<Kind> = found.iter().map(|finding| finding.kind).collect();
        assert_eq!(kinds, [Kind::Address, Kind::Phone]);
        assert_eq!((found[0].start, found[0].text.as_str()), (3, "6栋302"));
    }

    #[test]
    fn a_number_is_one_finding() {
        let found = scan(Field::Title, "身份证990102194603020015", &Known::default());
        assert_eq!(found.iter().map(|finding| finding.kind).collect::<Vec<_>>(), [Kind::IdNumber]);
    }

    #[test]
    fn nothing_is_too_odd_to_be_looked_through() {
        for text in
            ["", "\u{200b}", "𠮷𠮷叫", "1", "叫", "微信", "路1号", "\u{301}\u{301}电话", "🏠🏠🏠12345678901"]
        {
            let _ = scan(Field::PublicSummary, text, &Known { names: vec![text.to_owned(), "·".to_owned()] });
        }
    }
}

//! Numbers: mobile and landline telephones, identity numbers (GB 11643 and the 15 digits before it),
//! bank cards (ISO/IEC 7812 with Luhn's check digit).

use super::{
    Hit, Kind,
    text::{Folded, Span, pattern},
};
use regex::{Captures, Regex};
use std::sync::LazyLock;

const IDENTITY_18: &str = r"[1-9](?:{S}{0,2}[0-9]){16}{S}{0,2}[0-9Xx]";
const IDENTITY_15: &str = r"[1-9](?:{S}{0,2}[0-9]){14}";
const CARD: &str = r"[0-9](?:{S}{0,2}[0-9]){15,18}";
const MOBILE: &str = r"(?:\+?(?:00)?86{S}{0,2})?1{S}{0,2}[3-9](?:{S}{0,2}[0-9]){9}";
const LANDLINE: &str = r"\(?0{S}?[1-9](?:{S}?[0-9]){1,2}{S}{0,3}[2-9](?:{S}?[0-9]){6,7}";
const SHORT: &str = r"(?:电话|座机|手机|号码|热线|联系|联系方式|致电|拨打|拨|打|tel|Tel|TEL)(?:[^0-9]{0,6}?)([2-9][0-9]{2,3}{S}?[0-9]{4})";
const MASKED: &str = r"1[3-9][0-9][*xX×]{4}[0-9]{4}";

#[cfg(test)]
const PATTERNS: &[&str] = &[IDENTITY_18, IDENTITY_15, CARD, MOBILE, LANDLINE, SHORT, MASKED];

type Pattern = LazyLock<Option<Regex>>;
static IDENTITY_18_RE: Pattern = LazyLock::new(|| pattern(IDENTITY_18));
static IDENTITY_15_RE: Pattern = LazyLock::new(|| pattern(IDENTITY_15));
static CARD_RE: Pattern = LazyLock::new(|| pattern(CARD));
static MOBILE_RE: Pattern = LazyLock::new(|| pattern(MOBILE));
static LANDLINE_RE: Pattern = LazyLock::new(|| pattern(LANDLINE));
static SHORT_RE: Pattern = LazyLock::new(|| pattern(SHORT));
static MASKED_RE: Pattern = LazyLock::new(|| pattern(MASKED));

/// Words before a long number that make it an account, whatever its check digit.
const CARD_CUES: &[&str] =
    &["卡", "行", "信用社", "汇", "账号", "帐号", "账户", "帐户", "户头", "存折", "转账"];

/// Numbers in a text whose Chinese digits were made plain.
pub(super) fn find(digits: &Folded, plain: &Folded) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut look = |pattern: &Pattern,
                    text: &Folded,
                    kind,
                    group: usize,
                    accept: &dyn Fn(&str, usize, usize) -> bool| {
        if let Some(pattern) = &**pattern {
            let take = |captures: &Captures<'_>| -> Option<Span> {
                let found = captures.get(group)?;
                accept(found.as_str(), found.start(), found.end())
                    .then(|| text.span(found.start(), found.end()))?
            };
            hits.extend(text.each(pattern, take).into_iter().map(|span| Hit::must(kind, span)));
        }
    };
    let alone = |text: &Folded, start, end| {
        !is_digit(text.before(start)) && !is_digit(text.after(end).chars().next())
    };
    look(&IDENTITY_18_RE, digits, Kind::IdNumber, 0, &|found, start, end| {
        // The number of a disability certificate is an identity number and two digits more.
        let more = digits.after(end).chars().take_while(char::is_ascii_digit).count();
        !is_digit(digits.before(start)) && more <= 2 && is_identity(&bare(found))
    });
    look(&IDENTITY_15_RE, digits, Kind::IdNumber, 0, &|found, start, end| {
        alone(digits, start, end) && is_old_identity(&bare(found))
    });
    look(&CARD_RE, digits, Kind::BankCard, 0, &|found, start, end| {
        let cued = CARD_CUES.iter().any(|cue| tail(digits, start, 8).contains(cue));
        alone(digits, start, end) && (cued || luhn(&bare(found)))
    });
    look(&MOBILE_RE, digits, Kind::Phone, 0, &|_, start, end| alone(digits, start, end));
    look(&LANDLINE_RE, digits, Kind::Phone, 0, &|_, start, end| alone(digits, start, end));
    look(&SHORT_RE, plain, Kind::Phone, 1, &|_, start, end| alone(plain, start, end));
    if let Some(masked) = &*MASKED_RE {
        let spans =
            plain.each(masked, |captures| captures.get(0).and_then(|m| plain.span(m.start(), m.end())));
        hits.extend(spans.into_iter().map(|span| Hit::advice(Kind::Phone, span)));
    }
    hits
}

fn is_digit(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_digit())
}

/// The last `count` characters before a byte.
fn tail(text: &Folded, at: usize, count: usize) -> String {
    let before: Vec<char> = text.text.get(..at).unwrap_or_default().chars().rev().take(count).collect();
    before.into_iter().rev().collect()
}

fn bare(found: &str) -> String {
    found.chars().filter(|c| c.is_ascii_digit() || matches!(c, 'x' | 'X')).collect()
}

fn two(text: &str, at: usize) -> u32 {
    text.get(at..at + 2).and_then(|two| two.parse().ok()).unwrap_or_default()
}

const fn is_day(month: u32, day: u32) -> bool {
    1 <= month && month <= 12 && 1 <= day && day <= 31
}

/// With a day of birth where it belongs. The check digit is not asked for: one wrong digit does not make
/// the number anybody else's.
fn is_identity(number: &str) -> bool {
    let century = number.get(6..8).is_some_and(|century| ["18", "19", "20"].contains(&century));
    century && is_day(two(number, 10), two(number, 12))
}

fn is_old_identity(number: &str) -> bool {
    is_day(two(number, 8), two(number, 10))
}

/// ISO/IEC 7812-1, annex B.
fn luhn(number: &str) -> bool {
    let sum: u32 = number
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, byte)| {
            let digit = u32::from(byte.saturating_sub(b'0'));
            match index % 2 {
                0 => digit,
                _ => digit * 2 / 10 + digit * 2 % 10,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_reads() {
        assert!(super::super::text::all_read(PATTERNS));
    }

    #[test]
    fn check_digits() {
        assert!(luhn("6222000012345673"));
        assert!(!luhn("6222000012345674"));
        assert!(is_identity("990102194603020015"));
        assert!(is_identity("990102194603020016"), "a wrong check digit hides nobody");
        assert!(!is_identity("622200001772391121"), "a card, though its last digit would fit");
        assert!(!is_identity("123456789012345678"));
        assert!(is_old_identity("990102460302001") && !is_old_identity("990102469902001"));
    }
}

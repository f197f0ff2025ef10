//! Amounts as others write them: in fen or in yuan, which are types of their own until they are fen. Read exactly and never by
//! way of a floating point number; what could be meant in two ways is no amount.

use super::Fen;
use crate::refusal::Fault;

/// An amount that is written in yuan, such as `20.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Yuan(Fen);

impl From<Yuan> for Fen {
    fn from(yuan: Yuan) -> Self {
        yuan.0
    }
}

impl Yuan {
    /// Reads an amount in yuan: digits, and at most two decimals.
    ///
    /// # Errors
    /// `required`; `not_plain` with a sign, a separator, an exponent, or anything but digits and one point; `too_fine` with a
    /// third decimal; `out_of_range`.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let (whole, decimals) = match text.split_once('.') {
            Some((_, "")) => return Err(Fault::NotPlain),
            Some((whole, decimals)) => (digits(whole)?, decimals),
            None => (digits(text)?, "0"),
        };
        let part = digits(decimals)?;
        let part = match decimals.len() {
            1 => part.saturating_mul(10),
            2 => part,
            _ => return Err(Fault::TooFine),
        };
        let fen = whole.checked_mul(100).and_then(|fen| fen.checked_add(part));
        fen.and_then(Fen::of).map(Self).ok_or(Fault::OutOfRange)
    }
}

impl Fen {
    /// Reads an amount in fen: digits alone.
    ///
    /// # Errors
    /// `required`; `not_plain`; `out_of_range`.
    pub fn read(text: &str) -> Result<Self, Fault> {
        Self::of(digits(text)?).ok_or(Fault::OutOfRange)
    }
}

fn digits(text: &str) -> Result<i64, Fault> {
    match text.bytes().all(|sign| sign.is_ascii_digit()) {
        true if text.is_empty() => Err(Fault::Required),
        true => text.parse().map_err(|_| Fault::OutOfRange),
        false => Err(Fault::NotPlain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_are_read_to_the_fen_and_nothing_is_guessed() {
        let fen = |text| Yuan::read(text).map(|yuan| Fen::from(yuan).get());
        for (text, read) in
            [("20.5", 2050), ("20.50", 2050), ("0.01", 1), ("1.1", 110), ("4.35", 435), ("007", 700)]
        {
            assert_eq!(fen(text), Ok(read), "{text}");
        }
        assert_eq!(fen("10000000000.00"), Ok(Fen::MOST));
        for (text, fault) in [
            ("", Fault::Required),
            ("1.005", Fault::TooFine),
            ("1.000", Fault::TooFine),
            ("-1", Fault::NotPlain),
            ("+1", Fault::NotPlain),
            ("1,000", Fault::NotPlain),
            ("1e3", Fault::NotPlain),
            ("1.", Fault::NotPlain),
            ("1.2.3", Fault::NotPlain),
            ("¥1", Fault::NotPlain),
            ("１", Fault::NotPlain),
            ("0", Fault::OutOfRange),
            ("0.00", Fault::OutOfRange),
            ("10000000000.01", Fault::OutOfRange),
            ("99999999999999999999", Fault::OutOfRange),
        ] {
            assert_eq!(fen(text), Err(fault), "{text}");
        }
        assert_eq!(fen(".5"), Err(Fault::Required), "a yuan amount begins with a digit");
    }

    #[test]
    fn fen_are_whole() {
        assert_eq!(Fen::read("2050").map(Fen::get), Ok(2050));
        for (text, fault) in
            [("20.5", Fault::NotPlain), ("0", Fault::OutOfRange), ("1000000000000000", Fault::OutOfRange)]
        {
            assert_eq!(Fen::read(text), Err(fault), "{text}");
        }
    }
}

//! Where a person is told what waits for them (电子邮箱): an address counts once they gave back the code that was
//! sent to it. Owns how long a code is good, how often one may be tried, and how many may be asked for. Must not
//! know what an address looks like, how it is sealed, or how a code is made of its id.

use crate::{
    id::{MailId, UserId},
    refusal::{Code, Refusal},
    time::Instant,
};

/// A code is good for so long, in seconds.
pub const CODE_SECONDS: i64 = 30 * 60;

/// So many wrong tries end a code.
pub const MOST_TRIES: i32 = 5;

/// So many codes a person may ask for in a day: each is a letter to whoever has that address.
pub const MOST_CODES: i32 = 5;

/// And one in so many seconds.
const BETWEEN_CODES_SECONDS: i64 = 60;
const DAY_SECONDS: i64 = 86_400;

/// A person's address, as far as it got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// Whose.
    pub user_id: UserId,
    /// Counts the changes; 0 where there was none.
    pub version: i64,
    /// Where they are told, sealed, and since when.
    pub confirmed: Option<(String, Instant)>,
    /// Where they want to be told.
    pub pending: Option<Pending>,
    /// What was asked for of late.
    pub asked: Asked,
}

/// An address that waits for its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Sealed.
    pub address: String,
    /// The letter that tells the code; the code is made of it.
    pub code_id: MailId,
    /// Good until then.
    pub until: Instant,
    /// Wrong ones so far.
    pub tries: i32,
}

/// How many codes were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// So many.
    pub codes: i32,
    /// In the day that began then.
    pub since: Instant,
    /// The last one.
    pub last: Instant,
}

impl Asked {
    /// With one more.
    ///
    /// # Errors
    /// How many seconds to wait, where it is too soon or too many.
    fn again(self, now: Instant) -> Result<Self, i64> {
        let gone = |since: Instant| now.micros().saturating_sub(since.micros()) / 1_000_000;
        if gone(self.since) >= DAY_SECONDS {
            return Ok(Self { codes: 1, since: now, last: now });
        }
        if self.codes >= MOST_CODES {
            return Err(DAY_SECONDS - gone(self.since));
        }
        if self.codes > 0 && gone(self.last) < BETWEEN_CODES_SECONDS {
            return Err(BETWEEN_CODES_SECONDS - gone(self.last));
        }
        Ok(Self { codes: self.codes.saturating_add(1), last: now, ..self })
    }
}

impl Email {
    /// Of somebody who never gave one.
    #[must_use]
    pub const fn none(user_id: UserId) -> Self {
        let never = Instant::from_micros(0);
        let asked = Asked { codes: 0, since: never, last: never };
        Self { user_id, version: 0, confirmed: None, pending: None, asked }
    }

    /// An address to be confirmed, in place of another that was not; the one that counts stays until then.
    ///
    /// # Errors
    /// How many seconds to wait before another code can be asked for.
    pub fn ask(self, address: String, code_id: MailId, now: Instant) -> Result<Self, i64> {
        let asked = self.asked.again(now)?;
        let until = now.plus_seconds(CODE_SECONDS);
        Ok(Self { pending: Some(Pending { address, code_id, until, tries: 0 }), asked, ..self })
    }

    /// The address that a code can be tried for.
    ///
    /// # Errors
    /// `email_code_over` where none waits, its time is over, or too many were wrong.
    pub fn to_prove(&self, now: Instant) -> Result<&Pending, Refusal> {
        let open = |pending: &&Pending| now < pending.until && pending.tries < MOST_TRIES;
        self.pending.as_ref().filter(open).ok_or_else(|| Code::EmailCodeOver.into())
    }

    /// What a try makes of it: the address counts, or the try does.
    ///
    /// # Errors
    /// As [`Email::to_prove`].
    pub fn tried(mut self, right: bool, now: Instant) -> Result<Self, Refusal> {
        self.to_prove(now)?;
        if right {
            self.confirmed = self.pending.take().map(|pending| (pending.address, now));
        } else if let Some(pending) = &mut self.pending {
            pending.tries = pending.tries.saturating_add(1);
        }
        Ok(self)
    }

    /// Without any address. What was asked for still counts.
    ///
    /// # Errors
    /// `not_found` where there is none.
    pub fn remove(self) -> Result<Self, Refusal> {
        if self.confirmed.is_none() && self.pending.is_none() {
            return Err(Code::NotFound.into());
        }
        Ok(Self { confirmed: None, pending: None, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(1_800_000_000_000_000).plus_seconds(seconds)
    }

    fn asked(n: u128, seconds: i64, of: Email) -> Result<Email, i64> {
        of.ask(format!("sealed {n}"), MailId(Uuid::from_u128(n)), at(seconds))
    }

    fn nobody() -> Email {
        Email::none(UserId(Uuid::nil()))
    }

    #[test]
    fn the_address_that_counts_stays_until_the_next_is_confirmed() {
        let one = asked(1, 0, nobody()).unwrap().tried(true, at(1)).unwrap();
        assert_eq!(one.confirmed, Some(("sealed 1".to_owned(), at(1))));
        let two = asked(2, 60, one).unwrap();
        assert_eq!(two.confirmed, Some(("sealed 1".to_owned(), at(1))));
        let two = two.tried(true, at(61)).unwrap();
        assert_eq!((two.confirmed, two.pending), (Some(("sealed 2".to_owned(), at(61))), None));
    }

    #[test]
    fn a_code_ends_by_time_and_by_five_wrong_ones() {
        let fresh = asked(1, 0, nobody()).unwrap();
        assert!(fresh.to_prove(at(CODE_SECONDS - 1)).is_ok());
        assert_eq!(fresh.to_prove(at(CODE_SECONDS)).unwrap_err().code, Code::EmailCodeOver);
        let mut tried = fresh;
        for _ in 0..MOST_TRIES {
            tried = tried.tried(false, at(1)).unwrap();
        }
        assert_eq!(tried.clone().tried(true, at(1)).unwrap_err().code, Code::EmailCodeOver);
        // Another code gives new tries, and the one before is good for nothing.
        let again = asked(2, 60, tried).unwrap();
        assert_eq!(again.to_prove(at(61)).unwrap().tries, 0);
    }

    #[test]
    fn codes_cannot_be_asked_for_without_end() {
        let mut email = asked(0, 0, nobody()).unwrap();
        assert_eq!(asked(1, 59, email.clone()), Err(1));
        for n in 1..5 {
            email = asked(1, n * 60, email).unwrap();
        }
        // Nor by taking the address away in between.
        let gone = email.remove().unwrap();
        assert_eq!(asked(9, 6000, gone.clone()), Err(DAY_SECONDS - 6000));
        let next_day = asked(9, DAY_SECONDS, gone).unwrap();
        assert_eq!((next_day.asked.codes, next_day.asked.since), (1, at(DAY_SECONDS)));
    }

    #[test]
    fn nothing_is_removed_where_nothing_is() {
        assert_eq!(nobody().remove().unwrap_err().code, Code::NotFound);
        assert_eq!(nobody().to_prove(at(0)).unwrap_err().code, Code::EmailCodeOver);
    }
}

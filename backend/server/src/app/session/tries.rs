//! How fast somebody may guess passwords. Failures are counted in the database, since any server may be
//! asked next; who waits long enough is always let try again.

use crate::problem::Failure;
use base16ct::lower::encode_string as hex;
use domain::{refusal::Code, time::Instant};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use store::Conn;

/// How many failures are free, for an account and for an address, which many people may share.
const FREE_FOR_ACCOUNT: i32 = 5;
const FREE_FOR_ADDRESS: i32 = 20;
const FIRST_WAIT_SECONDS: i64 = 30;
const LONGEST_WAIT_SECONDS: i64 = 15 * 60;
/// Failures are forgotten after so long without another.
const REST_SECONDS: i64 = 60 * 60;

/// Under what tries to sign in are counted.
#[derive(Debug, Clone)]
pub struct Tries {
    account: String,
    address: String,
}

impl Tries {
    /// Of a name and an address. The name is hashed: people type passwords into the wrong field. Of an
    /// IPv6 address its network counts, since one caller has all of it.
    #[must_use]
    pub fn of(username: &str, from: IpAddr) -> Self {
        let network = match from {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        };
        let name = hex(&Sha256::digest(username));
        Self { account: format!("account {name}"), address: format!("address {network}") }
    }

    /// Refuses a try that comes too soon after failures. It is not counted, so nobody is locked out for
    /// good.
    ///
    /// # Errors
    /// `too_many_attempts` with how long to wait.
    pub fn check(&self, tx: &mut Conn, now: Instant) -> Result<(), Failure> {
        let mut longest = 0;
        for (subject, free) in [(&self.account, FREE_FOR_ACCOUNT), (&self.address, FREE_FOR_ADDRESS)] {
            if let Some(attempts) = store::user::attempts(tx, subject)? {
                longest = wait(attempts.failures, free, attempts.last_at, now).max(longest);
            }
        }
        match u64::try_from(longest) {
            Ok(seconds) if seconds > 0 => Err(Failure::RetryAfter { code: Code::TooManyAttempts, seconds }),
            _ => Ok(()),
        }
    }

    /// Counts a failure.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn count(&self, tx: &mut Conn, now: Instant) -> Result<(), Failure> {
        let rested = now.plus_seconds(-REST_SECONDS);
        store::user::add_failure(tx, &self.account, rested, now)?;
        Ok(store::user::add_failure(tx, &self.address, rested, now)?)
    }

    /// Forgets the failures of the account. Those of the address stay: whoever guesses has an account
    /// of their own to succeed with.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn forget(&self, tx: &mut Conn) -> Result<(), Failure> {
        Ok(store::user::clear_failures(tx, &self.account)?)
    }
}

/// Seconds to wait still: twice as long with each failure beyond what is free.
fn wait(failures: i32, free: i32, last: Instant, now: Instant) -> i64 {
    if failures < free || last.plus_seconds(REST_SECONDS) <= now {
        return 0;
    }
    let doublings = failures.saturating_sub(free).clamp(0, 10);
    let whole = (FIRST_WAIT_SECONDS << doublings).min(LONGEST_WAIT_SECONDS);
    let micros = last.plus_seconds(whole).micros().saturating_sub(now.micros());
    // Rounded up: who waits as long as told is let in.
    micros.saturating_add(999_999).div_euclid(1_000_000).clamp(0, whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_beyond_what_is_free_doubles_the_wait_up_to_a_quarter_of_an_hour() {
        let last = Instant::from_micros(1_000_000_000);
        let waits = |failures| wait(failures, FREE_FOR_ACCOUNT, last, last);
        let expected = [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900];
        assert_eq!((0..12).map(waits).collect::<Vec<_>>(), expected);
        assert_eq!(waits(i32::MAX), 900);
        let later = |seconds| wait(5, FREE_FOR_ACCOUNT, last, last.plus_seconds(seconds));
        assert_eq!((later(29), later(30), later(REST_SECONDS)), (1, 0, 0));
        assert_eq!(wait(19, FREE_FOR_ADDRESS, last, last), 0);
    }

    #[test]
    fn one_network_is_one_address() {
        let of = |ip: &str| Tries::of("grid.worker", ip.parse().unwrap()).address;
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::4"), of("2001:db8:1:3::4"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert!(!Tries::of("secret", IpAddr::from([192, 0, 2, 1])).account.contains("secret"));
    }
}

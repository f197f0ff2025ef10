//! What time does, as jobs: each is taken under a lease, tried again after a pause when it fails, and
//! laid aside for a person when it failed too often. What a job does to a wish stands with the wish.

use crate::time::Instant;

words! {
    /// What came due.
    #[schema(as = JobKind)]
    pub enum Kind {
        /// 认领到期：还回份额
        ClaimDue = "claim_due",
        /// 上报超时：转上一级
        EscalationDue = "escalation_due",
        /// 心愿超期：上报
        WishDue = "wish_due",
        /// 认领快到期：提醒一次
        ClaimReminder = "claim_reminder",
    }
}

/// How long whoever took a job has for it, in seconds; then it is free again.
pub const LEASE_SECONDS: i64 = 60;

/// So often a job is tried before it is laid aside.
pub const MOST_TRIES: i32 = 8;

const FIRST_PAUSE_SECONDS: i64 = 5;
const LONGEST_PAUSE_SECONDS: i64 = 3600;

/// When a job that failed for the `tries`-th time is tried again; none when it is to be laid aside. The
/// pauses double from five seconds up to an hour, each longer by up to a quarter, as `chance` (0 to 255)
/// says, so that what failed together does not come back together.
#[must_use]
pub fn next_try(now: Instant, tries: i32, chance: u8) -> Option<Instant> {
    if tries >= MOST_TRIES {
        return None;
    }
    let doubled = FIRST_PAUSE_SECONDS << tries.clamp(1, 20).saturating_sub(1);
    let pause = doubled.min(LONGEST_PAUSE_SECONDS);
    Some(now.plus_seconds(pause.saturating_add(pause.saturating_mul(i64::from(chance)) / 1024)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_micros(0);

    fn pause(tries: i32, chance: u8) -> Option<i64> {
        next_try(NOW, tries, chance).map(|at| at.micros() / 1_000_000)
    }

    #[test]
    fn pauses_double_and_spread_by_up_to_a_quarter() {
        assert_eq!([1, 2, 3, 4].map(|tries| pause(tries, 0)), [Some(5), Some(10), Some(20), Some(40)]);
        assert_eq!(pause(7, 0), Some(320));
        assert_eq!(pause(7, 255), Some(399));
    }

    #[test]
    fn the_last_try_is_the_last() {
        assert!(pause(MOST_TRIES - 1, 0).is_some());
        assert_eq!(pause(MOST_TRIES, 0), None);
    }
}

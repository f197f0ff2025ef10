//! How long what is kept of residents is kept (PIPL art. 19: no longer than the purpose needs).
//!
//! Owns the classes of the nightly clean-up, their usual periods and the floors that the law sets. Must
//! not know where the rows are.

use crate::time::Instant;

words! {
    /// What the clean-up goes by.
    pub enum RetentionClass {
        /// 审核没通过的心愿
        DeclinedWish = "declined_wish",
        /// 办结或撤回的心愿
        EndedWish = "ended_wish",
        /// 没有在办心愿的居民
        Resident = "resident",
        /// 送达照片
        Photo = "photo",
        /// 入圈申请
        Application = "application",
        /// 登录记录
        SignIn = "sign_in",
        /// 查看记录
        AccessLog = "access_log",
    }
}

/// A period, in days of 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// As it is where nobody says otherwise.
    pub usual: u32,
    /// The law asks for no less.
    pub floor: u32,
    /// By which law.
    pub basis: &'static str,
}

/// Six months and a margin for months of 31 days.
const HALF_A_YEAR: u32 = 184;
const A_YEAR: u32 = 365;
/// With a leap day.
const THREE_YEARS: u32 = 1096;
/// What was refused must stay as long as somebody may ask why.
const FLOOR_OF_TEXTS: u32 = 30;

impl RetentionClass {
    /// How long, and by which law.
    #[must_use]
    pub const fn period(self) -> Period {
        match self {
            Self::DeclinedWish => Period { usual: 90, floor: FLOOR_OF_TEXTS, basis: "PIPL 19" },
            Self::EndedWish | Self::Resident => {
                Period { usual: A_YEAR, floor: FLOOR_OF_TEXTS, basis: "PIPL 19, 47" }
            }
            Self::Photo => Period { usual: A_YEAR, floor: FLOOR_OF_TEXTS, basis: "PIPL 19, 47" },
            // Who asked may still want to read the answer.
            Self::Application => Period { usual: 90, floor: FLOOR_OF_TEXTS, basis: "PIPL 19" },
            Self::SignIn => Period { usual: 190, floor: HALF_A_YEAR, basis: "网络安全法 (2016) 21(3)" },
            Self::AccessLog => Period { usual: THREE_YEARS, floor: THREE_YEARS, basis: "PIPL 55, 56" },
        }
    }

    /// Whether the nightly run removes something by it. Sign-ins go with each sweep; the record of looks is
    /// part of the chained history, which is not cut.
    #[must_use]
    pub const fn is_run(self) -> bool {
        !matches!(self, Self::SignIn | Self::AccessLog)
    }
}

/// The periods of one installation, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Periods {
    /// Texts of a wish that was declined at review.
    pub declined_wish: u32,
    /// Texts of a wish that was fulfilled or withdrawn.
    pub ended_wish: u32,
    /// A resident all of whose wishes ended, from the last one on.
    pub resident: u32,
    /// Photos of deliveries.
    pub photo: u32,
    /// Applications, from the answer on, or from when they came where nobody answered.
    pub application: u32,
    /// Sessions, from their end on.
    pub sign_in: u32,
    /// The record of looks: a promise, since nothing of it is removed.
    pub access_log: u32,
}

impl Default for Periods {
    fn default() -> Self {
        Self {
            declined_wish: RetentionClass::DeclinedWish.period().usual,
            ended_wish: RetentionClass::EndedWish.period().usual,
            resident: RetentionClass::Resident.period().usual,
            photo: RetentionClass::Photo.period().usual,
            application: RetentionClass::Application.period().usual,
            sign_in: RetentionClass::SignIn.period().usual,
            access_log: RetentionClass::AccessLog.period().usual,
        }
    }
}

impl Periods {
    /// Of one class.
    #[must_use]
    pub const fn of(&self, class: RetentionClass) -> u32 {
        match class {
            RetentionClass::DeclinedWish => self.declined_wish,
            RetentionClass::EndedWish => self.ended_wish,
            RetentionClass::Resident => self.resident,
            RetentionClass::Photo => self.photo,
            RetentionClass::Application => self.application,
            RetentionClass::SignIn => self.sign_in,
            RetentionClass::AccessLog => self.access_log,
        }
    }

    /// What ended at this instant or before is over its time at `now`.
    #[must_use]
    pub fn cutoff(&self, class: RetentionClass, now: Instant) -> Instant {
        now.plus_days(-i64::from(self.of(class)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_is_never_below_the_law() {
        let usual = Periods::default();
        for class in RetentionClass::ALL {
            let period = class.period();
            assert!(period.usual >= period.floor, "{class}");
            assert_eq!(usual.of(*class), period.usual, "{class}");
        }
        let now: Instant = "2027-11-20T08:00:00Z".parse().unwrap();
        assert_eq!(usual.cutoff(RetentionClass::Resident, now).to_string(), "2026-11-20T08:00:00Z");
    }
}

//! What it takes to put a wish on the wall, how exactly the wall says where and how old, and how a wish
//! leaves the wall without losing its holder, its due time or its claims.
//!
//! A township and an age can be one person. So the wall names the finest level, from the township up, in
//! whose subtree at least `k` households are known, and the age as a band of ten years only where `k`
//! households of that level have somebody in it (k-anonymity; PIPL art. 6, no more than is needed). The
//! choice is made once, at publication, and kept: a wall that changed with each new resident would tell
//! who was added.

use crate::{
    organisation::Level,
    refusal::{Code, Refusal},
    time::Instant,
    wish::{Stage, Wish},
};
use chrono::{Datelike, NaiveDate};
use std::{fmt, ops::RangeInclusive, str::FromStr};

/// What must be known before a wish is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The resident, or who speaks for them, agrees to it today.
    pub agreed: bool,
    /// What [`crate::scan::clear`] says of the public texts as they stand.
    pub cleared: Result<(), Refusal>,
    /// What the wall may say of where and how old.
    pub shown: Shown,
    /// Platforms may show it too: the resident agrees to that today.
    pub shared: bool,
}

impl Release {
    /// Nothing agreed: what stands where nothing is published.
    #[must_use]
    pub fn none() -> Self {
        Self {
            agreed: false,
            cleared: Err(Code::FindingsUnresolved.into()),
            shown: Shown::default(),
            shared: false,
        }
    }

    /// What the wall may say, once everything holds.
    ///
    /// # Errors
    /// `consent_missing`; `findings_unresolved` or `invalid` as the texts were judged.
    pub fn grant(self) -> Result<Shown, Refusal> {
        if !self.agreed {
            return Err(Code::ConsentMissing.into());
        }
        self.cleared.map(|()| self.shown)
    }
}

/// Where and how old, as exactly as the wall says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The name of a township or of a level above.
    pub place: Option<String>,
    /// The division code of that place and no finer.
    pub region_code: Option<String>,
    /// The age, as a band.
    pub age_band: Option<AgeBand>,
}

/// Ten years of age: `60-69`; the last is `90+`. Ages are counted by calendar years, so that a birthday
/// moves nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AgeBand(i32);

/// The first age of the last band.
const LAST_BAND: i32 = 90;

/// An age that nobody reaches.
const OLDEST: i32 = 150;

impl AgeBand {
    /// The band of somebody born in `birth_year`; none for a year that is not possible.
    #[must_use]
    pub fn of(birth_year: i32, today: NaiveDate) -> Option<Self> {
        let age = today.year().checked_sub(birth_year)?;
        (0..OLDEST).contains(&age).then(|| Self((age / 10 * 10).min(LAST_BAND)))
    }

    /// The years of birth of all who are in it.
    #[must_use]
    pub fn birth_years(self, today: NaiveDate) -> RangeInclusive<i32> {
        let oldest = if self.0 == LAST_BAND { OLDEST } else { self.0 + 9 };
        today.year() - oldest..=today.year() - self.0
    }
}

impl fmt::Display for AgeBand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            LAST_BAND => write!(f, "{LAST_BAND}+"),
            from => write!(f, "{from}-{}", from + 9),
        }
    }
}

impl FromStr for AgeBand {
    type Err = crate::UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let from = text.split_once(['-', '+']).and_then(|(from, _)| from.parse().ok());
        let band = from.filter(|from| (0..=LAST_BAND).contains(from) && from % 10 == 0).map(Self);
        let unknown = || crate::UnknownWord { what: "AgeBand", word: text.to_owned() };
        band.filter(|band| band.to_string() == text).ok_or_else(unknown)
    }
}

/// Whether a list of an organisation's wishes may go out under its name: to a platform, or as a campaign. That a wish is
/// on the list of a smaller circle would tell where its resident lives more exactly than the wall does.
#[must_use]
pub fn may_be_named(level: Level) -> bool {
    level <= Level::County
}

/// One level that the wall could name, with what is known of its subtree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circle {
    /// Its level.
    pub level: Level,
    /// Its name.
    pub place: String,
    /// Its division code.
    pub region_code: Option<String>,
    /// Households known in its subtree.
    pub households: i64,
    /// Those of them with somebody in the resident's age band.
    pub in_band: i64,
}

/// The finest circle in which nobody stands out, from `circles` in the order of the way up.
#[must_use]
pub fn coarsen(circles: &[Circle], band: Option<AgeBand>, k: u16) -> Shown {
    let named = |circle: &&Circle| circle.level <= Level::Township && circle.households >= i64::from(k);
    let Some(circle) = circles.iter().find(named) else { return Shown::default() };
    Shown {
        place: Some(circle.place.clone()),
        region_code: circle.region_code.as_deref().map(|code| coarse_code(code, circle.level)),
        age_band: band.filter(|_| circle.in_band >= i64::from(k)),
    }
}

/// The digits of a division code down to a level (GB/T 2260, GB/T 10114).
fn coarse_code(code: &str, level: Level) -> String {
    let digits = match level {
        Level::Province => 2,
        Level::City => 4,
        Level::County => 6,
        Level::Township | Level::Village | Level::Unit => 9,
    };
    code.chars().take(digits).collect()
}

impl Wish {
    /// Stands on the wall.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.status().is_public() && self.hidden_since.is_none()
    }

    /// Takes a wish off the wall: the consent to publish is gone. It keeps its holder, its due time and
    /// its claims; nobody but its staff and its claimants can see it. None where it is not on the wall.
    #[must_use]
    pub fn hide(mut self, now: Instant) -> Option<Self> {
        if !self.is_listed() {
            return None;
        }
        self.hidden_since = Some(now);
        self.updated_at = now;
        Some(self)
    }

    /// Lets platforms show a wish that was published, or not any more, as the resident says. None where
    /// nothing changes.
    #[must_use]
    pub fn share(mut self, agreed: bool, now: Instant) -> Option<Self> {
        let shared = agreed && matches!(self.stage, Stage::Published { .. });
        if shared == self.shared_since.is_some() {
            return None;
        }
        self.shared_since = shared.then_some(now);
        self.updated_at = now;
        Some(self)
    }

    /// Puts a hidden wish back on the wall.
    ///
    /// # Errors
    /// `wrong_status` unless it is hidden; as [`Release::grant`].
    pub fn relist(mut self, release: Release, now: Instant) -> Result<Self, Refusal> {
        if self.hidden_since.is_none() || !matches!(self.stage, Stage::Published { .. }) {
            return Err(Code::WrongStatus.into());
        }
        self.shared_since = self.shared_since.or(release.shared.then_some(now)).filter(|_| release.shared);
        self.shown = release.grant()?;
        self.hidden_since = None;
        self.updated_at = now;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
    }

    fn circle(level: Level, code: &str, households: i64, in_band: i64) -> Circle {
        Circle { level, place: level.to_string(), region_code: Some(code.to_owned()), households, in_band }
    }

    fn ladder(counts: [(i64, i64); 4]) -> Vec<Circle> {
        let levels = [Level::Village, Level::Township, Level::County, Level::City];
        let codes = ["990102103201", "990102103", "990102", "9901"];
        let rungs = levels.into_iter().zip(codes).zip(counts);
        rungs.map(|((level, code), (all, band))| circle(level, code, all, band)).collect()
    }

    #[test]
    fn the_border_is_k_itself() {
        let band = AgeBand::of(1946, day());
        let place = |counts| coarsen(&ladder(counts), band, 20).place;
        assert_eq!(place([(0, 0), (20, 0), (90, 0), (900, 0)]).as_deref(), Some("township"));
        assert_eq!(place([(0, 0), (19, 0), (90, 0), (900, 0)]).as_deref(), Some("county"));
        assert_eq!(place([(0, 0), (19, 0), (19, 0), (20, 0)]).as_deref(), Some("city"));
        assert_eq!(place([(0, 0), (19, 0), (19, 0), (19, 0)]), None);
    }

    #[test]
    fn a_list_goes_out_under_the_name_of_a_county_at_least() {
        let named = Level::ALL.iter().filter(|level| may_be_named(**level)).copied();
        assert_eq!(named.collect::<Vec<_>>(), [Level::Province, Level::City, Level::County]);
    }

    #[test]
    fn a_village_is_never_named_however_large() {
        let shown = coarsen(&ladder([(5000, 500), (5000, 500), (9000, 900), (9000, 900)]), None, 20);
        assert_eq!(
            (shown.place.as_deref(), shown.region_code.as_deref()),
            (Some("township"), Some("990102103"))
        );
    }

    #[test]
    fn the_age_is_a_band_and_only_among_k() {
        let band = AgeBand::of(1946, day());
        let shown = |in_band| coarsen(&ladder([(0, 0), (30, in_band), (90, 90), (900, 900)]), band, 20);
        assert_eq!(shown(19).age_band, None);
        assert_eq!(shown(20).age_band.map(|band| band.to_string()).as_deref(), Some("80-89"));
        assert_eq!(shown(19).place.as_deref(), Some("township"), "the place does not depend on the age");
    }

    #[test]
    fn bands_cover_each_year_once() {
        for year in 1880..=2026 {
            let band = AgeBand::of(year, day()).unwrap();
            assert!(band.birth_years(day()).contains(&year));
            assert_eq!(band.to_string().parse(), Ok(band));
        }
        assert_eq!(AgeBand::of(2027, day()), None);
        assert_eq!(AgeBand::of(1926, day()).unwrap().to_string(), "90+");
        assert_eq!(AgeBand::of(1966, day()).unwrap().to_string(), "60-69");
        assert!("61-70".parse::<AgeBand>().is_err());
    }
}

//! How well a wish and a claimant fit (合不合适), in points and in words: what a suggestion says, and what a plan
//! goes by.
//!
//! Points are a cost: 0 fits best. What must hold for a claim (the circle, the own wish, the skill) is no matter of
//! points: [`Need::suits`] says whether the two may meet at all, and if not, why. Must not know where the facts come
//! from.

use crate::{
    claimant::Kind,
    emergency::Circle,
    id::{ClaimantId, OrganisationId, UserId},
    time::Instant,
};
use std::{collections::HashMap, sync::Arc};

words! {
    /// Why somebody fits, or does not quite.
    #[schema(as = FitReason)]
    pub enum Why {
        /// 对得上专长
        SkillMatch = "skill_match",
        /// 没有要的专长
        SkillMissing = "skill_missing",
        /// 就在本地
        SamePlace = "same_place",
        /// 离得近; the figure counts the steps in the tree
        Near = "near",
        /// 离得远; the figure counts the steps in the tree
        Far = "far",
        /// 愿意去的地方
        InRegion = "in_region",
        /// 不在愿意去的地方
        OutOfRegion = "out_of_region",
        /// 愿意接的类别
        TakesKind = "takes_kind",
        /// 不在愿意接的类别里
        OtherKind = "other_kind",
        /// 做过这一类; the figure counts them
        DoneBefore = "done_before",
        /// 年度任务还差几天; the figure counts the wish days
        OwesDays = "owes_days",
        /// 还有余力; the figure counts what it can still take
        FreeHands = "free_hands",
        /// 这户还没有帮到过
        NeverReached = "never_reached",
        /// 这户很久没有帮到; the figure counts months
        LongUnreached = "long_unreached",
        /// 等了很久; the figure counts days
        WaitsLong = "waits_long",
    }
}

words! {
    /// Why a wish and a claimant cannot meet.
    #[schema(as = FitObstacle)]
    pub enum Obstacle {
        /// 认领方已停用
        Inactive = "claimant_inactive",
        /// 不在可认领的范围
        OutsideAudience = "outside_audience",
        /// 自己记的心愿
        OwnWish = "own_wish",
        /// 已经认领，或还回来过
        HadIt = "had_it",
        /// 没有要的专长
        SkillMissing = "skill_missing",
    }
}

/// A reason with its figure, where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = FitReasonGiven)]
pub struct Reason {
    /// What it is.
    pub code: Why,
    /// How much of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figure: Option<i64>,
}

/// The organisations above something and its own, the root first.
pub type Path = Arc<[OrganisationId]>;

/// What is asked, as far as it matters who brings it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Need {
    /// Claimants of this organisation's subtree may claim it.
    pub audience: OrganisationId,
    /// And those of these circles, while an emergency call asks for it.
    pub circles: Vec<Circle>,
    /// Where the resident is: the path of the organisation that collected it.
    pub path: Path,
    /// The same as a division code.
    pub region_code: Option<String>,
    /// Its category.
    pub category: String,
    /// The skill without which it cannot be done, as [`skill`] writes it.
    pub skill: Option<String>,
    /// Who wrote it down, and so neither claims nor brings it.
    pub collected_by: UserId,
    /// Who holds a share of it, or gave one back.
    pub not_for: Vec<ClaimantId>,
}

/// Who could bring it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Who.
    pub claimant_id: ClaimantId,
    /// A person or a unit.
    pub kind: Kind,
    /// The user who acts for a person.
    pub user_id: Option<UserId>,
    /// May claim.
    pub active: bool,
    /// The path of the claimant's organisation.
    pub path: Path,
    /// Where it goes, as division codes; anywhere when empty.
    pub region_codes: Vec<String>,
    /// The categories that it takes; any when empty.
    pub categories: Vec<String>,
    /// What it can do, as [`skill`] writes it.
    pub skills: Vec<String>,
    /// How many claims it fulfilled before, by category.
    pub done: HashMap<String, i64>,
    /// How many claims it holds.
    pub held: u32,
    /// How many more it may take.
    pub room: u32,
    /// How many wish days it still owes of a duty.
    pub owes: u32,
}

/// How long a household has gone without help, and the wish itself waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreached {
    /// When a wish of the household was last fulfilled; none if never.
    pub last: Option<Instant>,
    /// Since when the wish is on the wall, where it is.
    pub since: Option<Instant>,
}

/// The most that a wish and a claimant can cost.
pub const MOST: u16 = 30 + 8 + 10 + 5 + OWES * MOST_OWED;

/// What a wish day that is owed is worth, up to [`MOST_OWED`] of them.
const OWES: u16 = 2;
const MOST_OWED: u16 = 3;

/// A skill as it is compared: without surrounding space, in small letters.
#[must_use]
pub fn skill(word: &str) -> String {
    word.trim().to_lowercase()
}

impl Need {
    /// Whether the two may meet at all. That somebody's hands are full is not asked here.
    ///
    /// # Errors
    /// The first obstacle.
    pub fn suits(&self, offer: &Offer) -> Result<(), Obstacle> {
        match () {
            () if !offer.active => Err(Obstacle::Inactive),
            () if !self.is_open_to(offer) => Err(Obstacle::OutsideAudience),
            () if offer.user_id == Some(self.collected_by) => Err(Obstacle::OwnWish),
            () if self.not_for.contains(&offer.claimant_id) => Err(Obstacle::HadIt),
            () if !self.has_skill(offer) => Err(Obstacle::SkillMissing),
            () => Ok(()),
        }
    }

    fn is_open_to(&self, offer: &Offer) -> bool {
        let called = |circle: &Circle| circle.holds(offer.kind, &offer.path);
        offer.path.contains(&self.audience) || self.circles.iter().any(called)
    }

    fn has_skill(&self, offer: &Offer) -> bool {
        self.skill.as_ref().is_none_or(|skill| offer.skills.contains(skill))
    }

    /// What it costs that these two meet, from 0 to [`MOST`]: 3 for each step in the tree, up to 10; 8 outside the
    /// regions that were named, and 4 where none was; 10 for another kind than was named, and 4 where none was; 5
    /// for the first wish of its kind; 6 for who owes no wish day, and 2 less for each that is owed.
    #[must_use]
    pub fn cost(&self, offer: &Offer) -> u16 {
        let distance = 3 * u16::try_from(steps(&self.path, &offer.path)).unwrap_or(10).min(10);
        let region = match self.in_region(offer) {
            Some(true) => 0,
            None => 4,
            Some(false) => 8,
        };
        let kind = match self.takes_kind(offer) {
            Some(true) => 0,
            None => 4,
            Some(false) => 10,
        };
        let done = if offer.done.contains_key(&self.category) { 0 } else { 5 };
        let owed = u16::try_from(offer.owes).unwrap_or(MOST_OWED).min(MOST_OWED);
        distance + region + kind + done + OWES * (MOST_OWED - owed)
    }

    /// Whether the place is among those that were named; none where none was.
    fn in_region(&self, offer: &Offer) -> Option<bool> {
        let code = self.region_code.as_ref().filter(|_| !offer.region_codes.is_empty())?;
        Some(offer.region_codes.iter().any(|region| code.starts_with(region.as_str())))
    }

    fn takes_kind(&self, offer: &Offer) -> Option<bool> {
        (!offer.categories.is_empty()).then(|| offer.categories.contains(&self.category))
    }

    /// The same in words, the weightiest first.
    #[must_use]
    pub fn reasons(&self, offer: &Offer) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let mut say = |code, figure| reasons.push(Reason { code, figure });
        if self.skill.is_some() {
            say(if self.has_skill(offer) { Why::SkillMatch } else { Why::SkillMissing }, None);
        }
        match self.takes_kind(offer) {
            Some(true) => say(Why::TakesKind, None),
            Some(false) => say(Why::OtherKind, None),
            None => {}
        }
        if let Some(count) = offer.done.get(&self.category) {
            say(Why::DoneBefore, Some(*count));
        }
        match steps(&self.path, &offer.path) {
            0 | 1 => say(Why::SamePlace, None),
            steps @ 2..=3 => say(Why::Near, i64::try_from(steps).ok()),
            steps @ 5.. => say(Why::Far, i64::try_from(steps).ok()),
            _ => {}
        }
        match self.in_region(offer) {
            Some(true) => say(Why::InRegion, None),
            Some(false) => say(Why::OutOfRegion, None),
            None => {}
        }
        if offer.owes > 0 {
            say(Why::OwesDays, Some(offer.owes.into()));
        }
        reasons
    }
}

/// How many steps lie between two places of the tree; of two trees, all the way over both roots.
#[must_use]
pub fn steps(a: &[OrganisationId], b: &[OrganisationId]) -> usize {
    let shared = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    (a.len() - shared) + (b.len() - shared)
}

const DAYS_OF_A_MONTH: i64 = 30;
/// After so many months without help a household counts as one that was not reached for long.
const LONG_MONTHS: i64 = 6;
/// After so many days on the wall a wish has waited long.
const LONG_DAYS: i64 = 14;

impl Unreached {
    fn months(&self, now: Instant) -> Option<i64> {
        self.last.map(|last| days(last, now) / DAYS_OF_A_MONTH)
    }

    fn waits(&self, now: Instant) -> i64 {
        self.since.map_or(0, |since| days(since, now))
    }

    /// How much it matters that this one comes first, from 0 to 16: a household that was never reached, or not for a
    /// year, 12; for half a year 6; and a point for each week on the wall, up to 4.
    #[must_use]
    pub fn weight(&self, now: Instant) -> i32 {
        let household = match self.months(now) {
            None | Some(12..) => 12,
            Some(LONG_MONTHS..) => 6,
            Some(_) => 0,
        };
        household + i32::try_from((self.waits(now) / 7).clamp(0, 4)).unwrap_or_default()
    }

    /// The same in words.
    #[must_use]
    pub fn reasons(&self, now: Instant) -> Vec<Reason> {
        let household = match self.months(now) {
            None => Some(Reason { code: Why::NeverReached, figure: None }),
            Some(months @ LONG_MONTHS..) => Some(Reason { code: Why::LongUnreached, figure: Some(months) }),
            Some(_) => None,
        };
        let waits = self.waits(now);
        let waits = (waits >= LONG_DAYS).then_some(Reason { code: Why::WaitsLong, figure: Some(waits) });
        household.into_iter().chain(waits).collect()
    }
}

/// Whole days from one moment to another.
fn days(from: Instant, to: Instant) -> i64 {
    const DAY: i64 = 24 * 60 * 60 * 1_000_000;
    (to.micros() - from.micros()) / DAY
}

//! Signals (核实线索): what in the record of a time is worth a second look, for who reviews.
//!
//! Owns what is told and from which number on. A signal accuses nobody and ranks nobody: each has an innocent reading, which
//! stands beside it, and there are no sums by person. Computed from the record when it is asked; nothing is kept of it.

use crate::{
    id::{ClaimantId, HouseholdId, OrganisationId, UserId, WishId},
    refusal::{Fault, Faults, Refusal, Text},
    time::Instant,
};
use chrono::{Datelike, Days, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

words! {
    /// What is told.
    #[schema(as = SignalKind)]
    pub enum Kind {
        /// 认领后很快就确认
        ConfirmedFast = "confirmed_fast",
        /// 一人短时间内确认很多
        OneHand = "one_hand",
        /// 不同心愿用了同样的照片
        SamePicture = "same_picture",
        /// 评分全是五分
        OnlyFives = "only_fives",
        /// 赶在截止前集中录入
        Rush = "rush",
        /// 同一户一季里心愿很多
        SameHousehold = "same_household",
    }
}

/// A claim that was confirmed so many minutes after it was made, or sooner.
pub const FAST_MINUTES: i64 = 30;
/// So many words of residents that one person took within an hour.
pub const ONE_HAND: usize = 8;
/// Pictures of which at most so many of the 64 bits of the difference hash differ look the same.
pub const SAME_BITS: u32 = 6;
/// So many ratings, and not one below five.
pub const FIVES: usize = 10;
/// So many wishes of one organisation on the last two days before a deadline, and as many as in the 28 days before.
pub const RUSH: usize = 20;
/// So many days before the last two days of a deadline a rush is measured by.
pub const BEFORE_DAYS: u64 = 28;
/// So many wishes of one household within a season.
pub const HOUSEHOLD: usize = 3;
/// A season, and the longest time that is looked at, in days.
pub const SEASON_DAYS: i64 = 92;

/// From when to when, in days of China, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

impl Span {
    /// The time that was asked for; the thirty days up to today where none is named.
    ///
    /// # Errors
    /// `invalid`: it ends before it starts, or is longer than a season.
    pub fn of(from: Option<NaiveDate>, to: Option<NaiveDate>, today: NaiveDate) -> Result<Self, Refusal> {
        let to = to.unwrap_or(today);
        let from = from.unwrap_or_else(|| to.checked_sub_days(Days::new(29)).unwrap_or(to));
        let days = to.signed_duration_since(from).num_days();
        let mut faults = Faults::default();
        faults.check((0..SEASON_DAYS).contains(&days), "/to", Fault::OutOfRange);
        faults.finish()?;
        Ok(Self { from, to })
    }

    /// Its first moment, and the one after its last.
    #[must_use]
    pub fn bounds(self) -> (Instant, Instant) {
        (Instant::start_of(self.from), Instant::end_of(self.to))
    }
}

/// What a kind means, and what else may be behind it.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// Which.
    pub kind: Kind,
    /// When it is told.
    pub told: Text,
    /// What may be behind it that is quite in order.
    pub innocent: Text,
}

/// Every kind, in the order in which they are shown.
pub const DEFINITIONS: &[Definition] = &[
    Definition {
        kind: Kind::ConfirmedFast,
        told: text(
            "认领后三十分钟之内，居民就点了头",
            "the resident's word was taken within thirty minutes of the claim",
        ),
        innocent: text(
            "先办好了事、后补的认领；人就在现场",
            "the thing was done first and claimed after; everybody was on the spot",
        ),
    },
    Definition {
        kind: Kind::OneHand,
        told: text(
            "一个人在一小时里记下了八位以上居民的点头",
            "one person took the word of eight residents or more within an hour",
        ),
        innocent: text(
            "集中发放、一起走访之后补记",
            "things were handed out together, or visits written down later",
        ),
    },
    Definition {
        kind: Kind::SamePicture,
        told: text(
            "不同心愿的照片几乎一样（差分哈希六十四位里至多六位不同）",
            "pictures of different wishes look the same (six of the 64 bits of their difference hash differ at most)",
        ),
        innocent: text(
            "一样的东西、一样的包装；合影",
            "the same thing in the same wrapping; one picture of all",
        ),
    },
    Definition {
        kind: Kind::OnlyFives,
        told: text(
            "一家认领方得了十次以上评分，没有一次低于五分",
            "a claimant was rated ten times or more, and never below five",
        ),
        innocent: text("确实做得好", "it is that good"),
    },
    Definition {
        kind: Kind::Rush,
        told: text(
            "月末或活动截止前两天，一个单位录入了二十件以上，不少于之前四周的总和",
            "on the last two days of a month or a campaign an organisation wrote down twenty wishes or more, and no fewer than in the four weeks before",
        ),
        innocent: text("纸上记的集中录入；刚开完屋场会", "paper was typed in; a meeting was held"),
    },
    Definition {
        kind: Kind::SameHousehold,
        told: text("同一户在这段时间里有三件以上心愿", "one household has three wishes or more in this time"),
        innocent: text("这一家难处多", "the family has many troubles"),
    },
];

const fn text(zh: &'static str, en: &'static str) -> Text {
    Text { zh, en }
}

/// Something worth a second look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// What.
    pub kind: Kind,
    /// The latest of it.
    pub at: Instant,
    /// What it is about.
    pub wishes: Vec<WishId>,
    /// Whose doing, where it is one person's, claimant's or organisation's.
    pub of: Option<Whose>,
    /// How many, in the words of its kind: minutes for `confirmed_fast`, else words, pictures, ratings or wishes.
    pub count: usize,
}

/// Whose doing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// A person's.
    User(UserId),
    /// A claimant's.
    Claimant(ClaimantId),
    /// An organisation's.
    Organisation(OrganisationId),
}

/// A claim that others or the claimant confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// Of which wish.
    pub wish_id: WishId,
    /// By whom it was claimed.
    pub claimant_id: ClaimantId,
    /// When it was claimed.
    pub claimed_at: Instant,
    /// When the resident's word was taken.
    pub at: Instant,
    /// By whom.
    pub by: UserId,
    /// How the resident rated the wish.
    pub rating: Option<i32>,
}

/// A picture, as far as it can be told from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pictured {
    /// Of which wish.
    pub wish_id: WishId,
    /// Its difference hash.
    pub hash: u64,
    /// When it was uploaded.
    pub at: Instant,
}

/// A wish that was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collected {
    /// Which.
    pub id: WishId,
    /// Where.
    pub organisation_id: OrganisationId,
    /// For which household.
    pub household_id: HouseholdId,
    /// When.
    pub at: Instant,
}

/// What claims tell: confirmed fast, many by one hand, rated with nothing but fives.
#[must_use]
pub fn of_claims(claims: &[Confirmed]) -> Vec<Signal> {
    let fast = claims.iter().filter_map(|one| {
        let minutes = seconds(one.claimed_at, one.at).div_euclid(60);
        let count = usize::try_from(minutes).ok().filter(|_| minutes <= FAST_MINUTES)?;
        let of = Some(Whose::Claimant(one.claimant_id));
        Some(Signal { kind: Kind::ConfirmedFast, at: one.at, wishes: vec![one.wish_id], of, count })
    });
    fast.chain(one_hand(claims)).chain(only_fives(claims)).collect()
}

fn one_hand(claims: &[Confirmed]) -> Vec<Signal> {
    let mut by: BTreeMap<UserId, Vec<(Instant, WishId)>> = BTreeMap::new();
    for one in claims {
        by.entry(one.by).or_default().push((one.at, one.wish_id));
    }
    let mut told = Vec::new();
    for (user, mut words) in by {
        words.sort_unstable();
        let mut rest = words.as_slice();
        while let Some((first, _)) = rest.first() {
            let within = rest.iter().take_while(|(at, _)| seconds(*first, *at) <= 3600).count();
            if within < ONE_HAND {
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            let (hour, later) = rest.split_at(within);
            told.push(gathered(Kind::OneHand, hour, Some(Whose::User(user))));
            rest = later;
        }
    }
    told
}

fn only_fives(claims: &[Confirmed]) -> Vec<Signal> {
    let mut rated: BTreeMap<ClaimantId, Vec<(Instant, WishId, i32)>> = BTreeMap::new();
    for one in claims {
        if let Some(rating) = one.rating {
            rated.entry(one.claimant_id).or_default().push((one.at, one.wish_id, rating));
        }
    }
    rated.retain(|_, given| given.len() >= FIVES && given.iter().all(|(.., rating)| *rating == 5));
    let signal = |(claimant, given): (ClaimantId, Vec<(Instant, WishId, i32)>)| {
        let given: Vec<_> = given.into_iter().map(|(at, wish, _)| (at, wish)).collect();
        gathered(Kind::OnlyFives, &given, Some(Whose::Claimant(claimant)))
    };
    rated.into_iter().map(signal).collect()
}

/// Pictures of different wishes that look the same, each with all that look like the first of them.
#[must_use]
pub fn of_pictures(pictures: &[Pictured]) -> Vec<Signal> {
    let mut told = Vec::new();
    let mut rest: Vec<&Pictured> = pictures.iter().collect();
    while let Some(first) = rest.pop() {
        let same = |one: &&Pictured| (one.hash ^ first.hash).count_ones() <= SAME_BITS;
        let (alike, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(same);
        rest = others;
        if alike.iter().any(|one| one.wish_id != first.wish_id) {
            let all: Vec<_> = alike.into_iter().chain([first]).map(|one| (one.at, one.wish_id)).collect();
            told.push(gathered(Kind::SamePicture, &all, None));
        }
    }
    told
}

/// What wishes tell that were written down within `span`: households with many, and organisations in a rush before the end of
/// a month or of a campaign; `wishes` are also those of the [`BEFORE_DAYS`] before, which a rush is measured by.
#[must_use]
pub fn of_wishes(wishes: &[Collected], span: Span, ends: &[NaiveDate]) -> Vec<Signal> {
    let (from, _) = span.bounds();
    let mut households: BTreeMap<HouseholdId, Vec<(Instant, WishId)>> = BTreeMap::new();
    for one in wishes.iter().filter(|one| one.at >= from) {
        households.entry(one.household_id).or_default().push((one.at, one.id));
    }
    households.retain(|_, wishes| wishes.len() >= HOUSEHOLD);
    let many = households.into_values().map(|wishes| gathered(Kind::SameHousehold, &wishes, None));
    many.chain(deadlines(span, ends).into_iter().flat_map(|end| rushes(wishes, end))).collect()
}

/// The last days of the months in a time, and of the campaigns that end in it.
fn deadlines(span: Span, ends: &[NaiveDate]) -> BTreeSet<NaiveDate> {
    let is_last = |day: &NaiveDate| day.succ_opt().is_none_or(|next| next.day() == 1);
    let days = span.from.iter_days().take_while(|day| *day <= span.to).filter(is_last);
    days.chain(ends.iter().copied().filter(|day| (span.from..=span.to).contains(day))).collect()
}

fn rushes(wishes: &[Collected], end: NaiveDate) -> Vec<Signal> {
    let eve = end.pred_opt().unwrap_or(end);
    let before = eve.checked_sub_days(Days::new(BEFORE_DAYS)).unwrap_or(eve);
    let (mut late, mut earlier) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::<_, usize>::new());
    for one in wishes {
        let day = one.at.date();
        if (eve..=end).contains(&day) {
            late.entry(one.organisation_id).or_default().push((one.at, one.id));
        } else if (before..eve).contains(&day) {
            *earlier.entry(one.organisation_id).or_default() += 1;
        }
    }
    late.retain(|organisation, wishes| {
        let usual = earlier.get(organisation).copied().unwrap_or_default();
        wishes.len() >= RUSH.max(usual)
    });
    let signal = |(organisation, wishes): (_, Vec<_>)| {
        gathered(Kind::Rush, &wishes, Some(Whose::Organisation(organisation)))
    };
    late.into_iter().map(signal).collect()
}

/// One signal of several things; a wish is named once.
fn gathered(kind: Kind, of: &[(Instant, WishId)], whose: Option<Whose>) -> Signal {
    let at = of.iter().map(|(at, _)| *at).max().unwrap_or(Instant::from_micros(0));
    let wishes: BTreeSet<WishId> = of.iter().map(|(_, wish)| *wish).collect();
    Signal { kind, at, wishes: wishes.into_iter().collect(), of: whose, count: of.len() }
}

fn seconds(from: Instant, to: Instant) -> i64 {
    to.micros().saturating_sub(from.micros()).div_euclid(1_000_000)
}

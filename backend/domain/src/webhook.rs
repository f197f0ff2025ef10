//! Webhooks (推送): where a platform is told, without asking, what the feed of shared wishes says (Standard Webhooks 1.0.0).
//!
//! Owns who is told of what, when a message is sent again, when an address is given up, and for how long two secrets
//! live beside each other. Must not know how a message is signed or sent.

use crate::{
    event::Kind,
    id::{PlatformId, WebhookId},
    platform::TOLD,
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};

words! {
    /// Why a webhook is off.
    #[schema(as = WebhookOffBecause)]
    pub enum Off {
        /// 有人停的
        ByHand = "by_hand",
        /// 对方答复 410
        Gone = "gone",
        /// 连着失败太久
        Failing = "failing",
        /// 移除了
        Removed = "removed",
    }
}

words! {
    /// How far a message is.
    #[schema(as = WebhookDeliveryState)]
    pub enum State {
        /// 还要送
        Pending = "pending",
        /// 送到了
        Delivered = "delivered",
        /// 没送成
        Failed = "failed",
        /// 不再共享，不送了
        Withheld = "withheld",
    }
}

words! {
    /// Why there was no answer.
    #[schema(as = WebhookTrouble)]
    pub enum Trouble {
        /// 地址不许访问
        NotCalled = "not_called",
        /// 连不上
        NotReached = "not_reached",
        /// 没有及时答复
        TimedOut = "timed_out",
        /// 程序出错
        Internal = "internal",
    }
}

/// The kind of a message that is a test.
pub const PING: &str = "ping";

/// A platform has no more than so many.
pub const MOST_WEBHOOKS: usize = 5;

/// So many messages wait for one address at most; what else the feed holds waits there.
pub const WINDOW: i64 = 1000;

/// For so long what is sent is signed with the old secret too.
pub const OVERLAP_HOURS: i64 = 24;

/// The log is kept for so long after a message ended.
pub const KEEP_DAYS: i64 = 30;

/// Whoever took a message has so long for it, in seconds: for a whole batch, at the longest time that one may take.
pub const LEASE_SECONDS: i64 = 180;

/// The pauses before each further try, in seconds, as the specification suggests: 75 hours and a half in all.
const PAUSES: [i64; 9] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Nobody is believed who wants more rest than this, in seconds.
const LONGEST_WISHED_PAUSE: i64 = 3600;

/// An address that does not answer is asked again after this at the latest, by whichever message is due.
const LONGEST_REST: i64 = 300;

/// An address at which nothing arrived for so long is given up.
const MOST_HOURS_FAILING: i64 = 75;

/// What is set of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Where to; at most 500 characters. Whether it is ever called is asked elsewhere.
    pub url: String,
    /// Of what; of everything where it is empty.
    pub kinds: Vec<Kind>,
}

/// Where a platform is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Counts its changes.
    pub version: i64,
    /// Whom.
    pub platform_id: PlatformId,
    /// What is set of it.
    pub profile: Profile,
    /// What messages are signed with, sealed.
    pub secret: String,
    /// What they were signed with before, sealed, and until when they still are.
    pub old_secret: Option<(String, Instant)>,
    /// How far in the feed it was told.
    pub position: i64,
    /// Nothing arrived since.
    pub failing_since: Option<Instant>,
    /// Nothing is sent before.
    pub rests_until: Option<Instant>,
    /// Nothing is sent since, and why.
    pub off: Option<(Instant, Off)>,
    /// When it was entered.
    pub created_at: Instant,
}

impl Profile {
    /// Checks the fields.
    ///
    /// # Errors
    /// `invalid` with the fields at fault.
    pub fn validate(&self) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        faults.text("/url", &self.url, 1, 500);
        for (i, kind) in self.kinds.iter().enumerate() {
            let twice = self.kinds.iter().take(i).any(|before| before == kind);
            faults.check(TOLD.contains(kind), format!("/kinds/{i}"), Fault::Unknown).check(
                !twice,
                format!("/kinds/{i}"),
                Fault::Duplicate,
            );
        }
        faults.finish()
    }
}

impl Webhook {
    /// Enters a webhook that is told from `position` of the feed on.
    ///
    /// # Errors
    /// `invalid` with the fields at fault; `too_many_webhooks` beside `others`.
    pub fn new(
        id: WebhookId,
        (platform_id, others): (PlatformId, usize),
        profile: Profile,
        (secret, position): (String, i64),
        now: Instant,
    ) -> Result<Self, Refusal> {
        profile.validate()?;
        if others >= MOST_WEBHOOKS {
            return Err(Code::TooManyWebhooks.into());
        }
        Ok(Self {
            id,
            version: 0,
            platform_id,
            profile,
            secret,
            old_secret: None,
            position,
            failing_since: None,
            rests_until: None,
            off: None,
            created_at: now,
        })
    }

    /// With another profile. Another address is no longer the one that failed.
    ///
    /// # Errors
    /// `invalid` with the fields at fault.
    pub fn change(self, profile: Profile) -> Result<Self, Refusal> {
        profile.validate()?;
        if profile.url == self.profile.url {
            return Ok(Self { profile, ..self });
        }
        Ok(Self { profile, failing_since: None, rests_until: None, ..self })
    }

    /// With a new secret; the one before goes on beside it for a day, the one before that is good no more.
    #[must_use]
    pub fn rotate(self, secret: String, now: Instant) -> Self {
        let until = now.plus_seconds(OVERLAP_HOURS * 3600);
        Self { old_secret: Some((self.secret, until)), secret, ..self }
    }

    /// Off; where it is off already it stays as it was.
    #[must_use]
    pub fn switch_off(self, because: Off, now: Instant) -> Self {
        let off = self.off.or(Some((now, because)));
        Self { off, failing_since: None, rests_until: None, ..self }
    }

    /// On again, from where it stood.
    #[must_use]
    pub fn switch_on(self) -> Self {
        Self { off: None, failing_since: None, rests_until: None, ..self }
    }

    /// Off for good: neither address nor secrets are kept.
    #[must_use]
    pub fn remove(self, now: Instant) -> Self {
        let profile = Profile { url: String::new(), kinds: Vec::new() };
        let off = Some((now, Off::Removed));
        Self {
            profile,
            secret: String::new(),
            old_secret: None,
            off,
            failing_since: None,
            rests_until: None,
            ..self
        }
    }

    /// What a message is signed with now, the newest first.
    #[must_use]
    pub fn live_secrets(&self, now: Instant) -> Vec<&str> {
        let old = self.old_secret.as_ref().filter(|(_, until)| now < *until);
        std::iter::once(self.secret.as_str()).chain(old.map(|(secret, _)| secret.as_str())).collect()
    }

    /// The kinds of events that it is told of.
    #[must_use]
    pub fn kinds(&self) -> &[Kind] {
        if self.profile.kinds.is_empty() { TOLD } else { &self.profile.kinds }
    }

    /// It failed at `now`, and had for so long that it is given up.
    #[must_use]
    pub fn is_given_up(&self, now: Instant) -> bool {
        self.failing_since.is_some_and(|since| since.plus_seconds(MOST_HOURS_FAILING * 3600) <= now)
    }
}

/// What came of sending a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// An answer of this HTTP status, and after how many seconds it asks to be asked again.
    Answered(u16, Option<i64>),
    /// None.
    Silent(Trouble),
}

/// What follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It arrived.
    Done,
    /// The address wants no more, ever.
    Gone,
    /// It is to be sent again, if ever, at this time; until the other one, nothing is sent there.
    Again(Option<Instant>, Option<Instant>),
}

impl Outcome {
    /// What follows from it after the `tries`-th try. `chance` (0 to 255) makes pauses longer by up to a sixteenth, so that what
    /// failed together does not come back together.
    #[must_use]
    pub fn then(self, tries: i32, now: Instant, chance: u8) -> Then {
        let (wished, rests) = match self {
            Self::Answered(200..=299, _) => return Then::Done,
            Self::Answered(410, _) => return Then::Gone,
            Self::Answered(429 | 502 | 503 | 504, wished) => (wished, true),
            Self::Answered(..) => (None, false),
            Self::Silent(_) => (None, true),
        };
        let wished = wished.unwrap_or_default().clamp(0, LONGEST_WISHED_PAUSE);
        let own = usize::try_from(tries).ok().and_then(|tries| PAUSES.get(tries.saturating_sub(1)));
        let longer = |pause: i64| pause.saturating_add(pause.saturating_mul(i64::from(chance)) / 4096);
        let next = own.map(|own| now.plus_seconds(longer(*own).max(wished)));
        let rest = own.map_or(LONGEST_REST, |own| (*own).min(LONGEST_REST)).max(wished);
        Then::Again(next, rests.then(|| now.plus_seconds(rest)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const NOW: Instant = Instant::from_micros(0);

    fn at(seconds: i64) -> Instant {
        NOW.plus_seconds(seconds)
    }

    fn profile(kinds: &[Kind]) -> Profile {
        Profile { url: "https://example.org/".to_owned(), kinds: kinds.to_vec() }
    }

    fn webhook() -> Webhook {
        let (id, platform) = (WebhookId(Uuid::from_u128(1)), PlatformId(Uuid::from_u128(2)));
        Webhook::new(id, (platform, 0), profile(&[]), ("a".to_owned(), 7), NOW).unwrap()
    }

    #[test]
    fn a_message_is_tried_ten_times_over_75_hours() {
        let (mut now, mut tries) = (NOW, 1);
        while let Then::Again(Some(next), _) = Outcome::Answered(500, None).then(tries, now, 0) {
            (now, tries) = (next, tries + 1);
        }
        assert_eq!((tries, now.micros() / 1_000_000), (10, 272_105));
        let late = Outcome::Answered(500, None).then(9, NOW, 255);
        assert_eq!(late, Then::Again(Some(at(86_400 + 5378)), None));
    }

    #[test]
    fn what_was_answered_decides() {
        let then = |status, wished| Outcome::Answered(status, wished).then(1, NOW, 0);
        assert_eq!((then(200, None), then(299, None), then(410, None)), (Then::Done, Then::Done, Then::Gone));
        for plain in [100, 301, 302, 307, 308, 400, 401, 404, 500] {
            assert_eq!(then(plain, Some(60)), Then::Again(Some(at(5)), None), "{plain}");
        }
        for busy in [429, 502, 503, 504] {
            assert_eq!(then(busy, None), Then::Again(Some(at(5)), Some(at(5))), "{busy}");
            assert_eq!(then(busy, Some(60)), Then::Again(Some(at(60)), Some(at(60))), "{busy}");
            assert_eq!(then(busy, Some(i64::MAX)), Then::Again(Some(at(3600)), Some(at(3600))), "{busy}");
            assert_eq!(then(busy, Some(-1)), Then::Again(Some(at(5)), Some(at(5))), "{busy}");
        }
        let silent = |tries| Outcome::Silent(Trouble::TimedOut).then(tries, NOW, 0);
        assert_eq!(silent(4), Then::Again(Some(at(7200)), Some(at(300))), "asked again sooner by another");
        assert_eq!(silent(10), Then::Again(None, Some(at(300))));
    }

    #[test]
    fn two_secrets_live_for_a_day_and_a_third_never() {
        let twice = webhook().rotate("b".to_owned(), NOW);
        assert_eq!(twice.live_secrets(at(86_399)), ["b", "a"]);
        assert_eq!(twice.live_secrets(at(86_400)), ["b"]);
        assert_eq!(twice.rotate("c".to_owned(), at(1)).live_secrets(at(2)), ["c", "b"]);
    }

    #[test]
    fn what_is_off_stays_as_it_went_and_comes_back_where_it_stood() {
        let off = webhook().switch_off(Off::Gone, at(1)).switch_off(Off::ByHand, at(2));
        assert_eq!(off.off, Some((at(1), Off::Gone)));
        let on = off.clone().switch_on();
        assert_eq!((on.off, on.position), (None, 7));
        let removed = off.remove(at(3));
        assert_eq!((removed.off, removed.secret.as_str()), (Some((at(3), Off::Removed)), ""));
        assert!(removed.profile.url.is_empty());
    }

    #[test]
    fn an_address_is_given_up_after_75_hours_and_another_address_begins_anew() {
        let failing = Webhook { failing_since: Some(NOW), ..webhook() };
        assert!(!failing.is_given_up(at(75 * 3600 - 1)) && failing.is_given_up(at(75 * 3600)));
        assert_eq!(failing.clone().change(profile(&[Kind::WishShared])).unwrap().failing_since, Some(NOW));
        let other = Profile { url: "https://example.net/".to_owned(), kinds: vec![] };
        assert_eq!(failing.change(other).unwrap().failing_since, None);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let bad = profile(&[Kind::WishShared, Kind::WishCreated, Kind::WishShared]);
        let fields = bad.validate().unwrap_err().fields;
        let pointers: Vec<_> = fields.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/kinds/1", "/kinds/2"]);
        let full = Webhook::new(
            WebhookId(Uuid::nil()),
            (PlatformId(Uuid::nil()), MOST_WEBHOOKS),
            profile(&[]),
            (String::new(), 0),
            NOW,
        );
        assert_eq!(full.unwrap_err().code, Code::TooManyWebhooks);
    }
}

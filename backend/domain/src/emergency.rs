//! Emergency calls (应急响应): a batch of wishes that is opened to chosen circles at once, and followed to the last household.
//!
//! Owns the life of a call, to whom it opens its wishes, and how a household stands in it. A call has no wishes of its
//! own: each keeps its holder, its claims and its way up. What it asks of one, that it is claimed by the call's time or
//! goes up, is [`Wish::call_for`]. Not a campaign: that is public, dated by days, and counts what was given.

use crate::{
    claimant,
    id::{EmergencyCallId, OrganisationId, UserId},
    refusal::{Code, Fault, Faults, Refusal},
    scan::{self, Field},
    time::Instant,
    wish::{Counts, Stage, Status as WishStatus, Wish},
};

/// So many wishes are in one call: all of them are opened in one act.
pub const MOST_WISHES: usize = 500;

/// So many circles are called.
pub const MOST_CIRCLES: usize = 20;

/// A call whose time is further away is none.
pub const LONGEST_DAYS: i64 = 90;

words! {
    /// Where an emergency call stands.
    #[schema(as = EmergencyCallStatus)]
    pub enum Status {
        /// 响应中
        Open = "open",
        /// 已结束
        Closed = "closed",
    }
}

words! {
    /// Which claimants of a circle are called.
    #[schema(as = CalledClaimants)]
    pub enum Whom {
        /// 个人和单位
        Everybody = "everybody",
        /// 个人
        Persons = "persons",
        /// 单位
        Units = "units",
    }
}

impl Whom {
    /// Whether claimants of this kind are called.
    #[must_use]
    pub fn takes(self, kind: claimant::Kind) -> bool {
        match self {
            Self::Everybody => true,
            Self::Persons => kind == claimant::Kind::Person,
            Self::Units => kind == claimant::Kind::Unit,
        }
    }
}

words! {
    /// How a household stands in an emergency call, from the worst to the best.
    #[schema(as = HouseholdStanding)]
    pub enum Standing {
        /// 还没有人: nobody holds or was asked for any share that is still to be brought
        Nobody = "nobody",
        /// 派了单，没答复
        Asked = "asked",
        /// 有人，还差一些
        Partly = "partly",
        /// 都有人了
        Claimed = "claimed",
        /// 都送到了，等确认
        Delivered = "delivered",
        /// 办完了
        Served = "served",
        /// 不用办了: all were declined or taken back
        Ended = "ended",
    }
}

impl Standing {
    /// Nothing is left to do for it.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Served | Self::Ended)
    }

    /// How a household stands whose wishes of the call stand so.
    #[must_use]
    pub fn of(wishes: &[Share]) -> Self {
        let live = || wishes.iter().filter(|one| !one.status.has_ended());
        let sum = |part: fn(&Share) -> i64| live().map(part).fold(0, i64::saturating_add);
        if live().next().is_none() {
            let served = wishes.iter().any(|one| one.status == WishStatus::Fulfilled);
            return if served { Self::Served } else { Self::Ended };
        }
        let (held, asked) = (sum(Share::held), sum(|one| one.proposed));
        match () {
            () if held == 0 && asked == 0 => Self::Nobody,
            () if held == 0 => Self::Asked,
            () if sum(Share::open) > 0 => Self::Partly,
            () if live().all(|one| one.counts.delivered >= one.quantity) => Self::Delivered,
            () => Self::Claimed,
        }
    }
}

/// How far one wish of a call has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Where it stands.
    pub status: WishStatus,
    /// How much it asks.
    pub quantity: i64,
    /// Promised, brought, confirmed.
    pub counts: Counts,
    /// Of what is promised, what a claimant was only asked for.
    pub proposed: i64,
}

impl Share {
    /// What somebody took on and the resident did not confirm yet.
    const fn held(&self) -> i64 {
        self.counts.reserved.saturating_sub(self.counts.confirmed).saturating_sub(self.proposed)
    }

    /// What nobody took on.
    const fn open(&self) -> i64 {
        self.quantity.saturating_sub(self.counts.reserved).saturating_add(self.proposed)
    }
}

/// How many households stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Report {
    /// Households that nobody helps yet.
    pub nobody: i64,
    /// For whom somebody was asked who did not answer yet.
    pub asked: i64,
    /// For whom a part is still without anybody.
    pub partly: i64,
    /// For whom somebody took on everything.
    pub claimed: i64,
    /// To whom everything was brought, and who did not confirm it yet.
    pub delivered: i64,
    /// Who confirmed it.
    pub served: i64,
    /// Who do not need it any more.
    pub ended: i64,
    /// Wishes of all of them.
    pub wishes: i64,
    /// Of these, fulfilled.
    pub fulfilled: i64,
}

impl Report {
    /// Counts one more household.
    pub fn add(&mut self, wishes: &[Share]) {
        let figure = match Standing::of(wishes) {
            Standing::Nobody => &mut self.nobody,
            Standing::Asked => &mut self.asked,
            Standing::Partly => &mut self.partly,
            Standing::Claimed => &mut self.claimed,
            Standing::Delivered => &mut self.delivered,
            Standing::Served => &mut self.served,
            Standing::Ended => &mut self.ended,
        };
        *figure = figure.saturating_add(1);
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let fulfilled = wishes.iter().filter(|one| one.status == WishStatus::Fulfilled).count();
        self.wishes = self.wishes.saturating_add(count(wishes.len()));
        self.fulfilled = self.fulfilled.saturating_add(count(fulfilled));
    }

    /// Households for whom something is left to do.
    #[must_use]
    pub const fn left(&self) -> i64 {
        self.nobody + self.asked + self.partly + self.claimed + self.delivered
    }

    /// Households for whom somebody is still looked for.
    #[must_use]
    pub const fn waiting(&self) -> i64 {
        self.nobody + self.asked + self.partly
    }

    /// All of them.
    #[must_use]
    pub const fn households(&self) -> i64 {
        self.left() + self.served + self.ended
    }
}

/// The claimants of an organisation's subtree, or those of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Circle {
    /// Of this organisation.
    pub organisation_id: OrganisationId,
    /// Which of them.
    pub whom: Whom,
}

impl Circle {
    /// Whether a claimant of this kind is in it, whose organisation and all above are `path`.
    #[must_use]
    pub fn holds(&self, kind: claimant::Kind, path: &[OrganisationId]) -> bool {
        self.whom.takes(kind) && path.contains(&self.organisation_id)
    }
}

/// What a call says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// What happened; read by those who are called.
    pub title: String,
    /// By when the last household is to be served.
    pub due_at: Instant,
    /// Who is called.
    pub circles: Vec<Circle>,
}

/// Where a call stands, with the facts of that state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Its circles may claim what is in it.
    Open,
    /// It is over; what came of it stays as it was counted then.
    Closed {
        /// When.
        at: Instant,
        /// Who ended it before the last household was served, and why.
        early: Option<(UserId, String)>,
        /// What came of it.
        report: Report,
    },
}

/// A batch of wishes that is opened to circles at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyCall {
    /// Its id.
    pub id: EmergencyCallId,
    /// Counts its changes.
    pub version: i64,
    /// Who calls, and follows it to its end.
    pub organisation_id: OrganisationId,
    /// What it says.
    pub content: Content,
    /// Where it stands.
    pub state: State,
    /// Who published it.
    pub created_by: UserId,
    /// When.
    pub created_at: Instant,
}

impl EmergencyCall {
    /// Calls circles for `wishes` wishes.
    ///
    /// # Errors
    /// `invalid` for a time that is over or too far away, no circle or wish, too many, or one twice;
    /// `findings_unresolved` for a title that names somebody or an address.
    pub fn publish(
        (id, organisation_id): (EmergencyCallId, OrganisationId),
        content: Content,
        wishes: usize,
        by: UserId,
        now: Instant,
    ) -> Result<Self, Refusal> {
        let Content { title, due_at, circles } = &content;
        let mut faults = Faults::default();
        faults
            .text("/title", title, 2, 60)
            .check(*due_at > now, "/due_at", Fault::InPast)
            .check(*due_at <= now.plus_days(LONGEST_DAYS), "/due_at", Fault::OutOfRange)
            .check(!circles.is_empty(), "/circles", Fault::Required)
            .check(circles.len() <= MOST_CIRCLES, "/circles", Fault::TooLong);
        check_room(&mut faults, 0, wishes);
        for (at, circle) in circles.iter().enumerate() {
            let twice = circles.iter().take(at).any(|one| one.organisation_id == circle.organisation_id);
            faults.check(!twice, format!("/circles/{at}/organisation_id"), Fault::Duplicate);
        }
        faults.finish()?;
        scan::check_public(&[("/title", Field::Title, title)])?;
        Ok(Self {
            id,
            version: 1,
            organisation_id,
            content,
            state: State::Open,
            created_by: by,
            created_at: now,
        })
    }

    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self.state {
            State::Open => Status::Open,
            State::Closed { .. } => Status::Closed,
        }
    }

    /// Asks for `more` wishes beside the `held` that are in it.
    ///
    /// # Errors
    /// `emergency_call_closed` once it is; `invalid` for no wish, or more in all than one call has.
    pub fn extend(self, held: usize, more: usize) -> Result<Self, Refusal> {
        if self.status() == Status::Closed {
            return Err(Code::EmergencyCallClosed.into());
        }
        let mut faults = Faults::default();
        check_room(&mut faults, held, more);
        faults.finish()?;
        Ok(self)
    }

    /// Ends it: its circles may claim no more of it than they might without it. `early` says who ends it while
    /// households are left, and why.
    ///
    /// # Errors
    /// `emergency_call_closed` once it is; `invalid` without a reason; `households_left` where none is given and
    /// something is left to do.
    pub fn close(
        mut self,
        report: Report,
        early: Option<(UserId, String)>,
        now: Instant,
    ) -> Result<Self, Refusal> {
        if self.status() == Status::Closed {
            return Err(Code::EmergencyCallClosed.into());
        }
        if early.is_none() && report.left() > 0 {
            return Err(Code::HouseholdsLeft.into());
        }
        let mut faults = Faults::default();
        if let Some((_, reason)) = &early {
            faults.text("/reason", reason, 2, 200);
        }
        faults.finish()?;
        let early = early.map(|(by, reason)| (by, reason.trim().to_owned()));
        self.state = State::Closed { at: now, early, report };
        Ok(self)
    }
}

fn check_room(faults: &mut Faults, held: usize, more: usize) {
    faults.check(more > 0, "/wish_ids", Fault::Required).check(
        held.saturating_add(more) <= MOST_WISHES,
        "/wish_ids",
        Fault::TooLong,
    );
}

impl Wish {
    /// It is in an emergency call: where it still waits for claimants, it goes up when the call's time is over, and
    /// not later. A pause keeps its time, and so does whoever was asked above.
    ///
    /// # Errors
    /// `wrong_status` unless it is published and has not ended; `wish_not_open` while it is off the wall.
    pub fn call_for(mut self, until: Instant, now: Instant) -> Result<Self, Refusal> {
        if !self.status().is_public() || self.status().has_ended() {
            return Err(Code::WrongStatus.into());
        }
        if self.hidden_since.is_some() {
            return Err(Code::WishNotOpen.into());
        }
        let (is_open, paused) = (self.status() == WishStatus::Open, self.is_paused(now));
        if let Stage::Published { open_until, .. } = &mut self.stage
            && !paused
        {
            *open_until = until.min(*open_until);
        }
        if is_open && !paused && self.pending_escalation.is_none() {
            self.due_at = self.due_at.map(|due| until.min(due));
        }
        self.updated_at = now;
        Ok(self)
    }
}

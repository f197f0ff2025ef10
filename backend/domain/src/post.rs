//! Posts and projects (公益岗位、公益项目): an organisation asks for people and hours, and not for a thing.
//!
//! Owns what one says and where it stands, with its shifts. Who takes places, and who came, is
//! [`crate::sign_up`]'s. One that serves a wish takes the wish's claims by the wish's own rules.

mod shift;

pub use shift::{MOST_PLACES, Plan, Shift};

use crate::{
    id::{OrganisationId, PostId, ShiftId, UserId, WishId},
    refusal::{Code, Fault, Faults, FieldFault, Refusal},
    scan::{self, Field},
    time::Instant,
    wish::{FORGOTTEN_SUMMARY, FORGOTTEN_TITLE},
};

/// More shifts than these make another post.
pub const MOST_SHIFTS: usize = 50;

words! {
    /// A standing task, or something with an end.
    #[schema(as = PostKind)]
    pub enum Kind {
        /// 公益岗位
        Post = "post",
        /// 公益项目
        Project = "project",
    }
}

words! {
    /// Where a post stands.
    #[schema(as = PostStatus)]
    pub enum Status {
        /// 准备中
        Draft = "draft",
        /// 报名中
        Open = "open",
        /// 已结束
        Ended = "ended",
        /// 已取消
        Cancelled = "cancelled",
    }
}

impl Status {
    /// Everybody may know of it.
    #[must_use]
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Open | Self::Ended)
    }
}

/// What a post says, and to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its name; public.
    pub title: String,
    /// What is to be done; public.
    pub summary: String,
    /// The code of a category of the holder's.
    pub category: Option<String>,
    /// A skill of the holder's list that it takes.
    pub skill: Option<String>,
    /// The organisation in whose subtree claimants may sign up: the holder or one above it.
    pub audience_id: OrganisationId,
}

/// Where a post stands, with the facts of that state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It is prepared.
    Draft,
    /// Claimants sign up.
    Open {
        /// Since when.
        opened_at: Instant,
    },
    /// Its last shift is over.
    Ended {
        /// Since when it was open.
        opened_at: Instant,
        /// When it ended.
        at: Instant,
    },
    /// It does not take place.
    Cancelled {
        /// Since when it was open, if ever.
        opened_at: Option<Instant>,
        /// When that was said.
        at: Instant,
        /// By whom.
        by: UserId,
        /// Why.
        reason: String,
    },
}

/// People and hours that an organisation asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Its id.
    pub id: PostId,
    /// Counts its changes, and those of its shifts.
    pub version: i64,
    /// Who answers for it.
    pub holder_id: OrganisationId,
    /// A post or a project.
    pub kind: Kind,
    /// What it says, and to whom.
    pub content: Content,
    /// The wish that it serves: who signs up claims of it.
    pub wish_id: Option<WishId>,
    /// Where it stands.
    pub state: State,
    /// When it needs people, in the order of their times.
    pub shifts: Vec<Shift>,
    /// Who entered it.
    pub created_by: UserId,
    /// When.
    pub created_at: Instant,
}

impl Content {
    /// Checks it. `fine` are the names of places finer than everybody is told.
    fn validate(&self, fine: &[&str]) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        faults.text("/title", &self.title, 2, 60).text("/summary", &self.summary, 2, 1000);
        faults.finish()?;
        let texts = [
            ("/title", Field::Title, self.title.as_str()),
            ("/summary", Field::PublicSummary, self.summary.as_str()),
        ];
        scan::check_public(&texts)?;
        let names = |text: &str| fine.iter().any(|name| text.contains(name));
        let fields: Vec<FieldFault> = texts
            .iter()
            .filter(|(_, _, text)| names(text))
            .map(|(pointer, ..)| FieldFault { pointer: (*pointer).to_owned(), fault: Fault::Address })
            .collect();
        match fields.is_empty() {
            true => Ok(()),
            false => Err(Refusal { code: Code::FindingsUnresolved, fields, reached: None }),
        }
    }
}

/// Who holds a new post, of which kind, and which wish it serves.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// Its id.
    pub id: PostId,
    /// Who answers for it.
    pub holder_id: OrganisationId,
    /// A post or a project.
    pub kind: Kind,
    /// The wish that it serves.
    pub wish_id: Option<WishId>,
    /// Who enters it.
    pub by: UserId,
}

impl Post {
    /// Begins to prepare a post.
    ///
    /// # Errors
    /// `invalid`; `findings_unresolved` for texts that must not be public, or that name a place of `fine`.
    pub fn prepare(source: Source, content: Content, fine: &[&str], now: Instant) -> Result<Self, Refusal> {
        content.validate(fine)?;
        Ok(Self {
            id: source.id,
            version: 1,
            holder_id: source.holder_id,
            kind: source.kind,
            content,
            wish_id: source.wish_id,
            state: State::Draft,
            shifts: Vec::new(),
            created_by: source.by,
            created_at: now,
        })
    }

    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self.state {
            State::Draft => Status::Draft,
            State::Open { .. } => Status::Open,
            State::Ended { .. } => Status::Ended,
            State::Cancelled { .. } => Status::Cancelled,
        }
    }

    /// When it ends by itself: after its last shift.
    #[must_use]
    pub fn due_at(&self) -> Option<Instant> {
        let State::Open { opened_at } = self.state else { return None };
        let live = self.shifts.iter().filter(|shift| shift.cancelled.is_none());
        Some(live.map(|shift| shift.plan.ends_at).max().unwrap_or(opened_at))
    }

    /// Since when it is, or was, open.
    #[must_use]
    pub const fn opened_at(&self) -> Option<Instant> {
        match self.state {
            State::Open { opened_at } | State::Ended { opened_at, .. } => Some(opened_at),
            State::Cancelled { opened_at, .. } => opened_at,
            State::Draft => None,
        }
    }

    /// Refuses where it does not stand so.
    ///
    /// # Errors
    /// `wrong_post_status`.
    pub fn expect(&self, allowed: &[Status]) -> Result<(), Refusal> {
        if allowed.contains(&self.status()) { Ok(()) } else { Err(Code::WrongPostStatus.into()) }
    }

    /// Refuses once it is over.
    fn expect_alive(&self) -> Result<(), Refusal> {
        self.expect(&[Status::Draft, Status::Open])
    }

    /// Says something else, or asks others.
    ///
    /// # Errors
    /// `wrong_post_status` once it is over; as [`Post::prepare`].
    pub fn revise(mut self, content: Content, fine: &[&str]) -> Result<Self, Refusal> {
        self.expect_alive()?;
        content.validate(fine)?;
        self.content = content;
        Ok(self)
    }

    /// Lets claimants sign up.
    ///
    /// # Errors
    /// `wrong_post_status` unless it is prepared; `no_shift` without a shift ahead.
    pub fn open(mut self, now: Instant) -> Result<Self, Refusal> {
        self.expect(&[Status::Draft])?;
        if !self.shifts.iter().any(|shift| shift.is_ahead(now)) {
            return Err(Code::NoShift.into());
        }
        self.state = State::Open { opened_at: now };
        Ok(self)
    }

    /// Ends it once its last shift is over; none before.
    #[must_use]
    pub fn end(mut self, now: Instant) -> Option<Self> {
        let State::Open { opened_at } = self.state else { return None };
        if self.due_at().is_none_or(|due| due > now) {
            return None;
        }
        self.state = State::Ended { opened_at, at: now };
        Some(self)
    }

    /// Says that it does not take place, nor any shift that has not begun.
    ///
    /// # Errors
    /// `wrong_post_status` once it is over; `invalid` without a reason.
    pub fn cancel(mut self, reason: &str, by: UserId, now: Instant) -> Result<Self, Refusal> {
        self.expect_alive()?;
        let reason = shift::reasoned(reason)?;
        for shift in self.shifts.iter_mut().filter(|shift| shift.is_ahead(now)) {
            shift.cancelled = Some((now, reason.clone()));
        }
        self.state = State::Cancelled { opened_at: self.opened_at(), at: now, by, reason };
        Ok(self)
    }

    /// One of its shifts.
    #[must_use]
    pub fn shift(&self, id: ShiftId) -> Option<&Shift> {
        self.shifts.iter().find(|shift| shift.id == id)
    }

    /// Needs people at a further time.
    ///
    /// # Errors
    /// `wrong_post_status` once it is over; `invalid`, also for more shifts than one post has.
    pub fn add(mut self, id: ShiftId, plan: Plan, now: Instant) -> Result<Self, Refusal> {
        self.expect_alive()?;
        plan.validate(now)?;
        let mut faults = Faults::default();
        faults.check(self.shifts.len() < MOST_SHIFTS, "/starts_at", Fault::TooLong);
        faults.finish()?;
        self.shifts.push(Shift { id, post_id: self.id, plan, taken: 0, cancelled: None });
        self.shifts.sort_by_key(|shift| (shift.plan.starts_at, shift.id));
        Ok(self)
    }

    /// Changes a shift by `change`, as the rules of shifts let it.
    ///
    /// # Errors
    /// `wrong_post_status` once it is over; `not_found`; what `change` refuses.
    pub fn change(
        mut self,
        id: ShiftId,
        change: impl FnOnce(Shift) -> Result<Shift, Refusal>,
    ) -> Result<Self, Refusal> {
        self.expect_alive()?;
        let shift = self.shifts.iter_mut().find(|shift| shift.id == id).ok_or(Code::NotFound)?;
        *shift = change(shift.clone())?;
        self.shifts.sort_by_key(|shift| (shift.plan.starts_at, shift.id));
        Ok(self)
    }

    /// Forgets what it says of a resident whose wish it served; its figures stay. None where there is nothing left.
    #[must_use]
    pub fn forget(mut self) -> Option<Self> {
        if self.content.title == FORGOTTEN_TITLE {
            return None;
        }
        FORGOTTEN_TITLE.clone_into(&mut self.content.title);
        FORGOTTEN_SUMMARY.clone_into(&mut self.content.summary);
        self.content.skill = None;
        for shift in &mut self.shifts {
            shift.plan.meet_at.clear();
        }
        Some(self)
    }
}

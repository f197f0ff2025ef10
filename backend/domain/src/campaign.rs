//! Campaigns (主题活动): a themed, dated list of wishes that several organisations hold together, with targets.
//!
//! Owns the life of a campaign, which wishes belong to it by rule, and what is frozen when it closes. Must not know
//! what units undertook in it: that is [`crate::pledge`]'s.

mod report;

pub use report::{Brought, Figures, PledgeLine, Report};

use crate::{
    id::{CampaignId, OrganisationId, UserId},
    publication::AgeBand,
    refusal::{Code, Fault, Faults, Refusal},
    scan::{self, Field},
    time::Instant,
};
use chrono::{Months, NaiveDate};

/// More hosts than these do not hold one campaign.
pub const MOST_HOSTS: usize = 20;

/// So many wishes are taken in or out by hand in one act.
pub const MOST_PLACED: usize = 100;

/// Nothing that is counted goes beyond this.
pub(crate) const MOST: i64 = 1_000_000_000_000;

words! {
    /// Where a campaign stands.
    #[schema(as = CampaignStatus)]
    pub enum Status {
        /// 筹备中
        Draft = "draft",
        /// 进行中
        Open = "open",
        /// 已结束
        Closed = "closed",
        /// 已取消
        Cancelled = "cancelled",
    }
}

impl Status {
    /// Everybody may know of it.
    #[must_use]
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Open | Self::Closed)
    }
}

words! {
    /// Whether an organisation holds a campaign with the one that made it.
    #[schema(as = CampaignHostStatus)]
    pub enum HostStatus {
        /// 待答复
        Invited = "invited",
        /// 联合主办
        Accepted = "accepted",
        /// 未参加
        Declined = "declined",
    }
}

words! {
    /// Whether a wish belongs to a campaign.
    #[schema(as = CampaignPlace)]
    pub enum Place {
        /// 在活动里
        In = "in",
        /// 不在活动里
        Out = "out",
    }
}

/// What a campaign is to reach; what is absent is no target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Targets {
    /// Wishes fulfilled.
    pub wishes: Option<i64>,
    /// Residents reached.
    pub people: Option<i64>,
    /// Hours given.
    pub hours: Option<i64>,
    /// Worth of what was brought, in fen.
    pub value_fen: Option<i64>,
}

/// Which wishes of the hosts' subtrees belong to it by themselves: all that are open when it opens, and all that are
/// published while it is, of these.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// Of these categories; of any when empty.
    pub categories: Vec<String>,
    /// Of residents in these bands of age; of any when empty. By what the wall shows, so that no list tells how old
    /// somebody is of whom the wall does not.
    pub age_bands: Vec<AgeBand>,
}

impl Rule {
    /// Whether a wish of this category, of whose resident the wall shows this age, belongs to it.
    #[must_use]
    pub fn takes(&self, category: &str, shown: Option<AgeBand>) -> bool {
        let kind = self.categories.is_empty() || self.categories.iter().any(|code| code == category);
        let age = self.age_bands.is_empty() || shown.is_some_and(|band| self.age_bands.contains(&band));
        kind && age
    }
}

/// What a campaign says and asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its name; public.
    pub title: String,
    /// What it is about; public.
    pub theme: String,
    /// The day on which it opens by itself.
    pub starts_on: NaiveDate,
    /// Its last day.
    pub ends_on: NaiveDate,
    /// Which wishes belong to it by themselves; none where all are chosen by hand.
    pub rule: Option<Rule>,
    /// What it is to reach.
    pub targets: Targets,
}

/// Where a campaign stands, with the facts of that state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It is prepared, and opens by itself.
    Draft,
    /// Wishes and pledges are taken.
    Open {
        /// Since when.
        opened_at: Instant,
    },
    /// It is over; its figures stay as they were.
    Closed {
        /// Since when it was open.
        opened_at: Instant,
        /// When it ended.
        at: Instant,
        /// Who ended it before its last day, and why.
        early: Option<(UserId, String)>,
        /// What came of it.
        report: Report,
    },
    /// It does not take place.
    Cancelled {
        /// When that was said.
        at: Instant,
        /// By whom.
        by: UserId,
        /// Why.
        reason: String,
    },
}

/// A themed, dated list of wishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// Counts its changes.
    pub version: i64,
    /// Who made it and answers for it.
    pub organisation_id: OrganisationId,
    /// What it says and asks.
    pub content: Content,
    /// Where it stands.
    pub state: State,
    /// Who entered it.
    pub created_by: UserId,
    /// When.
    pub created_at: Instant,
}

impl Content {
    /// Checks it on a day; what did not change of an earlier one is not asked to lie ahead.
    fn validate(&self, today: NaiveDate, before: Option<&Self>) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        let latest = self.starts_on.checked_add_months(Months::new(24)).unwrap_or(self.starts_on);
        let kept = before.is_some_and(|before| before.ends_on == self.ends_on);
        faults
            .text("/title", &self.title, 2, 60)
            .text("/theme", &self.theme, 2, 1000)
            .check(self.ends_on >= self.starts_on, "/ends_on", Fault::OutOfRange)
            .check(self.ends_on <= latest, "/ends_on", Fault::OutOfRange)
            .check(kept || self.ends_on >= today, "/ends_on", Fault::InPast);
        let Targets { wishes, people, hours, value_fen } = self.targets;
        for (name, target) in
            [("wishes", wishes), ("people", people), ("hours", hours), ("value_fen", value_fen)]
        {
            let fits = target.is_none_or(|target| (1..=MOST).contains(&target));
            faults.check(fits, format!("/targets/{name}"), Fault::OutOfRange);
        }
        if let Some(rule) = &self.rule {
            let twice = |at: usize, code: &String| rule.categories.iter().take(at).any(|other| other == code);
            for (at, code) in rule.categories.iter().enumerate() {
                faults.check(!twice(at, code), format!("/rule/categories/{at}"), Fault::Duplicate);
            }
            faults.check(rule.categories.len() <= 50, "/rule/categories", Fault::TooLong);
        }
        faults.finish()?;
        self.check_public()
    }

    /// Both texts are read by everybody.
    fn check_public(&self) -> Result<(), Refusal> {
        scan::check_public(&[
            ("/title", Field::Title, &self.title),
            ("/theme", Field::PublicSummary, &self.theme),
        ])
    }
}

impl Campaign {
    /// Begins to prepare a campaign.
    ///
    /// # Errors
    /// `invalid` for a campaign that ends before it starts, or has ended, or lasts more than two years; for texts or
    /// targets out of range. `findings_unresolved` for texts that must not be public.
    pub fn prepare(
        (id, organisation_id): (CampaignId, OrganisationId),
        content: Content,
        by: UserId,
        now: Instant,
    ) -> Result<Self, Refusal> {
        content.validate(now.date(), None)?;
        let (state, version) = (State::Draft, 1);
        Ok(Self { id, version, organisation_id, content, state, created_by: by, created_at: now })
    }

    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self.state {
            State::Draft => Status::Draft,
            State::Open { .. } => Status::Open,
            State::Closed { .. } => Status::Closed,
            State::Cancelled { .. } => Status::Cancelled,
        }
    }

    /// When time itself next does something: opens it, or closes it.
    #[must_use]
    pub fn due_at(&self) -> Option<Instant> {
        match self.state {
            State::Draft => Some(Instant::start_of(self.content.starts_on)),
            State::Open { .. } => Some(Instant::end_of(self.content.ends_on)),
            State::Closed { .. } | State::Cancelled { .. } => None,
        }
    }

    /// Since when it is, or was, open.
    #[must_use]
    pub const fn opened_at(&self) -> Option<Instant> {
        match self.state {
            State::Open { opened_at } | State::Closed { opened_at, .. } => Some(opened_at),
            State::Draft | State::Cancelled { .. } => None,
        }
    }

    /// Refuses where it does not stand so.
    ///
    /// # Errors
    /// `wrong_campaign_status`.
    pub fn expect(&self, allowed: &[Status]) -> Result<(), Refusal> {
        if allowed.contains(&self.status()) { Ok(()) } else { Err(Code::WrongCampaignStatus.into()) }
    }

    /// Says something else. Once it is open its first day and its rule stay: who pledged relies on them.
    ///
    /// # Errors
    /// `wrong_campaign_status` once it is over; `invalid`; `findings_unresolved`.
    pub fn revise(mut self, content: Content, now: Instant) -> Result<Self, Refusal> {
        self.expect(&[Status::Draft, Status::Open])?;
        let begun = (self.content.starts_on, &self.content.rule);
        if self.status() == Status::Open && (content.starts_on, &content.rule) != begun {
            return Err(Code::WrongCampaignStatus.into());
        }
        content.validate(now.date(), Some(&self.content))?;
        self.content = content;
        Ok(self)
    }

    /// Opens it, by hand before its day or by itself on it.
    ///
    /// # Errors
    /// `wrong_campaign_status` unless it is prepared.
    pub fn open(mut self, now: Instant) -> Result<Self, Refusal> {
        self.expect(&[Status::Draft])?;
        self.state = State::Open { opened_at: now };
        Ok(self)
    }

    /// Ends it: what came of it stays as it was counted now. `early` says who ends it before its last day, and why.
    ///
    /// # Errors
    /// `wrong_campaign_status` unless open; `invalid` without a reason.
    pub fn close(
        mut self,
        report: Report,
        early: Option<(UserId, String)>,
        now: Instant,
    ) -> Result<Self, Refusal> {
        let State::Open { opened_at } = self.state else {
            return Err(Code::WrongCampaignStatus.into());
        };
        let early = early.map(|(by, reason)| Ok::<_, Refusal>((by, reasoned(&reason)?))).transpose()?;
        self.state = State::Closed { opened_at, at: now, early, report };
        Ok(self)
    }

    /// Says that it does not take place.
    ///
    /// # Errors
    /// `wrong_campaign_status` once it was open: it is closed then; `invalid` without a reason.
    pub fn cancel(mut self, reason: &str, by: UserId, now: Instant) -> Result<Self, Refusal> {
        self.expect(&[Status::Draft])?;
        self.state = State::Cancelled { at: now, by, reason: reasoned(reason)? };
        Ok(self)
    }
}

fn reasoned(reason: &str) -> Result<String, Refusal> {
    let mut faults = Faults::default();
    faults.text("/reason", reason, 2, 200);
    faults.finish()?;
    Ok(reason.trim().to_owned())
}

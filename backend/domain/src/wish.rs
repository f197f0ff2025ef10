//! A wish: one small need of one resident, from its draft to the resident's own word that it arrived.
//!
//! Owns the wish's life, its counters and its due time. What claims do to the counters stands in
//! [`crate::claim`], the way up in [`crate::escalation`].

mod content;
mod share;

pub use content::{Channel, Content, FORGOTTEN_SUMMARY, FORGOTTEN_TITLE, MAX_QUANTITY, ToldBy, Unit};
pub use share::{NAMED_SHARES, Share, ShareStatus};

use crate::{
    id::{BeneficiaryId, EscalationId, OrganisationId, UserId, WishId},
    note::{self, Note, Notes},
    policy::{Effective, Terms},
    publication::{Release, Shown},
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};
use chrono::NaiveDate;

words! {
    /// Where a wish stands. From `open` on it follows from the counters.
    #[schema(as = WishStatus)]
    pub enum Status {
        /// 草稿
        Draft = "draft",
        /// 待审核
        Submitted = "submitted",
        /// 待认领
        Open = "open",
        /// 已认领
        Claimed = "claimed",
        /// 已送达
        Delivered = "delivered",
        /// 已点亮
        Fulfilled = "fulfilled",
        /// 不予办理
        Declined = "declined",
        /// 已撤回
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What a review says.
    #[schema(as = ReviewDecision)]
    pub enum Decision {
        /// 通过，挂上墙
        Publish = "publish",
        /// 退回修改
        Return = "return",
        /// 不予办理
        Decline = "decline",
    }
}

/// What has been promised, brought and confirmed of the quantity asked; each includes the next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Promised, in claims that live or were kept.
    pub reserved: i64,
    /// Brought.
    pub delivered: i64,
    /// Confirmed by the resident.
    pub confirmed: i64,
}

/// Where a wish stands, with the facts of that state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Being written.
    Draft,
    /// Waiting for review.
    Submitted {
        /// Since when.
        at: Instant,
    },
    /// On the wall; its status follows from its counters.
    Published {
        /// Since when.
        at: Instant,
        /// Until when it may wait for claimants before it goes up.
        open_until: Instant,
        /// When the last share was confirmed.
        fulfilled_at: Option<Instant>,
    },
    /// Refused at review.
    Declined {
        /// When.
        at: Instant,
    },
    /// Taken back.
    Withdrawn {
        /// When.
        at: Instant,
    },
}

/// What a reviewer found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Review {
    /// Publish, return or decline.
    pub decision: Decision,
    /// 急需
    pub urgent: bool,
    /// 能为
    pub feasible: bool,
    /// 可行
    pub practical: bool,
    /// What to change, or the reason the resident can be told.
    pub note: Option<Note>,
    /// Who reviewed.
    pub by: UserId,
    /// When.
    pub at: Instant,
}

/// Why and with what a wish was ended without being fulfilled.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Ending {
    /// Why.
    pub reason: Note,
    /// What the resident was told; required from the red list.
    pub outcome: Option<Note>,
}

/// The resident's paper card: its code is stored as a keyed hash, and tries are limited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Keyed hash of the code.
    pub hash: String,
    /// Wrong codes still allowed.
    pub tries_left: i32,
}

/// Wrong codes allowed on one card.
pub const CARD_TRIES: i32 = 5;

/// One small need of one resident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Its id.
    pub id: WishId,
    /// Counts its changes; the n-th change wrote the n-th event.
    pub version: i64,
    /// For whom.
    pub beneficiary_id: BeneficiaryId,
    /// The organisation that collected it, and keeps watching.
    pub origin_id: OrganisationId,
    /// The one organisation that answers for it now.
    pub holder_id: OrganisationId,
    /// The organisation in whose subtree claimants may claim it.
    pub audience_id: OrganisationId,
    /// The wish that it was split off from, itself no part.
    pub split_from: Option<WishId>,
    /// Who wrote it down.
    pub collected_by: UserId,
    /// What it asks.
    pub content: Content,
    /// Where it stands.
    pub stage: Stage,
    /// Promised, brought, confirmed.
    pub counts: Counts,
    /// The last review.
    pub review: Option<Review>,
    /// How it ended, if not fulfilled.
    pub ending: Option<Ending>,
    /// The escalation that waits for an answer.
    pub pending_escalation: Option<EscalationId>,
    /// On the red list (兜底) since.
    pub red_listed_since: Option<Instant>,
    /// The rules that it was given when it was collected, or came to its holder; a later change of the
    /// holder's does not move its times. None where it is older than this: then the holder's hold.
    pub policy: Option<Effective>,
    /// When its holder must have done the next step; none once it has ended.
    pub due_at: Option<Instant>,
    /// The last day of its last pause; the clock stands until that day is over.
    pub paused_until: Option<NaiveDate>,
    /// Working days that its pauses took.
    pub paused_days: u16,
    /// The resident's card.
    pub card: Option<Card>,
    /// The resident has rated it.
    pub rated: bool,
    /// Where and how old, as the wall says it; chosen at publication.
    pub shown: Shown,
    /// Off the wall since: the consent to publish is gone.
    pub hidden_since: Option<Instant>,
    /// Platforms may show it since: the resident agreed to that, and it was published.
    pub shared_since: Option<Instant>,
    /// When it was written down.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Status {
    /// No further change is due.
    #[must_use]
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Fulfilled | Self::Declined | Self::Withdrawn)
    }

    /// Shown on the wall.
    #[must_use]
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Open | Self::Claimed | Self::Delivered | Self::Fulfilled)
    }
}

/// Who writes down a new wish, for whom and where.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// The new wish's id.
    pub id: WishId,
    /// For whom.
    pub beneficiary_id: BeneficiaryId,
    /// Which organisation collects it.
    pub origin_id: OrganisationId,
    /// Who writes it down.
    pub collected_by: UserId,
}

impl Wish {
    /// A new draft, held by the organisation that collected it.
    ///
    /// # Errors
    /// `invalid` when the content is not.
    pub fn collect(source: Source, content: Content, terms: &Terms) -> Result<Self, Refusal> {
        content.validate(terms.now.date(), true)?;
        Ok(Self {
            id: source.id,
            version: 0,
            beneficiary_id: source.beneficiary_id,
            origin_id: source.origin_id,
            holder_id: source.origin_id,
            audience_id: source.origin_id,
            split_from: None,
            collected_by: source.collected_by,
            content,
            stage: Stage::Draft,
            counts: Counts::default(),
            review: None,
            ending: None,
            pending_escalation: None,
            red_listed_since: None,
            policy: Some(terms.policy),
            due_at: Some(terms.within(terms.policy.review_days)),
            paused_until: None,
            paused_days: 0,
            card: None,
            rated: false,
            shown: Shown::default(),
            hidden_since: None,
            shared_since: None,
            created_at: terms.now,
            updated_at: terms.now,
        })
    }

    /// Where it stands.
    #[must_use]
    pub fn status(&self) -> Status {
        let asked = self.content.quantity;
        match self.stage {
            Stage::Draft => Status::Draft,
            Stage::Submitted { .. } => Status::Submitted,
            Stage::Declined { .. } => Status::Declined,
            Stage::Withdrawn { .. } => Status::Withdrawn,
            Stage::Published { .. } if self.counts.confirmed >= asked => Status::Fulfilled,
            Stage::Published { .. } if self.counts.delivered >= asked => Status::Delivered,
            Stage::Published { .. } if self.counts.reserved >= asked => Status::Claimed,
            Stage::Published { .. } => Status::Open,
        }
    }

    /// What may still be claimed.
    #[must_use]
    pub const fn remaining(&self) -> i64 {
        self.content.quantity.saturating_sub(self.counts.reserved)
    }

    /// Changes what a draft asks.
    ///
    /// # Errors
    /// `wrong_status` after it was submitted, `invalid` when the content is not.
    pub fn rewrite(mut self, content: Content, now: Instant) -> Result<Self, Refusal> {
        self.expect(Status::Draft)?;
        content.validate(now.date(), content.needed_by != self.content.needed_by)?;
        self.content = content;
        self.updated_at = now;
        Ok(self)
    }

    /// Hands a draft in for review.
    ///
    /// # Errors
    /// `wrong_status` when it is no draft, `consent_missing` without the resident's consent to collect.
    pub fn submit(mut self, may_collect: bool, terms: &Terms) -> Result<Self, Refusal> {
        self.expect(Status::Draft)?;
        if !may_collect {
            return Err(Code::ConsentMissing.into());
        }
        self.stage = Stage::Submitted { at: terms.now };
        self.renew_due(terms);
        Ok(self)
    }

    /// Decides on a submitted wish: publish to `audience`, return to the collector, or decline.
    ///
    /// # Errors
    /// `wrong_status`; `collector_cannot_review`; to publish, `review_not_passed` unless it is urgent,
    /// feasible and practical, and what [`Release::grant`] refuses; `note_required` to return or decline;
    /// `outcome_required` to decline from the red list.
    pub fn decide(
        mut self,
        review: Review,
        release: Release,
        audience: Option<OrganisationId>,
        terms: &Terms,
    ) -> Result<Self, Refusal> {
        self.expect(Status::Submitted)?;
        if review.by == self.collected_by {
            return Err(Code::CollectorCannotReview.into());
        }
        let mut faults = Faults::default();
        faults.optional_text("/note", note::text(review.note.as_ref()), 1000);
        faults.finish()?;
        let note = note::text(review.note.as_ref()).map(str::trim).filter(|note| !note.is_empty());
        match review.decision {
            Decision::Publish => {
                if !(review.urgent && review.feasible && review.practical) {
                    return Err(Code::ReviewNotPassed.into());
                }
                self.shared_since = release.shared.then_some(terms.now);
                self.shown = release.grant()?;
                self.audience_id = audience.unwrap_or(self.audience_id);
                let open_until = self.within(|rules| rules.open_days, terms);
                self.stage = Stage::Published { at: terms.now, open_until, fulfilled_at: None };
            }
            Decision::Return => {
                required_note(note)?;
                self.stage = Stage::Draft;
            }
            Decision::Decline => {
                let reason = required_note(note)?;
                if self.red_listed_since.is_some() {
                    return Err(Code::OutcomeRequired.into());
                }
                self.stage = Stage::Declined { at: terms.now };
                self.ending = Some(Ending { reason, outcome: None });
            }
        }
        self.review = Some(review);
        self.renew_due(terms);
        Ok(self)
    }

    /// Takes the wish back: no longer needed, or met elsewhere.
    ///
    /// # Errors
    /// `wrong_status` once ended; `open_claims` while somebody holds a share; `note_required` without a
    /// reason; `outcome_required` from the red list without what the resident was told.
    pub fn withdraw(mut self, ending: Ending, terms: &Terms) -> Result<Self, Refusal> {
        if self.status().has_ended() {
            return Err(Code::WrongStatus.into());
        }
        let mut faults = Faults::default();
        let outcome = note::text(ending.outcome.as_ref());
        let reason = ending.reason.text().unwrap_or_default();
        faults.text("/reason", reason, 1, 1000).optional_text("/outcome", outcome, 1000);
        faults.finish()?;
        if self.counts.reserved > self.counts.confirmed {
            return Err(Code::OpenClaims.into());
        }
        let told = outcome.is_some_and(|outcome| !outcome.trim().is_empty());
        if self.red_listed_since.is_some() && !told {
            return Err(Code::OutcomeRequired.into());
        }
        self.stage = Stage::Withdrawn { at: terms.now };
        self.ending = Some(ending);
        self.renew_due(terms);
        Ok(self)
    }

    /// Gives the resident a new card; the one before is void.
    ///
    /// # Errors
    /// `wrong_status` unless it is on the wall and not fulfilled.
    pub fn issue_card(mut self, hash: String, now: Instant) -> Result<Self, Refusal> {
        if !matches!(self.status(), Status::Open | Status::Claimed | Status::Delivered) {
            return Err(Code::WrongStatus.into());
        }
        self.card = Some(Card { hash, tries_left: CARD_TRIES });
        self.updated_at = now;
        Ok(self)
    }

    /// Forgets what it says of a resident who was erased; its figures stay.
    #[must_use]
    pub fn forget(mut self, now: Instant) -> Self {
        FORGOTTEN_TITLE.clone_into(&mut self.content.title);
        FORGOTTEN_SUMMARY.clone_into(&mut self.content.public_summary);
        self.content.skill = None;
        self.content.shares.clear();
        self.forget_notes();
        self.updated_at = now;
        self
    }

    /// Sets the time for the next step, as the state and the holder's rules say. A pending
    /// escalation's time comes first. A wish that has ended waits for nothing: no time, no answer from
    /// above, no card.
    pub(crate) fn renew_due(&mut self, terms: &Terms) {
        self.updated_at = terms.now;
        if self.status().has_ended() {
            self.pending_escalation = None;
            self.card = None;
        }
        if self.pending_escalation.is_some() {
            return;
        }
        self.due_at = match (self.status(), &self.stage) {
            (Status::Draft | Status::Submitted, _) => Some(self.within(|rules| rules.review_days, terms)),
            (Status::Open, Stage::Published { open_until, .. }) => Some(*open_until),
            (Status::Open | Status::Claimed, _) => Some(self.within(|rules| rules.delivery_days, terms)),
            (Status::Delivered, _) => Some(self.within(|rules| rules.confirm_days, terms)),
            (Status::Fulfilled | Status::Declined | Status::Withdrawn, _) => None,
        };
    }

    /// The end of the working days that its rules give for something, from now or from the end of its pause.
    pub(crate) fn within(&self, days: fn(&Effective) -> u16, terms: &Terms) -> Instant {
        terms.calendar.due(self.clock(terms.now), days(&self.policy.unwrap_or(terms.policy)))
    }

    pub(crate) fn expect(&self, status: Status) -> Result<(), Refusal> {
        if self.status() == status { Ok(()) } else { Err(Code::WrongStatus.into()) }
    }
}

impl Notes for Wish {
    fn notes(&mut self) -> Vec<(&'static str, &mut Note)> {
        let review = self.review.as_mut().and_then(|review| review.note.as_mut());
        let (reason, outcome) = match &mut self.ending {
            Some(ending) => (Some(&mut ending.reason), ending.outcome.as_mut()),
            None => (None, None),
        };
        let content = &mut self.content;
        let notes = [
            ("details", content.details.as_mut()),
            ("told_by_note", content.told_by_note.as_mut()),
            ("review.note", review),
            ("ending.reason", reason),
            ("ending.outcome", outcome),
        ];
        notes.into_iter().filter_map(|(name, note)| Some((name, note?))).collect()
    }
}

fn required_note(note: Option<&str>) -> Result<Note, Refusal> {
    note.map(Note::from).ok_or_else(|| Refusal::field(Code::NoteRequired, "/note", Fault::Required))
}

//! What is brought for a claim, and the resident's own word on it.

use super::{Claim, State, Status, active};
use crate::{
    id::{AttachmentId, UserId},
    note::{self, Note},
    policy::Terms,
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
    wish::{Stage, Status as WishStatus, Wish},
};

words! {
    /// How the resident's word was taken.
    #[schema(as = ConfirmationMethod)]
    pub enum Method {
        /// The code on the paper card.
        Code = "code",
        /// A call back.
        Call = "call",
        /// A second person who is not the claimant.
        Witness = "witness",
    }
}

/// A thing that was brought.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeliveryItem)]
pub struct Item {
    /// What.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// What it is worth in all, in fen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_fen: Option<i64>,
}

impl Item {
    /// Checks what was brought; `at` points to what holds the list.
    pub(super) fn check(items: &[Self], at: &str, faults: &mut Faults) {
        faults.check(items.len() <= 50, format!("{at}/items"), Fault::TooLong);
        for (i, item) in items.iter().enumerate() {
            faults.text(&format!("{at}/items/{i}/name"), &item.name, 1, 60).check(
                (1..=1_000_000).contains(&item.quantity),
                format!("{at}/items/{i}/quantity"),
                Fault::OutOfRange,
            );
            if let Some(value) = item.value_fen {
                let fits = (0..=crate::wish::MAX_QUANTITY).contains(&value);
                faults.check(fits, format!("{at}/items/{i}/value_fen"), Fault::OutOfRange);
            }
        }
    }
}

/// What was brought or done for a claim.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Delivery {
    /// In the claimant's words.
    pub note: Option<Note>,
    /// What was brought, also more than was asked.
    pub items: Vec<Item>,
    /// Person-hours spent, in quarter hours.
    pub quarter_hours: Option<i32>,
    /// The pictures that show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachment_ids: Vec<AttachmentId>,
    /// Who reported it.
    pub by: UserId,
    /// When.
    pub at: Instant,
}

impl Delivery {
    fn validate(&self) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        let note = note::text(self.note.as_ref());
        let told = note.is_some_and(|note| !note.trim().is_empty());
        faults.optional_text("/note", note, 2000).check(
            told || !self.items.is_empty() || self.quarter_hours.is_some(),
            "/items",
            Fault::Required,
        );
        Item::check(&self.items, "", &mut faults);
        if let Some(quarters) = self.quarter_hours {
            faults.check((1..=40_000).contains(&quarters), "/hours", Fault::OutOfRange);
        }
        faults.finish()
    }
}

/// How a delivery is confirmed or sent back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// It arrived and works.
    pub accepted: bool,
    /// How the resident's word was taken.
    pub method: Method,
    /// Keyed hash of the code that was told, for [`Method::Code`].
    pub code_hash: Option<String>,
    /// Why it is sent back.
    pub note: Option<String>,
    /// Who took the word.
    pub by: UserId,
    /// That person acts for the claimant.
    pub for_claimant: bool,
}

impl Claim {
    /// The claimant reports what was brought.
    ///
    /// # Errors
    /// `wrong_claim_status` unless active; `invalid` when nothing is told or a number is out of range.
    pub fn deliver(
        mut self,
        mut wish: Wish,
        delivery: Delivery,
        terms: &Terms,
    ) -> Result<(Wish, Self), Refusal> {
        self.expect(Status::Active)?;
        delivery.validate()?;
        wish.counts.delivered = wish.counts.delivered.saturating_add(self.quantity);
        wish.renew_due(terms);
        self.delivery = Some(delivery);
        let confirm_by = wish.within(|rules| rules.confirm_days, terms);
        self.state = State::Delivered { at: terms.now, confirm_by };
        Ok(self.with(wish, terms))
    }

    /// Takes the resident's word: it arrived, or the delivery goes back with the reason.
    ///
    /// # Errors
    /// `wrong_claim_status` unless delivered; `own_delivery` when the claimant or the one who delivered
    /// confirms without the resident's code; `no_card`, `code_locked`, `wrong_code`; `note_required` to
    /// send back.
    pub fn confirm(
        mut self,
        mut wish: Wish,
        answer: &Answer,
        terms: &Terms,
    ) -> Result<(Wish, Self), Refusal> {
        self.expect(Status::Delivered)?;
        let others = !self.is_interested(answer);
        self.check_word(&wish, answer, others)?;
        let note = answer.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
        if answer.accepted {
            wish.counts.confirmed = wish.counts.confirmed.saturating_add(self.quantity);
            self.state = State::Confirmed { at: terms.now, method: answer.method, by: answer.by, others };
        } else {
            let reason = note.ok_or_else(|| Refusal::field(Code::NoteRequired, "/note", Fault::Required))?;
            wish.counts.delivered = wish.counts.delivered.saturating_sub(self.quantity);
            self.state = active(&wish, Some(reason.into()), terms);
        }
        wish.renew_due(terms);
        if wish.status() == WishStatus::Fulfilled {
            wish.note_fulfilled(terms.now);
        }
        Ok(self.with(wish, terms))
    }

    /// Whoever takes the word has a part in what was brought.
    fn is_interested(&self, answer: &Answer) -> bool {
        answer.for_claimant || self.delivery.as_ref().is_some_and(|delivery| delivery.by == answer.by)
    }

    fn check_word(&self, wish: &Wish, answer: &Answer, others: bool) -> Result<(), Refusal> {
        let code = match (answer.method, &wish.card) {
            (Method::Call | Method::Witness, _) if !others => Code::OwnDelivery,
            (Method::Call | Method::Witness, _) => return Ok(()),
            (Method::Code, None) => Code::NoCard,
            (Method::Code, Some(card)) if card.tries_left <= 0 => Code::CodeLocked,
            (Method::Code, Some(card)) if answer.code_hash.as_deref() != Some(&card.hash) => Code::WrongCode,
            (Method::Code, Some(_)) => return Ok(()),
        };
        Err(code.into())
    }
}

impl Wish {
    fn note_fulfilled(&mut self, now: Instant) {
        if let Stage::Published { fulfilled_at, .. } = &mut self.stage {
            *fulfilled_at = Some(now);
        }
    }

    /// One wrong code was told: fewer tries are left.
    #[must_use]
    pub fn count_wrong_code(mut self, now: Instant) -> Self {
        if let Some(card) = &mut self.card {
            card.tries_left = card.tries_left.saturating_sub(1).max(0);
        }
        self.updated_at = now;
        self
    }
}

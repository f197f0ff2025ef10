//! Splitting a wish: parts of what nobody has taken up go to other holders, as wishes of their own; the rest
//! stays where it is.
//!
//! A part says what the wish says, for its own quantity and its share of the cost, under the rules of its holder. What
//! was promised, brought and confirmed stays with the wish it was promised on, so nothing counts twice.

use crate::{
    id::{OrganisationId, WishId},
    policy::Terms,
    refusal::{Code, Fault, Faults, Refusal},
    wish::{Counts, Stage, Status, Wish},
};

/// More parts than this are not made at once.
pub const MOST_PARTS: usize = 20;

/// A part to split off.
#[derive(Debug, Clone)]
pub struct Part {
    /// The new wish's id.
    pub id: WishId,
    /// How much of it.
    pub quantity: i64,
    /// Who is to hold it, and all above.
    pub line: Vec<OrganisationId>,
    /// The rules of that one.
    pub terms: Terms,
}

impl Wish {
    /// Whether parts may be split off.
    #[must_use]
    pub fn may_split(&self, terms_now: crate::time::Instant) -> bool {
        self.check_splittable(terms_now).is_ok() && self.remaining() > 1
    }

    fn check_splittable(&self, now: crate::time::Instant) -> Result<(), Code> {
        if self.status() != Status::Open {
            return Err(Code::WishNotOpen);
        }
        if !self.content.shares.is_empty() {
            return Err(Code::NamedShares);
        }
        if self.pending_escalation.is_some() {
            return Err(Code::EscalationPending);
        }
        // What the root must answer for is not handed down again; and a pause is of one wish.
        if self.red_listed_since.is_some() || self.is_paused(now) { Err(Code::WrongStatus) } else { Ok(()) }
    }

    /// Splits parts off. Something must stay that can be claimed.
    ///
    /// # Errors
    /// `wish_not_open`; `named_shares`; `escalation_pending`; `wrong_status` on the red list or in a pause; `invalid` for no
    /// part, too many, a quantity below 1 or a holder named twice; `split_too_large`.
    pub fn split(mut self, parts: Vec<Part>, terms: &Terms) -> Result<(Self, Vec<Self>), Refusal> {
        self.check_splittable(terms.now)?;
        let mut faults = Faults::default();
        faults.check(!parts.is_empty(), "/parts", Fault::Required);
        faults.check(parts.len() <= MOST_PARTS, "/parts", Fault::TooLong);
        for (index, part) in parts.iter().enumerate() {
            let twice = parts.iter().take(index).any(|other| other.line.first() == part.line.first());
            faults.check(!twice, format!("/parts/{index}/organisation_id"), Fault::Duplicate);
            faults.check(part.quantity >= 1, format!("/parts/{index}/quantity"), Fault::OutOfRange);
        }
        faults.finish()?;
        let taken = parts.iter().fold(0_i64, |sum, part| sum.saturating_add(part.quantity));
        if taken >= self.remaining() {
            return Err(Refusal::field(Code::SplitTooLarge, "/parts", Fault::OutOfRange));
        }
        let whole = self.clone();
        let parts: Vec<Self> = parts.into_iter().map(|part| whole.part(part)).collect();
        let cost = parts.iter().filter_map(|part| part.content.estimated_cost_fen).sum::<i64>();
        let content = &mut self.content;
        content.quantity = content.quantity.saturating_sub(taken);
        content.estimated_cost_fen = content.estimated_cost_fen.map(|all| all.saturating_sub(cost));
        self.updated_at = terms.now;
        Ok((self, parts))
    }

    fn part(&self, part: Part) -> Self {
        let Part { id, quantity, line, terms } = part;
        let mut wish = self.clone();
        wish.id = id;
        wish.version = 0;
        wish.split_from = Some(self.split_from.unwrap_or(self.id));
        wish.holder_id = line.first().copied().unwrap_or(self.holder_id);
        if !line.contains(&self.audience_id) {
            wish.audience_id = wish.holder_id;
        }
        let share = |all: i64| {
            let share = i128::from(all) * i128::from(quantity) / i128::from(self.content.quantity.max(1));
            i64::try_from(share).unwrap_or_default()
        };
        wish.content.quantity = quantity;
        wish.content.estimated_cost_fen = self.content.estimated_cost_fen.map(share);
        wish.counts = Counts::default();
        wish.policy = Some(terms.policy);
        wish.card = None;
        wish.created_at = terms.now;
        if let Stage::Published { open_until, .. } = &mut wish.stage {
            *open_until = terms.within(terms.policy.open_days);
        }
        wish.renew_due(&terms);
        wish
    }
}

//! Allocations (拨付): money of a pool that is set aside for one wish, and what was bought of it.

use super::{Account, Fen, Movement, Pool, Stamp, Transaction, after};
use crate::{
    id::{AllocationId, AttachmentId, PoolId, UserId, WishId},
    refusal::{Code, Fault, Refusal},
    time::Instant,
};

words! {
    /// How far an allocation has come.
    #[schema(as = AllocationStatus)]
    pub enum Status {
        /// Waits for a second person's yes; no money moved.
        Pending = "pending",
        /// Set aside, to be spent.
        Granted = "granted",
        /// What was left went back to the pool.
        Released = "released",
        /// A second person, or who asked, said no; no money moved.
        Declined = "declined",
        /// It was a mistake, and put right.
        Reversed = "reversed",
    }
}

/// The wish that money is asked for, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which.
    pub wish_id: WishId,
    /// Its category.
    pub category: String,
    /// It was published and has not ended.
    pub lives: bool,
    /// The pool's organisation answers for it or collected it, or one below; and it is on the list of the pool's campaign.
    pub within: bool,
    /// What stands for it from this pool already, in fen, pending or granted.
    pub standing_fen: i64,
}

/// Money for one wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// Its id.
    pub id: AllocationId,
    /// Counts its changes.
    pub version: i64,
    /// From which pool.
    pub pool_id: PoolId,
    /// For which wish.
    pub wish_id: WishId,
    /// How much.
    pub amount: Fen,
    /// How far it has come.
    pub status: Status,
    /// What is not spent yet, in fen.
    pub remaining_fen: i64,
    /// What was spent, in fen.
    pub spent_fen: i64,
    /// Who asked.
    pub asked_by: UserId,
    /// Who else said yes, where that was needed.
    pub approved_by: Option<UserId>,
    /// When it was asked.
    pub created_at: Instant,
    /// By when a second person is to answer, while it waits.
    pub due_at: Option<Instant>,
}

/// What shows that something was bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// A picture of the wish or of what was brought for it.
    Picture(AttachmentId),
    /// The number of an invoice (发票号码): 20 digits, or 8 on paper.
    Invoice(String),
}

/// Something that was bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// What shows it.
    pub evidence: Evidence,
    /// What the pool held unspent just before, in fen: by this a donor's part of it is reckoned.
    pub held_fen: i64,
}

impl Evidence {
    fn validate(&self) -> Result<(), Refusal> {
        match self {
            Self::Invoice(number)
                if !matches!(number.len(), 8 | 20) || !number.bytes().all(|c| c.is_ascii_digit()) =>
            {
                Err(Refusal::field(Code::Invalid, "/invoice_number", Fault::Format))
            }
            _ => Ok(()),
        }
    }
}

impl Wanted {
    /// What a pool may be asked for.
    fn check(&self, pool: &Pool) -> Result<(), Refusal> {
        pool.expect_active()?;
        if !self.within {
            return Err(Refusal::field(Code::Invalid, "/wish_id", Fault::Unknown));
        }
        let only = &pool.profile.categories;
        if !only.is_empty() && !only.contains(&self.category) {
            return Err(Code::OutsidePurpose.into());
        }
        if self.lives { Ok(()) } else { Err(Code::WrongStatus.into()) }
    }
}

impl Allocation {
    /// Asks for money for a wish. Set aside at once unless what stands for the wish is above the pool's limit by then: so
    /// many small ones need a second person as one large one does, who is to answer by `answer_by`.
    ///
    /// # Errors
    /// `pool_closed`; `invalid` for a wish elsewhere; `outside_purpose`; `wrong_status` of the wish; `pool_short`, also
    /// where it would wait for a yes.
    pub fn ask(
        id: AllocationId,
        pool: Pool,
        wanted: &Wanted,
        amount: Fen,
        by: UserId,
        (stamp, answer_by): (Stamp, Instant),
    ) -> Result<(Self, Pool, Option<Transaction>), Refusal> {
        wanted.check(&pool)?;
        let asked = Self {
            id,
            version: 1,
            pool_id: pool.id,
            wish_id: wanted.wish_id,
            amount,
            status: Status::Pending,
            remaining_fen: 0,
            spent_fen: 0,
            asked_by: by,
            approved_by: None,
            created_at: stamp.at,
            due_at: Some(answer_by),
        };
        after(pool.balance_fen, amount.get().saturating_neg(), Code::PoolShort)?;
        if wanted.standing_fen.saturating_add(amount.get()) > pool.approval_above_fen {
            return Ok((asked, pool, None));
        }
        let (granted, pool, moved) = asked.grant(pool, stamp)?;
        Ok((granted, pool, Some(moved)))
    }

    /// A second person says yes.
    ///
    /// # Errors
    /// `wrong_allocation_status`; `own_allocation` for who asked; as [`Allocation::ask`].
    pub fn approve(
        mut self,
        pool: Pool,
        wanted: &Wanted,
        by: UserId,
        stamp: Stamp,
    ) -> Result<(Self, Pool, Transaction), Refusal> {
        self.expect(Status::Pending)?;
        if self.asked_by == by {
            return Err(Code::OwnAllocation.into());
        }
        wanted.check(&pool)?;
        self.approved_by = Some(by);
        self.grant(pool, stamp)
    }

    fn grant(mut self, pool: Pool, stamp: Stamp) -> Result<(Self, Pool, Transaction), Refusal> {
        (self.status, self.due_at) = (Status::Granted, None);
        let moved = Transaction::new(stamp, pool.id, Movement::Allocated(self.id), self.amount);
        Ok((self.post(&moved)?, pool.post(&moved)?, moved))
    }

    /// Gives back to the pool what is not spent; says no to one that waits.
    ///
    /// # Errors
    /// `wrong_allocation_status` where there is nothing to give back.
    pub fn release(mut self, pool: Pool, stamp: Stamp) -> Result<(Self, Pool, Option<Transaction>), Refusal> {
        if self.status == Status::Pending {
            (self.status, self.due_at) = (Status::Declined, None);
            return Ok((self, pool, None));
        }
        self.expect(Status::Granted)?;
        let rest = Fen::of(self.remaining_fen).ok_or(Code::WrongAllocationStatus)?;
        self.status = Status::Released;
        let moved = Transaction::new(stamp, pool.id, Movement::Released(self.id), rest);
        Ok((self.post(&moved)?, pool.post(&moved)?, Some(moved)))
    }

    /// Notes that something was bought.
    ///
    /// # Errors
    /// `invalid`; `wrong_allocation_status`; `allocation_short`.
    pub fn spend(
        self,
        pool: Pool,
        amount: Fen,
        evidence: Evidence,
        stamp: Stamp,
    ) -> Result<(Self, Pool, Transaction, Purchase), Refusal> {
        evidence.validate()?;
        self.expect(Status::Granted)?;
        let purchase = Purchase { evidence, held_fen: pool.held_fen() };
        let moved = Transaction::new(stamp, pool.id, Movement::Spent(self.id), amount);
        Ok((self.post(&moved)?, pool.post(&moved)?, moved, purchase))
    }

    fn expect(&self, status: Status) -> Result<(), Refusal> {
        if self.status == status { Ok(()) } else { Err(Code::WrongAllocationStatus.into()) }
    }

    /// After a transaction about it.
    pub(super) fn post(mut self, of: &Transaction) -> Result<Self, Refusal> {
        let change = of.change_of(Account::Allocation(self.id));
        self.remaining_fen = after(self.remaining_fen, change, Code::AllocationShort)?;
        let change = of.change_of(Account::Spent(self.id));
        self.spent_fen = after(self.spent_fen, change, Code::AllocationShort)?;
        Ok(self)
    }
}

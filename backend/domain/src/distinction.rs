//! Two records told apart: they look like one resident, and somebody knows that they are two. They are not suggested as
//! doubles again, and not merged, until that is taken back. Must not know how a record is found or kept.

use crate::{
    id::{BeneficiaryId, DistinctionId, UserId},
    refusal::{Code, Refusal},
    time::Instant,
};

words! {
    /// How somebody knows that two records are of two people.
    #[schema(as = DistinctionReason)]
    pub enum Reason {
        /// 认识，是两个人
        KnowsThem = "knows_them",
        /// 问过本人或家里人
        SaidSo = "said_so",
        /// 看过证件
        PapersShow = "papers_show",
    }
}

/// That two records are of two people: who said so, and how they know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distinction {
    /// Its id.
    pub id: DistinctionId,
    /// Counts its changes: 2 once it is taken back.
    pub version: i64,
    /// The older record.
    pub one_id: BeneficiaryId,
    /// The newer one.
    pub other_id: BeneficiaryId,
    /// How they know.
    pub reason: Reason,
    /// Who said so.
    pub said_by: UserId,
    /// When.
    pub said_at: Instant,
    /// Who took it back, and when.
    pub undone: Option<(UserId, Instant)>,
}

impl Distinction {
    /// The same, taken back.
    ///
    /// # Errors
    /// `distinction_undone` the second time.
    pub fn undo(self, by: UserId, now: Instant) -> Result<Self, Refusal> {
        match self.undone {
            Some(_) => Err(Code::DistinctionUndone.into()),
            None => Ok(Self { undone: Some((by, now)), ..self }),
        }
    }
}

//! Pictures: of what a wish is about, and of what was brought for a claim.
//!
//! Owns who may add and remove them and until when they are shown. What a picture shows is sealed under
//! the key of the resident; nothing here looks into it. Each needs the resident's live consent to be
//! photographed: without it none is taken in, and those that are there are shown to nobody.

use crate::{
    claim::{Claim, State, Status},
    id::{AttachmentId, BeneficiaryId, ClaimId, UserId, WishId},
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
    wish::Wish,
};

words! {
    /// What a picture is for.
    #[schema(as = AttachmentPurpose)]
    pub enum Purpose {
        /// What the wish is about: the stove, the roof, the step.
        WishPhoto = "wish_photo",
        /// What was brought or done.
        DeliveryEvidence = "delivery_evidence",
    }
}

words! {
    /// Why a picture was removed; a word and not a text, for it outlives what it is about.
    pub enum Removal {
        /// 本人或家人要求
        Requested = "requested",
        /// 传错了
        WrongPicture = "wrong_picture",
        /// 拍到了不该拍的
        ShowsTooMuch = "shows_too_much",
        /// 用不着了
        NoLongerNeeded = "no_longer_needed",
    }
}

/// How many pictures a wish may have, and how many a claim.
pub const MAX_PICTURES: i64 = 12;

/// For how many days after the resident's word the claimant still sees what they sent.
pub const SHOWN_AFTER_DAYS: i64 = 30;

/// A picture, without what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// The resident under whose key it is sealed.
    pub beneficiary_id: BeneficiaryId,
    /// Of which wish.
    pub wish_id: WishId,
    /// For which claim, where it shows a delivery.
    pub claim_id: Option<ClaimId>,
    /// Its media type, as it is kept.
    pub media_type: String,
    /// Bytes, as it is kept.
    pub size: i64,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    /// SHA-256 of what is kept, in hex; none once it is removed.
    pub sha256: Option<String>,
    /// Who uploaded it.
    pub uploaded_by: UserId,
    /// When.
    pub uploaded_at: Instant,
    /// When it was removed.
    pub removed_at: Option<Instant>,
}

impl Attachment {
    /// What it is for.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        match self.claim_id {
            Some(_) => Purpose::DeliveryEvidence,
            None => Purpose::WishPhoto,
        }
    }
}

/// Whether one more may be added.
///
/// # Errors
/// `too_many_pictures`.
pub fn check_room(have: i64) -> Result<(), Refusal> {
    if have < MAX_PICTURES { Ok(()) } else { Err(Code::TooManyPictures.into()) }
}

/// Checks the pictures that a delivery names against those that the claim has.
///
/// # Errors
/// `invalid` for one that is named twice or is not the claim's.
pub fn check_named(named: &[AttachmentId], of_claim: &[AttachmentId]) -> Result<(), Refusal> {
    let mut faults = Faults::default();
    for (index, id) in named.iter().enumerate() {
        let at = format!("/attachment_ids/{index}");
        let twice = named.iter().take(index).any(|other| other == id);
        faults.check(!twice, at.clone(), Fault::Duplicate).check(of_claim.contains(id), at, Fault::Unknown);
    }
    faults.finish()
}

impl Claim {
    /// Pictures are added, and taken back by who added them, while the claim is worked on.
    ///
    /// # Errors
    /// `wrong_claim_status` unless active.
    pub fn check_evidence_open(&self) -> Result<(), Refusal> {
        self.expect(Status::Active)
    }

    /// Whether those who act for the claimant see its pictures: while it lives, and for a time after
    /// the resident's word. Who gave a share back has nothing more to see.
    #[must_use]
    pub fn shows_evidence(&self, now: Instant) -> bool {
        match self.state {
            State::Confirmed { at, .. } => now < at.plus_days(SHOWN_AFTER_DAYS),
            _ => self.status().is_live(),
        }
    }

    /// Takes a picture out of what the delivery names. Tells whether it was there.
    pub fn forget_picture(&mut self, id: AttachmentId, now: Instant) -> bool {
        let Some(delivery) = &mut self.delivery else { return false };
        let before = delivery.attachment_ids.len();
        delivery.attachment_ids.retain(|named| *named != id);
        let changed = delivery.attachment_ids.len() < before;
        if changed {
            self.updated_at = now;
        }
        changed
    }
}

impl Wish {
    /// Pictures are added, and taken back by who added them, until the wish has ended.
    ///
    /// # Errors
    /// `wrong_status` once it has.
    pub fn check_photos_open(&self) -> Result<(), Refusal> {
        if self.status().has_ended() { Err(Code::WrongStatus.into()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(n: u128) -> AttachmentId {
        AttachmentId(Uuid::from_u128(n))
    }

    #[test]
    fn there_is_room_for_a_dozen() {
        assert!(check_room(MAX_PICTURES - 1).is_ok());
        assert_eq!(check_room(MAX_PICTURES).unwrap_err().code, Code::TooManyPictures);
    }

    #[test]
    fn a_delivery_names_its_own_pictures_once() {
        assert!(check_named(&[], &[]).is_ok());
        assert!(check_named(&[id(2), id(1)], &[id(1), id(2), id(3)]).is_ok());
        let refused = check_named(&[id(1), id(1), id(9)], &[id(1)]).unwrap_err();
        let at: Vec<_> = refused.fields.iter().map(|field| (field.pointer.as_str(), field.fault)).collect();
        assert_eq!(at, [("/attachment_ids/1", Fault::Duplicate), ("/attachment_ids/2", Fault::Unknown)]);
    }
}

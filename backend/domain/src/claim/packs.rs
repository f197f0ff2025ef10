//! Packs (礼包): what is brought for several claims at once: the same for each, and to each its own.
//!
//! Of what is the same for all, there are as many as recipients, or twice as many, and so on: things that do not come
//! out even were meant for somebody who is not on the list, or somebody goes without.

use super::{Delivery, Item};
use crate::{
    id::{ClaimId, UserId},
    note::Note,
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};

/// The most recipients of one report.
pub const MOST_RECIPIENTS: usize = 100;

/// Things for several claims, reported in one act.
#[derive(Debug, Clone)]
pub struct Packs {
    /// In the claimant's words; the same for all.
    pub note: Option<Note>,
    /// What was brought in all, the same for each.
    pub items: Vec<Item>,
    /// Person-hours spent in all, in quarter hours.
    pub quarter_hours: Option<i32>,
    /// For which claims, and what else each was brought.
    pub recipients: Vec<(ClaimId, Vec<Item>)>,
    /// Who reported it.
    pub by: UserId,
    /// When.
    pub at: Instant,
}

impl Packs {
    /// What each claim is delivered: its part of the same things, then its own. Values and hours that do not come out
    /// even go to the first of them, so that the sum stays what it was.
    ///
    /// # Errors
    /// `invalid` for nobody, for more than [`MOST_RECIPIENTS`], and for a claim named twice; `packs_do_not_match`
    /// where there are not as many of a thing for each.
    pub fn open(self) -> Result<Vec<(ClaimId, Delivery)>, Refusal> {
        let Self { note, items, quarter_hours, recipients, by, at } = self;
        let mut faults = Faults::default();
        faults.check(!recipients.is_empty(), "/claims", Fault::Required).check(
            recipients.len() <= MOST_RECIPIENTS,
            "/claims",
            Fault::TooLong,
        );
        for (index, (id, _)) in recipients.iter().enumerate() {
            let twice = recipients.iter().take(index).any(|(other, _)| other == id);
            faults.check(!twice, format!("/claims/{index}/claim_id"), Fault::Duplicate);
        }
        Item::check(&items, "", &mut faults);
        for (index, (_, own)) in recipients.iter().enumerate() {
            Item::check(own, &format!("/claims/{index}"), &mut faults);
        }
        faults.finish()?;
        let count = i64::try_from(recipients.len()).unwrap_or(i64::MAX);
        let uneven = |item: &Item| item.quantity < count || item.quantity % count != 0;
        if let Some(index) = items.iter().position(uneven) {
            let at = format!("/items/{index}/quantity");
            return Err(Refusal::field(Code::PacksDoNotMatch, &at, Fault::NotForEach));
        }
        let opened = (0..count).zip(recipients).map(|(place, (claim, own))| {
            let part = |whole: i64| whole / count + i64::from(place < whole % count);
            let same = items.iter().map(|item| Item {
                name: item.name.clone(),
                quantity: item.quantity / count,
                value_fen: item.value_fen.map(part),
            });
            let delivery = Delivery {
                note: note.clone(),
                items: same.chain(own).collect(),
                quarter_hours: quarter_hours
                    .and_then(|quarters| i32::try_from(part(quarters.into())).ok())
                    .filter(|quarters| *quarters > 0),
                attachment_ids: Vec::new(),
                by,
                at,
            };
            (claim, delivery)
        });
        Ok(opened.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn packs(quantity: i64, recipients: usize) -> Packs {
        Packs {
            note: None,
            items: vec![Item { name: "礼包".to_owned(), quantity, value_fen: Some(1000) }],
            quarter_hours: Some(5),
            recipients: (0..recipients).map(|n| (ClaimId(Uuid::from_u128(n as u128)), Vec::new())).collect(),
            by: UserId(Uuid::nil()),
            at: Instant::from_micros(0),
        }
    }

    #[test]
    fn the_parts_are_the_whole() {
        let opened = packs(6, 3).open().unwrap();
        let part =
            |(_, of): &(ClaimId, Delivery)| (of.items[0].quantity, of.items[0].value_fen, of.quarter_hours);
        let parts: Vec<_> = opened.iter().map(part).collect();
        assert_eq!(parts, [(2, Some(334), Some(2)), (2, Some(333), Some(2)), (2, Some(333), Some(1))]);
    }

    #[test]
    fn things_and_recipients_agree() {
        for (quantity, recipients) in [(50, 51), (51, 50), (49, 50), (1, 2)] {
            let refusal = packs(quantity, recipients).open().unwrap_err();
            assert_eq!(refusal.code, Code::PacksDoNotMatch, "{quantity} for {recipients}");
            assert_eq!(refusal.fields[0].pointer, "/items/0/quantity");
        }
        assert_eq!(packs(50, 50).open().unwrap().len(), 50);
    }

    #[test]
    fn everybody_is_on_the_list_once() {
        assert_eq!(packs(0, 1).open().unwrap_err().fields[0].fault, Fault::OutOfRange);
        assert_eq!(packs(1, 0).open().unwrap_err().code, Code::Invalid);
        assert_eq!(packs(101, 101).open().unwrap_err().code, Code::Invalid);
        let mut twice = packs(2, 2);
        twice.recipients[1].0 = twice.recipients[0].0;
        assert_eq!(twice.open().unwrap_err().fields[0].pointer, "/claims/1/claim_id");
    }
}

//! Two records of one resident made one: what differs is decided field by field, and the merge can be undone.
//!
//! Each record keeps its own key, wishes, consents and history; the merged one points at the survivor, who
//! speaks for both. Must not know how a record is found or kept.

use crate::{
    beneficiary::{Consent, Person},
    id::{BeneficiaryId, HouseholdId, MergeId, UserId},
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};
use std::collections::BTreeMap;

words! {
    /// What is known of a resident, field by field.
    pub enum PersonField {
        /// 姓名
        Name = "name",
        /// 电话
        Phone = "phone",
        /// 住址
        Address = "address",
        /// 身份证号
        IdNumber = "id_number",
        /// 出生日期
        BirthDate = "birth_date",
        /// 难处
        Hardships = "hardships",
    }
}

words! {
    /// Whose value of a field stands after a merge.
    #[schema(as = MergeSide)]
    pub enum Side {
        /// 留下的那份
        Survivor = "survivor",
        /// 并进来的那份
        Merged = "merged",
    }
}

words! {
    /// Why two records are taken for one; a word and not a text, for it outlives what it is about.
    #[schema(as = MergeReason)]
    pub enum Reason {
        /// 重复登记
        EnteredTwice = "entered_twice",
        /// 问过本人或家里人
        SaidSo = "said_so",
        /// 看过证件
        PapersShow = "papers_show",
    }
}

/// What is known of a resident by one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Who it is.
    pub person: Person,
    /// In what difficulty.
    pub hardships: Vec<String>,
}

/// Whose value stands, of each field that differs.
pub type Choices = BTreeMap<PersonField, Side>;

impl Known {
    /// The fields in which two records differ.
    #[must_use]
    pub fn differing(&self, other: &Self) -> Vec<PersonField> {
        PersonField::ALL.iter().copied().filter(|field| !self.agrees(other, *field)).collect()
    }

    fn agrees(&self, other: &Self, field: PersonField) -> bool {
        let (one, two) = (&self.person, &other.person);
        match field {
            PersonField::Name => one.name == two.name,
            PersonField::Phone => one.phone == two.phone,
            PersonField::Address => one.address == two.address,
            PersonField::IdNumber => one.id_number == two.id_number,
            PersonField::BirthDate => one.birth_date == two.birth_date,
            PersonField::Hardships => self.hardships == other.hardships,
        }
    }

    fn take(&mut self, other: &Self, field: PersonField) {
        let (own, theirs) = (&mut self.person, &other.person);
        match field {
            PersonField::Name => own.name.clone_from(&theirs.name),
            PersonField::Phone => own.phone.clone_from(&theirs.phone),
            PersonField::Address => own.address.clone_from(&theirs.address),
            PersonField::IdNumber => own.id_number.clone_from(&theirs.id_number),
            PersonField::BirthDate => own.birth_date = theirs.birth_date,
            PersonField::Hardships => self.hardships.clone_from(&other.hardships),
        }
    }

    /// The survivor once `merged` is part of it, and which fields it took from there.
    ///
    /// # Errors
    /// `invalid` below `/choices` unless exactly the fields that differ are decided.
    pub fn with(&self, merged: &Self, choices: &Choices) -> Result<(Self, Vec<PersonField>), Refusal> {
        let differing = self.differing(merged);
        let mut faults = Faults::default();
        for field in PersonField::ALL {
            let at = format!("/choices/{field}");
            match (differing.contains(field), choices.contains_key(field)) {
                (true, false) => _ = faults.check(false, at, Fault::Required),
                // It was decided on something that is not so any more.
                (false, true) => _ = faults.check(false, at, Fault::Wrong),
                _ => {}
            }
        }
        faults.finish()?;
        let taken: Vec<_> =
            differing.into_iter().filter(|field| choices.get(field) == Some(&Side::Merged)).collect();
        let mut joined = self.clone();
        taken.iter().for_each(|field| joined.take(merged, *field));
        Ok((joined, taken))
    }

    /// The survivor once `merged` is no part of it any more: each field that was `taken` is again as it was
    /// `before`, but for those that somebody changed since, which are named.
    #[must_use]
    pub fn without(&self, merged: &Self, before: &Self, taken: &[PersonField]) -> (Self, Vec<PersonField>) {
        let (same, changed): (Vec<_>, Vec<_>) =
            taken.iter().copied().partition(|field| self.agrees(merged, *field));
        let mut alone = self.clone();
        same.iter().for_each(|field| alone.take(before, *field));
        (alone, changed)
    }
}

/// What one resident said, from the consents of each of their records: what was taken back in one of them is
/// not agreed to by an older word in another.
#[must_use]
pub fn one_word(records: Vec<Vec<Consent>>) -> Vec<Consent> {
    let mut all: Vec<(usize, Consent)> = records
        .into_iter()
        .enumerate()
        .flat_map(|(record, given)| given.into_iter().map(move |one| (record, one)))
        .collect();
    all.sort_by_key(|(_, one)| one.id);
    let said = |of: usize, given: &Consent| {
        let later = all.iter().filter(|(record, other)| {
            *record != of && other.purpose == given.purpose && other.given_by == given.given_by
        });
        later.filter_map(|(_, other)| other.withdrawn_on).filter(|day| given.given_on < *day).min()
    };
    let joined = |(record, given): &(usize, Consent)| Consent {
        withdrawn_on: given.withdrawn_on.or_else(|| said(*record, given)),
        ..given.clone()
    };
    all.iter().map(joined).collect()
}

/// A merge: who made it, why, and what it takes to undo it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// Its id.
    pub id: MergeId,
    /// Counts its changes: 2 once it is undone.
    pub version: i64,
    /// The record that speaks for both.
    pub survivor_id: BeneficiaryId,
    /// The record that points at it.
    pub merged_id: BeneficiaryId,
    /// The household that the merged record was of.
    pub household_id: HouseholdId,
    /// Why.
    pub reason: Reason,
    /// The fields that the survivor took from the merged record.
    pub taken: Vec<PersonField>,
    /// By whom.
    pub merged_by: UserId,
    /// When.
    pub merged_at: Instant,
    /// By whom and when it was undone.
    pub undone: Option<(UserId, Instant)>,
}

impl Merge {
    /// The same, undone.
    ///
    /// # Errors
    /// `merge_undone` the second time.
    pub fn undo(self, by: UserId, now: Instant) -> Result<Self, Refusal> {
        match self.undone {
            Some(_) => Err(Code::MergeUndone.into()),
            None => Ok(Self { undone: Some((by, now)), ..self }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        beneficiary::{GivenBy, Proof, Purpose},
        id::ConsentId,
    };
    use chrono::NaiveDate;
    use uuid::Uuid;

    fn known(name: &str, phone: Option<&str>, address: Option<&str>) -> Known {
        let person = Person {
            name: name.to_owned(),
            phone: phone.map(str::to_owned),
            address: address.map(str::to_owned),
            id_number: None,
            birth_date: None,
        };
        Known { person, hardships: vec!["独居".to_owned()] }
    }

    #[test]
    fn each_field_that_differs_is_decided_and_none_besides() {
        let (one, other) = (known("莫示例", Some("13800005678"), None), known("莫示例", None, Some("三组")));
        assert_eq!(one.differing(&other), [PersonField::Phone, PersonField::Address]);
        let told = |choices: &Choices| {
            let refused = one.with(&other, choices).unwrap_err();
            refused.fields.into_iter().map(|field| (field.pointer, field.fault)).collect::<Vec<_>>()
        };
        let half = Choices::from([(PersonField::Phone, Side::Survivor)]);
        assert_eq!(told(&half), [("/choices/address".to_owned(), Fault::Required)]);
        let mut all = half;
        all.insert(PersonField::Address, Side::Merged);
        let (joined, taken) = one.with(&other, &all).unwrap();
        assert_eq!(joined, known("莫示例", Some("13800005678"), Some("三组")));
        assert_eq!(taken, [PersonField::Address]);
        all.insert(PersonField::Name, Side::Merged);
        assert_eq!(told(&all), [("/choices/name".to_owned(), Fault::Wrong)]);
    }

    #[test]
    fn what_was_changed_since_is_not_put_back() {
        let (before, merged) = (known("莫示例", None, None), known("莫示例", Some("1"), Some("三组")));
        let taken = [PersonField::Phone, PersonField::Address];
        let since = known("莫示例", Some("2"), Some("三组"));
        let (alone, kept) = since.without(&merged, &before, &taken);
        assert_eq!((alone, kept), (known("莫示例", Some("2"), None), vec![PersonField::Phone]));
    }

    #[test]
    fn an_older_word_in_another_record_does_not_outlive_a_withdrawal() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let given = |id, purpose, on, withdrawn_on| Consent {
            id: ConsentId(Uuid::from_u128(id)),
            purpose,
            given_by: GivenBy::Myself,
            guardian_name: None,
            relation: None,
            given_on: on,
            withdrawn_on,
            proof: Proof::default(),
        };
        let ends = |records| one_word(records).into_iter().map(|one| one.withdrawn_on).collect::<Vec<_>>();
        let publish = |id, on, withdrawn| given(id, Purpose::Publish, on, withdrawn);
        let gone = Some(day(5));
        assert_eq!(ends(vec![vec![publish(2, day(1), None)], vec![publish(1, day(1), gone)]]), [gone, gone]);
        assert_eq!(
            ends(vec![vec![publish(2, day(6), None)], vec![publish(1, day(1), gone)]]),
            [gone, None],
            "said again afterwards"
        );
        let photo = given(2, Purpose::Photo, day(1), None);
        assert_eq!(ends(vec![vec![photo], vec![publish(1, day(1), gone)]]), [gone, None], "another purpose");
        let own = vec![publish(1, day(1), gone), publish(2, day(1), None)];
        assert_eq!(ends(vec![own]), [gone, None], "one record says it in its own order");
    }
}

//! Residents, their households and what they agreed to.
//!
//! Owns the masks: what is shown of a person by default (GB/T 35273, display de-identification).

mod consent;

pub use consent::{Consent, ConsentChannel, GivenBy, Proof, Purpose};

use crate::{
    id::{BeneficiaryId, HouseholdId, OrganisationId},
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};
use chrono::{Datelike, NaiveDate};

words! {
    /// Why a resident is erased; a word and not a text, for it outlives what it is about.
    #[schema(as = ErasureReason)]
    pub enum ErasureReason {
        /// 本人要求
        Requested = "requested",
        /// 监护人要求
        RequestedByGuardian = "requested_by_guardian",
        /// 撤回了同意
        ConsentWithdrawn = "consent_withdrawn",
        /// 用不着了
        NoLongerNeeded = "no_longer_needed",
        /// 登记有误
        EnteredInError = "entered_in_error",
    }
}

/// Below this age a guardian agrees instead of the child (PIPL art. 31).
pub const GUARDIAN_ALONE_BELOW: u32 = 14;
/// Below this age the guardian agrees too.
pub const GUARDIAN_TOO_BELOW: u32 = 18;

/// What identifies a resident. Leaves the server masked, or revealed for a recorded purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// 1 to 40 characters.
    pub name: String,
    /// 7 to 15 digits, perhaps with `+` or `-`.
    pub phone: Option<String>,
    /// At most 120 characters.
    pub address: Option<String>,
    /// Resident identity number, 18 characters with a check digit (GB 11643).
    pub id_number: Option<String>,
    /// Date of birth.
    pub birth_date: Option<NaiveDate>,
}

/// Who a resident is, for as long as the resident wants it known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// Known to those who look after them.
    Known {
        /// Who it is.
        person: Person,
        /// In what difficulty, as short words; at most 10.
        hardships: Vec<String>,
    },
    /// Erased (PIPL art. 47): the key to it was destroyed, and nothing of it can be read again.
    Erased {
        /// When.
        at: Instant,
    },
}

/// A resident in difficulty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beneficiary {
    /// Its id.
    pub id: BeneficiaryId,
    /// Counts its changes.
    pub version: i64,
    /// The organisation that looks after the resident.
    pub organisation_id: OrganisationId,
    /// The household.
    pub household_id: HouseholdId,
    /// The record that speaks for this one, where it was merged: who it is and what was agreed to are of both.
    pub merged_into: Option<BeneficiaryId>,
    /// Who it is.
    pub identity: Identity,
    /// What was agreed to, also what was taken back.
    pub consents: Vec<Consent>,
    /// When entered.
    pub created_at: Instant,
}

impl Person {
    /// Checks the fields.
    ///
    /// # Errors
    /// `invalid` with the fields at fault.
    pub fn validate(&self, hardships: &[String], today: NaiveDate) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        faults.text("/name", &self.name, 1, 40).optional_text("/address", self.address.as_deref(), 120);
        if let Some(phone) = &self.phone {
            faults.check(is_phone(phone), "/phone", Fault::Format);
        }
        if let Some(number) = &self.id_number {
            faults.check(is_id_number(number), "/id_number", Fault::Format);
        }
        if let Some(born) = self.birth_date {
            faults.check(born <= today, "/birth_date", Fault::InFuture);
            faults.check(born.year() >= 1890, "/birth_date", Fault::OutOfRange);
        }
        faults.check(hardships.len() <= 10, "/hardships", Fault::TooLong);
        for (i, word) in hardships.iter().enumerate() {
            faults.text(&format!("/hardships/{i}"), word, 1, 20);
        }
        faults.finish()
    }

    /// Whole years on `today`; none when the date of birth is not known.
    #[must_use]
    pub fn age(&self, today: NaiveDate) -> Option<u32> {
        self.birth_date.and_then(|born| today.years_since(born))
    }

    /// Under 18 on `today`.
    #[must_use]
    pub fn is_minor(&self, today: NaiveDate) -> bool {
        is_minor(self.birth_date, today)
    }

    /// The same person as shown by default: 张**, 138****5678, no house number, no number of identity.
    #[must_use]
    pub fn masked(&self) -> Self {
        Self {
            name: mask_name(&self.name),
            phone: self.phone.as_deref().map(|phone| mask_middle(phone, 3, 4)),
            address: self.address.as_deref().map(|address| mask_middle(address, 6, 0)),
            id_number: self.id_number.as_deref().map(|number| mask_middle(number, 6, 0)),
            birth_date: None,
        }
    }
}

impl Identity {
    /// Under 18 on `today`; nobody knows of one who was erased.
    #[must_use]
    pub fn is_minor(&self, today: NaiveDate) -> bool {
        matches!(self, Self::Known { person, .. } if person.is_minor(today))
    }

    /// When the resident was erased, if so.
    #[must_use]
    pub const fn erased_at(&self) -> Option<Instant> {
        match self {
            Self::Known { .. } => None,
            Self::Erased { at } => Some(*at),
        }
    }
}

impl Beneficiary {
    /// Who it is and in what difficulty.
    ///
    /// # Errors
    /// `beneficiary_erased`.
    pub fn known(&self) -> Result<(&Person, &[String]), Refusal> {
        match &self.identity {
            Identity::Known { person, hardships } => Ok((person, hardships)),
            Identity::Erased { .. } => Err(Code::BeneficiaryErased.into()),
        }
    }

    /// The same, to be changed.
    ///
    /// # Errors
    /// `beneficiary_erased`.
    pub fn known_mut(&mut self) -> Result<(&mut Person, &mut Vec<String>), Refusal> {
        match &mut self.identity {
            Identity::Known { person, hardships } => Ok((person, hardships)),
            Identity::Erased { .. } => Err(Code::BeneficiaryErased.into()),
        }
    }

    /// The record that speaks for this resident: this one, or the one that it was merged into.
    #[must_use]
    pub fn standing(&self) -> BeneficiaryId {
        self.merged_into.unwrap_or(self.id)
    }

    /// Forgets who it is (PIPL art. 47). What was agreed to, and when, stays as evidence; who gave it
    /// does not.
    ///
    /// # Errors
    /// `beneficiary_erased` the second time; `wishes_not_ended` while somebody still works for them.
    pub fn erase(mut self, all_wishes_ended: bool, now: Instant) -> Result<Self, Refusal> {
        self.known()?;
        if !all_wishes_ended {
            return Err(Code::WishesNotEnded.into());
        }
        self.identity = Identity::Erased { at: now };
        for consent in &mut self.consents {
            consent.guardian_name = None;
            consent.relation = None;
        }
        Ok(self)
    }
}

/// Under 18 on `today`; not where the date of birth is not known.
#[must_use]
pub fn is_minor(born: Option<NaiveDate>, today: NaiveDate) -> bool {
    born.and_then(|born| today.years_since(born)).is_some_and(|age| age < GUARDIAN_TOO_BELOW)
}

/// The first character, then two stars: neither the length nor the given name can be guessed.
#[must_use]
pub fn mask_name(name: &str) -> String {
    name.trim().chars().take(1).chain("**".chars()).collect()
}

fn mask_middle(text: &str, keep_first: usize, keep_last: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= keep_first + keep_last {
        return "****".to_owned();
    }
    let head = chars.iter().take(keep_first);
    let tail = chars.iter().skip(chars.len() - keep_last);
    head.chain("****".chars().collect::<Vec<_>>().iter()).chain(tail).collect()
}

fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (7..=15).contains(&digits) && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b' '))
}

/// GB 11643: 17 digits and a check character, ISO 7064 MOD 11-2.
fn is_id_number(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    if text.len() != 18 {
        return false;
    }
    let (body, check) = text.as_bytes().split_at(17);
    if !body.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = body.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let expected = CHECKS.get(sum as usize % 11);
    check.first().map(u8::to_ascii_uppercase).as_ref() == expected
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ConsentId;
    use uuid::Uuid;

    pub(super) fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
    }

    pub(super) fn resident(born: Option<i32>, consents: &[(Purpose, GivenBy)]) -> Beneficiary {
        let consent = |&(purpose, given_by): &(Purpose, GivenBy)| Consent {
            id: ConsentId(Uuid::nil()),
            purpose,
            given_by,
            guardian_name: Some("李某".into()),
            relation: Some("母亲".into()),
            given_on: today(),
            withdrawn_on: None,
            proof: Proof::default(),
        };
        Beneficiary {
            id: BeneficiaryId(Uuid::nil()),
            version: 1,
            organisation_id: OrganisationId(Uuid::nil()),
            household_id: HouseholdId(Uuid::nil()),
            merged_into: None,
            identity: Identity::Known {
                person: Person {
                    name: "谢某某".into(),
                    phone: Some("13800005678".into()),
                    address: Some("石桥镇何家坪村三组十二号".into()),
                    id_number: None,
                    birth_date: born.and_then(|year| NaiveDate::from_ymd_opt(year, 1, 1)),
                },
                hardships: vec![],
            },
            consents: consents.iter().map(consent).collect(),
            created_at: Instant::from_micros(0),
        }
    }

    #[test]
    fn masks_keep_what_a_worker_needs_to_recognise_and_no_more() {
        let masked = resident(Some(1950), &[]).known().unwrap().0.masked();
        assert_eq!(masked.name, "谢**");
        assert_eq!(masked.phone.as_deref(), Some("138****5678"));
        assert_eq!(masked.address.as_deref(), Some("石桥镇何家坪****"));
        assert_eq!(mask_middle("123", 3, 4), "****");
    }

    #[test]
    fn who_is_erased_agrees_to_nothing_and_is_erased_once() {
        let now = Instant::from_micros(5);
        let one = resident(Some(1950), &[(Purpose::Publish, GivenBy::Myself)]);
        assert_eq!(one.clone().erase(false, now).unwrap_err().code, Code::WishesNotEnded);
        let erased = one.erase(true, now).unwrap();
        assert_eq!(erased.identity.erased_at(), Some(now));
        assert!(!erased.agreed(Purpose::Publish, today()));
        assert_eq!(erased.consents[0].guardian_name, None);
        assert_eq!(erased.known().unwrap_err().code, Code::BeneficiaryErased);
        assert_eq!(erased.erase(true, now).unwrap_err().code, Code::BeneficiaryErased);
    }

    #[test]
    fn identity_numbers_are_checked_by_their_last_character() {
        assert!(is_id_number("11010519491231002X"));
        assert!(is_id_number("11010519491231002x"));
        assert!(!is_id_number("110105194912310021"));
        assert!(!is_id_number("1101051949123100"));
    }
}

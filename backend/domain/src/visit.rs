//! Visits (走访): what a pair found at a household on a day, in four fields.
//!
//! Owns what a visit says and how it is corrected: by a further edition beside the first, never by a silent edit.
//! Must not know when visits are due: that is [`crate::pairing`]'s.

use crate::{
    id::{BeneficiaryId, PairingId, UserId, VisitId},
    note::{Note, Notes},
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};
use chrono::NaiveDate;

/// So many editions a visit may have.
pub const MOST_EDITIONS: i32 = 20;

/// The longest text of a field, in characters.
pub const MOST_CHARACTERS: usize = 1000;

/// What was found, each as far as there is something to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// 收入
    pub income: Option<Note>,
    /// 身体
    pub health: Option<Note>,
    /// 就医
    pub treatment: Option<Note>,
    /// 待遇
    pub benefits: Option<Note>,
}

/// A visit, or a later edition of its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// The edition's id.
    pub id: VisitId,
    /// Of which pairing.
    pub pairing_id: PairingId,
    /// The resident whose key seals it.
    pub beneficiary_id: BeneficiaryId,
    /// The first edition of the same visit; its own id where it is the first.
    pub first_id: VisitId,
    /// 1, and one more for each correction.
    pub edition: i32,
    /// The day of the visit.
    pub visited_on: NaiveDate,
    /// What was found.
    pub findings: Findings,
    /// The edition that took its place.
    pub replaced_by: Option<VisitId>,
    /// Who wrote this edition.
    pub by: UserId,
    /// When it was written.
    pub at: Instant,
}

/// What is told of a visit.
#[derive(Debug, Clone)]
pub struct Told {
    /// The edition's id.
    pub id: VisitId,
    /// The day of the visit.
    pub visited_on: NaiveDate,
    /// What was found.
    pub findings: Findings,
    /// Who writes it.
    pub by: UserId,
}

impl Told {
    /// Checks it against the day on which the tie began.
    fn validate(&self, begun_on: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        faults.check(self.visited_on <= today, "/visited_on", Fault::InFuture).check(
            self.visited_on >= begun_on,
            "/visited_on",
            Fault::InPast,
        );
        for (name, note) in self.findings.fields() {
            faults.optional_text(&format!("/{name}"), note.and_then(Note::text), MOST_CHARACTERS);
        }
        faults.finish()
    }
}

impl Findings {
    /// The four fields by their names.
    #[must_use]
    pub const fn fields(&self) -> [(&'static str, Option<&Note>); 4] {
        [
            ("income", self.income.as_ref()),
            ("health", self.health.as_ref()),
            ("treatment", self.treatment.as_ref()),
            ("benefits", self.benefits.as_ref()),
        ]
    }
}

impl Visit {
    /// Writes a visit down.
    ///
    /// # Errors
    /// `invalid` for a day that lies ahead or before the tie began, or a text of more than
    /// [`MOST_CHARACTERS`].
    pub fn note(
        told: Told,
        of: (PairingId, BeneficiaryId),
        begun_on: NaiveDate,
        now: Instant,
    ) -> Result<Self, Refusal> {
        told.validate(begun_on, now.date())?;
        let Told { id, visited_on, findings, by } = told;
        let (pairing_id, beneficiary_id) = of;
        let (first_id, edition, replaced_by) = (id, 1, None);
        Ok(Self {
            id,
            pairing_id,
            beneficiary_id,
            first_id,
            edition,
            visited_on,
            findings,
            replaced_by,
            by,
            at: now,
        })
    }

    /// Corrects it: gives the edition that was replaced, and the one that takes its place.
    ///
    /// # Errors
    /// `visit_replaced` where another edition took its place, or there are [`MOST_EDITIONS`]; `invalid` as
    /// [`Visit::note`].
    pub fn correct(mut self, told: Told, begun_on: NaiveDate, now: Instant) -> Result<(Self, Self), Refusal> {
        if self.replaced_by.is_some() || self.edition >= MOST_EDITIONS {
            return Err(Code::VisitReplaced.into());
        }
        let next = Self::note(told, (self.pairing_id, self.beneficiary_id), begun_on, now)?;
        self.replaced_by = Some(next.id);
        let (first_id, edition) = (self.first_id, self.edition.saturating_add(1));
        Ok((self, Self { first_id, edition, ..next }))
    }
}

impl Notes for Visit {
    fn notes(&mut self) -> Vec<(&'static str, &mut Note)> {
        let found = &mut self.findings;
        let notes = [
            ("income", found.income.as_mut()),
            ("health", found.health.as_mut()),
            ("treatment", found.treatment.as_mut()),
            ("benefits", found.benefits.as_mut()),
        ];
        notes.into_iter().filter_map(|(name, note)| Some((name, note?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn told(id: u128, on: &str) -> Told {
        Told {
            id: VisitId(Uuid::from_u128(id)),
            visited_on: on.parse().unwrap(),
            findings: Findings { health: Some("血压稳了".into()), ..Findings::default() },
            by: UserId(Uuid::nil()),
        }
    }

    const OF: (PairingId, BeneficiaryId) = (PairingId(Uuid::nil()), BeneficiaryId(Uuid::nil()));

    #[test]
    fn a_visit_lies_between_the_beginning_and_today() {
        let (begun, now) = ("2026-01-01".parse().unwrap(), "2026-03-01T04:00:00Z".parse().unwrap());
        for (on, ok) in
            [("2025-12-31", false), ("2026-01-01", true), ("2026-03-01", true), ("2026-03-02", false)]
        {
            assert_eq!(Visit::note(told(1, on), OF, begun, now).is_ok(), ok, "{on}");
        }
        let mut long = told(1, "2026-02-01");
        long.findings.income = Some("钱".repeat(MOST_CHARACTERS + 1).into());
        assert_eq!(Visit::note(long, OF, begun, now).unwrap_err().code, Code::Invalid);
    }

    #[test]
    fn a_correction_stands_beside_what_it_corrects() {
        let (begun, now) = ("2026-01-01".parse().unwrap(), "2026-03-01T04:00:00Z".parse().unwrap());
        let first = Visit::note(told(1, "2026-02-01"), OF, begun, now).unwrap();
        let (old, new) = first.correct(told(2, "2026-02-02"), begun, now).unwrap();
        assert_eq!((old.replaced_by, new.first_id, new.edition), (Some(new.id), old.id, 2));
        assert_eq!(old.findings.health, Some("血压稳了".into()), "what was said stays");
        assert_eq!(old.correct(told(3, "2026-02-03"), begun, now).unwrap_err().code, Code::VisitReplaced);
    }
}

//! What ties people together: a circle that takes them in, a pair that comes again and again, and a call to all at once.

use super::Stage;
use crate::{
    app::{self, application::NewApplication, emergency::NewCall, pairing::Proposal},
    applicant::ApplicantKeys,
    etag::Seen,
    problem::Failure,
};
use domain::{
    application::{Offered, Particulars},
    claimant::Kind,
    emergency::{Circle, Content, Whom},
    id::{BeneficiaryId, ClaimantId, OrganisationId, PairingId, WishId},
    pairing::{Rhythm, RhythmUnit},
    visit::Findings,
};

impl Stage<'_> {
    /// From now on anybody may ask to join.
    pub(in crate::app::demo) fn open_circle(&mut self, at: OrganisationId) -> Result<(), Failure> {
        app::circle::put(self.tx, &self.cx, at, &Seen::Any, true)
    }

    /// Somebody without an account asks to join.
    pub(in crate::app::demo) fn apply(
        &mut self,
        days_ago: i64,
        at: OrganisationId,
        (name, contact_name): (&str, &str),
        note: &str,
    ) -> Result<(), Failure> {
        let cx = self.base.at(self.base.now.plus_days(-days_ago));
        let new = NewApplication {
            organisation_id: at,
            kind: Kind::Unit,
            particulars: Particulars {
                display_name: name.to_owned(),
                contact_name: contact_name.to_owned(),
                contact: "0700 555 0102".to_owned(),
                note: Some(note.to_owned()),
            },
            offered: Offered { skills: vec![], region_codes: vec![], categories: vec![], capacity: 5 },
            code: ApplicantKeys::draw_code()?,
        };
        app::application::receive(self.tx, &cx, &new).map(|_| ())
    }

    /// Proposes to visit a resident every so many days, in a tie that began today.
    pub(in crate::app::demo) fn pair(
        &mut self,
        with: BeneficiaryId,
        by: ClaimantId,
        days: u16,
        note: &str,
    ) -> Result<PairingId, Failure> {
        let proposal = Proposal {
            beneficiary_id: with,
            claimant_id: by,
            rhythm: Rhythm { every: days, unit: RhythmUnit::Day },
            begun_on: None,
            note: Some(note.into()),
        };
        Ok(app::pairing::propose(self.tx, &self.cx, proposal)?.pairing.id)
    }

    pub(in crate::app::demo) fn accept_pair(&mut self, pairing: PairingId) -> Result<(), Failure> {
        app::pairing::accept(self.tx, &self.cx, pairing, &Seen::Any, None).map(|_| ())
    }

    /// They were there today.
    pub(in crate::app::demo) fn visit(&mut self, pairing: PairingId, found: Findings) -> Result<(), Failure> {
        let today = self.today();
        app::visit::create(self.tx, &self.cx, pairing, today, found).map(|_| ())
    }

    /// Calls the units of an organisation for wishes that wait for review, to be served so many days from the day of loading.
    pub(in crate::app::demo) fn call(
        &mut self,
        (at, to): (OrganisationId, OrganisationId),
        title: &str,
        wishes: Vec<WishId>,
        days: i64,
    ) -> Result<(), Failure> {
        let circles = vec![Circle { organisation_id: to, whom: Whom::Units }];
        let content = Content { title: title.to_owned(), due_at: self.base.now.plus_days(days), circles };
        let new = NewCall { organisation_id: at, content, wishes, publish_submitted: true };
        app::emergency::publish(self.tx, &self.cx, &new).map(|_| ())
    }
}

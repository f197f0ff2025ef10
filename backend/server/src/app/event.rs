//! Records a change in the transaction that makes it. Must not hold personal data.

use super::Context;
use crate::{problem::Failure, state::State};
use domain::{
    event::{Kind, Subject},
    id::{
        AllocationId, ApplicationId, BeneficiaryId, CampaignId, CertificateId, ClaimantId, DonationId,
        DutyId, EmergencyCallId, ExportId, ImportId, OrganisationId, PairingId, PlanId, PlatformId, PledgeId,
        PoolId, PostId, RecountId, ReferralId, ReportId, RetentionRunId, SignUpId, StatementId, WebhookId,
    },
    wish::{Status, Wish},
};
use serde_json::{Map, Value};
use std::ops::Range;
use store::{Conn, event::Event};

/// More facts of an event, as JSON members.
pub type Facts = Map<String, Value>;

/// Facts from pairs; what is null is left out.
#[must_use]
pub fn facts<const N: usize>(pairs: [(&str, Value); N]) -> Facts {
    pairs
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// The change that a wish just went through: `wish` as it was saved, `from` where it stood before.
///
/// # Errors
/// When the database refuses.
pub fn of_wish(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    wish: &Wish,
    from: Option<Status>,
    data: Facts,
) -> Result<(), Failure> {
    let event = Event {
        id: cx.ids.make(),
        subject: Subject::Wish,
        subject_id: wish.id.to_string(),
        number: wish.version.saturating_add(1),
        kind,
        at: cx.now,
        actor: cx.actor.user,
        organisation_id: wish.holder_id,
        origin_id: wish.origin_id,
        from_status: from.map(|status| status.to_string()),
        to_status: Some(wish.status().to_string()),
        data,
    };
    Ok(store::event::append(tx, &event)?)
}

/// What another change is about, and its number.
#[derive(Debug, Clone, Copy)]
pub struct About {
    subject: Subject,
    id: uuid::Uuid,
    number: i64,
    organisation: OrganisationId,
}

impl About {
    /// An organisation that was at `version` before the change.
    #[must_use]
    pub const fn organisation(id: OrganisationId, version: i64) -> Self {
        Self { subject: Subject::Organisation, id: id.0, number: version.saturating_add(1), organisation: id }
    }

    /// A resident who was at `version` before the change.
    #[must_use]
    pub const fn beneficiary(id: BeneficiaryId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Beneficiary, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// A clean-up of a tree: it happens once.
    #[must_use]
    pub const fn retention_run(id: RetentionRunId, tree: OrganisationId) -> Self {
        Self { subject: Subject::RetentionRun, id: id.0, number: 1, organisation: tree }
    }

    /// The working days of a year that were at `version` before the change; recorded in the tree of whoever
    /// changed them.
    #[must_use]
    pub const fn calendar(year: i32, version: i64, tree: OrganisationId) -> Self {
        let id = uuid::Uuid::from_u128(year.unsigned_abs() as u128);
        Self { subject: Subject::Calendar, id, number: version.saturating_add(1), organisation: tree }
    }

    /// A plan that was at `version` before the change.
    #[must_use]
    pub const fn plan(id: PlanId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Plan, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// A platform that was at `version` before the change.
    #[must_use]
    pub const fn platform(id: PlatformId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Platform, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// A webhook that was at `version` before the change.
    #[must_use]
    pub const fn webhook(id: WebhookId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Webhook, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// A pairing that was at `version` before the change.
    #[must_use]
    pub const fn pairing(id: PairingId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Pairing, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// A referral that was at `version` before the change.
    #[must_use]
    pub const fn referral(id: ReferralId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Referral, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// An import that was at `version` before the change.
    #[must_use]
    pub const fn import(id: ImportId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Import, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// A campaign that was at `version` before the change.
    #[must_use]
    pub const fn campaign(id: CampaignId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Campaign, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// An emergency call that was at `version` before the change.
    #[must_use]
    pub const fn emergency_call(id: EmergencyCallId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::EmergencyCall, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// A pledge that was at `version` before the change; recorded where its campaign is.
    #[must_use]
    pub const fn pledge(id: PledgeId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Pledge, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// A pool that was at `version` before the change.
    #[must_use]
    pub const fn pool(id: PoolId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Pool, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// A statement that was at `version` before the change.
    #[must_use]
    pub const fn statement(id: StatementId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Statement, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// A donation that was at `version` before the change; recorded where its pool is.
    #[must_use]
    pub const fn donation(id: DonationId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Donation, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// An allocation that was at `version` before the change; recorded where its pool is.
    #[must_use]
    pub const fn allocation(id: AllocationId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Allocation, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// A certificate that was at `version` before the change; recorded where it was issued.
    #[must_use]
    pub const fn certificate(id: CertificateId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Certificate, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// A duty that was at `version` before the change; recorded where it was set.
    #[must_use]
    pub const fn duty(id: DutyId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Duty, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// An export that was at `version` before the change; a list of claimants leaves the house once.
    #[must_use]
    pub const fn export(id: ExportId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Export, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// Figures of a period, frozen: it happens once.
    #[must_use]
    pub const fn report(id: ReportId, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Report, id: id.0, number: 1, organisation }
    }

    /// Sums that were put right: it happens once.
    #[must_use]
    pub const fn recount(id: RecountId, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Recount, id: id.0, number: 1, organisation }
    }

    /// A post that was at `version` before the change.
    #[must_use]
    pub const fn post(id: PostId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Post, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// A sign-up that was at `version` before the change; recorded where its post is.
    #[must_use]
    pub const fn sign_up(id: SignUpId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::SignUp, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// An application that was at `version` before the change.
    #[must_use]
    pub const fn application(id: ApplicationId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Application, id: id.0, number: version.saturating_add(1), organisation }
    }

    /// A claimant that was at `version` before the change.
    #[must_use]
    pub const fn claimant(id: ClaimantId, version: i64, organisation: OrganisationId) -> Self {
        Self { subject: Subject::Claimant, id: id.0, number: version.saturating_add(1), organisation }
    }
}

/// A change of anything but a wish.
///
/// # Errors
/// When the database refuses.
pub fn of(tx: &mut Conn, cx: &Context, kind: Kind, about: About, data: Facts) -> Result<(), Failure> {
    Ok(store::event::append(tx, &written(cx, kind, about, data))?)
}

/// The event of a change of anything but a wish, for who writes many at once.
#[must_use]
pub fn written(cx: &Context, kind: Kind, about: About, data: Facts) -> Event {
    Event {
        id: cx.ids.make(),
        subject: about.subject,
        subject_id: about.id.to_string(),
        number: about.number,
        kind,
        at: cx.now,
        actor: cx.actor.user,
        organisation_id: about.organisation,
        origin_id: about.organisation,
        from_status: None,
        to_status: None,
        data,
    }
}

/// A piece of a feed.
#[derive(Debug)]
pub struct Piece<E> {
    /// What it tells, each with its position.
    pub events: Vec<(i64, E)>,
    /// How far it was looked through: nothing that it tells stands between the last event and here.
    pub seen: i64,
}

impl<E> Piece<E> {
    /// What `find` tells of the positions after `after` that are given by now; `rows` at most.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn of(
        tx: &mut Conn,
        after: i64,
        find: impl FnOnce(&mut Conn, Range<i64>) -> Result<Vec<(i64, E)>, Failure>,
    ) -> Result<Self, Failure> {
        let seen = store::event::last_position(tx)?.max(after);
        let events = find(tx, after..seen.saturating_add(1))?;
        Ok(Self { events, seen })
    }

    /// Keeps `limit` events at most, and tells where to go on.
    pub fn cut(&mut self, limit: usize) -> i64 {
        if self.events.len() > limit {
            self.events.truncate(limit);
            self.seen = self.events.last().map_or(self.seen, |(position, _)| *position);
        }
        self.seen
    }
}

/// Gives committed events their place in the feed, until none waits.
///
/// # Errors
/// When the database refuses.
pub async fn place(state: &State) -> Result<(), Failure> {
    let day = state.clock.now().date().to_string();
    while state.db.read(|tx| Ok::<_, Failure>(store::event::waits(tx)?)).await? {
        let (day, secrets) = (day.clone(), std::sync::Arc::clone(&state.secrets));
        let place = move |tx: &mut Conn| {
            let seal = |head: &store::audit::Head| super::audit::seal(&secrets, head);
            Ok::<_, Failure>(store::event::place(tx, &day, &seal)?)
        };
        let more = state.db.write(place).await?;
        if !more {
            break;
        }
    }
    Ok(())
}

//! The units of work: one function loads, asks whether the caller may, lets the rules decide, saves
//! and records the event. Called alike by HTTP, the jobs and the command line, always inside one
//! transaction. The only place where the rules meet the store; must not know HTTP.

pub mod access_copy;
pub mod application;
pub mod attachment;
pub mod audit;
pub mod audit_pack;
pub mod beneficiary;
pub mod benefit;
pub mod calendar;
pub mod campaign;
pub mod category;
pub mod certificate;
pub mod check;
pub mod circle;
pub mod claim;
pub mod claimant;
pub mod consent;
pub mod delivery;
pub mod demo;
pub mod directory;
pub mod disabling;
pub mod distinction;
pub mod duty;
pub mod effort;
pub mod email;
pub mod emergency;
pub mod erasure;
pub mod escalation;
pub mod event;
pub mod export;
pub mod feedback;
pub mod figure;
pub mod filter;
pub mod fit;
pub mod founding;
pub mod honour;
pub mod identity;
pub mod import;
pub mod job;
pub mod ledger;
pub mod likeness;
pub mod look;
pub mod mail;
pub mod membership;
pub mod merge;
pub mod names;
pub mod organisation;
pub mod pairing;
pub mod password_reset;
pub mod pause;
pub mod plan;
pub mod platform;
pub mod platform_claim;
pub mod pledge;
pub mod policy;
pub mod post;
pub mod program;
pub mod publication;
pub mod referral;
pub mod reminder;
pub mod reopening;
pub mod report;
pub mod report_template;
pub mod retention;
pub mod rotation;
pub mod session;
pub mod sign_up;
pub mod signal;
pub mod skill;
pub mod spot_check;
pub mod standing;
pub mod statistics;
pub mod tally;
pub mod task;
pub mod totp;
pub mod visit;
pub mod waiting;
pub mod wall;
pub mod webhook;
pub mod wish;

use crate::{
    ambient::Ids,
    applicant::ApplicantKeys,
    export_keys::ExportKeys,
    import_keys::ImportKeys,
    platform_key::PlatformKey,
    problem::Failure,
    secrets::{Secrets, Use, hmac},
    state::State,
};
use base16ct::lower::encode_string as hex;
use calendar::Calendars;
use directory::Directory;
use domain::{
    access::{Act, Actor, Subject, Verdict, may},
    id::{PlatformId, UserId},
    policy::Terms,
    refusal::Code,
    time::Instant,
};
use std::sync::Arc;
use store::{Conn, organisation::Line};

/// How one step of something long ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// There may be more.
    More,
    /// That was the last.
    Ended,
    /// It stands, and goes on by itself another time.
    Rests,
}

/// Who acts, when, and what the act needs from outside: ids, keys, the calendar.
#[derive(Debug, Clone)]
pub struct Context {
    /// Who acts.
    pub actor: Actor,
    /// The time of the act.
    pub now: Instant,
    /// New ids.
    pub ids: Ids,
    /// The organisations and categories, as they are shown.
    pub directory: Directory,
    /// What seals and opens personal text.
    pub vault: vault::Vault,
    calendars: Calendars,
    secrets: Arc<Secrets>,
    totp_required: bool,
    second_factor: bool,
    uploads_per_day: i64,
}

impl Context {
    /// The context of an act of `actor`, now.
    #[must_use]
    pub fn new(state: &State, actor: Actor) -> Self {
        Self {
            actor,
            now: state.clock.now(),
            ids: state.ids.clone(),
            directory: state.directory.clone(),
            vault: state.vault.clone(),
            calendars: state.calendars.clone(),
            secrets: Arc::clone(&state.secrets),
            totp_required: state.config.requires_totp(),
            second_factor: false,
            uploads_per_day: i64::from(state.config.uploads_per_day),
        }
    }

    /// The same for a session that was begun, or strengthened, with a second factor.
    #[must_use]
    pub fn proved_twice(self, second_factor: bool) -> Self {
        Self { second_factor, ..self }
    }

    /// How many pictures one person may upload in a day.
    #[must_use]
    pub const fn uploads_per_day(&self) -> i64 {
        self.uploads_per_day
    }

    /// Whether the session has a second factor.
    #[must_use]
    pub const fn is_proved_twice(&self) -> bool {
        self.second_factor
    }

    /// Whether the caller must sign in with a second factor to see personal data: whoever holds a role.
    #[must_use]
    pub const fn must_prove_twice(&self) -> bool {
        self.totp_required && !self.actor.roles.is_empty()
    }

    /// The same at another time, without anybody acting: what time itself does.
    #[must_use]
    pub fn at(&self, now: Instant) -> Self {
        Self { actor: Actor::default(), now, ..self.clone() }
    }

    /// The same for somebody else.
    #[must_use]
    pub fn acting_as(&self, actor: Actor) -> Self {
        Self { actor, ..self.clone() }
    }

    /// Who acts.
    ///
    /// # Errors
    /// `unauthenticated` when nobody is signed in; `insufficient_scope` for a platform's program.
    pub fn user(&self) -> Result<UserId, Failure> {
        match self.actor.platform {
            Some(_) => Err(Code::InsufficientScope.into()),
            None => self.actor.user.ok_or_else(|| Code::Unauthenticated.into()),
        }
    }

    /// Refuses what the access table does not allow.
    ///
    /// # Errors
    /// `not_found` where the thing's existence is not the caller's to know, `forbidden` where it is,
    /// `unauthenticated` where nobody is signed in; `totp_required` where personal data is shown only to
    /// those who signed in with a second factor (ASVS 5.0, 6.3.3).
    pub fn allow(&self, act: Act, subject: &Subject) -> Result<(), Failure> {
        match may(&self.actor, act, subject) {
            Verdict::Allow if act.shows_personal_data() && self.must_prove_twice() && !self.second_factor => {
                Err(Code::TotpRequired.into())
            }
            Verdict::Allow => Ok(()),
            Verdict::Deny if self.actor.platform.is_some() => Err(Code::InsufficientScope.into()),
            Verdict::Deny => Err(Code::Forbidden.into()),
            Verdict::Hide => Err(Code::NotFound.into()),
            Verdict::SignIn => Err(Code::Unauthenticated.into()),
        }
    }

    /// When things are due under the rules of an organisation, and the working days as they stand in `tx`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn terms(&self, tx: &mut Conn, line: &Line) -> Result<Terms, Failure> {
        let calendar = self.calendars.get(tx, line.calendar())?;
        Ok(Terms { now: self.now, policy: line.policy(), calendar })
    }

    /// What only this server knows of applicants.
    #[must_use]
    pub fn applicants(&self) -> ApplicantKeys {
        ApplicantKeys::new(&self.secrets)
    }

    /// What only this server knows of sheets that wait to be imported.
    #[must_use]
    pub fn imports(&self) -> ImportKeys {
        ImportKeys::new(&self.secrets)
    }

    /// What only this server knows of files that were asked for.
    #[must_use]
    pub fn exports(&self) -> ExportKeys {
        ExportKeys::new(&self.secrets)
    }

    /// The same for somebody who asked for something to be done later, with the rights that they have now; none where they may no
    /// longer sign in.
    ///
    /// # Errors
    /// `not_found` for nobody.
    pub fn on_behalf(&self, tx: &mut Conn, user: UserId) -> Result<Option<Self>, Failure> {
        if found(store::user::load(tx, user)?)?.disabled {
            return Ok(None);
        }
        Ok(Some(self.acting_as(Actor::person(user, store::user::roles(tx, user)?))))
    }

    /// What is stored of a platform's key.
    #[must_use]
    pub fn platform_digest(&self, key: &PlatformKey) -> String {
        key.digest(&self.secrets)
    }

    /// What is stored of `text` that a platform sent, to know it again by: apart for each platform and each `part`.
    #[must_use]
    fn known_of(&self, platform: PlatformId, part: &str, text: &str) -> String {
        let key = self.secrets.key(Use::PlatformClaim);
        let mac = hmac(&key, &[platform.0.as_bytes(), part.as_bytes(), b"\0", text.as_bytes()]);
        hex(&mac)
    }

    /// The keyed hash of the code on a wish's card.
    #[must_use]
    pub fn card_hash(&self, wish: domain::id::WishId, code: &str) -> String {
        let mac = hmac(&self.secrets.key(Use::CardCode), &[wish.0.as_bytes(), code.as_bytes()]);
        hex(&mac)
    }
}

impl Context {
    /// The id of what was found in a public text of a wish: the same for the same words at the same
    /// place, and no way back to them.
    #[must_use]
    pub fn finding_id(&self, wish: domain::id::WishId, finding: &domain::scan::Finding) -> String {
        let at = format!("{} {} {} {}", finding.field, finding.kind, finding.start, finding.end);
        let parts = [wish.0.as_bytes().as_slice(), at.as_bytes(), b"\0", finding.text.as_bytes()];
        let mac = hmac(&self.secrets.key(Use::Finding), &parts);
        hex(mac.split_at(16).0)
    }
}

/// What was looked for is there, or the caller is told that it is not.
///
/// # Errors
/// `not_found`.
pub fn found<T>(value: Option<T>) -> Result<T, Failure> {
    value.ok_or_else(|| Code::NotFound.into())
}

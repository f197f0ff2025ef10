//! What every part of the server shares: the database, the configuration, keys, the clock. Cheap to
//! clone; made once at the start. Must not know any noun.

use std::{sync::Arc, time::Duration};

use actix_web::{HttpRequest, web};
use domain::{
    id::{CampaignId, PlatformKeyId, SessionId},
    platform::Platform,
};
use store::{Db, OpenError};
use tokio::sync::watch;

use crate::{
    ambient::{Clock, Ids},
    app::{calendar::Calendars, campaign::Progress, directory::Directory, session::Known, wall::Summary},
    config::Config,
    cursor::Cursors,
    darkroom::Darkroom,
    email::EmailKeys,
    limits::Limits,
    listeners::Listeners,
    mailer::Mailer,
    oidc::Oidc,
    outgoing::Outgoing,
    pass::Passes,
    password::Passwords,
    problem::{Failure, Internal},
    secrets::{Secrets, Use},
    sheet::ReadingRoom,
    token::Tokens,
    totp::SecondFactors,
    webhook_keys::WebhookKeys,
};

/// A session that ended, or a role that was taken, acts within this time on every node.
const BELIEVED_FOR: Duration = Duration::from_secs(5);

const KNOWN_CALLERS: u64 = 10_000;

const KNOWN_CAMPAIGNS: u64 = 1000;

/// Everything a handler, a job or a command needs.
#[derive(Clone)]
pub struct State {
    /// How this server is to run.
    pub config: Arc<Config>,
    /// What is kept.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// New ids.
    pub ids: Ids,
    /// Where all keys come from.
    pub secrets: Arc<Secrets>,
    /// What seals and opens personal text.
    pub vault: vault::Vault,
    /// Where lists go on.
    pub cursors: Cursors,
    /// Who is signed in.
    pub tokens: Arc<Tokens>,
    /// Which program shows a pass.
    pub passes: Arc<Passes>,
    /// Second factors.
    pub second_factors: SecondFactors,
    /// Where people are written to.
    pub email_keys: EmailKeys,
    /// What messages to webhooks are signed with.
    pub webhook_keys: WebhookKeys,
    /// Passwords.
    pub passwords: Passwords,
    /// Who a session and stamp speak for, for as long as that is believed without asking again.
    pub callers: Callers,
    /// Platforms by their keys, for as long as that is believed without asking again.
    pub platforms: Platforms,
    /// The organisations and categories, as they are shown.
    pub directory: Directory,
    /// The working days.
    pub calendars: Calendars,
    /// The wall in figures, as last counted.
    pub wall: Arc<tokio::sync::Mutex<Option<Arc<Summary>>>>,
    /// How far open campaigns have come, as last counted.
    pub campaigns: moka::sync::Cache<CampaignId, Arc<Progress>>,
    /// Who waits for what is to come.
    pub listeners: Listeners,
    /// How much each caller has asked of late.
    pub limits: Arc<Limits>,
    /// Where pictures are made harmless.
    pub darkroom: Darkroom,
    /// Where sheets are read.
    pub reading_room: ReadingRoom,
    /// Sends what this server asks of others.
    pub outgoing: Outgoing,
    /// Sends letters, where a mail server is configured.
    pub mailer: Option<Mailer>,
    /// The provider of sign-ins, where one is configured.
    pub oidc: Option<Oidc>,
    draining: Arc<watch::Sender<bool>>,
}

/// Callers by session and stamp.
pub type Callers = moka::sync::Cache<(SessionId, String), Arc<Known>>;

/// Platforms by the ids of their keys.
pub type Platforms = moka::sync::Cache<PlatformKeyId, Arc<Platform>>;

impl State {
    /// Opens the database and derives the keys. Blocks; meant for the start.
    ///
    /// # Errors
    /// [`OpenError`] where the server must not run on this database.
    pub fn open(config: Config, secrets: Secrets, clock: Clock) -> Result<Self, OpenError> {
        let options = config.store_options();
        Self::open_with(options, config, secrets, clock)
    }

    /// [`State::open`] with a database that is used otherwise than the configuration says.
    ///
    /// # Errors
    /// As [`State::open`].
    pub fn open_with(
        options: store::Options,
        config: Config,
        secrets: Secrets,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        let db = Db::open(&config.database_url.0, options)?;
        let outgoing = Outgoing::new(&config.outgoing_allow);
        Ok(Self {
            db,
            ids: Ids::new(clock.clone()),
            clock,
            cursors: Cursors::new(secrets.key(Use::Cursor)),
            tokens: Arc::new(Tokens::new(&secrets, config.access_token_seconds)),
            passes: Arc::new(Passes::new(&secrets)),
            vault: secrets.vault(),
            second_factors: SecondFactors::new(&secrets),
            email_keys: EmailKeys::new(&secrets),
            webhook_keys: WebhookKeys::new(&secrets),
            mailer: Mailer::new(&config),
            oidc: Oidc::new(&config, &secrets, &outgoing),
            outgoing,
            secrets: Arc::new(secrets),
            passwords: Passwords::default(),
            listeners: Listeners::default(),
            limits: Arc::new(Limits::new(&config)),
            config: Arc::new(config),
            callers: Callers::builder().max_capacity(KNOWN_CALLERS).time_to_live(BELIEVED_FOR).build(),
            platforms: Platforms::builder().max_capacity(KNOWN_CALLERS).time_to_live(BELIEVED_FOR).build(),
            directory: Directory::default(),
            calendars: Calendars::default(),
            wall: Arc::default(),
            campaigns: moka::sync::Cache::new(KNOWN_CAMPAIGNS),
            darkroom: Darkroom::default(),
            reading_room: ReadingRoom::default(),
            draining: Arc::default(),
        })
    }

    /// The state of the server that a request came to.
    ///
    /// # Errors
    /// [`Failure::Internal`] where the server was put together without one.
    pub fn of(req: &HttpRequest) -> Result<web::Data<Self>, Failure> {
        let state = req.app_data::<web::Data<Self>>().cloned();
        state.ok_or_else(|| Internal::new("the server has no state").into())
    }

    /// Says that the server is about to stop: it is not ready for new work any more.
    pub fn drain(&self) {
        self.draining.send_replace(true);
    }

    /// Whether the server is about to stop.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        *self.draining.borrow()
    }

    /// Waits until the server is about to stop.
    pub async fn drained(&self) {
        // The sender is here, so the wait cannot fail.
        let _ = self.draining.subscribe().wait_for(|draining| *draining).await;
    }
}

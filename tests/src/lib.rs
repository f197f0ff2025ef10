//! A Wishlight of its own for each test: a real server on a free port of 127.0.0.1, over a database of
//! its own on SQLite or PostgreSQL, with a clock that stands still until it is told.
//!
//! PostgreSQL is the server that `TEST_DATABASE_URL` names (`tests/tools/with-postgres.sh` starts
//! one); without it the tests of PostgreSQL fail, rather than pass unseen.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up fails"
)]

pub mod client;
pub mod databases;
pub mod provider;
pub mod receiver;
pub mod smtp;
pub mod world;

use client::Client;
use databases::Database;
use domain::time::Instant;
use server::{
    State,
    ambient::Clock,
    config::{Config, Hidden},
    secrets::Secrets,
};
use std::net::TcpListener;

pub use databases::Kind;

/// Friday, 20 November 2026, 16:00 in China.
pub const START: &str = "2026-11-20T08:00:00Z";

/// [`START`].
pub fn start() -> Instant {
    START.parse().expect("an instant")
}

/// The key that wraps data keys here.
pub const KEK: &str = "1:yOfIvJCEcCfQ8WWr2DeXw2pM0bMBDXeQPzIYDGUSx5w=";

/// Names the two tests of one body: `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both {
    ($(#[$meta:meta])* async fn $name:ident($app:ident) $body:block) => {
        mod $name {
            use super::*;

            async fn body($app: &$crate::App) $body

            $(#[$meta])*
            #[test]
            fn sqlite() {
                $crate::run($crate::Kind::Sqlite, async |app| body(&app).await);
            }

            $(#[$meta])*
            #[test]
            fn postgres() {
                $crate::run($crate::Kind::Postgres, async |app| body(&app).await);
            }
        }
    };
}

/// Runs `body` on a server of its own, then holds what it stored against the invariants.
pub fn run(kind: Kind, body: impl AsyncFnOnce(App)) {
    run_with(kind, |_| {}, body);
}

/// [`run`] with some settings changed.
pub fn run_with(kind: Kind, change: impl FnOnce(&mut Config), body: impl AsyncFnOnce(App)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        let app = App::start_with(kind, change).await;
        let check = app.clone();
        body(app).await;
        check.assert_sound().await;
        check.stop().await;
    });
}

/// A running server.
#[derive(Clone)]
pub struct App {
    /// `http://127.0.0.1:port`
    pub base: String,
    /// What the server shares; for what a test cannot do through the API.
    pub state: State,
    server: actix_web::dev::ServerHandle,
    /// What it keeps.
    pub database: std::sync::Arc<Database>,
    /// Nothing is set otherwise than in most tests.
    as_usual: bool,
}

impl App {
    /// Starts a server over a new, migrated database.
    pub async fn start(kind: Kind) -> Self {
        Self::start_with(kind, |_| {}).await
    }

    /// [`App::start`] with some settings changed.
    pub async fn start_with(kind: Kind, change: impl FnOnce(&mut Config)) -> Self {
        Self::start_at(start(), kind, change).await
    }

    async fn start_at(now: Instant, kind: Kind, change: impl FnOnce(&mut Config)) -> Self {
        let database = Database::create(kind);
        let usual = config(&database);
        let mut config = usual.clone();
        change(&mut config);
        let as_usual = config == usual;
        let state = opened(config, Clock::fixed(now));
        state.db.migrate().await.expect("migrations");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let server = server::start(state.clone(), listener).expect("a server");
        let handle = server.handle();
        tokio::task::spawn_local(server);
        Self { base, state, server: handle, database: std::sync::Arc::new(database), as_usual }
    }

    async fn stop(&self) {
        self.server.stop(false).await;
    }

    /// Somebody who is not signed in.
    pub fn public(&self) -> Client {
        Client::new(&self.base)
    }

    /// Moves the clock on by whole days, and does all that is due then.
    pub async fn pass_days(&self, days: i64) -> server::jobs::Swept {
        self.state.clock.advance(days * 86_400);
        server::jobs::sweep(&self.state, self.state.clock.now()).await.expect("a sweep")
    }

    /// Holds the figures of every organisation against its wishes, and puts them right, as a server does again and again.
    pub async fn verify_figures(&self) {
        let cx = server::app::Context::new(&self.state, domain::access::Actor::default());
        let mut last = None;
        while let Some((at, _)) = server::app::tally::verify(&self.state, &cx, last).await.expect("a look") {
            last = Some(at);
        }
    }

    /// Nothing stored breaks an invariant.
    pub async fn assert_sound(&self) {
        let (vault, secrets) = (self.state.vault.clone(), std::sync::Arc::clone(&self.state.secrets));
        let check = move |tx: &mut store::Conn| {
            let mut findings = server::app::check::check(tx, &vault)?.findings;
            findings.extend(server::app::audit::check(tx, &secrets)?);
            Ok::<_, server::problem::Failure>(findings)
        };
        let findings = self.state.db.read_slow(check).await.expect("a check");
        assert_eq!(findings, Vec::<String>::new());
    }
}

/// The shared state of a server over `database`.
pub fn open(database: &Database, clock: Clock) -> State {
    opened(config(database), clock)
}

/// [`open`] with some settings changed. Nobody is told to slow down unless that is what is tested.
pub fn open_with(database: &Database, clock: Clock, change: impl FnOnce(&mut Config)) -> State {
    let mut config = config(database);
    change(&mut config);
    opened(config, clock)
}

/// The shared state of a server with this configuration.
pub fn opened(config: Config, clock: Clock) -> State {
    let secrets = Secrets::open(&config).expect("secrets");
    State::open(config, secrets, clock).expect("a database")
}

/// How a server over `database` is configured here.
pub fn config(database: &Database) -> Config {
    Config {
        database_url: Hidden(database.url.clone()),
        secret_key: Some(Hidden(
            "9f2c6b1de8a4473c05d19e7b8a360ff1c4725e90b6d83a1f4e0c97d25b68a3f7".to_owned(),
        )),
        key_encryption_keys: Some(Hidden(KEK.to_owned())),
        workers: Some(2),
        log_level: "warn".to_owned(),
        require_totp: Some(false),
        rate_limit_per_minute: 0,
        rate_limit_route_per_minute: 0,
        rate_limit_auth_per_minute: 0,
        rate_limit_forms_per_minute: 0,
        ..Config::default()
    }
}

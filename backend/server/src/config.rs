//! How this server is to run: environment variables `WISHLIGHT_*` over an optional TOML file that
//! `WISHLIGHT_CONFIG` names. Everything is checked before anything starts, and an unknown key is an
//! error, so that a misspelt one is not silently ignored. Must not read anything later.

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use domain::retention::{Periods, RetentionClass};
use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::{
    mailer,
    net::Network,
    outgoing::{Listed, Outgoing},
};

/// The whole configuration. Each field is a key of the file, and in upper case behind `WISHLIGHT_`
/// the name of a variable.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// `sqlite://path` or `postgres://…`; without it, `wishlight.db` in the data folder.
    pub database_url: Hidden,
    /// A PostgreSQL replica for slow reads.
    pub replica_url: Option<Hidden>,
    /// Where to listen.
    pub bind: SocketAddr,
    /// Where the server keeps its files.
    pub data_dir: PathBuf,
    /// The built front end; without it, `frontend/dist` where that exists.
    pub static_dir: Option<PathBuf>,
    /// The address under which callers reach this server, for absolute links and secure cookies.
    pub public_url: Option<String>,
    /// The master secret, at least 32 bytes in base64 or hex, the same on all nodes; without it, one
    /// is made in the data folder.
    pub secret_key: Option<Hidden>,
    /// The keys that wrap the residents' data keys, as `2:base64,1:base64`: 32 random bytes each, the
    /// first is current; the same on all nodes. Without it, one is made in the data folder.
    pub key_encryption_keys: Option<Hidden>,
    /// Worker threads; one for each processor where not given.
    pub workers: Option<usize>,
    /// Database connections.
    pub pool_size: u32,
    /// Sites that may call the API from a browser, with credentials.
    #[serde(deserialize_with = "list")]
    pub cors_origins: Vec<String>,
    /// Proxies whose X-Forwarded-For is believed.
    #[serde(deserialize_with = "list")]
    pub trusted_proxies: Vec<Network>,
    /// Services that this server may call though they lie inside, or at another port than 443: `host`,
    /// `host:port`, or `http://host:port` for one without TLS.
    #[serde(deserialize_with = "list")]
    pub outgoing_allow: Vec<Listed>,
    /// The provider with which people may sign in beside their password (OpenID Connect), by its issuer.
    pub oidc_issuer: Option<String>,
    /// As what this server is entered there.
    pub oidc_client_id: Option<String>,
    /// Its secret there; without it, it is a public client.
    pub oidc_client_secret: Option<Hidden>,
    /// What people call the provider; its host when absent.
    pub oidc_name: Option<String>,
    /// The values of `amr` or `acr` by which the provider says that it asked for a second factor, and is
    /// believed. None by default.
    #[serde(deserialize_with = "list")]
    pub oidc_second_factor: Vec<String>,
    /// The mail server by which people are told what waits for them: `smtps://USER:PASSWORD@HOST`, or
    /// `smtp://…?tls=required`. Without it nobody is written to.
    pub smtp_url: Option<Hidden>,
    /// From whom these letters are.
    pub mail_from: Option<String>,
    /// How a log line is written.
    pub log_format: LogFormat,
    /// What is logged, as `info` or `warn,server=debug`.
    pub log_level: String,
    /// How long an access token lives.
    pub access_token_seconds: u32,
    /// How many requests one caller may send in a minute; 0 sets no limit.
    pub rate_limit_per_minute: u32,
    /// How many of them to one and the same route.
    pub rate_limit_route_per_minute: u32,
    /// How many requests to sign in, renew or sign out may come from one address in a minute.
    pub rate_limit_auth_per_minute: u32,
    /// How many applications to join a circle, and looks for one by its code, may come from one address in a minute.
    pub rate_limit_forms_per_minute: u32,
    /// How many pictures one person may upload in a day.
    pub uploads_per_day: u32,
    /// Whether whoever holds a role must sign in with a second factor to see personal data; when absent,
    /// where `public_url` is https.
    pub require_totp: Option<bool>,
    /// How long a request may take.
    pub request_timeout_seconds: u32,
    /// How long a request may take that uploads a picture, with the time on a slow line.
    pub upload_timeout_seconds: u32,
    /// How long running requests may take to end when the server stops.
    pub shutdown_timeout_seconds: u32,
    /// How long a request waits for a database connection.
    pub pool_timeout_seconds: u32,
    /// How long a statement may take (PostgreSQL).
    pub statement_timeout_seconds: u32,
    /// The same for counts, ranked searches and reports.
    pub slow_statement_timeout_seconds: u32,
    /// How long a statement waits for a lock (PostgreSQL).
    pub lock_timeout_seconds: u32,
    /// How long SQLite waits for another process that writes.
    pub busy_timeout_seconds: u32,
    /// How long the receiver of a webhook has to answer.
    pub webhook_timeout_seconds: u32,
    /// For how many days the texts of a wish stay that was declined at review.
    pub retention_declined_wish_days: u32,
    /// The same of one that was fulfilled or withdrawn.
    pub retention_ended_wish_days: u32,
    /// For how many days a resident stays after the last of their wishes ended.
    pub retention_resident_days: u32,
    /// For how many days photos of deliveries stay.
    pub retention_photo_days: u32,
    /// For how many days it is kept who was signed in: six months at least.
    pub retention_sign_in_days: u32,
    /// How many days an application to join a circle is kept after its answer, or after it came.
    pub retention_application_days: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database_url: Hidden(String::new()),
            replica_url: None,
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data_dir: PathBuf::from("data"),
            static_dir: None,
            public_url: None,
            secret_key: None,
            key_encryption_keys: None,
            workers: None,
            pool_size: 8,
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            outgoing_allow: Vec::new(),
            oidc_issuer: None,
            oidc_client_id: None,
            oidc_client_secret: None,
            oidc_name: None,
            oidc_second_factor: Vec::new(),
            smtp_url: None,
            mail_from: None,
            log_format: LogFormat::Text,
            log_level: "info".to_owned(),
            access_token_seconds: 600,
            rate_limit_per_minute: 1200,
            rate_limit_route_per_minute: 600,
            rate_limit_auth_per_minute: 300,
            rate_limit_forms_per_minute: 10,
            uploads_per_day: 100,
            require_totp: None,
            request_timeout_seconds: 5,
            upload_timeout_seconds: 60,
            shutdown_timeout_seconds: 10,
            pool_timeout_seconds: 1,
            statement_timeout_seconds: 3,
            slow_statement_timeout_seconds: 4,
            lock_timeout_seconds: 2,
            busy_timeout_seconds: 5,
            webhook_timeout_seconds: 15,
            retention_declined_wish_days: RetentionClass::DeclinedWish.period().usual,
            retention_ended_wish_days: RetentionClass::EndedWish.period().usual,
            retention_resident_days: RetentionClass::Resident.period().usual,
            retention_photo_days: RetentionClass::Photo.period().usual,
            retention_sign_in_days: RetentionClass::SignIn.period().usual,
            retention_application_days: RetentionClass::Application.period().usual,
        }
    }
}

/// How a log line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// A value that is not to appear in a log.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Hidden(pub String);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// Why the server does not start with this configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A key is unknown, or a value is not of its type.
    #[error("configuration: {0}")]
    Unreadable(Box<figment::Error>),
    /// A value is not one to run with.
    #[error("configuration: {key}: {why}")]
    Refused {
        /// The key.
        key: &'static str,
        /// What is wrong, and what to do.
        why: String,
    },
}

impl Config {
    /// Reads and checks the configuration.
    ///
    /// # Errors
    /// [`ConfigError`] names the key and what to do.
    pub fn load() -> Result<Self, ConfigError> {
        let environment = Env::prefixed("WISHLIGHT_").ignore(&["config"]);
        let file = std::env::var_os("WISHLIGHT_CONFIG").map(PathBuf::from);
        let figment = match file {
            Some(path) if path.is_file() => Figment::from(Toml::file_exact(path)),
            Some(path) => return Err(refused("config", format!("there is no file {}", path.display()))),
            None => Figment::new(),
        };
        Self::read(&figment.merge(environment))
    }

    fn read(figment: &Figment) -> Result<Self, ConfigError> {
        let config: Self = figment.extract().map_err(|error| ConfigError::Unreadable(Box::new(error)))?;
        config.checked()
    }

    /// Fills in what depends on other values, and refuses what must not run.
    fn checked(mut self) -> Result<Self, ConfigError> {
        if self.database_url.0.is_empty() {
            self.database_url.0 = format!("sqlite://{}", self.data_dir.join("wishlight.db").display());
        }
        is_database("database_url", &self.database_url)?;
        if let Some(url) = &self.replica_url {
            is_database("replica_url", url)?;
        }
        if let Some(url) = &self.public_url {
            is_site("public_url", url.trim_end_matches('/'))?;
        }
        self.check_oidc()?;
        self.check_mail()?;
        for origin in &self.cors_origins {
            is_site("cors_origins", origin)?;
        }
        let built = PathBuf::from("frontend/dist");
        match &self.static_dir {
            Some(folder) if !folder.join("index.html").is_file() => {
                return Err(refused("static_dir", format!("{} has no index.html", folder.display())));
            }
            None if built.join("index.html").is_file() => self.static_dir = Some(built),
            _ => {}
        }
        if let Err(error) = self.log_level.parse::<tracing_subscriber::EnvFilter>() {
            return Err(refused("log_level", error.to_string()));
        }
        self.check_ranges()?;
        Ok(self)
    }

    /// A provider is configured whole, or not at all.
    fn check_oidc(&self) -> Result<(), ConfigError> {
        let Some(issuer) = &self.oidc_issuer else {
            return match self.oidc_client_id.is_some() || self.oidc_client_secret.is_some() {
                true => Err(refused("oidc_issuer", "missing beside oidc_client_id".to_owned())),
                false => Ok(()),
            };
        };
        let callable = Outgoing::admits(&self.outgoing_allow, issuer);
        callable.map_err(|error| refused("oidc_issuer", format!("{error}; see outgoing_allow")))?;
        if self.oidc_client_id.is_none() {
            return Err(refused("oidc_client_id", "missing beside oidc_issuer".to_owned()));
        }
        match self.public_url {
            Some(_) => Ok(()),
            None => Err(refused("public_url", "missing: the provider sends people back there".to_owned())),
        }
    }

    /// So are letters.
    fn check_mail(&self) -> Result<(), ConfigError> {
        let (Some(url), Some(from)) = (&self.smtp_url, &self.mail_from) else {
            return match (&self.smtp_url, &self.mail_from) {
                (Some(_), _) => Err(refused("mail_from", "missing beside smtp_url".to_owned())),
                (_, Some(_)) => Err(refused("smtp_url", "missing beside mail_from".to_owned())),
                (None, None) => Ok(()),
            };
        };
        mailer::check_url(&url.0).map_err(|why| refused("smtp_url", why.to_owned()))?;
        mailer::check_from(from).map_err(|why| refused("mail_from", why.to_owned()))?;
        match self.public_url {
            Some(_) => Ok(()),
            None => Err(refused("public_url", "missing: letters lead there".to_owned())),
        }
    }

    fn check_ranges(&self) -> Result<(), ConfigError> {
        for (key, value, least, most) in [
            ("pool_size", self.pool_size, 1, 1000),
            ("access_token_seconds", self.access_token_seconds, 30, 600),
            ("rate_limit_per_minute", self.rate_limit_per_minute, 0, 1_000_000),
            ("rate_limit_route_per_minute", self.rate_limit_route_per_minute, 0, 1_000_000),
            ("rate_limit_auth_per_minute", self.rate_limit_auth_per_minute, 0, 1_000_000),
            ("rate_limit_forms_per_minute", self.rate_limit_forms_per_minute, 0, 1_000_000),
            ("uploads_per_day", self.uploads_per_day, 1, 100_000),
            ("request_timeout_seconds", self.request_timeout_seconds, 1, 60),
            ("upload_timeout_seconds", self.upload_timeout_seconds, 5, 300),
            ("shutdown_timeout_seconds", self.shutdown_timeout_seconds, 0, 300),
            ("pool_timeout_seconds", self.pool_timeout_seconds, 1, 30),
            ("statement_timeout_seconds", self.statement_timeout_seconds, 1, 60),
            ("slow_statement_timeout_seconds", self.slow_statement_timeout_seconds, 1, 600),
            ("lock_timeout_seconds", self.lock_timeout_seconds, 1, 60),
            ("busy_timeout_seconds", self.busy_timeout_seconds, 1, 60),
            ("webhook_timeout_seconds", self.webhook_timeout_seconds, 1, 30),
            days(
                "retention_declined_wish_days",
                self.retention_declined_wish_days,
                RetentionClass::DeclinedWish,
            ),
            days("retention_ended_wish_days", self.retention_ended_wish_days, RetentionClass::EndedWish),
            days("retention_resident_days", self.retention_resident_days, RetentionClass::Resident),
            days("retention_photo_days", self.retention_photo_days, RetentionClass::Photo),
            days("retention_sign_in_days", self.retention_sign_in_days, RetentionClass::SignIn),
            days("retention_application_days", self.retention_application_days, RetentionClass::Application),
        ] {
            if !(least..=most).contains(&value) {
                return Err(refused(key, format!("{value} is not between {least} and {most}")));
            }
        }
        match self.workers {
            Some(workers) if !(1..=256).contains(&workers) => {
                Err(refused("workers", format!("{workers} is not between 1 and 256")))
            }
            _ => Ok(()),
        }
    }

    /// How long what is kept of residents is kept.
    #[must_use]
    pub fn retention(&self) -> Periods {
        Periods {
            declined_wish: self.retention_declined_wish_days,
            ended_wish: self.retention_ended_wish_days,
            resident: self.retention_resident_days,
            photo: self.retention_photo_days,
            sign_in: self.retention_sign_in_days,
            application: self.retention_application_days,
            ..Periods::default()
        }
    }

    /// How the store is to be opened.
    #[must_use]
    pub fn store_options(&self) -> store::Options {
        let seconds = |value: u32| Duration::from_secs(u64::from(value));
        store::Options {
            pool_size: self.pool_size,
            pool_timeout: seconds(self.pool_timeout_seconds),
            statement_timeout: seconds(self.statement_timeout_seconds),
            slow_statement_timeout: seconds(self.slow_statement_timeout_seconds),
            lock_timeout: seconds(self.lock_timeout_seconds),
            busy_timeout: seconds(self.busy_timeout_seconds),
            replica_url: self.replica_url.as_ref().map(|url| url.0.clone()),
            ..store::Options::default()
        }
    }

    /// How long a request may take.
    #[must_use]
    pub fn request_timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.request_timeout_seconds))
    }

    /// How long a request may take that uploads a picture.
    #[must_use]
    pub fn upload_timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.upload_timeout_seconds))
    }

    /// Whether personal data is shown only to those who signed in with a second factor.
    #[must_use]
    pub fn requires_totp(&self) -> bool {
        self.require_totp.unwrap_or_else(|| self.is_https())
    }

    /// Whether callers reach this server over TLS, so that cookies are to be `Secure`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// A period, from what the law asks for to ten years.
fn days(key: &'static str, value: u32, class: RetentionClass) -> (&'static str, u32, u32, u32) {
    (key, value, class.period().floor, 3660)
}

fn refused(key: &'static str, why: String) -> ConfigError {
    ConfigError::Refused { key, why }
}

/// The address may hold a password, so it is never repeated.
fn is_database(key: &'static str, url: &Hidden) -> Result<(), ConfigError> {
    let known = ["sqlite://", "postgres://", "postgresql://"];
    match known.iter().any(|scheme| url.0.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty())) {
        true => Ok(()),
        false => Err(refused(key, "must be sqlite://PATH or postgres://USER@HOST/NAME".to_owned())),
    }
}

/// An origin: scheme and host, as a browser sends it, without a path.
fn is_site(key: &'static str, url: &str) -> Result<(), ConfigError> {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let plain = |host: &str| {
        !host.is_empty() && !host.contains(|c: char| "/?#@*\"<>".contains(c) || c.is_whitespace())
    };
    match host.is_some_and(plain) {
        true => Ok(()),
        false => Err(refused(key, format!("{url:?} must be like https://wish.example.org, without a path"))),
    }
}

/// A list of the file, or a text with commas from the environment.
fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr<Err: fmt::Display>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Text(String),
        List(Vec<String>),
    }
    let parts = match Given::deserialize(deserializer)? {
        Given::Text(text) => text.split(',').map(str::to_owned).collect(),
        Given::List(list) => list,
    };
    let parts = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().map_err(D::Error::custom)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(toml: &str) -> Result<Config, String> {
        Config::read(&Figment::from(Toml::string(toml))).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_need_be_said() {
        let config = read("").unwrap();
        assert_eq!(config.database_url.0, "sqlite://data/wishlight.db");
        assert_eq!(config.bind.to_string(), "127.0.0.1:8080");
        let moved = read("data_dir = '/srv/w'").unwrap();
        assert_eq!(moved.database_url.0, "sqlite:///srv/w/wishlight.db");
    }

    #[test]
    fn lists_come_as_lists_or_with_commas() {
        let one = read("trusted_proxies = '10.0.0.0/8, ::1'").unwrap();
        let two = read("trusted_proxies = ['10.0.0.0/8', '::1']").unwrap();
        assert_eq!(one.trusted_proxies, two.trusted_proxies);
        assert_eq!(one.trusted_proxies.len(), 2);
    }

    #[test]
    fn what_must_not_run_is_refused_by_name() {
        for (toml, says) in [
            ("bnid = '127.0.0.1:1'", "bnid"),
            ("bind = 'here'", "bind"),
            ("database_url = 'mysql://root:hunter2@db/w'", "database_url"),
            ("public_url = 'wish.example.org'", "public_url"),
            ("public_url = 'https://wish.example.org/x'", "public_url"),
            ("cors_origins = '*'", "cors_origins"),
            ("cors_origins = ['https://a.example', 'nonsense']", "cors_origins"),
            ("trusted_proxies = 'everyone'", "trusted_proxies"),
            ("outgoing_allow = 'ftp://inside'", "outgoing_allow"),
            ("outgoing_allow = 'https://inside/path'", "outgoing_allow"),
            ("oidc_client_id = 'w'", "oidc_issuer"),
            ("oidc_issuer = 'https://id.example.org'", "oidc_client_id"),
            ("oidc_issuer = 'https://id.example.org'\noidc_client_id = 'w'", "public_url"),
            ("oidc_issuer = 'http://id.example.org'\noidc_client_id = 'w'", "oidc_issuer"),
            ("oidc_issuer = 'https://127.0.0.1'\noidc_client_id = 'w'", "oidc_issuer"),
            ("smtp_url = 'smtps://u:hunter2@mail.example.org'", "mail_from"),
            ("mail_from = 'a@example.org'", "smtp_url"),
            ("smtp_url = 'smtp://u:hunter2@mail.example.org'\nmail_from = 'a@example.org'", "smtp_url"),
            ("smtp_url = 'smtps://u:hunter2@mail.example.org'\nmail_from = 'us'", "mail_from"),
            ("smtp_url = 'smtps://u:hunter2@mail.example.org'\nmail_from = 'a@example.org'", "public_url"),
            ("static_dir = '/nowhere'", "static_dir"),
            ("log_level = 'info,=='", "log_level"),
            ("log_format = 'xml'", "log_format"),
            ("access_token_seconds = 86400", "access_token_seconds"),
            ("pool_size = 0", "pool_size"),
            ("workers = 0", "workers"),
            ("retention_sign_in_days = 90", "retention_sign_in_days"),
            ("retention_resident_days = 1", "retention_resident_days"),
        ] {
            let error = read(toml).unwrap_err();
            assert!(error.contains(says), "{toml}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn secrets_do_not_show() {
        let mail =
            "smtp_url = 'smtps://u:hunter2@mail.example.org'\nmail_from = '点亮微心愿 <a@example.org>'";
        let url = "public_url = 'https://wish.example.org'";
        let toml =
            format!("secret_key = 'hunter2'\ndatabase_url = 'postgres://u:hunter2@db/w'\n{mail}\n{url}");
        let config = read(&toml).unwrap();
        assert!(!format!("{config:?}").contains("hunter2"));
    }
}

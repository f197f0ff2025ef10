//! The command line. Starts things and prints; decides nothing. Each command is a variant of
//! [`Command`] and one line in [`run`]; what it does is a function of `app`, `store` or [`serve`].

mod data;
mod keys;
mod serve;

use std::{
    error::Error,
    fs, io,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use clap::{Parser, Subcommand};
use domain::{organisation::Level, time::Instant};

use crate::{
    ambient::Clock,
    app,
    config::{Config, ConfigError},
    observe, openapi,
    problem::Failure,
    secrets::{SecretError, Secrets},
    serve::StartError,
    state::State,
};

/// 点亮微心愿: small wishes, collected, claimed, delivered, confirmed.
#[derive(Debug, Parser)]
#[command(
    name = "wishlight",
    version,
    after_help = "Configured by WISHLIGHT_* variables and the file that WISHLIGHT_CONFIG names: docs/OPERATIONS.md."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Migrate the database and serve until told to stop.
    Serve,
    /// Apply the migrations that are missing.
    Migrate,
    /// Found a tree: a root organisation, its categories and its administrator.
    CreateAdmin {
        /// The name to sign in with.
        #[arg(long)]
        username: String,
        /// The password; `-` reads it from standard input.
        #[arg(long)]
        password: String,
        /// The name of the root organisation.
        #[arg(long)]
        organisation: String,
        /// The level of the root organisation.
        #[arg(long, default_value = "county")]
        level: Level,
    },
    /// Print a new first password for somebody whom no administrator can give one; their sessions end.
    ResetPassword {
        /// The name to sign in with.
        #[arg(long)]
        username: String,
        /// They lost their second factor too: take it away.
        #[arg(long)]
        second_factor: bool,
    },
    /// Load the demo into an empty database, and print its accounts.
    Demo,
    /// Do once all that is due: shares lapse, wishes go up.
    RunJobs {
        /// As if it were this time (RFC 3339); now when absent.
        #[arg(long)]
        as_of: Option<Instant>,
    },
    /// Remove what is over its time, in all trees; or count it.
    Retention {
        /// Count, and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// The time to judge by, such as 2026-11-20T08:00:00Z; now when absent. To count by alone: what is
        /// removed before its time is lost.
        #[arg(long, value_name = "TIME", requires = "dry_run")]
        as_of: Option<Instant>,
    },
    /// Print the field catalogue as Markdown (docs/FIELDS.md).
    Fields,
    /// Print what each published figure means, as Markdown (docs/figures.md).
    Figures,
    /// Hold everything stored against the invariants; fails when one does not hold.
    Check,
    /// Print the API's document.
    Openapi,
    /// Write a consistent copy of an SQLite database to a new file, while it is in use, and its data
    /// keys to a file of their own.
    Backup {
        /// The file to write.
        path: PathBuf,
        /// The file for the data keys, written over: only the newest is to be kept.
        #[arg(long)]
        keys: PathBuf,
    },
    /// Write the data keys to a file of their own, for a database that other tools back up.
    ExportKeys {
        /// The file, written over: only the newest is to be kept.
        path: PathBuf,
    },
    /// Put the newest data keys into a restored backup; who was erased since is forgotten there too.
    ImportKeys {
        /// The file that `backup` or `export-keys` wrote last.
        path: PathBuf,
    },
    /// Add a key-encryption key and put every data key under it, while the server runs; or go on where
    /// this was stopped.
    RotateKeys {
        /// How many data keys one transaction rewraps.
        #[arg(long, default_value_t = app::rotation::BATCH, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        batch: i64,
    },
}

/// Why a command failed, in words for whoever typed it.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Open(#[from] store::OpenError),
    #[error(transparent)]
    Store(#[from] store::StoreError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("the API document: {0}")]
    Document(#[from] serde_json::Error),
    #[error("{what}: {error}")]
    Io {
        what: String,
        #[source]
        error: io::Error,
    },
    #[error("{0} findings: the data breaks the invariants above")]
    Unsound(usize),
    #[error("{}{}", .0.code().text().en, .0.internal().map(|cause| format!(" ({cause})")).unwrap_or_default())]
    Refused(Failure),
}

impl From<Failure> for Failed {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

impl Failed {
    fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        |error| Self::Io { what, error }
    }
}

/// Runs the command that the program was called with.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match actix_web::rt::System::new().block_on(run(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            // The messages of ours say what to do; below them stands what a library had to say.
            let mut source = failed.source();
            let mut text = failed.to_string();
            while let Some(error) = source {
                let inner = error.to_string();
                if !text.contains(&inner) {
                    text = format!("{text}: {inner}");
                }
                source = error.source();
            }
            let _ = writeln!(io::stderr(), "wishlight: {text}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Failed> {
    match command {
        Command::Serve => serve::serve(open_to_serve()?).await,
        Command::Migrate => migrate(&open()?).await,
        Command::CreateAdmin { username, password, organisation, level } => {
            data::create_admin(&open()?, username, password, organisation, level).await
        }
        Command::ResetPassword { username, second_factor } => {
            data::reset_password(&open()?, username, second_factor).await
        }
        Command::Demo => data::demo(&open()?).await,
        Command::RunJobs { as_of } => data::run_jobs(&open()?, as_of).await,
        Command::Check => data::check(&open()?).await,
        Command::Retention { dry_run, as_of } => data::retention(&open()?, dry_run, as_of).await,
        Command::Fields => print(&domain::catalogue::page()),
        Command::Figures => print(&domain::figure::page()),
        Command::Openapi => print(&openapi::print(&openapi::document())?),
        Command::Backup { path, keys } => backup(&open()?, &path, &keys).await,
        Command::ExportKeys { path } => keys::export(&open()?, &path).await,
        Command::ImportKeys { path } => keys::import(&open()?, &path).await,
        Command::RotateKeys { batch } => keys::rotate(&open()?, batch).await,
    }
}

/// How long a unit of work of a command may take: nobody waits for a page.
const PATIENCE: Duration = Duration::from_secs(600);

/// What a command that does its work and ends begins with.
fn open() -> Result<State, Failed> {
    let (config, secrets) = configured()?;
    let options = store::Options { answer_timeout: PATIENCE, ..config.store_options() };
    Ok(State::open_with(options, config, secrets, Clock::system())?)
}

fn open_to_serve() -> Result<State, Failed> {
    let (config, secrets) = configured()?;
    Ok(State::open(config, secrets, Clock::system())?)
}

fn configured() -> Result<(Config, Secrets), Failed> {
    let config = Config::load()?;
    observe::log(&config);
    let folder = &config.data_dir;
    fs::create_dir_all(folder).map_err(Failed::io(format!("data_dir {}", folder.display())))?;
    let secrets = Secrets::open(&config)?;
    Ok((config, secrets))
}

async fn migrate(state: &State) -> Result<(), Failed> {
    let applied = state.db.migrate().await?;
    match applied.as_slice() {
        [] => print("The database is up to date.\n"),
        applied => print(&format!("Applied: {}\n", applied.join(", "))),
    }
}

async fn backup(state: &State, path: &Path, keys: &Path) -> Result<(), Failed> {
    let named = || format!("{}", path.display());
    // Made beforehand, so that it is the owner's alone from its first byte; SQLite fills an empty file.
    let mut private = fs::OpenOptions::new();
    private.write(true).create_new(true).mode(0o600).open(path).map_err(Failed::io(named()))?;
    let rows = match state.db.backup(path).await {
        Ok(rows) => rows,
        Err(error) => {
            fs::remove_file(path).map_err(Failed::io(named()))?;
            return Err(error.into());
        }
    };
    keys::write(keys, &rows)?;
    print(&format!("Written: {}\n", path.display()))
}

/// To standard output. Where nobody reads it any more, as behind `| head`, that is no failure.
fn print(text: &str) -> Result<(), Failed> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failed::io("standard output")(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}

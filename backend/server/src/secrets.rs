//! One master secret, and a key for each use derived from it, so that no key serves two purposes.
//!
//! The secret comes from the configuration, where several nodes share it, or is made once in the data
//! folder, readable by its owner alone. Must not know what the keys are used for beyond their names.

use base16ct::mixed;
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{ambient, config::Config, keys::Keys};
use std::sync::Arc;
use vault::{BlindIndex, Vault};

const LEAST: usize = 32;

/// What a derived key is for. The name is part of the derivation: renaming one changes its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Signs access tokens.
    AccessToken,
    /// Hides refresh tokens in the store, and makes their successors.
    RefreshToken,
    /// Signs the cursors of lists.
    Cursor,
    /// Hides the codes of wish cards in the store.
    CardCode,
    /// Names what was found in a public text, without telling it.
    Finding,
    /// Hides what requests with an Idempotency-Key held.
    Request,
    /// Seals the answers to them.
    Answer,
    /// Finds residents by exact phone or identity number.
    BlindIndex,
    /// Seals the second factors of users, and what belongs to them.
    Totp,
    /// Seals what a browser keeps while its user is at the sign-in provider.
    Oidc,
    /// Seals the heads of the chains of events.
    Audit,
    /// Hides the keys of platforms in the store.
    PlatformKey,
    /// Draws the wishes that are asked about again.
    SpotCheck,
    /// Seals where people are written to, and makes the codes that prove it.
    Email,
    /// Seals who asks to join a circle, and hides the codes of applications.
    Application,
    /// Seals what messages to webhooks are signed with.
    Webhook,
    /// Hides whom platforms claim for, and knows their requests again.
    PlatformClaim,
    /// Signs the passes of programs.
    Pass,
    /// Seals sheets that wait to be imported, and knows their rows again.
    Import,
    /// Seals files that were asked for, and what opens them.
    Export,
}

impl Use {
    const fn label(self) -> &'static str {
        match self {
            Self::AccessToken => "access-token",
            Self::RefreshToken => "refresh-token",
            Self::Cursor => "cursor",
            Self::CardCode => "card-code",
            Self::Finding => "finding",
            Self::Request => "request",
            Self::Answer => "answer",
            Self::BlindIndex => "blind-index",
            Self::Totp => "totp",
            Self::Oidc => "oidc",
            Self::Audit => "audit",
            Self::PlatformKey => "platform-key",
            Self::SpotCheck => "spot-check",
            Self::Email => "email",
            Self::Application => "application",
            Self::Webhook => "webhook",
            Self::PlatformClaim => "platform-claim",
            Self::Pass => "pass",
            Self::Import => "import",
            Self::Export => "export",
        }
    }
}

/// The master secret, and beside it the keys that wrap data keys, which nothing is derived from: they
/// change, and it does not. Its `Debug` shows nothing, and it is never written anywhere but its own file.
#[derive(Clone)]
pub struct Secrets {
    master: Vec<u8>,
    keys: Arc<Keys>,
}

/// Why there is no secret to start with.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The secret could be guessed.
    #[error("secret_key: {0}. Make one with: openssl rand -base64 32")]
    Weak(&'static str),
    /// Others on this machine may read or replace it.
    #[error("{} may be read by others (mode {mode:o}). Run: chmod {wanted:o} {}", path.display(), path.display())]
    Exposed {
        /// Which file or folder.
        path: PathBuf,
        /// Its mode.
        mode: u32,
        /// What it should be.
        wanted: u32,
    },
    /// The keys that wrap data keys cannot be used.
    #[error("{0}")]
    Keys(vault::VaultError),
    /// It could not be read or made.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// The machine has no source of randomness.
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

impl Secrets {
    /// The configured secret, or the one in the data folder, made when there is none.
    ///
    /// # Errors
    /// [`SecretError`] says what to do.
    pub fn open(config: &Config) -> Result<Self, SecretError> {
        let folder = config.data_dir.join("secrets");
        let master = match &config.secret_key {
            Some(text) => Self::decode(&text.0)?,
            None => Self::in_folder(&folder)?,
        };
        let keys = match &config.key_encryption_keys {
            Some(text) => Keys::given(&text.0)?,
            None => Keys::in_folder(&folder)?,
        };
        Ok(Self { master, keys: Arc::new(keys) })
    }

    /// What seals and opens personal text.
    #[must_use]
    pub fn vault(&self) -> Vault {
        let custody: Arc<dyn vault::Custody> = Arc::<Keys>::clone(&self.keys);
        Vault::new(custody, BlindIndex::new(self.key(Use::BlindIndex)), ambient::fill)
    }

    /// The keys that wrap data keys.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    fn decode(text: &str) -> Result<Vec<u8>, SecretError> {
        let text = text.trim();
        let bytes = match mixed::decode_vec(text).ok().filter(|bytes| bytes.len() >= LEAST) {
            Some(bytes) => bytes,
            None => STANDARD.decode(text).map_err(|_| SecretError::Weak("neither base64 nor hex"))?,
        };
        if bytes.len() < LEAST {
            return Err(SecretError::Weak("shorter than 32 bytes"));
        }
        let kinds: std::collections::HashSet<u8> = bytes.iter().copied().collect();
        // Random bytes never look so; a placeholder of an example file does.
        if kinds.len() < LEAST / 2 || bytes.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
            return Err(SecretError::Weak("not random"));
        }
        Ok(bytes)
    }

    fn in_folder(folder: &Path) -> Result<Vec<u8>, SecretError> {
        let make = || {
            let bytes = ambient::random::<LEAST>().map_err(SecretError::Random)?;
            Ok(STANDARD.encode(bytes))
        };
        Self::decode(&kept(folder, "master", make)?)
    }

    /// The key for one use.
    #[must_use]
    pub fn key(&self, r#use: Use) -> [u8; 32] {
        hmac(&self.master, &[b"wishlight/1/", r#use.label().as_bytes()])
    }
}

/// HMAC-SHA256 over the parts joined.
#[must_use]
pub fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes a key of any length, so there is no other branch.
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else { return [0; 32] };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

fn io(path: &Path) -> impl FnOnce(io::Error) -> SecretError {
    let path = path.to_owned();
    move |error| SecretError::Io { path, error }
}

/// What a file of the secrets folder holds; made first where there is none.
pub(crate) fn kept(
    folder: &Path,
    name: &str,
    make: impl FnOnce() -> Result<String, SecretError>,
) -> Result<String, SecretError> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(io(folder))?;
    private(folder, 0o700)?;
    let path = folder.join(name);
    if !path.exists() {
        place(folder, name, &make()?, false).map_err(io(&path))?;
    }
    private(&path, 0o600)?;
    let mut text = String::new();
    File::open(&path).and_then(|mut file| file.read_to_string(&mut text)).map_err(io(&path))?;
    Ok(text)
}

/// Replaces what a file of the secrets folder holds, whole or not at all.
pub(crate) fn replace(folder: &Path, name: &str, text: &str) -> Result<(), SecretError> {
    place(folder, name, text, true).map_err(io(&folder.join(name)))
}

/// Keeps other processes from doing the same until the file is dropped; the lock ends with the process.
pub(crate) fn hold(folder: &Path, name: &str) -> Result<File, SecretError> {
    let path = folder.join(name);
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
    let file = file.map_err(io(&path))?;
    file.lock().map_err(io(&path))?;
    Ok(file)
}

/// Refuses what anybody but the owner may touch.
fn private(path: &Path, wanted: u32) -> Result<(), SecretError> {
    let found = fs::metadata(path).map_err(|error| SecretError::Io { path: path.to_owned(), error })?;
    let mode = found.mode() & 0o777;
    match mode & 0o077 {
        0 => Ok(()),
        _ => Err(SecretError::Exposed { path: path.to_owned(), mode, wanted }),
    }
}

/// Makes the file whole or not at all. Where another process was faster, its file stands, unless this
/// one is to replace it.
fn place(folder: &Path, name: &str, text: &str, over: bool) -> io::Result<()> {
    let path = &folder.join(name);
    let draft = folder.join(format!("{name}.{}", std::process::id()));
    let written =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
    if over {
        written?;
        fs::rename(&draft, path)?;
        return File::open(folder)?.sync_all();
    }
    let linked = written.and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    fs::remove_file(&draft)?;
    linked?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("wishlight-secrets-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn one_is_made_and_found_again() {
        let folder = folder("made");
        let first = Secrets::in_folder(&folder).ok().unwrap();
        let again = Secrets::in_folder(&folder).ok().unwrap();
        assert_eq!(first, again);
        assert_eq!(fs::metadata(folder.join("master")).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn one_that_others_may_read_is_refused() {
        let folder = folder("open");
        Secrets::in_folder(&folder).ok().unwrap();
        let path = folder.join("master");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let error = Secrets::in_folder(&folder).err().unwrap();
        assert!(error.to_string().contains("chmod 600"), "{error}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o750)).unwrap();
        assert!(matches!(Secrets::in_folder(&folder), Err(SecretError::Exposed { .. })));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn weak_ones_are_refused() {
        for weak in [
            "changeme",
            "",
            "c2VjcmV0",
            &"00".repeat(32),
            &"ab12".repeat(16),
            &STANDARD.encode("this is a default secret, replace it before use"),
        ] {
            assert!(matches!(Secrets::decode(weak), Err(SecretError::Weak(_))), "{weak}");
        }
    }

    #[test]
    fn hex_and_base64_name_the_same_secret_and_each_use_has_its_own_key() {
        let bytes: Vec<u8> = (0..32).map(|i| i * 7 + 3).collect();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let secrets = |text: &str| {
            let keys = Keys::given(&format!("1:{}", STANDARD.encode(&bytes))).ok().unwrap();
            Secrets { master: Secrets::decode(text).ok().unwrap(), keys: Arc::new(keys) }
        };
        let one = secrets(&hex);
        let two = secrets(&STANDARD.encode(&bytes));
        assert_eq!(one.key(Use::CardCode), two.key(Use::CardCode));
        let uses = [
            Use::AccessToken,
            Use::RefreshToken,
            Use::Cursor,
            Use::CardCode,
            Use::Request,
            Use::Answer,
            Use::BlindIndex,
        ];
        let keys: std::collections::HashSet<_> = uses.into_iter().map(|r#use| one.key(r#use)).collect();
        assert_eq!(keys.len(), uses.len());
    }
}

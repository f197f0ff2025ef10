//! Who keeps the keys that wrap data keys: a file of the secrets folder, or the environment. Another
//! keeper (a key service) is another way to make [`Keys`]. Must not know what they wrap.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use vault::{Custody, Keyring, VaultError};

use crate::{
    ambient,
    secrets::{SecretError, hold, kept, replace},
};

const FILE: &str = "keys";
const LOCK: &str = "keys.lock";

/// The keys as they were last read, and where they come from.
pub struct Keys {
    ring: RwLock<Arc<Keyring>>,
    /// None where they were given by the configuration.
    folder: Option<PathBuf>,
}

impl Keys {
    /// Those of the configuration.
    ///
    /// # Errors
    /// [`SecretError::Keys`] says what is wrong with them.
    pub fn given(text: &str) -> Result<Self, SecretError> {
        let ring = Keyring::parse(text).map_err(SecretError::Keys)?;
        Ok(Self { ring: RwLock::new(Arc::new(ring)), folder: None })
    }

    /// Those of the secrets folder; one is made when there is none.
    ///
    /// # Errors
    /// [`SecretError`] says what to do.
    pub fn in_folder(folder: &Path) -> Result<Self, SecretError> {
        let make =
            || Ok(Keyring::draw(ambient::fill).map_err(SecretError::Keys)?.write().as_str().to_owned());
        let ring = Keyring::parse(&kept(folder, FILE, make)?).map_err(SecretError::Keys)?;
        Ok(Self { ring: RwLock::new(Arc::new(ring)), folder: Some(folder.to_owned()) })
    }

    /// Whether a new key can be added here, and not only by whoever sets the environment.
    #[must_use]
    pub const fn can_add(&self) -> bool {
        self.folder.is_some()
    }

    /// Adds a new key and makes it the current one. Durable before it returns, so that nothing is ever
    /// wrapped under a key that a crash could lose.
    ///
    /// # Errors
    /// [`SecretError`] where the file cannot be written; `Keys` where the keys come from the
    /// configuration.
    pub fn add(&self) -> Result<Arc<Keyring>, SecretError> {
        let given = VaultError::BadKeyring("they come from the configuration; add the new one there");
        let folder = self.folder.as_ref().ok_or(SecretError::Keys(given))?;
        let _held = hold(folder, LOCK)?;
        let ring = self.renew().with_new(ambient::fill).map_err(SecretError::Keys)?;
        replace(folder, FILE, &ring.write())?;
        Ok(self.set(ring))
    }

    fn set(&self, ring: Keyring) -> Arc<Keyring> {
        let ring = Arc::new(ring);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&ring);
        ring
    }

    fn read(folder: &Path) -> Result<Keyring, String> {
        let mut text = zeroize::Zeroizing::new(String::new());
        let mut file = File::open(folder.join(FILE)).map_err(|error| error.to_string())?;
        file.read_to_string(&mut text).map_err(|error| error.to_string())?;
        Keyring::parse(&text).map_err(|error| error.to_string())
    }
}

impl Custody for Keys {
    fn keyring(&self) -> Arc<Keyring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn renew(&self) -> Arc<Keyring> {
        let Some(folder) = &self.folder else { return self.keyring() };
        match Self::read(folder) {
            Ok(ring) => self.set(ring),
            Err(error) => {
                tracing::error!(%error, "the key-encryption keys cannot be read again");
                self.keyring()
            }
        }
    }
}

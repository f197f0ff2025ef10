//! The key-encryption keys by version, and what wraps data keys under the current one.

use std::{collections::BTreeMap, fmt, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::{Zeroize as _, ZeroizeOnDrop, Zeroizing};

use crate::{
    BlindIndex, DataKey, KEY_BYTES, Place, Random, VaultError, WrappedKey,
    sealed::{open, seal},
};

#[derive(Clone, zeroize::Zeroize, ZeroizeOnDrop)]
struct Key([u8; KEY_BYTES]);

/// Key-encryption keys by version; data keys are wrapped under the current one.
#[derive(Clone)]
pub struct Keyring {
    current: u32,
    keys: BTreeMap<u32, Key>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("current", &self.current)
            .field("versions", &self.versions())
            .finish_non_exhaustive()
    }
}

impl Keyring {
    /// One key, just drawn, as version 1.
    ///
    /// # Errors
    /// [`VaultError::NoRandomness`].
    pub fn draw(random: Random) -> Result<Self, VaultError> {
        Self { current: 0, keys: BTreeMap::new() }.with_new(random)
    }

    /// The same with a new key, of the next version, as the current one.
    ///
    /// # Errors
    /// [`VaultError::NoRandomness`].
    pub fn with_new(&self, random: Random) -> Result<Self, VaultError> {
        let next = self.keys.keys().next_back().copied().unwrap_or_default().saturating_add(1);
        let mut key = Key([0; KEY_BYTES]);
        random(&mut key.0)?;
        let mut keys = self.keys.clone();
        keys.insert(next, key);
        Ok(Self { current: next, keys })
    }

    /// Reads `2:base64,1:base64` or the same on lines: the first is current.
    ///
    /// # Errors
    /// [`VaultError::BadKeyring`] says what is wrong, and repeats nothing of it.
    pub fn parse(text: &str) -> Result<Self, VaultError> {
        let bad = VaultError::BadKeyring;
        let mut current = None;
        let mut keys = BTreeMap::new();
        let entries = text.split([',', '\n']).map(str::trim);
        for entry in entries.filter(|entry| !entry.is_empty() && !entry.starts_with('#')) {
            let (version, key) = entry.split_once(':').ok_or(bad("not VERSION:KEY"))?;
            let version: u32 = version.trim().parse().map_err(|_| bad("a version is a number from 1"))?;
            let bytes = STANDARD.decode(key.trim()).map(Zeroizing::new).map_err(|_| bad("not base64"))?;
            let key: [u8; KEY_BYTES] = bytes.as_slice().try_into().map_err(|_| bad("not 32 bytes"))?;
            let kinds: std::collections::BTreeSet<u8> = key.iter().copied().collect();
            if version == 0 {
                return Err(bad("a version is a number from 1"));
            }
            // Random bytes never look so; a placeholder does.
            if kinds.len() < KEY_BYTES / 2 {
                return Err(bad("not random. Make one with: openssl rand -base64 32"));
            }
            if keys.insert(version, Key(key)).is_some() {
                return Err(bad("a version stands there twice"));
            }
            current = current.or(Some(version));
        }
        Ok(Self { current: current.ok_or(bad("there is none"))?, keys })
    }

    /// As [`Keyring::parse`] reads it, one a line.
    #[must_use]
    pub fn write(&self) -> Zeroizing<String> {
        let first = self.keys.get_key_value(&self.current);
        let others = self.keys.iter().rev().filter(|(version, _)| **version != self.current);
        let mut text = Zeroizing::new(String::new());
        for (version, key) in first.into_iter().chain(others) {
            let mut encoded = STANDARD.encode(key.0);
            text.push_str(&format!("{version}:{encoded}\n"));
            encoded.zeroize();
        }
        text
    }

    /// The version under which data keys are wrapped now.
    #[must_use]
    pub const fn current(&self) -> u32 {
        self.current
    }

    /// All versions.
    #[must_use]
    pub fn versions(&self) -> Vec<u32> {
        self.keys.keys().copied().collect()
    }

    fn key(&self, version: u32) -> Result<&Key, VaultError> {
        self.keys.get(&version).ok_or(VaultError::UnknownVersion(version))
    }

    /// Wraps a data key under the current key.
    ///
    /// # Errors
    /// [`VaultError::NoRandomness`].
    pub fn wrap(&self, subject: &str, key: &DataKey, random: Random) -> Result<WrappedKey, VaultError> {
        let kek = self.key(self.current)?;
        let text = seal(&kek.0, &place(subject, self.current), key.bytes(), random)?;
        Ok(WrappedKey { kek_version: self.current, text })
    }

    /// Unwraps the data key of `subject`.
    ///
    /// # Errors
    /// [`VaultError::UnknownVersion`]; as [`DataKey::open`].
    pub fn unwrap(&self, subject: &str, wrapped: &WrappedKey) -> Result<DataKey, VaultError> {
        let kek = self.key(wrapped.kek_version)?;
        DataKey::of(&open(&kek.0, &place(subject, wrapped.kek_version), &wrapped.text)?)
    }
}

fn place(subject: &str, key_version: u32) -> Place<'_> {
    Place { table: "data_keys", column: "wrapped", row: subject, subject, key_version }
}

/// Who keeps the key-encryption keys. What it is (a file, the environment, a service) is not this
/// crate's to know.
pub trait Custody: Send + Sync {
    /// The keys as they were last seen.
    fn keyring(&self) -> Arc<Keyring>;

    /// Looks again, since a key of a version that was not there is asked for.
    fn renew(&self) -> Arc<Keyring>;
}

/// A keyring that never changes.
impl Custody for Arc<Keyring> {
    fn keyring(&self) -> Arc<Keyring> {
        Self::clone(self)
    }

    fn renew(&self) -> Arc<Keyring> {
        Self::clone(self)
    }
}

/// What whoever reads or writes personal text is handed: the keys, the index and randomness. Cheap to
/// clone.
#[derive(Clone)]
pub struct Vault {
    custody: Arc<dyn Custody>,
    index: Arc<BlindIndex>,
    random: Random,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(hidden)")
    }
}

impl Vault {
    /// Over the keys of `custody`.
    #[must_use]
    pub fn new(custody: Arc<dyn Custody>, index: BlindIndex, random: Random) -> Self {
        Self { custody, index: Arc::new(index), random }
    }

    /// A new data key for `subject`, and how it is kept.
    ///
    /// # Errors
    /// [`VaultError::NoRandomness`].
    pub fn new_key(&self, subject: &str) -> Result<(DataKey, WrappedKey), VaultError> {
        let key = DataKey::draw(self.random)?;
        let wrapped = self.custody.keyring().wrap(subject, &key, self.random)?;
        Ok((key, wrapped))
    }

    /// The data key of `subject`. A version that is not known is looked for once more where the keys
    /// are kept: another process may have added it.
    ///
    /// # Errors
    /// As [`Keyring::unwrap`].
    pub fn unwrap(&self, subject: &str, wrapped: &WrappedKey) -> Result<DataKey, VaultError> {
        match self.custody.keyring().unwrap(subject, wrapped) {
            Err(VaultError::UnknownVersion(_)) => self.custody.renew().unwrap(subject, wrapped),
            other => other,
        }
    }

    /// The same data key under the current key; none where it is under that already.
    ///
    /// # Errors
    /// As [`Keyring::unwrap`].
    pub fn rewrap(&self, subject: &str, wrapped: &WrappedKey) -> Result<Option<WrappedKey>, VaultError> {
        if wrapped.kek_version == self.current() {
            return Ok(None);
        }
        let key = self.unwrap(subject, wrapped)?;
        self.custody.keyring().wrap(subject, &key, self.random).map(Some)
    }

    /// The version under which data keys are wrapped now.
    #[must_use]
    pub fn current(&self) -> u32 {
        self.custody.keyring().current()
    }

    /// The blind indexes.
    #[must_use]
    pub fn index(&self) -> &BlindIndex {
        &self.index
    }

    /// Where random bytes come from.
    #[must_use]
    pub const fn random(&self) -> Random {
        self.random
    }
}

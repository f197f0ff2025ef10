//! What only this server knows of files that were asked for: how they are sealed, and the passwords that open them. Must not know what
//! stands in them.

use domain::id::ExportId;
use vault::{DataKey, Place};

use crate::{
    ambient,
    problem::{Failure, Internal},
    secrets::{Secrets, Use, hmac},
};

/// Letters and digits that nobody takes for each other, as many as five bits tell apart.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A password has so many groups of four.
const GROUPS: usize = 5;

/// The keys of exports.
#[derive(Clone)]
pub struct ExportKeys(DataKey);

impl ExportKeys {
    /// With the keys of this installation.
    #[must_use]
    pub fn new(secrets: &Secrets) -> Self {
        Self(DataKey::new(hmac(&secrets.key(Use::Export), &[b"seal"])))
    }

    /// A text of an export, as it is stored in this column.
    ///
    /// # Errors
    /// [`Failure::Internal`] where the machine has no randomness.
    pub fn seal(&self, of: ExportId, column: &str, text: &str) -> Result<String, Failure> {
        let sealed = self.0.seal(&place("exports", column, &of.to_string()), text, ambient::fill);
        sealed.map_err(|error| Internal::caused("sealing an export", &error).into())
    }

    /// The same again.
    ///
    /// # Errors
    /// [`Failure::Internal`] where it was not sealed here for this export and column.
    pub fn open(&self, of: ExportId, column: &str, sealed: &str) -> Result<String, Failure> {
        let text = self.0.open(&place("exports", column, &of.to_string()), sealed);
        text.map_err(|error| Internal::caused("opening an export", &error).into())
    }

    /// A file, as it is stored.
    ///
    /// # Errors
    /// [`Failure::Internal`] where the machine has no randomness.
    pub fn seal_file(&self, of: ExportId, file: &[u8]) -> Result<Vec<u8>, Failure> {
        let sealed =
            self.0.seal_bytes(&place("export_files", "content", &of.to_string()), file, ambient::fill);
        sealed.map_err(|error| Internal::caused("sealing a file", &error).into())
    }

    /// The same again.
    ///
    /// # Errors
    /// [`Failure::Internal`] where it was not sealed here for this export.
    pub fn open_file(&self, of: ExportId, sealed: &[u8]) -> Result<Vec<u8>, Failure> {
        let file = self.0.open_bytes(&place("export_files", "content", &of.to_string()), sealed);
        file.map(|file| file.to_vec()).map_err(|error| Internal::caused("opening a file", &error).into())
    }
}

/// A password that nobody can guess (100 bits) and everybody can read out.
///
/// # Errors
/// [`Failure::Internal`] where the machine has no randomness.
pub fn password() -> Result<String, Failure> {
    let drawn =
        ambient::random::<{ GROUPS * 4 }>().map_err(|error| Internal::caused("a password", &error))?;
    let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).map_or('A', |letter| char::from(*letter));
    let groups: Vec<String> = drawn.chunks(4).map(|group| group.iter().map(letter).collect()).collect();
    Ok(groups.join("-"))
}

fn place<'a>(table: &'a str, column: &'a str, row: &'a str) -> Place<'a> {
    Place { table, column, row, subject: "", key_version: 0 }
}

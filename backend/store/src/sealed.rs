//! Between the private texts of a value and the sealed ones of its row.

use crate::{
    Conn, StoreError, StoreResult,
    data_key::{self, Held, KEY_VERSION},
};
use domain::{
    id::BeneficiaryId,
    note::{Note, Notes},
};
use vault::{DataKey, Place, Random, Vault};

/// The row that a text belongs to, and whom it is about.
#[derive(Debug, Clone)]
pub(crate) struct At {
    table: &'static str,
    row: String,
    subject: String,
    of: BeneficiaryId,
}

impl At {
    pub(crate) fn new(table: &'static str, row: impl ToString, of: BeneficiaryId) -> Self {
        Self { table, row: row.to_string(), subject: of.to_string(), of }
    }

    fn place<'a>(&'a self, column: &'a str) -> Place<'a> {
        Place { table: self.table, column, row: &self.row, subject: &self.subject, key_version: KEY_VERSION }
    }

    pub(crate) fn seal(
        &self,
        key: &DataKey,
        column: &str,
        text: &str,
        random: Random,
    ) -> StoreResult<String> {
        Ok(key.seal(&self.place(column), text, random)?)
    }

    /// What is no text is kept as bytes.
    pub(crate) fn seal_bytes(
        &self,
        key: &DataKey,
        column: &str,
        plain: &[u8],
        random: Random,
    ) -> StoreResult<Vec<u8>> {
        Ok(key.seal_bytes(&self.place(column), plain, random)?)
    }

    pub(crate) fn open_bytes(&self, key: &DataKey, column: &str, sealed: &[u8]) -> StoreResult<Vec<u8>> {
        match key.open_bytes(&self.place(column), sealed) {
            Ok(mut plain) => Ok(std::mem::take(&mut *plain)),
            Err(error) => {
                let Self { table, row, .. } = self;
                Err(StoreError::corrupt(format_args!("{table}.{column} of {row}: {error}")))
            }
        }
    }

    pub(crate) fn open(&self, key: &DataKey, column: &str, sealed: &str) -> StoreResult<String> {
        key.open(&self.place(column), sealed).map_err(|error| {
            let Self { table, row, .. } = self;
            StoreError::corrupt(format_args!("{table}.{column} of {row}: {error}"))
        })
    }
}

/// A copy whose texts are all sealed: what was said now is sealed, what was kept stays as it is. The
/// key is loaded only where something was said.
///
/// # Errors
/// `Erased` where something was said of a resident who was erased; `Locked`.
pub(crate) fn sealed<T: Notes + Clone>(conn: &mut Conn, vault: &Vault, at: &At, value: &T) -> StoreResult<T> {
    let mut value = value.clone();
    let said = value.notes().into_iter().filter(|(_, note)| note.text().is_some());
    let said: Vec<_> = said.collect();
    if said.is_empty() {
        return Ok(value);
    }
    let held = data_key::load(conn, vault, at.of)?;
    let key = held.key()?;
    for (name, note) in said {
        if let Some(text) = note.text() {
            *note = Note::Kept(at.seal(key, name, text, vault.random())?);
        }
    }
    Ok(value)
}

/// [`sealed`] for a row that is new: a text that was sealed for another row must not slip into it.
///
/// # Errors
/// As [`sealed`].
pub(crate) fn sealed_new<T: Notes + Clone>(
    conn: &mut Conn,
    vault: &Vault,
    at: &At,
    value: &T,
) -> StoreResult<T> {
    let mut probe = value.clone();
    if probe.notes().iter().any(|(_, note)| matches!(note, Note::Kept(_))) {
        return Err(StoreError::corrupt("a new row with a text that was sealed for another"));
    }
    sealed(conn, vault, at, value)
}

/// Opens what was kept; what belongs to somebody erased is gone.
///
/// # Errors
/// `Corrupt` where something does not open here.
pub(crate) fn open<T: Notes>(held: &Held, at: &At, value: &mut T) -> StoreResult<()> {
    for (name, note) in value.notes() {
        if let Note::Kept(sealed) = note {
            *note = match held {
                Held::Key(key) => Note::Said(at.open(key, name, sealed)?),
                Held::Erased(_) => Note::Gone,
            };
        }
    }
    Ok(())
}

/// Whether there is anything to open, so that nobody loads a key for nothing.
pub(crate) fn is_closed<T: Notes>(value: &mut T) -> bool {
    value.notes().iter().any(|(_, note)| matches!(note, Note::Kept(_)))
}

/// A text as its column holds it.
///
/// # Errors
/// `Corrupt` where it was not sealed: it must not be stored.
pub(crate) fn column(note: &Note) -> StoreResult<String> {
    match note {
        Note::Kept(sealed) => Ok(sealed.clone()),
        Note::Gone => Ok(String::new()),
        Note::Said(_) => Err(StoreError::corrupt("a private text that is not sealed")),
    }
}

pub(crate) fn optional_column(note: Option<&Note>) -> StoreResult<Option<String>> {
    note.map(column).transpose()
}

/// A column as a text.
pub(crate) fn kept(text: String) -> Note {
    if text.is_empty() { Note::Gone } else { Note::Kept(text) }
}

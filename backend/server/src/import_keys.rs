//! What only this server knows of sheets that wait to be imported: how they are sealed, and by what a row is known again. Must not know
//! what becomes of them.

use domain::{
    id::ImportId,
    import::{cell::Cell, row::Proposal, table::Part},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use vault::{DataKey, Place};

use crate::{
    ambient,
    problem::{Failure, Internal},
    secrets::{Secrets, Use, hmac},
};

/// What is known of a file beside its rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    /// What it is called.
    pub file: String,
    /// What stands above its rows.
    pub parts: Vec<Part>,
    /// Sheets of it that are not read.
    pub left_out: Vec<String>,
}

/// The keys of imports.
#[derive(Clone)]
pub struct ImportKeys {
    seal: DataKey,
    known: [u8; 32],
}

impl ImportKeys {
    /// With the keys of this installation.
    #[must_use]
    pub fn new(secrets: &Secrets) -> Self {
        let key = secrets.key(Use::Import);
        Self { seal: DataKey::new(hmac(&key, &[b"seal"])), known: hmac(&key, &[b"known"]) }
    }

    fn seal<T: Serialize + ?Sized>(&self, place: &Place<'_>, value: &T) -> Result<String, Failure> {
        let text =
            serde_json::to_string(value).map_err(|error| Internal::caused("writing a sheet", &error))?;
        let sealed = self.seal.seal(place, &text, ambient::fill);
        sealed.map_err(|error| Internal::caused("sealing a sheet", &error).into())
    }

    fn open<T: DeserializeOwned>(&self, place: &Place<'_>, sealed: &str) -> Result<T, Failure> {
        let text =
            self.seal.open(place, sealed).map_err(|error| Internal::caused("opening a sheet", &error))?;
        serde_json::from_str(&text).map_err(|error| Internal::caused("reading a sheet", &error).into())
    }

    /// The shape of a file, as it is stored.
    ///
    /// # Errors
    /// [`Failure::Internal`] where the machine has no randomness.
    pub fn seal_shape(&self, of: ImportId, shape: &Shape) -> Result<String, Failure> {
        self.seal(&place("imports", "shape", &of.to_string(), ""), shape)
    }

    /// The same again.
    ///
    /// # Errors
    /// [`Failure::Internal`] where it was not sealed here for this import.
    pub fn open_shape(&self, of: ImportId, sealed: &str) -> Result<Shape, Failure> {
        self.open(&place("imports", "shape", &of.to_string(), ""), sealed)
    }

    /// A row, as it is stored.
    ///
    /// # Errors
    /// [`Failure::Internal`] where the machine has no randomness.
    pub fn seal_cells(&self, of: ImportId, number: i64, cells: &[Cell]) -> Result<String, Failure> {
        self.seal(&place("import_rows", "cells", &number.to_string(), &of.to_string()), cells)
    }

    /// The same again.
    ///
    /// # Errors
    /// [`Failure::Internal`] where it was not sealed here for this row.
    pub fn open_cells(&self, of: ImportId, number: i64, sealed: &str) -> Result<Vec<Cell>, Failure> {
        self.open(&place("import_rows", "cells", &number.to_string(), &of.to_string()), sealed)
    }

    /// By what the same row is known again. Nobody without the key can try names on it.
    #[must_use]
    pub fn fingerprint(&self, row: &Proposal) -> String {
        let mac = hmac(&self.known, &[row.told().as_bytes()]);
        mac.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn place<'a>(table: &'a str, column: &'a str, row: &'a str, subject: &'a str) -> Place<'a> {
    Place { table, column, row, subject, key_version: 0 }
}

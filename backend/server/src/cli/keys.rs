//! Commands about keys: changing the operator's, and keeping the residents' apart from backups.

use super::{Failed, print};
use crate::{
    app::{self, rotation},
    secrets,
    state::State,
};
use ::vault::Custody as _;
use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
};
use store::data_key::Row;

/// Adds a key and puts every data key under it; or goes on where an earlier run stopped.
pub(super) async fn rotate(state: &State, batch: i64) -> Result<(), Failed> {
    let keys = state.secrets.keys();
    let before = keys.renew();
    let stopped = rotation::versions(state).await?.iter().any(|(version, _)| *version != before.current());
    if stopped {
        print(&format!("Going on: some data keys are not yet under version {}.\n", before.current()))?;
    } else if keys.can_add() {
        print(&format!("Added: key-encryption key of version {}.\n", keys.add()?.current()))?;
    } else {
        return print(
            "All data keys are under the first of WISHLIGHT_KEY_ENCRYPTION_KEYS. Add a new one in front, on all nodes.\n",
        );
    }
    let mut rewrapped = rotation::rewrap(state, batch).await?;
    // A node that had not heard of the new key yet may have used the old one meanwhile.
    rewrapped += rotation::rewrap(state, batch).await?;
    print(&format!("Rewrapped: {rewrapped} data keys.\n"))?;
    let current = keys.keyring().current();
    let used = rotation::versions(state).await?;
    for version in keys.keyring().versions().into_iter().filter(|version| *version != current) {
        match used.iter().find(|(of, _)| *of == version) {
            None => print(&format!(
                "Nothing uses version {version} any more; it may be removed once every node runs with version {current}.\n"
            ))?,
            Some((_, count)) => {
                print(&format!("{count} data keys still use version {version}; run this again.\n"))?
            }
        }
    }
    Ok(())
}

/// Writes the data keys to a file of their own, in place of the one before: an erased resident's key
/// must not be found in an old one.
pub(super) fn write(path: &Path, rows: &[Row]) -> Result<(), Failed> {
    let mut text = String::new();
    for row in rows {
        text.push_str(&serde_json::to_string(row)?);
        text.push('\n');
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("keys");
    secrets::replace(folder, name, &text)?;
    print(&format!("Written: {} data keys to {}. Keep only this newest one.\n", rows.len(), path.display()))
}

/// Writes the data keys of the database to a file.
pub(super) async fn export(state: &State, path: &Path) -> Result<(), Failed> {
    let rows = state.db.read_slow(store::data_key::all).await?;
    write(path, &rows)
}

/// Puts the newest data keys into a restored backup, and forgets in it whoever was erased since.
pub(super) async fn import(state: &State, path: &Path) -> Result<(), Failed> {
    state.db.migrate().await?;
    let file = fs::File::open(path).map_err(Failed::io(path.display().to_string()))?;
    let mut rows = Vec::new();
    for line in BufReader::new(file).lines() {
        rows.push(serde_json::from_str(&line.map_err(Failed::io(path.display().to_string()))?)?);
    }
    let told = app::erasure::restore_all(state, rows).await?;
    print(&format!(
        "Back: {} data keys; erased since the backup: {}; not in it: {}.\n",
        told.0, told.1, told.2
    ))
}

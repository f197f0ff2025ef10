//! Everything personal is sealed: each living resident has a key that unwraps, and no column that is to
//! hold a sealed text holds anything else; nothing is left of who was erased.

use super::{BATCH, Report};
use crate::problem::Failure;
use ::vault::{Vault, WrappedKey, looks_sealed};
use store::{
    Conn,
    check::{
        sealed::{Picture, Resident, Text, beside_residents, notes, pictures, residents},
        wishes,
    },
};

pub(super) fn check(tx: &mut Conn, vault: &Vault, report: &mut Report) -> Result<(), Failure> {
    let mut after = String::new();
    loop {
        let batch = residents(tx, &after, BATCH)?;
        let Some(last) = batch.last().map(|one| one.id.clone()) else { break };
        for one in &batch {
            let faults = faults(vault, one);
            report.findings.extend(faults.into_iter().map(|fault| format!("resident {}: {fault}", one.id)));
        }
        report.findings.extend(beside_residents(tx, &after, &last)?.iter().filter_map(readable));
        let erased: Vec<&str> =
            batch.iter().filter(|one| is_erased(one)).map(|one| one.id.as_str()).collect();
        let pictures = pictures(tx, &after, &last)?;
        report.findings.extend(pictures.iter().filter_map(|one| visible(one, &erased)));
        after = last;
    }
    let mut after = String::new();
    while let Some(last) = wishes(tx, Some(&after), BATCH)?.pop() {
        report.findings.extend(notes(tx, &after, &last.id)?.iter().filter_map(readable));
        after = last.id;
    }
    Ok(())
}

fn faults(vault: &Vault, one: &Resident) -> Vec<String> {
    let mut faults = Vec::new();
    let mut claim = |ok: bool, fault: String| {
        if !ok {
            faults.push(fault);
        }
    };
    let Some(key) = &one.key else { return vec!["has no data key".to_owned()] };
    let Some(wrapped) = &key.wrapped else {
        let left = one.texts.iter().filter(|(_, text)| !text.is_empty()).count() + one.indexes;
        claim(left == 0, format!("was erased, but {left} columns are left"));
        return faults;
    };
    let version = u32::try_from(key.kek_version).unwrap_or_default();
    let wrapped = WrappedKey { kek_version: version, text: wrapped.clone() };
    if let Err(error) = vault.unwrap(&one.id, &wrapped) {
        claim(false, format!("the data key does not unwrap: {error}"));
    }
    for (column, text) in &one.texts {
        claim(looks_sealed(text), format!("{column} is not sealed"));
    }
    claim(one.indexes == one.indexed, format!("has {} blind indexes of {}", one.indexes, one.indexed));
    faults
}

fn is_erased(one: &Resident) -> bool {
    one.key.as_ref().is_some_and(|key| key.wrapped.is_none())
}

fn visible(one: &Picture, erased: &[&str]) -> Option<String> {
    if erased.contains(&one.resident.as_str()) {
        return Some(format!("picture {}: its resident was erased, and it is left", one.id));
    }
    (!one.sealed).then(|| format!("picture {} is not sealed", one.id))
}

fn readable(text: &Text) -> Option<String> {
    let fine = text.text.is_empty() || looks_sealed(&text.text);
    (!fine).then(|| format!("{} {}: {} is not sealed", text.table, text.row, text.column))
}

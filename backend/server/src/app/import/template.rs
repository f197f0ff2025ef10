//! What the columns of an organisation's own sheets mean: said once, and taken over by all below that say nothing else.

use super::may;
use crate::{
    app::{
        Context, event,
        event::{About, facts},
        organisation::{itself, open_to_change},
    },
    etag::Seen,
    problem::Failure,
};
use domain::{
    access::Act,
    event::Kind,
    id::OrganisationId,
    import::field::Mapping,
    refusal::{Fault, Faults},
};
use serde_json::json;
use store::Conn;

/// A template has at most so many columns.
const MOST_NAMED: usize = 200;

/// What the columns of an organisation's sheets mean, and who said so.
///
/// # Errors
/// As the access table says.
pub fn template(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
) -> Result<Option<(OrganisationId, Mapping)>, Failure> {
    cx.user()?;
    may(tx, cx, Act::GetImportTemplate, at)?;
    Ok(store::import::template(tx, at)?)
}

/// Says what the columns of an organisation's sheets mean: for it and all below it that say nothing else.
///
/// # Errors
/// As the access table says; `stale`; `invalid`.
pub fn set_template(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    seen: &Seen,
    mapping: Mapping,
) -> Result<(), Failure> {
    let line = open_to_change(tx, cx, Act::PutImportTemplate, at, seen)?;
    let mut faults = Faults::default();
    faults.check(mapping.0.len() <= MOST_NAMED, "/columns", Fault::TooLong);
    for (index, named) in mapping.0.iter().take(MOST_NAMED).enumerate() {
        faults.text(&format!("/columns/{index}/header"), &named.header, 1, 60);
    }
    faults.finish()?;
    let of = itself(&line)?;
    store::import::set_template(tx, at, &mapping, cx.now)?;
    store::organisation::touch(tx, of, cx.now)?;
    let data = facts([("columns", json!(mapping.0.len()))]);
    event::of(tx, cx, Kind::ImportTemplateSet, About::organisation(at, of.version), data)
}

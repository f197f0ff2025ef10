//! Benefits: the list of an organisation, which those below it inherit.

use super::{
    Context, event,
    event::{About, facts},
    organisation::{itself, open, open_to_change},
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::Act,
    benefit::{Benefit, Terms},
    event::Kind,
    id::OrganisationId,
};
use serde_json::json;
use store::Conn;

/// The benefits that hold for an organisation, also those that it no longer asks about.
///
/// # Errors
/// As the access table says.
pub fn list(tx: &mut Conn, cx: &Context, at: OrganisationId) -> Result<Vec<Benefit>, Failure> {
    open(tx, cx, Act::ListBenefits, at, &Seen::Any)?;
    Ok(store::benefit::effective(tx, at)?)
}

/// Sets a benefit of an organisation's own list; of an inherited word, it takes the place from here on down.
///
/// # Errors
/// As the access table says; `stale`; `invalid`.
pub fn put(
    tx: &mut Conn,
    cx: &Context,
    (at, word): (OrganisationId, &str),
    seen: &Seen,
    terms: Terms,
) -> Result<Benefit, Failure> {
    let line = open_to_change(tx, cx, Act::PutBenefit, at, &Seen::Any)?;
    let known = store::benefit::effective(tx, at)?;
    let own = known.iter().find(|other| other.word == word && other.organisation_id == at);
    let version = own.map_or(0, |benefit| benefit.version);
    seen.check(version)?;
    let mut benefit = Benefit { word: word.to_owned(), organisation_id: at, version: version.max(1), terms };
    benefit.validate()?;
    match own {
        Some(_) => {
            store::benefit::save(tx, &benefit)?;
            benefit.version = benefit.version.saturating_add(1);
        }
        None => store::benefit::insert(tx, &benefit)?,
    }
    // A benefit is part of its organisation, and so a change of it.
    let organisation = itself(&line)?;
    store::organisation::touch(tx, organisation, cx.now)?;
    let data = facts([("benefit", json!(benefit.word)), ("active", json!(benefit.terms.active))]);
    event::of(tx, cx, Kind::BenefitSet, About::organisation(at, organisation.version), data)?;
    Ok(benefit)
}

//! Categories: an organisation's own list, inherited by those below it, where the nearest wins.

use super::{
    Context, event,
    event::{About, facts},
    found,
    organisation::{itself, open, open_to_change},
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::Act,
    category::{Category, Label, validate_code},
    event::Kind,
    id::OrganisationId,
    organisation::Organisation,
    refusal::{Code, Fault, Refusal},
};
use serde_json::json;
use store::Conn;

/// The list that holds for an organisation, also what it no longer uses.
///
/// # Errors
/// As the access table says.
pub fn list(tx: &mut Conn, cx: &Context, at: OrganisationId) -> Result<Vec<Category>, Failure> {
    open(tx, cx, Act::ListCategories, at, &Seen::Any)?;
    Ok(store::category::effective(tx, at)?)
}

/// A category to enter.
#[derive(Debug, Clone)]
pub struct NewCategory {
    /// Its code, which never changes.
    pub code: String,
    /// The name that people see.
    pub name_zh: String,
    /// The English name.
    pub name_en: Option<String>,
    /// Place in the list; the last where none is given.
    pub sort: Option<i32>,
    /// New wishes may use it.
    pub active: bool,
}

/// Enters a category on an organisation's own list; of an inherited code, it takes the place there.
///
/// # Errors
/// As the access table says; `invalid`; `code_taken`.
pub fn create(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    seen: &Seen,
    new: &NewCategory,
) -> Result<Category, Failure> {
    let line = open_to_change(tx, cx, Act::CreateCategory, at, seen)?;
    validate_code(&new.code)?;
    let last =
        store::category::effective(tx, at)?.iter().map(|other| other.label.sort).max().unwrap_or_default();
    let label = Label {
        name_zh: new.name_zh.trim().to_owned(),
        name_en: new.name_en.clone(),
        sort: new.sort.unwrap_or(last.saturating_add(10)),
        active: new.active,
    };
    label.validate()?;
    if store::category::load(tx, at, &new.code)?.is_some() {
        return Err(Refusal::field(Code::CodeTaken, "/code", Fault::Duplicate).into());
    }
    let category = Category { code: new.code.clone(), organisation_id: at, version: 1, label };
    store::category::insert(tx, &category)?;
    record(tx, cx, Kind::CategoryCreated, itself(&line)?, &category)?;
    Ok(category)
}

/// Changes the names, place or use of a category of an organisation's own list.
///
/// # Errors
/// As the access table says; `not_found` for one that is inherited; `stale`; `invalid`.
pub fn update(
    tx: &mut Conn,
    cx: &Context,
    (at, code): (OrganisationId, &str),
    seen: &Seen,
    change: impl FnOnce(&mut Label),
) -> Result<Category, Failure> {
    let line = open_to_change(tx, cx, Act::UpdateCategory, at, &Seen::Any)?;
    let mut category = found(store::category::load(tx, at, code)?)?;
    seen.check(category.version)?;
    change(&mut category.label);
    category.label.validate()?;
    store::category::save(tx, &category)?;
    category.version = category.version.saturating_add(1);
    record(tx, cx, Kind::CategoryUpdated, itself(&line)?, &category)?;
    Ok(category)
}

/// A category is part of its organisation, and so a change of it.
fn record(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    at: &Organisation,
    category: &Category,
) -> Result<(), Failure> {
    store::organisation::touch(tx, at, cx.now)?;
    let data = facts([
        ("code", json!(category.code)),
        ("name_zh", json!(category.label.name_zh)),
        ("active", json!(category.label.active)),
    ]);
    event::of(tx, cx, kind, About::organisation(at.id, at.version), data)
}

//! Exports: a list is asked for as it was narrowed down, agreed to by a second person where it names residents, made ([`making`]), taken
//! by who asked, and gone after its time.

pub mod making;
mod table;
mod words;

use super::{Context, beneficiary::may, event, event::About, event::Facts, event::facts, found};
use crate::{
    etag::Seen,
    problem::{Failure, Internal},
};
use domain::{
    access::{Act, Subject},
    event::Kind,
    export::{Export, MOST_DOWNLOADS, Status, check_rows, check_words, list::List},
    id::{BeneficiaryId, ExportId, OrganisationId},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;
use store::{Conn, StoreError, event::Event};

/// What somebody wants to take out: kept sealed, since what is searched for may be a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The list, as it is narrowed down.
    pub list: List,
    /// The same in words, as it was then.
    pub covers: String,
    /// What for, where it names residents.
    pub purpose: Option<String>,
}

/// What is needed to ask for a list: whether the caller may, and how much it is.
///
/// # Errors
/// As the access table says; `invalid`; `export_too_long`.
pub fn prepare(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    list: List,
    purpose: Option<String>,
) -> Result<Asked, Failure> {
    allow(tx, cx, at, &list)?;
    if list.subject().is_personal() {
        check_words(purpose.as_deref().unwrap_or_default(), "/purpose")?;
    }
    let rows = table::count_rows(tx, cx, at, &list).map_err(within_body)?;
    check_rows(list.subject(), rows)?;
    let covers = words::covers(tx, at, &list)?;
    Ok(Asked { list, covers, purpose: purpose.map(|text| text.trim().to_owned()) })
}

/// Faults of a filter are told where it stands in the body.
fn within_body(failure: Failure) -> Failure {
    let Failure::Refused(mut refusal) = failure else { return failure };
    for fault in &mut refusal.fields {
        fault.pointer = format!("/list/filter/{}", fault.pointer);
    }
    Failure::Refused(refusal)
}

/// Whether the caller may have this list, now.
fn allow(tx: &mut Conn, cx: &Context, at: OrganisationId, list: &List) -> Result<(), Failure> {
    let act = if list.subject().is_personal() { Act::CreatePersonalExport } else { Act::CreateExport };
    may(tx, cx, act, at)
}

/// Asks for a list: to be made, or to be agreed to first.
///
/// # Errors
/// As the access table says.
pub fn create(tx: &mut Conn, cx: &Context, at: OrganisationId, asked: &Asked) -> Result<Export, Failure> {
    allow(tx, cx, at, &asked.list)?;
    let id = cx.ids.make();
    let text = serde_json::to_string(asked).map_err(|error| Internal::caused("writing an export", &error))?;
    let sealed = cx.exports().seal(id, "asked", &text)?;
    let export = Export::ask(id, (at, asked.list.subject()), sealed, cx.user()?, cx.now);
    store::export::insert(tx, &export)?;
    let data = facts([("subject", json!(export.subject))]);
    event::of(tx, cx, Kind::ExportAsked, About::export(id, 0, at), data)?;
    Ok(export)
}

/// What was asked for.
///
/// # Errors
/// When it was not sealed here.
pub fn asked(cx: &Context, export: &Export) -> Result<Asked, Failure> {
    let text = cx.exports().open(export.id, "asked", &export.asked)?;
    serde_json::from_str(&text).map_err(|error| Internal::caused("reading an export", &error).into())
}

/// What the files were asked for whose takings are among these looks, by the id of the export.
///
/// # Errors
/// When the database does not answer, or one was not sealed here.
pub fn purposes(tx: &mut Conn, cx: &Context, looks: &[Event]) -> Result<HashMap<String, String>, Failure> {
    let taken = looks.iter().filter(|look| look.kind == Kind::ExportDownloaded);
    let ids: Vec<ExportId> = taken.filter_map(|look| look.subject_id.parse().ok()).collect();
    let mut purposes = HashMap::new();
    for export in store::export::load_all(tx, &ids)? {
        let purpose = asked(cx, &export)?.purpose;
        purposes.extend(purpose.map(|purpose| (export.id.to_string(), purpose)));
    }
    Ok(purposes)
}

/// Why somebody did not agree.
///
/// # Errors
/// When it was not sealed here.
pub fn answer(cx: &Context, export: &Export) -> Result<Option<String>, Failure> {
    export.answer.as_ref().map(|sealed| cx.exports().open(export.id, "answer", sealed)).transpose()
}

/// Exports of the caller's subtrees, newest first.
///
/// # Errors
/// `unauthenticated`.
pub fn list(
    tx: &mut Conn,
    cx: &Context,
    before: Option<ExportId>,
    rows: i64,
) -> Result<Vec<Export>, Failure> {
    cx.allow(Act::ListExports, &Subject::default())?;
    Ok(store::export::list(tx, &cx.actor.reading_roots(), before, rows)?)
}

/// One export.
///
/// # Errors
/// As the access table says.
pub fn see(tx: &mut Conn, cx: &Context, id: ExportId) -> Result<Export, Failure> {
    cx.user()?;
    let export = found(store::export::load(tx, id)?)?;
    may(tx, cx, Act::GetExport, export.organisation_id)?;
    Ok(export)
}

fn open(tx: &mut Conn, cx: &Context, act: Act, id: ExportId, seen: &Seen) -> Result<Export, Failure> {
    cx.user()?;
    let export = found(store::export::load_to_change(tx, id)?)?;
    may(tx, cx, act, export.organisation_id)?;
    seen.check(export.version)?;
    Ok(export)
}

fn save(tx: &mut Conn, cx: &Context, kind: Kind, mut export: Export, data: Facts) -> Result<Export, Failure> {
    store::export::save(tx, &export, cx.now)?;
    event::of(tx, cx, kind, About::export(export.id, export.version, export.organisation_id), data)?;
    export.version = export.version.saturating_add(1);
    Ok(export)
}

/// A second person agrees to a file that names residents.
///
/// # Errors
/// As the access table says; `stale`; what [`Export::approve`] refuses.
pub fn approve(tx: &mut Conn, cx: &Context, id: ExportId, seen: &Seen) -> Result<Export, Failure> {
    let export = open(tx, cx, Act::ApproveExport, id, seen)?.approve(cx.user()?, cx.now)?;
    save(tx, cx, Kind::ExportApproved, export, Facts::new())
}

/// A second person does not, and says why.
///
/// # Errors
/// As the access table says; `stale`; `invalid`; what [`Export::decline`] refuses.
pub fn decline(
    tx: &mut Conn,
    cx: &Context,
    id: ExportId,
    seen: &Seen,
    reason: &str,
) -> Result<Export, Failure> {
    let export = open(tx, cx, Act::DeclineExport, id, seen)?;
    check_words(reason, "/reason")?;
    let sealed = cx.exports().seal(id, "answer", reason.trim())?;
    let export = export.decline(cx.user()?, sealed, cx.now)?;
    save(tx, cx, Kind::ExportDeclined, export, Facts::new())
}

/// Hands the file to who asked for it, sealed as it is kept. Recorded each time: for each resident who is in it, it is a look.
///
/// # Errors
/// As the access table says, also where who asked may no longer have such a list; what [`Export::take`] refuses.
pub fn take(tx: &mut Conn, cx: &Context, id: ExportId) -> Result<(Export, Vec<u8>), Failure> {
    let export = own(tx, cx, Act::DownloadExport, id)?.take(cx.user()?, cx.now)?;
    let file = store::export::file::load(tx, id)?;
    let file = file.ok_or_else(|| StoreError::corrupt("an export without its file"))?;
    let data = facts([("subject", json!(export.subject)), ("rows", json!(export.rows))]);
    Ok((save(tx, cx, Kind::ExportDownloaded, export, data)?, file))
}

/// Shows who asked for it what opens the file, once.
///
/// # Errors
/// As [`take`]; what [`Export::show_password`] refuses.
pub fn show_password(tx: &mut Conn, cx: &Context, id: ExportId) -> Result<String, Failure> {
    let export = own(tx, cx, Act::RevealExportPassword, id)?;
    let (export, sealed) = export.show_password(cx.user()?, cx.now)?;
    let password = cx.exports().open(id, "password", &sealed)?;
    save(tx, cx, Kind::ExportPasswordShown, export, Facts::new())?;
    Ok(password)
}

fn own(tx: &mut Conn, cx: &Context, act: Act, id: ExportId) -> Result<Export, Failure> {
    let export = open(tx, cx, act, id, &Seen::Any)?;
    if export.subject.is_personal() {
        may(tx, cx, Act::CreatePersonalExport, export.organisation_id)?;
    }
    Ok(export)
}

/// What the caller may do now with an export of an organisation in this line.
#[must_use]
pub fn acts(cx: &Context, export: &Export, line: &[OrganisationId]) -> Vec<Act> {
    let own = cx.actor.user == Some(export.asked_by);
    let live = export.until.is_none_or(|until| cx.now < until);
    let left = !export.subject.is_personal() || export.downloads < MOST_DOWNLOADS;
    let fits = |act: &Act| match act {
        Act::ApproveExport | Act::DeclineExport => export.status == Status::Pending && !own && live,
        Act::DownloadExport => export.status == Status::Ready && own && live && left,
        Act::RevealExportPassword => own && live && export.password.is_some(),
        _ => false,
    };
    let subject = Subject { holder: line, ..Subject::default() };
    Act::ALL.iter().copied().filter(fits).filter(|act| cx.allow(*act, &subject).is_ok()).collect()
}

/// Destroys the files that this resident is in: they were erased, or agree no longer to be on record.
///
/// # Errors
/// When the database refuses.
pub fn destroy_with(tx: &mut Conn, cx: &Context, resident: BeneficiaryId) -> Result<(), Failure> {
    for id in store::export::file::with(tx, resident)? {
        let export = found(store::export::load_to_change(tx, id)?)?;
        if export.status == Status::Ready {
            store::export::file::remove(tx, id)?;
            save(tx, cx, Kind::ExportDestroyed, export.destroy(), Facts::new())?;
        }
    }
    Ok(())
}

/// Ends what is over its time: answers that did not come, files that are kept no longer. Tells whether there may be more.
///
/// # Errors
/// When the database refuses.
pub fn expire_next(tx: &mut Conn, cx: &Context, most: i64) -> Result<bool, Failure> {
    let over = store::export::over(tx, cx.now, most)?;
    for id in &over {
        let export = found(store::export::load_to_change(tx, *id)?)?;
        // Another server was there.
        if matches!(export.status, Status::Pending | Status::Ready) {
            store::export::file::remove(tx, *id)?;
            save(tx, cx, Kind::ExportExpired, export.expire(), Facts::new())?;
        }
    }
    Ok(!over.is_empty())
}

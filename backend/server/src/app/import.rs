//! Imports: a sheet is checked and kept, its columns are said to mean something else, it is let in, stopped, and what did not go in is
//! handed back. What goes in does so by the units of work of everybody else ([`going_in`]).

pub mod going_in;
mod template;

pub use template::{set_template, template};

use super::{
    Context,
    beneficiary::may,
    event,
    event::{About, Facts, facts},
    found,
};
use crate::{
    etag::Seen,
    import_keys::{ImportKeys, Shape},
    problem::Failure,
    sheet::Back,
};
use domain::{
    access::{Act, Subject},
    event::Kind,
    id::{ImportId, OrganisationId},
    import::{
        Import, KEEP_DAYS, Outcome, Status,
        cell::Cell,
        field::{Field, Mapping},
        row::{Known, RowFault, read},
        table::Table,
    },
    refusal::{Code, Fault, Refusal, Text},
    script::simplified,
    time::Instant,
};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use store::{
    Conn,
    import::{Kept, Wanted},
    organisation::Filter,
};

/// The most organisations whose names rows may say.
const MOST_PLACES: i64 = 20_000;

/// What rows may name that belong to an organisation or below it.
///
/// # Errors
/// When the database does not answer.
pub fn known(tx: &mut Conn, at: OrganisationId, now: Instant, sent: Instant) -> Result<Known, Failure> {
    let below = Filter { roots: vec![at], ..Filter::default() };
    let mut places: HashMap<String, Option<OrganisationId>> = HashMap::new();
    for node in store::organisation::list(tx, &below, MOST_PLACES)? {
        let (id, name) =
            (node.organisation.id, simplified(&Cell::Text(node.organisation.profile.name).term()));
        places.entry(name).and_modify(|one| *one = None).or_insert(Some(id));
    }
    let categories = store::category::effective(tx, at)?;
    let words = |category: domain::category::Category| {
        let names = [Some(category.label.name_zh), category.label.name_en].into_iter().flatten();
        (category.code, names.map(|name| simplified(&Cell::Text(name).term())).collect())
    };
    let categories = categories.into_iter().filter(|one| one.label.active).map(words).collect();
    Ok(Known { own: at, places, categories, today: now.date(), sent_on: sent.date() })
}

/// What is needed to check a sheet for an organisation.
///
/// # Errors
/// As the access table says.
pub fn prepare(tx: &mut Conn, cx: &Context, at: OrganisationId) -> Result<(Known, Mapping), Failure> {
    may(tx, cx, Act::CreateImport, at)?;
    let template = store::import::template(tx, at)?.map(|(_, mapping)| mapping).unwrap_or_default();
    Ok((known(tx, at, cx.now, cx.now)?, template))
}

/// A sheet that was read and checked, and is not entered yet.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Its id.
    pub id: ImportId,
    /// The shape of the file, sealed.
    pub shape: String,
    /// What each column tells.
    pub columns: Vec<Option<Field>>,
    /// Its rows.
    pub rows: Vec<Kept>,
}

/// Checks a table, row by row. Takes long: for beside the async threads.
///
/// # Errors
/// `sheet_empty`.
pub fn check(
    keys: &ImportKeys,
    id: ImportId,
    file: String,
    table: Table,
    said: &Mapping,
    known: &Known,
) -> Result<Checked, Failure> {
    if table.rows.is_empty() {
        return Err(Code::SheetEmpty.into());
    }
    let columns = said.columns(&domain::import::table::headers(&table.parts));
    let shape = Shape { file, parts: table.parts, left_out: table.left_out };
    let mut rows = Vec::with_capacity(table.rows.len());
    for ((sheet_row, cells), number) in table.rows.into_iter().zip(1..) {
        let sealed = Some(keys.seal_cells(id, number, &cells)?);
        let row = Kept {
            number,
            sheet_row: i64::from(sheet_row),
            cells: sealed,
            outcome: Outcome::Ready,
            faults: Vec::new(),
            fingerprint: None,
            wish_id: None,
        };
        rows.push(judged(keys, row, &cells, &columns, known));
    }
    once(&mut rows);
    Ok(Checked { id, shape: keys.seal_shape(id, &shape)?, columns, rows })
}

fn judged(keys: &ImportKeys, row: Kept, cells: &[Cell], columns: &[Option<Field>], known: &Known) -> Kept {
    match read(cells, columns, known) {
        Ok(told) => Kept {
            fingerprint: Some(keys.fingerprint(&told)),
            outcome: Outcome::Ready,
            faults: Vec::new(),
            ..row
        },
        Err(faults) => Kept { outcome: Outcome::Faulty, faults, fingerprint: None, ..row },
    }
}

/// The same row twice in one sheet is a fault of the second.
fn once(rows: &mut [Kept]) {
    let mut seen = HashSet::new();
    for row in rows {
        if row.fingerprint.as_ref().is_some_and(|fingerprint| !seen.insert(fingerprint.clone())) {
            row.outcome = Outcome::Faulty;
            row.faults = vec![RowFault::new(Field::Title, Fault::Duplicate)];
            row.fingerprint = None;
        }
    }
}

/// Rows that went in before, with this or another sheet, do not again.
///
/// # Errors
/// When the database does not answer.
pub fn recognise(tx: &mut Conn, rows: &mut [Kept]) -> Result<(), Failure> {
    let asked: Vec<String> = rows.iter().filter_map(|row| row.fingerprint.clone()).collect();
    let known = store::import::known(tx, &asked)?;
    for row in rows {
        if row.fingerprint.as_ref().is_some_and(|fingerprint| known.contains(fingerprint)) {
            row.outcome = Outcome::Known;
            row.cells = None;
        }
    }
    Ok(())
}

/// Keeps a sheet that was checked.
///
/// # Errors
/// As the access table says.
pub fn create(tx: &mut Conn, cx: &Context, at: OrganisationId, of: &Checked) -> Result<Import, Failure> {
    may(tx, cx, Act::CreateImport, at)?;
    let import = Import {
        id: of.id,
        version: 1,
        organisation_id: at,
        shape: Some(of.shape.clone()),
        columns: of.columns.clone(),
        status: if Import::is_understood(&of.columns) { Status::Checked } else { Status::Draft },
        hand_in: false,
        uploaded_by: cx.user()?,
        started_by: None,
        halted: false,
        created_at: cx.now,
        keep_until: cx.now.plus_days(KEEP_DAYS),
    };
    store::import::insert(tx, &import)?;
    store::import::insert_rows(tx, import.id, &of.rows)?;
    let about = About::import(import.id, 0, at);
    event::of(tx, cx, Kind::ImportChecked, about, facts([("rows", json!(of.rows.len()))]))?;
    Ok(import)
}

/// Imports of the caller's subtrees, newest first.
///
/// # Errors
/// `unauthenticated`.
pub fn list(
    tx: &mut Conn,
    cx: &Context,
    before: Option<ImportId>,
    rows: i64,
) -> Result<Vec<Import>, Failure> {
    cx.allow(Act::ListImports, &Subject::default())?;
    Ok(store::import::list(tx, &cx.actor.reading_roots(), before, rows)?)
}

/// One import.
///
/// # Errors
/// As the access table says.
pub fn see(tx: &mut Conn, cx: &Context, act: Act, id: ImportId) -> Result<Import, Failure> {
    cx.user()?;
    let import = found(store::import::load(tx, id)?)?;
    may(tx, cx, act, import.organisation_id)?;
    Ok(import)
}

fn open(tx: &mut Conn, cx: &Context, act: Act, id: ImportId, seen: &Seen) -> Result<Import, Failure> {
    cx.user()?;
    let import = found(store::import::load_to_change(tx, id)?)?;
    may(tx, cx, act, import.organisation_id)?;
    seen.check(import.version)?;
    Ok(import)
}

fn save(tx: &mut Conn, cx: &Context, kind: Kind, mut import: Import, data: Facts) -> Result<Import, Failure> {
    store::import::save(tx, &import, cx.now)?;
    event::of(tx, cx, kind, About::import(import.id, import.version, import.organisation_id), data)?;
    import.version = import.version.saturating_add(1);
    Ok(import)
}

/// An import whose columns tell something else, with its rows checked anew; nothing is stored yet.
///
/// # Errors
/// As the access table says; `invalid`; what [`Import::remap`] refuses.
pub fn remapped(
    tx: &mut Conn,
    cx: &Context,
    id: ImportId,
    columns: &[Option<Field>],
) -> Result<(Import, Vec<Kept>), Failure> {
    let import = see(tx, cx, Act::PutImportColumns, id)?;
    if columns.len() != import.columns.len() {
        return Err(Refusal::field(Code::Invalid, "/columns", Fault::OutOfRange).into());
    }
    let mut told = HashSet::new();
    for (index, field) in columns.iter().enumerate().filter_map(|(index, field)| Some((index, (*field)?))) {
        if !told.insert(field) {
            return Err(Refusal::field(Code::Invalid, &format!("/columns/{index}"), Fault::Duplicate).into());
        }
    }
    let import = import.remap(columns.to_vec(), cx.now)?;
    let (keys, known) = (cx.imports(), known(tx, import.organisation_id, cx.now, import.created_at)?);
    let mut rows = Vec::new();
    for row in store::import::rows(tx, id, Wanted::default(), i64::MAX)? {
        let Some(sealed) = &row.cells else { continue };
        let cells = keys.open_cells(id, row.number, sealed)?;
        rows.push(judged(&keys, row, &cells, &import.columns, &known));
    }
    once(&mut rows);
    recognise(tx, &mut rows)?;
    Ok((import, rows))
}

/// Keeps what [`remapped`] found, where nothing changed meanwhile; and remembers it for the organisation where the caller may say that.
///
/// # Errors
/// As [`remapped`]; `stale`.
pub fn put_columns(
    tx: &mut Conn,
    cx: &Context,
    seen: &Seen,
    (import, rows): &(Import, Vec<Kept>),
    remember: bool,
) -> Result<Import, Failure> {
    let now = open(tx, cx, Act::PutImportColumns, import.id, seen)?;
    Seen::Versions(vec![import.version]).check(now.version)?;
    store::import::remove_rows(tx, import.id)?;
    store::import::insert_rows(tx, import.id, rows)?;
    if remember {
        let shape = shape(cx, import)?.ok_or(Code::ImportOver)?;
        let headers = domain::import::table::headers(&shape.parts);
        let named = headers.into_iter().zip(&import.columns).filter(|(header, _)| !header.is_empty());
        let mapping =
            named.map(|(header, field)| domain::import::field::Named { header, field: *field }).collect();
        set_template(tx, cx, import.organisation_id, &Seen::Any, Mapping(mapping))?;
    }
    save(tx, cx, Kind::ImportMapped, import.clone(), Facts::new())
}

/// What is known of an import's file beside its rows; nothing once it is over.
///
/// # Errors
/// When it was not sealed here.
pub fn shape(cx: &Context, import: &Import) -> Result<Option<Shape>, Failure> {
    import.shape.as_ref().map(|sealed| cx.imports().open_shape(import.id, sealed)).transpose()
}

/// Lets in what reads well.
///
/// # Errors
/// As the access table says; `stale`; what [`Import::start`] refuses.
pub fn start(
    tx: &mut Conn,
    cx: &Context,
    id: ImportId,
    seen: &Seen,
    hand_in: bool,
) -> Result<Import, Failure> {
    let import = open(tx, cx, Act::StartImport, id, seen)?.start(hand_in, cx.user()?, cx.now)?;
    save(tx, cx, Kind::ImportStarted, import, facts([("hand_in", json!(hand_in))]))
}

/// Lets no more in for now.
///
/// # Errors
/// As the access table says; `stale`; what [`Import::stop`] refuses.
pub fn stop(tx: &mut Conn, cx: &Context, id: ImportId, seen: &Seen) -> Result<Import, Failure> {
    let import = open(tx, cx, Act::StopImport, id, seen)?.stop(false)?;
    save(tx, cx, Kind::ImportStopped, import, Facts::new())
}

/// The rows that do not go in, for who sent them and nobody else: it is what they wrote. Recorded each time.
///
/// # Errors
/// As the access table says; `forbidden` for others; `import_over`.
pub fn hand_back(
    tx: &mut Conn,
    cx: &Context,
    id: ImportId,
    of: impl Fn(Text) -> &'static str,
) -> Result<(Shape, Vec<Back>), Failure> {
    let import = open(tx, cx, Act::ReturnImport, id, &Seen::Any)?;
    if import.uploaded_by != cx.user()? {
        return Err(Code::Forbidden.into());
    }
    let shape = shape(cx, &import)?.ok_or(Code::ImportOver)?;
    let headers = domain::import::table::headers(&shape.parts);
    let faulty = Wanted { outcome: Some(Outcome::Faulty), ..Wanted::default() };
    let (keys, mut back) = (cx.imports(), Vec::new());
    for row in store::import::rows(tx, id, faulty, i64::MAX)? {
        let cells = row.cells.as_ref().map(|sealed| keys.open_cells(id, row.number, sealed)).transpose()?;
        let column = |field: Field| {
            let at = import.columns.iter().position(|column| *column == Some(field));
            at.and_then(|at| headers.get(at)).filter(|header| !header.is_empty())
        };
        let told = row.faults.iter().map(|fault| in_words(fault, column(fault.field), &of));
        let (reasons, advice): (Vec<String>, Vec<String>) = told.unzip();
        back.push(Back {
            sheet_row: row.sheet_row,
            cells: cells.unwrap_or_default(),
            reason: reasons.join("\n"),
            advice: advice.join("\n"),
        });
    }
    let count = facts([("rows", json!(back.len()))]);
    save(tx, cx, Kind::ImportReturned, import, count)?;
    Ok((shape, back))
}

/// A fault in words: why, and how to put it right, with the column that it is about.
fn in_words(
    fault: &RowFault,
    column: Option<&String>,
    of: impl Fn(Text) -> &'static str,
) -> (String, String) {
    let column = column.map(|column| format!("{column}：")).unwrap_or_default();
    let meant = fault.meant.as_ref().map(|meant| format!("→ {meant}。")).unwrap_or_default();
    (format!("{column}{}", of(fault.reason())), format!("{column}{meant}{}", of(fault.advice())))
}

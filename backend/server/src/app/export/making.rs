//! How a file is made: taken under a lease, with the rights that who asked has then; read, written and sealed outside any write; and kept
//! where nobody in it was erased or took a consent back meanwhile. So a server may die anywhere and any number may help: there is one
//! file, or a reason why not.

use super::{allow, asked, save, table};
use crate::{
    app::{Context, event::facts, found},
    export_keys::password,
    problem::{Failure, Internal},
    sheet::{Register, register},
};
use domain::{
    event::Kind,
    export::{Export, Status, list::List},
    id::ExportId,
    job::{LEASE_SECONDS, MOST_TRIES},
    refusal::{Code, Refusal},
};
use serde_json::json;
use std::io::{Cursor, Write};
use store::{Conn, export::file::People};
use zip::{AesMode, ZipWriter, write::SimpleFileOptions};

/// What is to be made.
#[derive(Debug, Clone)]
pub struct Work {
    /// The export.
    pub export: Export,
    /// By whose rights.
    pub cx: Context,
    list: List,
    covers: String,
    tries: i32,
}

/// What came of looking for work.
#[derive(Debug)]
pub enum Next {
    /// Nothing waits.
    Nothing,
    /// One ended without a file.
    Ended,
    /// This is to be made.
    Make(Box<Work>),
}

/// A file that was made, and who is in it.
#[derive(Debug)]
pub struct Made {
    rows: i64,
    people: People,
    content: Vec<u8>,
    password: Option<String>,
}

/// Takes the export that waits longest. One whose asker has lost the right ends here.
///
/// # Errors
/// When the database refuses.
pub fn next(tx: &mut Conn, cx: &Context) -> Result<Next, Failure> {
    let Some((id, tries)) = store::export::take(tx, cx.now, cx.now.plus_seconds(LEASE_SECONDS))? else {
        return Ok(Next::Nothing);
    };
    let export = found(store::export::load(tx, id)?)?;
    let told = asked(cx, &export)?;
    let may = match cx.on_behalf(tx, export.asked_by)? {
        // That they signed in with a second factor was asked when they asked for it.
        Some(asker) => {
            let asker = asker.proved_twice(true);
            match allow(tx, &asker, export.organisation_id, &told.list) {
                Err(Failure::Refused(_)) => Err(Code::Forbidden.into()),
                may => may.map(|()| asker),
            }
        }
        None => Err(Code::Forbidden.into()),
    };
    // Each time before whoever took it came to an end without a word.
    let may = if tries > MOST_TRIES { Err(Code::Internal.into()) } else { may };
    match may {
        Ok(cx) => {
            let work = Work { export, cx, list: told.list, covers: told.covers, tries };
            Ok(Next::Make(Box::new(work)))
        }
        Err(failure) => match refused(&failure) {
            Some(code) => {
                fail(tx, cx, export, code)?;
                Ok(Next::Ended)
            }
            None => Err(failure),
        },
    }
}

fn fail(tx: &mut Conn, cx: &Context, export: Export, code: Code) -> Result<(), Failure> {
    save(tx, cx, Kind::ExportFailed, export.fail(code)?, facts([("code", json!(code.as_str()))]))?;
    Ok(())
}

/// Reads the list, as its asker sees it at one moment.
///
/// # Errors
/// `export_too_long` where it grew beyond what one file holds; when the database does not answer.
pub fn read(tx: &mut Conn, work: &Work) -> Result<(Register, People), Failure> {
    table::read(tx, &work.cx, &work.export, &work.list, &work.covers)
}

/// Writes and seals the file. Takes long: for beside the async threads.
///
/// # Errors
/// [`Failure::Internal`] where it cannot be written.
pub fn write(work: &Work, of: &Register, people: People) -> Result<Made, Failure> {
    let (keys, id) = (work.cx.exports(), work.export.id);
    let sheet = register(of)?;
    let rows = i64::try_from(of.rows.len()).unwrap_or(i64::MAX);
    let (file, password) = match work.export.subject.is_personal() {
        true => {
            let password = password()?;
            (locked(id, &sheet, &password)?, Some(keys.seal(id, "password", &password)?))
        }
        false => (sheet, None),
    };
    Ok(Made { rows, people, content: keys.seal_file(id, &file)?, password })
}

/// The sheet in an archive that the password opens (AES-256).
fn locked(id: ExportId, sheet: &[u8], password: &str) -> Result<Vec<u8>, Failure> {
    let write = || {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().with_aes_encryption(AesMode::Aes256, password);
        archive.start_file(format!("export-{id}.xlsx"), options)?;
        archive.write_all(sheet)?;
        archive.finish()
    };
    let written: Result<Cursor<Vec<u8>>, zip::result::ZipError> = write();
    Ok(written.map_err(|error| Internal::caused("writing an archive", &error))?.into_inner())
}

/// Keeps a file, where it is still waited for and nobody in it changed since; else it is made anew. Tells whether the export ended.
///
/// # Errors
/// When the database refuses.
pub fn keep(tx: &mut Conn, cx: &Context, work: &Work, made: &Made) -> Result<bool, Failure> {
    let Some(export) = still(tx, work)? else { return Ok(false) };
    let id = export.id;
    if !store::export::file::are_as_read(tx, &made.people)? {
        store::export::put_back(tx, id, cx.now)?;
        return Ok(false);
    }
    store::export::file::insert_people(tx, id, &made.people)?;
    store::export::file::insert(tx, id, &made.content)?;
    let export = export.made(made.rows, made.password.clone(), cx.now)?;
    save(tx, cx, Kind::ExportMade, export, facts([("rows", json!(made.rows))]))?;
    Ok(true)
}

/// Says why there is no file. Tells whether the export ended.
///
/// # Errors
/// When the database refuses.
pub fn give_up(tx: &mut Conn, cx: &Context, work: &Work, code: Code) -> Result<bool, Failure> {
    let Some(export) = still(tx, work)? else { return Ok(false) };
    fail(tx, cx, export, code)?;
    Ok(true)
}

/// What a rule says no to is told to who asked; all else is tried again.
#[must_use]
pub fn refused(failure: &Failure) -> Option<Code> {
    match failure {
        Failure::Refused(Refusal { code, .. }) => Some(*code),
        _ => None,
    }
}

/// The export, held, where it is still ours to make.
fn still(tx: &mut Conn, work: &Work) -> Result<Option<Export>, Failure> {
    let export = found(store::export::load_to_change(tx, work.export.id)?)?;
    let ours = store::export::is_taken(tx, export.id, work.tries)?;
    Ok(Some(export).filter(|export| ours && export.status == Status::Requested))
}

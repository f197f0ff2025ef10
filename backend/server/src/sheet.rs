//! Sheets as files: opened within bounds that are known before anything is unpacked, read into cells, written again for those whose
//! rows came back, and written as registers for whoever takes a list out.
//!
//! A file is what its first bytes say, whatever it is called. An archive is unpacked once for counting before it is opened, so that one
//! that unpacks to a thousand times its size is refused at its first hundred megabytes; macros are refused and never run. Reading takes
//! memory and time, so it is done off the async threads, one file at a time. Must not know any noun.

mod csv;
mod register;
mod returned;
mod template;
#[cfg(test)]
mod tests;

pub use csv::{Record, records};
pub use register::{Column, Heading, Register, register};
pub use returned::{Back, Heads, returned};
pub use template::{Fill, MAX_TEMPLATE, fill_in, places};

use std::{
    io::{Cursor, Read, copy, sink},
    sync::Arc,
    time::Duration,
};

use actix_web::web::Bytes;
use calamine::{Data, Dimensions, Ods, Range, Reader, SheetVisible, Xls, Xlsx};
use domain::{
    import::{MOST_COLUMNS, MOST_ROWS, cell::Cell, table::Sheet},
    refusal::Code,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zip::ZipArchive;

use crate::problem::{Failure, Internal};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;

/// What an archive may unpack to, in bytes: a sheet of 50,000 full rows takes some 60 million.
const MAX_UNPACKED: u64 = 120 * 1024 * 1024;

/// The most files in an archive.
const MAX_FILES: usize = 500;

/// The most sheets that are looked at.
const MAX_SHEETS: usize = 20;

/// So many rows may stand above those that count, empty or with a title.
const ABOVE: usize = 100;

/// How long a file waits for its turn.
const WAIT: Duration = Duration::from_secs(20);

/// Where sheets wait and are read, one at a time.
#[derive(Debug, Clone)]
pub struct ReadingRoom(Arc<Semaphore>);

impl Default for ReadingRoom {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

impl ReadingRoom {
    /// Its turn, before its body is read: what is held in memory is one file and its rows. Held until it is done with.
    ///
    /// # Errors
    /// `unavailable` where too many wait.
    pub async fn turn(&self) -> Result<OwnedSemaphorePermit, Failure> {
        match tokio::time::timeout(WAIT, Arc::clone(&self.0).acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(Failure::RetryAfter { code: Code::Unavailable, seconds: 5 }),
        }
    }
}

/// Does what takes long off the async threads.
///
/// # Errors
/// What `work` fails with; [`Failure::Internal`] where it broke down.
pub async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(Internal::caused("reading a sheet", &error).into()),
    }
}

/// The sheets of a file.
///
/// # Errors
/// `sheet_unreadable`, `sheet_has_macros`, `sheet_unpacks_too_large`, `sheet_too_long`, `sheet_encoding`.
pub fn read(bytes: &Bytes) -> Result<Vec<Sheet>, Failure> {
    let sheets = match bytes.as_ref() {
        [b'P', b'K', 3, 4, ..] => unpacked(bytes)?,
        [0xD0, 0xCF, 0x11, 0xE0, ..] => old(bytes)?,
        _ => vec![csv::read(bytes)?],
    };
    Ok(sheets)
}

fn unreadable<E>(_: E) -> Failure {
    Code::SheetUnreadable.into()
}

fn unpacked(bytes: &Bytes) -> Result<Vec<Sheet>, Failure> {
    let names = count_out(bytes, MAX_UNPACKED)?;
    if names.iter().any(|name| name == "content.xml") {
        let mut book: Ods<_> = Ods::new(Cursor::new(bytes.clone())).map_err(unreadable)?;
        return sheets(&mut book, |_, _| Vec::new());
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.clone())).map_err(unreadable)?;
    sheets(&mut book, |book, name| book.merge_cells_by_sheet_name(name).unwrap_or_default())
}

/// Unpacks everything once and keeps nothing: what an archive says of its own sizes need not be true.
fn count_out(bytes: &[u8], most: u64) -> Result<Vec<String>, Failure> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    if archive.len() > MAX_FILES {
        return Err(Code::SheetUnpacksTooLarge.into());
    }
    let (mut left, mut names) = (most, Vec::new());
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(unreadable)?;
        let name = file.name().map_err(unreadable)?.into_owned();
        if name.to_ascii_lowercase().ends_with("vbaproject.bin") {
            return Err(Code::SheetHasMacros.into());
        }
        names.push(name);
        let size = copy(&mut file.take(left.saturating_add(1)), &mut sink()).map_err(unreadable)?;
        left = left.checked_sub(size).ok_or(Code::SheetUnpacksTooLarge)?;
    }
    Ok(names)
}

/// The format before 2007, which holds macros without being called otherwise.
fn old(bytes: &Bytes) -> Result<Vec<Sheet>, Failure> {
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes.clone())).map_err(unreadable)?;
    if book.vba_project().ok().flatten().is_some() {
        return Err(Code::SheetHasMacros.into());
    }
    sheets(&mut book, |book, name| book.merge_cells_by_sheet_name(name).unwrap_or_default())
}

/// The sheets that can be seen.
fn sheets<B: Reader<Cursor<Bytes>>>(
    book: &mut B,
    merged: impl Fn(&mut B, &str) -> Vec<Dimensions>,
) -> Result<Vec<Sheet>, Failure> {
    let seen = |sheet: &&calamine::Sheet| sheet.visible == SheetVisible::Visible;
    let names: Vec<String> =
        book.sheets_metadata().iter().filter(seen).map(|sheet| sheet.name.clone()).collect();
    let mut found = Vec::new();
    for name in names.into_iter().take(MAX_SHEETS) {
        let range = book.worksheet_range(&name).map_err(unreadable)?;
        let merged = merged(book, &name);
        found.push(Sheet { rows: rows(&range, &merged)?, name });
    }
    Ok(found)
}

fn rows(range: &Range<Data>, merged: &[Dimensions]) -> Result<Vec<(u32, Vec<Cell>)>, Failure> {
    let Some((top, left)) = range.start() else { return Ok(Vec::new()) };
    let shift = usize::try_from(left).unwrap_or(usize::MAX);
    let mut rows = Vec::new();
    for (row, number) in range.rows().zip(top.saturating_add(1)..) {
        let mut cells: Vec<Cell> = Vec::new();
        cells.resize(shift.min(MOST_COLUMNS), Cell::Empty);
        cells.extend(row.iter().map(cell));
        push(&mut rows, number, cells)?;
    }
    fill(&mut rows, merged);
    Ok(rows)
}

/// Rows that say nothing are passed over, and so are columns that do not.
fn push(rows: &mut Vec<(u32, Vec<Cell>)>, number: u32, mut cells: Vec<Cell>) -> Result<(), Failure> {
    let last = cells.iter().rposition(|cell| *cell != Cell::Empty);
    cells.truncate(last.map_or(0, |last| last.saturating_add(1)));
    if cells.is_empty() {
        return Ok(());
    }
    if cells.len() > MOST_COLUMNS || rows.len() >= MOST_ROWS.saturating_add(ABOVE) {
        return Err(Code::SheetTooLong.into());
    }
    rows.push((number, cells));
    Ok(())
}

/// What stands in cells that were put together down a column holds for each of their rows.
fn fill(rows: &mut [(u32, Vec<Cell>)], merged: &[Dimensions]) {
    for area in merged.iter().filter(|area| area.start.1 == area.end.1 && area.start.0 < area.end.0) {
        let Ok(column) = usize::try_from(area.start.1) else { continue };
        let within = area.start.0.saturating_add(1)..=area.end.0.saturating_add(1);
        let from = rows.partition_point(|(number, _)| number < within.start());
        let mut said = None;
        for (_, cells) in rows.iter_mut().skip(from).take_while(|(number, _)| within.contains(number)) {
            match &said {
                None => said = cells.get(column).cloned(),
                Some(value) => {
                    if cells.len() <= column {
                        cells.resize(column.saturating_add(1), Cell::Empty);
                    }
                    if let Some(cell) = cells.get_mut(column).filter(|cell| **cell == Cell::Empty) {
                        *cell = value.clone();
                    }
                }
            }
        }
    }
}

fn cell(data: &Data) -> Cell {
    match data {
        Data::Empty => Cell::Empty,
        Data::String(text) if text.trim().is_empty() => Cell::Empty,
        Data::String(text) | Data::DurationIso(text) => Cell::Text(text.clone()),
        Data::DateTimeIso(text) => Cell::Text(text.replace('T', " ")),
        Data::Int(number) => number.to_string().parse().map_or(Cell::Empty, Cell::Number),
        Data::Float(number) => Cell::Number(*number),
        Data::Bool(yes) => Cell::Text(if *yes { "是" } else { "否" }.to_owned()),
        Data::DateTime(time) if time.is_datetime() => {
            let (year, month, day, ..) = time.to_ymd_hms_milli();
            let date = chrono::NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day));
            date.map_or_else(|| Cell::Number(time.as_f64()), Cell::Date)
        }
        Data::DateTime(time) => Cell::Number(time.as_f64()),
        Data::Error(error) => Cell::Broken(error.to_string()),
    }
}

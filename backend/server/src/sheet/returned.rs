//! The rows that did not go in, as a file of the shape in which they came, with why, and how to put them right.

use crate::problem::{Failure, Internal};
use domain::import::{cell::Cell, table::Part};
use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, Worksheet, XlsxError};

/// A row that comes back.
#[derive(Debug)]
pub struct Back {
    /// Its number in the sheet.
    pub sheet_row: i64,
    /// As it came.
    pub cells: Vec<Cell>,
    /// What is wrong with it.
    pub reason: String,
    /// How to put it right.
    pub advice: String,
}

/// The heads of the columns that are added: the row in the sheet that was sent, why, how to put it right.
pub type Heads = [&'static str; 3];

/// The file, as xlsx. What is added stands behind the columns that came; a head of its own, so that who sends the file again need not
/// take it out.
///
/// # Errors
/// [`Failure::Internal`] where it cannot be written.
pub fn returned(parts: &[Part], rows: &[Back], heads: Heads) -> Result<Vec<u8>, Failure> {
    written(parts, rows, heads).map_err(|error| Internal::caused("writing a sheet", &error).into())
}

fn written(parts: &[Part], rows: &[Back], heads: Heads) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let mut from = 0_usize;
    for (index, part) in parts.iter().enumerate() {
        let until = from.saturating_add(part.headers.len());
        let last = index.saturating_add(1) == parts.len();
        let sheet = book.add_worksheet();
        // What a spreadsheet calls its sheet is a name for one; where it is none of ours to know, it stays as it is.
        let _ = sheet.set_name(part.sheet.as_str());
        let top = head(sheet, part, if last { &heads } else { &[] })?;
        let mut before: Option<&[Cell]> = None;
        let mut at = top;
        for row in rows {
            let cells = row.cells.get(from..until).unwrap_or_default();
            // Of the sheet of people each stands once, and nobody who is on none.
            let empty = cells.iter().all(|cell| cell.plain().is_empty());
            if (!last && before == Some(cells)) || empty {
                continue;
            }
            before = Some(cells);
            line(sheet, at, cells)?;
            if last {
                tell(sheet, at, cells.len(), row)?;
            }
            at = at.saturating_add(1);
        }
        from = until;
    }
    book.save_to_buffer()
}

/// What stands above the rows; gives the number of the next.
fn head(sheet: &mut Worksheet, part: &Part, more: &[&str]) -> Result<u32, XlsxError> {
    let mut at = 0_u32;
    for cells in &part.preface {
        line(sheet, at, cells)?;
        at = at.saturating_add(1);
    }
    let bold = Format::new().set_bold();
    for (header, column) in part.headers.iter().map(String::as_str).chain(more.iter().copied()).zip(0_u16..) {
        sheet.write_string_with_format(at, column, header, &bold)?;
        sheet.set_column_width(column, 16)?;
    }
    let told = u16::try_from(part.headers.len()).unwrap_or(u16::MAX).saturating_add(1);
    for column in (told..).take(more.len().saturating_sub(1)) {
        sheet.set_column_width(column, 60)?;
    }
    Ok(at.saturating_add(1))
}

fn line(sheet: &mut Worksheet, at: u32, cells: &[Cell]) -> Result<(), XlsxError> {
    for (cell, column) in cells.iter().zip(0_u16..) {
        match cell {
            Cell::Number(number) => sheet.write_number(at, column, *number)?,
            Cell::Broken(error) => sheet.write_string(at, column, error.as_str())?,
            // As a text, so that no spreadsheet makes another day or number of it; and no formula, whatever it begins with.
            _ => sheet.write_string(at, column, cell.plain())?,
        };
    }
    Ok(())
}

fn tell(sheet: &mut Worksheet, at: u32, width: usize, row: &Back) -> Result<(), XlsxError> {
    let first = u16::try_from(width).unwrap_or(u16::MAX);
    let why =
        Format::new().set_text_wrap().set_align(FormatAlign::Top).set_font_color(Color::RGB(0x009C_0006));
    let how = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.write_string(at, first, row.sheet_row.to_string())?;
    sheet.write_string_with_format(at, first.saturating_add(1), row.reason.as_str(), &why)?;
    sheet.write_string_with_format(at, first.saturating_add(2), row.advice.as_str(), &how)?;
    Ok(())
}

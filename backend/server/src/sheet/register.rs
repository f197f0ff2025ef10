//! A register (台账): a table as offices hand it on, with title, whose it is, what it covers, who made it and when, its unit, a head that
//! stays in sight and is printed on each page, and a sum at the end.

use super::Cell;
use crate::problem::{Failure, Internal};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

/// A4.
const PAPER: u8 = 9;

/// The title, two lines about it, and the head stand above the rows.
const ABOVE: u32 = 4;

/// A spreadsheet takes a text that begins with one of these for a formula once somebody edits it.
const BEGINS_FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// What stands above the rows.
#[derive(Debug, Clone, Default)]
pub struct Heading {
    /// The title.
    pub title: &'static str,
    /// Whose it is.
    pub organisation: String,
    /// What it covers, in words.
    pub covers: String,
    /// Who made it.
    pub compiler: String,
    /// When.
    pub made_at: String,
    /// What its rows are counted in.
    pub unit: &'static str,
    /// What whoever reads it should know.
    pub note: Option<&'static str>,
}

/// A column: what it is called, and how wide it is.
pub type Column = (&'static str, u8);

/// A register.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// What stands above the rows.
    pub heading: Heading,
    /// The columns.
    pub columns: &'static [Column],
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// Sums of some columns, by their place; the first says what is summed.
    pub sums: Vec<(u16, Cell)>,
}

/// The file, as xlsx.
///
/// # Errors
/// [`Failure::Internal`] where it cannot be written.
pub fn register(of: &Register) -> Result<Vec<u8>, Failure> {
    written(of).map_err(|error| Internal::caused("writing a sheet", &error).into())
}

struct Looks {
    text: Format,
    quoted: Format,
    number: Format,
}

fn written(of: &Register) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(of.heading.title)?;
    let last = u16::try_from(of.columns.len()).unwrap_or(u16::MAX).saturating_sub(1);
    head(sheet, of, last)?;
    let cell = Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
    let looks = Looks {
        text: cell.clone().set_text_wrap(),
        quoted: cell.clone().set_text_wrap().set_quote_prefix(),
        number: cell.set_align(FormatAlign::Right),
    };
    let mut at = ABOVE;
    for row in &of.rows {
        for (value, column) in row.iter().zip(0_u16..) {
            put(sheet, (at, column), value, &looks)?;
        }
        at = at.saturating_add(1);
    }
    let bold = Looks { text: looks.text.set_bold(), number: looks.number.set_bold(), ..looks };
    for column in 0..=last {
        let sum = of.sums.iter().find(|(place, _)| *place == column).map_or(&Cell::Empty, |(_, sum)| sum);
        put(sheet, (at, column), sum, &bold)?;
    }
    if let Some(note) = of.heading.note {
        sheet.write_string(at.saturating_add(1), 0, note)?;
    }
    sheet.set_freeze_panes(ABOVE, 0)?;
    sheet.set_repeat_rows(ABOVE.saturating_sub(1), ABOVE.saturating_sub(1))?;
    sheet.set_landscape().set_paper_size(PAPER).set_print_fit_to_pages(1, 0);
    sheet.set_footer("&L&F&C第 &P 页，共 &N 页");
    book.save_to_buffer()
}

fn head(sheet: &mut Worksheet, of: &Register, last: u16) -> Result<(), XlsxError> {
    let title = Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center);
    let Heading { organisation, covers, compiler, made_at, unit, .. } = &of.heading;
    sheet.merge_range(0, 0, 0, last, of.heading.title, &title)?;
    sheet.set_row_height(0, 28)?;
    sheet.write_string(1, 0, format!("填报单位：{organisation}"))?;
    sheet.write_string(2, 0, format!("范围：{covers}　　填表人：{compiler}　　制表时间：{made_at}"))?;
    let right = Format::new().set_align(FormatAlign::Right);
    sheet.write_string_with_format(1, last, format!("单位：{unit}"), &right)?;
    let bold = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter);
    for ((name, width), column) in of.columns.iter().zip(0_u16..) {
        sheet.write_string_with_format(ABOVE.saturating_sub(1), column, *name, &bold)?;
        sheet.set_column_width(column, f64::from(*width))?;
    }
    Ok(())
}

fn put(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Cell,
    looks: &Looks,
) -> Result<(), XlsxError> {
    if let Cell::Number(number) = value {
        sheet.write_number_with_format(row, column, *number, &looks.number)?;
        return Ok(());
    }
    // As a text, so that no spreadsheet makes another day or number of it; and marked as one, so that nobody who edits it makes a
    // formula of it.
    let text = value.plain();
    let format = if text.starts_with(BEGINS_FORMULA) { &looks.quoted } else { &looks.text };
    sheet.write_string_with_format(row, column, text, format)?;
    Ok(())
}

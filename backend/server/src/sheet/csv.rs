//! Sheets as text: in UTF-8 or, as Chinese spreadsheets write it, in GB18030.

use super::{push, unreadable};
use crate::problem::Failure;
use actix_web::web::Bytes;
use csv::{Reader, ReaderBuilder, StringRecord};
use domain::{
    import::{cell::Cell, table::Sheet},
    refusal::Code,
};
use encoding_rs::{Encoding, GB18030, UTF_8};
use std::borrow::Cow;

pub(super) fn read(bytes: &Bytes) -> Result<Sheet, Failure> {
    let text = decoded(bytes)?;
    let mut reader = reader(&text);
    let mut rows = Vec::new();
    for (record, number) in reader.records().zip(numbers(&text)) {
        let record = record.map_err(unreadable)?;
        let cell = |text: &str| match text.trim().is_empty() {
            true => Cell::Empty,
            false => Cell::Text(text.to_owned()),
        };
        push(&mut rows, number, record.iter().map(cell).collect())?;
    }
    Ok(Sheet { name: "Sheet1".to_owned(), rows })
}

/// One row of a text.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// Its number, as a spreadsheet shows it.
    pub number: i64,
    /// Its cells, as they are written.
    pub cells: &'a [&'a str],
    /// The text ends in the middle of it: no line break ends it, or a quote stands open.
    pub cut_off: bool,
}

/// Tells `each` row of a text that says something, in their order; for files that are too long to be kept as cells.
///
/// # Errors
/// `sheet_encoding`, `sheet_unreadable`; what `each` fails with.
pub fn records(
    bytes: &Bytes,
    mut each: impl FnMut(Record<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let text = decoded(bytes)?;
    let open = text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
    let cut_off = open || !text.ends_with(['\n', '\r']);
    let mut reader = reader(&text);
    let mut numbers = numbers(&text);
    let (mut record, mut more) = (StringRecord::new(), StringRecord::new());
    let mut there = reader.read_record(&mut record).map_err(unreadable)?;
    while there {
        there = reader.read_record(&mut more).map_err(unreadable)?;
        let number = numbers.next().map_or(i64::MAX, i64::from);
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            let cells: Vec<&str> = record.iter().collect();
            each(Record { number, cells: &cells, cut_off: cut_off && !there })?;
        }
        std::mem::swap(&mut record, &mut more);
    }
    Ok(())
}

fn reader(text: &str) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(text))
        .from_reader(text.as_bytes())
}

/// By its mark, or else the first encoding in which every sign reads. What holds signs that no text has is none.
fn decoded(bytes: &Bytes) -> Result<Cow<'_, str>, Failure> {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let tried: &[&'static Encoding] = match &marked {
        Some(encoding) => &[*encoding],
        None => &[UTF_8, GB18030],
    };
    for encoding in tried {
        let (text, _, failed) = encoding.decode(bytes);
        let binary = |sign: char| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t');
        // Outside of what anybody writes: where bytes of another encoding happen to read.
        let private = |sign: char| matches!(sign, '\u{e000}'..='\u{f8ff}');
        if !failed && !text.contains(binary) && !text.contains(private) {
            return Ok(text);
        }
    }
    Err(Code::SheetEncoding.into())
}

/// The numbers of the rows that a spreadsheet shows: empty lines count, and those within quotes do not.
fn numbers(text: &str) -> impl Iterator<Item = u32> {
    let (mut quoted, mut empty, mut row, mut said) = (false, true, 1_u32, Vec::new());
    for sign in text.chars() {
        match sign {
            '\n' if !quoted => {
                said.extend((!empty).then_some(row));
                (empty, row) = (true, row.saturating_add(1));
            }
            '\r' => {}
            '"' => (quoted, empty) = (!quoted, false),
            _ => empty = false,
        }
    }
    // The last line may end with the text; and where a quote stands alone there are more records than rows.
    said.push(row);
    let next = said.last().map_or(1, |last| last.saturating_add(1));
    said.into_iter().chain(next..)
}

/// What the first lines are separated by most.
fn separator(text: &str) -> u8 {
    let head: Vec<u8> = text.lines().take(10).flat_map(str::bytes).collect();
    let count = |sign: u8| head.iter().filter(|byte| **byte == sign).count();
    [b';', b'\t', b','].into_iter().max_by_key(|sign| count(*sign)).unwrap_or(b',')
}

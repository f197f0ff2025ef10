//! A sheet that is filled: which of its cells have a name, and the same file with these cells filled.
//!
//! The file is a zip of XML. Cells are replaced where they stand in it, and everything else stays byte for byte: styles, widths, print
//! settings, pictures, what we never heard of. Results of formulas are taken out, and the program that opens the file is told to
//! compute anew, so that no sum of the template's own day is read beside today's figures.

mod layout;

use super::{Code, Failure, count_out, unreadable};
use crate::problem::Internal;
use domain::{
    refusal::{Fault, Faults},
    report_template::{LONGEST_NAME, MOST_PLACES, Place, Said, pointer},
};
use layout::{Cell, Reference, Workbook, cells, reference, workbook};
use quick_xml::escape::escape;
use std::{
    collections::HashMap,
    io::{Cursor, Read, Write},
    ops::Range,
};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// The largest template, in bytes.
pub const MAX_TEMPLATE: usize = 1024 * 1024;

/// What it may unpack to.
const MAX_UNPACKED: u64 = 20 * 1024 * 1024;

/// A cell, and what it says.
#[derive(Debug, Clone)]
pub struct Fill {
    /// The cell.
    pub place: Place,
    /// What it says.
    pub said: Said,
}

/// A file, unpacked as far as it is looked into.
struct Book {
    workbook: Workbook,
    sheets: Vec<Sheet>,
}

struct Sheet {
    name: String,
    path: String,
    xml: String,
    cells: Vec<Cell>,
}

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

fn text(archive: &mut Archive<'_>, path: &str) -> Result<String, Failure> {
    let mut text = String::new();
    archive.by_name(path).map_err(unreadable)?.read_to_string(&mut text).map_err(unreadable)?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

fn open(bytes: &[u8]) -> Result<(Archive<'_>, Book), Failure> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(Code::TemplateNotXlsx.into());
    }
    let names = count_out(bytes, MAX_UNPACKED)?;
    if !names.iter().any(|name| name == "xl/workbook.xml") {
        return Err(Code::TemplateNotXlsx.into());
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    let links = text(&mut archive, "xl/_rels/workbook.xml.rels")?;
    let workbook = workbook(text(&mut archive, "xl/workbook.xml")?, &links).map_err(unreadable)?;
    let strings = match &workbook.strings {
        Some(path) => layout::strings(&text(&mut archive, path)?).map_err(unreadable)?,
        None => Vec::new(),
    };
    let mut sheets = Vec::new();
    for (name, path) in &workbook.sheets {
        let xml = text(&mut archive, path)?;
        let cells = cells(&xml, &strings).map_err(unreadable)?;
        sheets.push(Sheet { name: name.clone(), path: path.clone(), xml, cells });
    }
    Ok((archive, Book { workbook, sheets }))
}

/// What stands between two pairs of braces, each with where it stands; none for a pair that is not closed.
fn names(text: &str) -> Option<Vec<(Range<usize>, &str)>> {
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some(start) = text.get(from..)?.find("{{").map(|at| at.saturating_add(from)) {
        let inner = start.saturating_add(2);
        let length = text.get(inner..)?.find("}}")?;
        let end = inner.saturating_add(length);
        from = end.saturating_add(2);
        found.push((start..from, text.get(inner..end)?.trim()));
    }
    Some(found)
}

/// The cells of a file that have a name: written in them between two pairs of braces, or given to them by the sheet. A cell with a
/// formula is the sheet's own business.
///
/// # Errors
/// `template_not_xlsx`, `sheet_has_macros`, `sheet_unpacks_too_large`, `sheet_unreadable`; `invalid` with each cell whose name cannot be
/// read, and each name whose cell is not there; `template_places` where there are none, or too many.
pub fn places(bytes: &[u8]) -> Result<Vec<Place>, Failure> {
    let (_, book) = open(bytes)?;
    let (mut places, mut faults) = (Vec::new(), Faults::default());
    for sheet in &book.sheets {
        for cell in sheet.cells.iter().filter(|cell| !cell.formula) {
            let at = || pointer(&sheet.name, &cell.at);
            let Some(found) = names(&cell.text) else {
                faults.check(false, at(), Fault::Format);
                continue;
            };
            for (_, name) in found {
                let reads = !name.is_empty() && name.chars().count() <= LONGEST_NAME;
                faults.check(reads, at(), Fault::Format);
                places.push(place(name, sheet, cell, false));
            }
        }
    }
    for (name, of) in &book.workbook.names {
        let at = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        match reference(of) {
            Reference::Other => {}
            Reference::Gone => drop(faults.check(false, at, Fault::CellGone)),
            Reference::Cell(sheet, cell) => match book.sheets.iter().find(|one| one.name == sheet) {
                None => drop(faults.check(false, at, Fault::CellGone)),
                Some(sheet) => match sheet.cells.iter().find(|one| one.at == cell) {
                    None => drop(faults.check(false, at, Fault::CellEmpty)),
                    Some(cell) if cell.formula => {}
                    Some(cell) => places.push(place(name, sheet, cell, true)),
                },
            },
        }
    }
    faults.finish()?;
    if places.is_empty() || places.len() > MOST_PLACES {
        return Err(Code::TemplatePlaces.into());
    }
    Ok(places)
}

fn place(name: &str, sheet: &Sheet, cell: &Cell, named: bool) -> Place {
    Place { name: name.to_owned(), sheet: sheet.name.clone(), cell: cell.at.clone(), named }
}

/// The file with its cells filled.
///
/// # Errors
/// As [`places`]; [`Failure::Internal`] where it cannot be written.
pub fn fill_in(bytes: &[u8], fills: &[Fill]) -> Result<Vec<u8>, Failure> {
    let (mut archive, book) = open(bytes)?;
    let mut said: HashMap<(&str, &str), Vec<&Fill>> = HashMap::new();
    for fill in fills {
        said.entry((&fill.place.sheet, &fill.place.cell)).or_default().push(fill);
    }
    let mut changed: HashMap<&str, String> = HashMap::new();
    let formulas = book.sheets.iter().any(|sheet| sheet.cells.iter().any(|cell| cell.formula));
    for sheet in &book.sheets {
        let edits = sheet.cells.iter().filter_map(|cell| match cell.formula {
            true => cell.value.clone().map(|value| (value, String::new())),
            false => {
                let fills = said.get(&(sheet.name.as_str(), cell.at.as_str()))?;
                Some((cell.span.clone(), written(cell, fills)))
            }
        });
        changed.insert(&sheet.path, replaced(&sheet.xml, edits));
    }
    if formulas {
        changed.insert("xl/workbook.xml", replaced(&book.workbook.xml, [book.workbook.compute_anew.clone()]));
    }
    // What is handed on is a sheet, also where a template was sent by that name.
    let types = text(&mut archive, "[Content_Types].xml")?;
    if types.contains(TEMPLATE) {
        changed.insert("[Content_Types].xml", types.replace(TEMPLATE, SHEET));
    }
    packed(&mut archive, &changed)
        .map_err(|error| Internal::caused("writing a sheet from a template", &error).into())
}

const TEMPLATE: &str = "spreadsheetml.template.main+xml";
const SHEET: &str = "spreadsheetml.sheet.main+xml";

/// The same text with some ranges of it replaced, which come in their order.
fn replaced(xml: &str, edits: impl IntoIterator<Item = (Range<usize>, String)>) -> String {
    let (mut text, mut from) = (String::with_capacity(xml.len()), 0);
    for (range, with) in edits {
        text.push_str(xml.get(from..range.start).unwrap_or_default());
        text.push_str(&with);
        from = range.end;
    }
    text.push_str(xml.get(from..).unwrap_or_default());
    text
}

/// A cell with what it says now: a number where it holds nothing but the name of one, and otherwise its text with the names replaced.
fn written(cell: &Cell, fills: &[&Fill]) -> String {
    let Cell { prefix, at, style, text, .. } = cell;
    let style = style.as_ref().map(|style| format!(" s=\"{style}\"")).unwrap_or_default();
    let found = names(text).unwrap_or_default();
    let of = |name: &str| fills.iter().find(|fill| !fill.place.named && fill.place.name == name);
    let alone = match found.as_slice() {
        [(range, name)] if range.len() == text.trim().len() => of(name),
        // What the sheet calls a cell is the whole of it.
        _ => fills.iter().find(|fill| fill.place.named),
    };
    if let Some(number) = alone.and_then(|fill| fill.said.number.as_ref()) {
        return format!("<{prefix}c r=\"{at}\"{style}><{prefix}v>{number}</{prefix}v></{prefix}c>");
    }
    let words = match alone {
        Some(fill) => fill.said.text.clone(),
        None => {
            let with = |(range, name): (Range<usize>, &str)| {
                let as_it_is = || text.get(range.clone()).unwrap_or_default().to_owned();
                let said = of(name).map_or_else(as_it_is, |fill| fill.said.text.clone());
                (range, said)
            };
            replaced(text, found.into_iter().map(with))
        }
    };
    let words = escape(&words);
    format!(
        "<{prefix}c r=\"{at}\"{style} t=\"inlineStr\"><{prefix}is><{prefix}t xml:space=\"preserve\">{words}</{prefix}t></{prefix}is></{prefix}c>"
    )
}

fn packed(archive: &mut Archive<'_>, changed: &HashMap<&str, String>) -> zip::result::ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index)?;
        let name = file.name()?.into_owned();
        match changed.get(name.as_str()) {
            None => writer.raw_copy_file(file)?,
            Some(xml) => {
                writer.start_file(name, SimpleFileOptions::default())?;
                writer.write_all(xml.as_bytes())?;
            }
        }
    }
    Ok(writer.finish()?.into_inner())
}

#[cfg(test)]
mod tests;

//! Sheets of the formats that nothing here writes, as small as they can be: an xls of 1997 and an ods.

use std::io::{Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

/// What stands in a cell.
pub(super) enum Written {
    Text(&'static str),
    Number(f64),
    Nothing,
}

/// A record of BIFF8: its kind, its length, and what it says.
fn record(kind: u16, says: &[u8]) -> Vec<u8> {
    let length = u16::try_from(says.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), says].concat()
}

fn begins(kind: u16) -> Vec<u8> {
    let head: Vec<u8> =
        [0x0600, kind, 0x0DBB, 0x07CC].iter().flat_map(|word: &u16| word.to_le_bytes()).collect();
    record(0x0809, &[head, vec![0; 8]].concat())
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A workbook of Excel 97 to 2003 with one sheet.
pub(super) fn xls(rows: &[Vec<Written>]) -> Vec<u8> {
    let name = "表1";
    let mut sheet = begins(0x0010);
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            let [row, column] = [row, column].map(|at| u16::try_from(at).unwrap().to_le_bytes());
            let place = [row, column, [0, 0]].concat();
            match cell {
                Written::Text(text) => {
                    let length = u16::try_from(text.encode_utf16().count()).unwrap();
                    let says = [place, length.to_le_bytes().to_vec(), vec![1], wide(text)].concat();
                    sheet.extend(record(0x0204, &says));
                }
                Written::Number(number) => {
                    sheet.extend(record(0x0203, &[place, number.to_le_bytes().to_vec()].concat()));
                }
                Written::Nothing => {}
            }
        }
    }
    sheet.extend(record(0x000A, &[]));
    let length = u8::try_from(name.encode_utf16().count()).unwrap();
    let globals = |offset: u32| {
        let bound = [offset.to_le_bytes().to_vec(), vec![0, 0, length, 1], wide(name)].concat();
        [begins(0x0005), record(0x0042, &1200_u16.to_le_bytes()), record(0x0085, &bound), record(0x000A, &[])]
            .concat()
    };
    let offset = u32::try_from(globals(0).len()).unwrap();
    container(&[globals(offset), sheet].concat())
}

const FREE: u32 = 0xFFFF_FFFF;
const END: u32 = 0xFFFF_FFFE;
const TABLE: u32 = 0xFFFF_FFFD;
const SECTOR: usize = 512;

/// A compound file with one stream: its table, its directory, and the stream.
fn container(book: &[u8]) -> Vec<u8> {
    let sectors = book.len().max(4096).div_ceil(SECTOR);
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>();
    let mut file = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    file.extend([0; 16]);
    file.extend([0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    file.extend([0; 6]);
    file.extend(words(&[0, 1, 1, 0, 4096, END, 0, END, 0, 0]));
    file.extend(words(&[FREE; 108]));
    let last = u32::try_from(sectors).unwrap() + 1;
    let mut table = vec![TABLE, END];
    table.extend((3..=last).chain([END]));
    table.resize(SECTOR / 4, FREE);
    file.extend(words(&table));
    let entry = |name: &str, kind: u8, child: u32, start: u32, size: usize| {
        let mut entry = wide(name);
        entry.resize(64, 0);
        entry.extend(u16::try_from(wide(name).len() + 2).unwrap().to_le_bytes());
        entry.extend([kind, 1]);
        entry.extend(words(&[FREE, FREE, child]));
        entry.extend([0; 36]);
        entry.extend(words(&[start, u32::try_from(size).unwrap(), 0]));
        entry
    };
    file.extend(entry("Root Entry", 5, 1, END, 0));
    file.extend(entry("Workbook", 2, FREE, 2, sectors * SECTOR));
    file.extend([0; 256]);
    file.extend(book);
    file.resize(SECTOR * (3 + sectors), 0);
    file
}

/// A sheet of LibreOffice.
pub(super) fn ods(rows: &[Vec<Written>]) -> Vec<u8> {
    let cell = |cell: &Written| match cell {
        Written::Text(text) => {
            format!(
                "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
            )
        }
        Written::Number(number) => {
            format!(
                "<table:table-cell office:value-type=\"float\" office:value=\"{number}\"><text:p>{number}</text:p></table:table-cell>"
            )
        }
        Written::Nothing => "<table:table-cell/>".to_owned(),
    };
    let row = |cells: &Vec<Written>| {
        format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>())
    };
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.3\"><office:body>\
         <office:spreadsheet><table:table table:name=\"表1\">{}</table:table></office:spreadsheet></office:body>\
         </office:document-content>",
        rows.iter().map(row).collect::<String>()
    );
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    let manifest = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><manifest:manifest \
         xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"><manifest:file-entry \
         manifest:full-path=\"/\" manifest:media-type=\"{kind}\"/></manifest:manifest>"
    );
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [("mimetype", kind), ("content.xml", &content), ("META-INF/manifest.xml", &manifest)]
    {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

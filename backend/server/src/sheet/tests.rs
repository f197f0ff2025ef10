mod made;

use super::*;
use domain::import::{field::Mapping, table::Table};
use rust_xlsxwriter::{Format, Formula, Workbook};
use std::io::Write;
use zip::{ZipWriter, write::SimpleFileOptions};

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn refused(bytes: Vec<u8>) -> Code {
    read(&Bytes::from(bytes)).unwrap_err().code()
}

/// A book whose sheet is as people make them: a title over all columns, a village put together over two rows, a formula, days of both
/// sorts, a phone that became a number, a hidden row.
fn book() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.merge_range(0, 0, 0, 4, "微心愿汇总表", &Format::new()).unwrap();
    for (header, column) in ["村", "姓名", "电话", "出生日期", "心愿"].into_iter().zip(0_u16..) {
        sheet.write_string(1, column, header).unwrap();
    }
    sheet.merge_range(2, 0, 3, 0, "何家坪村", &Format::new()).unwrap();
    sheet.write_string(2, 1, "王奶奶").unwrap();
    sheet.write_number(2, 2, 13_800_005_678.0).unwrap();
    sheet.write_number_with_format(2, 3, 18_324, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
    sheet.write_formula(2, 4, Formula::new("=\"收音\"&\"机\"").set_result("收音机")).unwrap();
    sheet.write_string(3, 1, "李爷爷").unwrap();
    sheet.write_string(3, 3, "1950年3月2日").unwrap();
    sheet.set_row_hidden(3).unwrap();
    sheet.write_formula(5, 4, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn a_sheet_is_read_as_people_made_it() {
    let sheets = read(&Bytes::from(book())).unwrap();
    let table = Table::of(sheets, &Mapping::default());
    let numbers: Vec<u32> = table.rows.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [3, 4, 6], "hidden rows are rows, and each keeps its number");
    let cells = |at: usize| table.rows[at].1.clone();
    assert_eq!(cells(0)[..3], [text("何家坪村"), text("王奶奶"), Cell::Number(13_800_005_678.0)]);
    assert_eq!((cells(0)[3].date(), cells(0)[4].prose()), (cells(1)[3].date(), "收音机".to_owned()));
    assert_eq!(cells(1)[0], text("何家坪村"), "what was put together holds for each row");
    assert!(cells(2)[4].is_broken() || cells(2)[4].plain().contains("DIV"));
}

#[test]
fn an_xls_of_1997_and_an_ods_are_read_as_an_xlsx_is() {
    use made::Written::{Nothing, Number, Text};
    let rows = [
        vec![Text("微心愿汇总表")],
        vec![Text("村"), Text("姓名"), Text("电话"), Text("出生日期"), Text("心愿")],
        vec![Text("何家坪村"), Text("王奶奶"), Number(13_800_005_678.0), Number(18_324.0), Text("收音机")],
        vec![Nothing, Text("李爷爷"), Nothing, Text("1950年3月2日"), Text("老花镜")],
    ];
    for file in [made::xls(&rows), made::ods(&rows)] {
        let table = Table::of(read(&Bytes::from(file)).unwrap(), &Mapping::default());
        assert_eq!(table.parts[0].headers, ["村", "姓名", "电话", "出生日期", "心愿"].map(str::to_owned));
        let cells = |at: usize| &table.rows[at].1;
        assert_eq!(
            (cells(0)[2].long_number(), cells(0)[4].prose()),
            ("13800005678".to_owned(), "收音机".to_owned())
        );
        assert_eq!(cells(0)[3].date(), cells(1)[3].date());
        assert_eq!((cells(1)[0].clone(), cells(1)[1].clone()), (Cell::Empty, text("李爷爷")));
    }
}

#[test]
fn text_is_read_in_the_encodings_of_chinese_spreadsheets_and_no_other() {
    let said = "姓名,心愿\r\n王奶奶,\"收音机,\n要大按键\"\r\n李爷爷\r\n";
    let expected = vec![
        (1, vec![text("姓名"), text("心愿")]),
        (2, vec![text("王奶奶"), text("收音机,\n要大按键")]),
        (3, vec![text("李爷爷")]),
    ];
    let marked = [b"\xef\xbb\xbf".as_slice(), said.as_bytes()].concat();
    let gb = encoding_rs::GB18030.encode(said).0.into_owned();
    let tabs = said.replace(',', "\t").replace("机\t", "机,").into_bytes();
    for bytes in [said.as_bytes().to_vec(), marked, gb, tabs] {
        assert_eq!(read(&Bytes::from(bytes)).unwrap()[0].rows, expected);
    }
    assert_eq!(refused(vec![0xFF, 0x00, 0x13, 0x37, 0x80]), Code::SheetEncoding);
}

fn archive(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file(name, SimpleFileOptions::default()).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap().into_inner()
}

#[test]
fn what_is_no_sheet_or_would_do_harm_is_refused_unopened() {
    let bomb = archive("xl/worksheets/sheet1.xml", &vec![b' '; usize::try_from(MAX_UNPACKED).unwrap() + 1]);
    assert!(bomb.len() < 1024 * 1024, "{}", bomb.len());
    assert_eq!(refused(bomb), Code::SheetUnpacksTooLarge);
    assert_eq!(refused(archive("xl/vbaProject.bin", b"Sub AutoOpen()")), Code::SheetHasMacros);
    assert_eq!(refused(archive("readme.txt", b"hello")), Code::SheetUnreadable);
    let whole = book();
    assert_eq!(refused(whole[..whole.len() / 2].to_vec()), Code::SheetUnreadable);
    assert_eq!(refused([0xD0, 0xCF, 0x11, 0xE0, 1, 2, 3].to_vec()), Code::SheetUnreadable);
    let long: String = (0..=MOST_ROWS + ABOVE).map(|row| format!("{row}\n")).collect();
    assert_eq!(refused(long.into_bytes()), Code::SheetTooLong);
    assert_eq!(
        refused(vec![b','; MOST_COLUMNS + 1].into_iter().chain(*b"x\n").collect()),
        Code::SheetTooLong
    );
}

#[test]
fn what_comes_back_has_the_shape_in_which_it_came() {
    let table = Table::of(read(&Bytes::from(book())).unwrap(), &Mapping::default());
    let back = |(number, cells): (u32, Vec<Cell>)| Back {
        sheet_row: i64::from(number),
        cells,
        reason: "电话：格式不对。".to_owned(),
        advice: "=1+1".to_owned(),
    };
    let rows: Vec<Back> = table.rows.clone().into_iter().take(2).map(back).collect();
    let file = returned(&table.parts, &rows, ["原行号", "原因", "怎么改"]).unwrap();
    let again = Table::of(read(&Bytes::from(file)).unwrap(), &Mapping::default());
    assert_eq!(again.parts[0].preface, table.parts[0].preface);
    assert_eq!(again.parts[0].headers[..5], table.parts[0].headers[..]);
    assert_eq!(again.parts[0].headers[5..], ["原行号", "原因", "怎么改"].map(str::to_owned));
    for (was, is) in table.rows.iter().zip(&again.rows) {
        let told = |cells: &[Cell]| cells.iter().take(5).map(Cell::plain).collect::<Vec<_>>();
        assert_eq!(told(&was.1), told(&is.1));
        assert_eq!(is.1[7], text("=1+1"), "no formula");
    }
}

use super::*;
use calamine::{Data, Reader, Xlsx};
use domain::refusal::Kind;
use rust_xlsxwriter::{Format, FormatBorder, Formula, Workbook as Book};

/// A county's own table: a title put together over four columns, a rate in percent, a named cell, a sum of the sheet's own.
fn template() -> Vec<u8> {
    let mut book = Book::new();
    let sheet = book.add_worksheet();
    sheet.set_name("表1'甲").unwrap();
    sheet.merge_range(0, 0, 0, 3, "{{title}}", &Format::new().set_bold()).unwrap();
    sheet.write_string(1, 0, "填表人：{{ 填表人 }} & {{记下的心愿}}件").unwrap();
    sheet.write_string_with_format(2, 1, "{{fulfilment}}", &Format::new().set_num_format("0.0%")).unwrap();
    sheet.write_blank(3, 1, &Format::new().set_border(FormatBorder::Thin)).unwrap();
    sheet.write_formula(4, 1, Formula::new("=B4*2").set_result("84")).unwrap();
    sheet.write_string(5, 0, "不动").unwrap();
    book.define_name("收到", "='表1''甲'!$B$4").unwrap();
    book.define_name("合计", "='表1''甲'!$B$5").unwrap();
    book.define_name("范围", "='表1''甲'!$A$1:$B$5").unwrap();
    book.save_to_buffer().unwrap()
}

fn said(number: Option<&str>, text: &str) -> Said {
    Said { number: number.map(str::to_owned), text: text.to_owned() }
}

fn filled() -> Vec<u8> {
    let fill = |place: Place| {
        let said = match place.name.as_str() {
            "title" => said(None, "新晃县<统计表>"),
            "填表人" => said(None, "张三"),
            "记下的心愿" => said(Some("12"), "12"),
            "fulfilment" => said(Some("0.666667"), "66.7%"),
            _ => said(Some("42"), "42"),
        };
        Fill { place, said }
    };
    let fills: Vec<Fill> = places(&template()).unwrap().into_iter().map(fill).collect();
    fill_in(&template(), &fills).unwrap()
}

/// The parts of a file.
fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).unwrap();
            let (name, mut bytes) = (file.name().unwrap().into_owned(), Vec::new());
            file.read_to_end(&mut bytes).unwrap();
            (name, bytes)
        })
        .collect()
}

#[test]
fn cells_with_a_name_are_found_and_the_sheets_own_sums_are_not() {
    let found: Vec<_> =
        places(&template()).unwrap().into_iter().map(|one| (one.name, one.cell, one.named)).collect();
    let expected = [
        ("title", "A1", false),
        ("填表人", "A2", false),
        ("记下的心愿", "A2", false),
        ("fulfilment", "B3", false),
        ("收到", "B4", true),
    ];
    assert_eq!(found, expected.map(|(name, cell, named)| (name.to_owned(), cell.to_owned(), named)));
}

#[test]
fn numbers_are_numbers_words_are_words_and_the_rest_is_as_it_was() {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(filled())).unwrap();
    let range = book.worksheet_range("表1'甲").unwrap();
    let at = |row, column| range.get_value((row, column)).cloned().unwrap_or(Data::Empty);
    assert_eq!(at(0, 0), Data::String("新晃县<统计表>".to_owned()));
    assert_eq!(at(1, 0), Data::String("填表人：张三 & 12件".to_owned()));
    assert_eq!((at(2, 1), at(3, 1)), (Data::Float(0.666_667), Data::Float(42.0)));
    assert_eq!(at(4, 1), Data::Empty, "no sum of the template's own day is read beside today's figures");
    assert_eq!(at(5, 0), Data::String("不动".to_owned()));
    assert_eq!(book.worksheet_formula("表1'甲").unwrap().get_value((4, 1)), Some(&"B4*2".to_owned()));

    let (before, after) = (parts(&template()), parts(&filled()));
    let changed: Vec<&str> =
        before.iter().zip(&after).filter(|(was, is)| was != is).map(|(was, _)| was.0.as_str()).collect();
    assert_eq!(changed, ["xl/workbook.xml", "xl/worksheets/sheet1.xml"]);
    let sheet = |of: &[(String, Vec<u8>)], name: &str| {
        String::from_utf8(of.iter().find(|(one, _)| one == name).unwrap().1.clone()).unwrap()
    };
    let xml = sheet(&after, "xl/worksheets/sheet1.xml");
    assert!(xml.contains("<mergeCell ref=\"A1:D1\"/>") && xml.contains("<c r=\"B3\" s=\"2\">"), "{xml}");
    assert_eq!(sheet(&after, "xl/workbook.xml").matches("fullCalcOnLoad=\"1\"").count(), 1);
}

fn refused(bytes: &[u8]) -> (Code, Vec<(String, Fault)>) {
    match places(bytes).unwrap_err() {
        Failure::Refused(refusal) => {
            assert_ne!(refusal.code.kind(), Kind::Internal);
            (refusal.code, refusal.fields.into_iter().map(|one| (one.pointer, one.fault)).collect())
        }
        other => (other.code(), Vec::new()),
    }
}

/// The template with some text of a part replaced.
fn tampered(part: &str, from: &str, to: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts(&template()) {
        let bytes = match name == part {
            true => {
                let text = String::from_utf8(bytes).unwrap();
                assert!(text.contains(from), "{text}");
                text.replace(from, to).into_bytes()
            }
            false => bytes,
        };
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(&bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn what_is_wrong_with_a_template_is_told_by_its_cell() {
    let workbook = |from, to| refused(&tampered("xl/workbook.xml", from, to));
    let one = |pointer: &str, fault| (Code::Invalid, vec![(pointer.to_owned(), fault)]);
    assert_eq!(workbook("!$B$4", "!#REF!"), one("/收到", Fault::CellGone));
    assert_eq!(workbook("!$B$4", "!$Z$99"), one("/收到", Fault::CellEmpty));
    assert_eq!(workbook("'表1''甲'!$B$4", "没有!$B$4"), one("/收到", Fault::CellGone));
    let strings = |from, to| refused(&tampered("xl/sharedStrings.xml", from, to));
    assert_eq!(strings("{{fulfilment}}", "{{fulfilment"), one("/表1'甲/B3", Fault::Format));
    assert_eq!(strings("{{fulfilment}}", "{{ }}"), one("/表1'甲/B3", Fault::Format));

    let mut empty = Book::new();
    empty.add_worksheet().write_string(0, 0, "没有要填的").unwrap();
    assert_eq!(refused(&empty.save_to_buffer().unwrap()).0, Code::TemplatePlaces);
    let mut many = Book::new();
    let sheet = many.add_worksheet();
    for row in 0..=u32::try_from(MOST_PLACES).unwrap() {
        sheet.write_string(row, 0, format!("{{{{{row}}}}}")).unwrap();
    }
    assert_eq!(refused(&many.save_to_buffer().unwrap()).0, Code::TemplatePlaces);
}

fn archive(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [("xl/workbook.xml", b"<workbook/>".as_slice()), (name, bytes)] {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn what_is_no_sheet_or_would_do_harm_is_no_template() {
    let bomb = vec![b' '; usize::try_from(MAX_UNPACKED).unwrap() + 1];
    for (bytes, code) in [
        (b"a,b\r\n".to_vec(), Code::TemplateNotXlsx),
        (vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], Code::TemplateNotXlsx),
        (archive("xl/vbaProject.bin", b"Sub AutoOpen()"), Code::SheetHasMacros),
        (archive("xl/worksheets/sheet1.xml", &bomb), Code::SheetUnpacksTooLarge),
        (archive("readme.txt", b"no links"), Code::SheetUnreadable),
        (template()[..template().len() / 2].to_vec(), Code::SheetUnreadable),
        (tampered("xl/worksheets/sheet1.xml", "</sheetData>", "</c>"), Code::SheetUnreadable),
    ] {
        assert_eq!(refused(&bytes).0, code);
    }
}

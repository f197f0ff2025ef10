//! What of a workbook's XML is looked at: its sheets, the names it gave to cells, and each cell with where it stands in the text.

use quick_xml::{
    XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
    reader::Reader,
};
use std::ops::Range;

/// Why XML does not read; which of the ways there are nobody needs to know.
type Read<T> = Result<T, quick_xml::Error>;

/// A workbook.
pub(super) struct Workbook {
    /// As it stands.
    pub(super) xml: String,
    /// Each sheet: what it is called, and its file.
    pub(super) sheets: Vec<(String, String)>,
    /// The names it gave, and what each stands for.
    pub(super) names: Vec<(String, String)>,
    /// The file of its texts.
    pub(super) strings: Option<String>,
    /// What has to change so that who opens it computes anew.
    pub(super) compute_anew: (Range<usize>, String),
}

/// A cell.
#[derive(Debug, Default)]
pub(super) struct Cell {
    /// What stands before the names of the XML's elements: nothing, or a prefix and a colon.
    pub(super) prefix: String,
    /// Which: `B5`.
    pub(super) at: String,
    /// Where it stands in the text.
    pub(super) span: Range<usize>,
    /// The number of its style.
    pub(super) style: Option<String>,
    /// What it says.
    pub(super) text: String,
    /// Whether the sheet computes it.
    pub(super) formula: bool,
    /// Where its value stands in the text.
    pub(super) value: Option<Range<usize>>,
    /// Its text stands elsewhere, under a number.
    shared: bool,
}

/// Reads an XML text, event by event, each with where it stands.
fn each<'a>(xml: &'a str, mut on: impl FnMut(&Event<'a>, Range<usize>) -> Read<()>) -> Read<()> {
    let mut reader = Reader::from_str(xml);
    let position = |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
    loop {
        let from = position(&reader);
        let event = reader.read_event()?;
        let to = position(&reader);
        if matches!(event, Event::Eof) {
            return Ok(());
        }
        on(&event, from..to)?;
    }
}

/// An attribute, by its name without a prefix.
fn attribute(of: &BytesStart<'_>, name: &str) -> Read<Option<String>> {
    for found in of.attributes().with_checks(false) {
        let found = found?;
        if found.key.local_name().as_ref() == name {
            return Ok(Some(found.normalized_value(XmlVersion::Implicit1_0)?.into_owned()));
        }
    }
    Ok(None)
}

/// Adds what an event says to a text.
fn hear(text: &mut String, event: &Event<'_>) -> Read<()> {
    match event {
        Event::Text(said) => text.push_str(&said.xml10_content()),
        Event::CData(said) => text.push_str(said),
        Event::GeneralRef(said) => match said.resolve_char_ref()? {
            Some(sign) => text.push(sign),
            None => text.push_str(resolve_predefined_entity(said).unwrap_or_default()),
        },
        _ => {}
    }
    Ok(())
}

/// Where a workbook's link leads: from its own folder, or from the top.
fn file(target: &str) -> String {
    target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned)
}

/// What a workbook holds; `links` says which file each of its parts is.
pub(super) fn workbook(xml: String, links: &str) -> Read<Workbook> {
    let (mut targets, mut strings) = (Vec::new(), None);
    each(links, |event, _| {
        if let Event::Start(link) | Event::Empty(link) = event
            && let (Some(id), Some(target)) = (attribute(link, "Id")?, attribute(link, "Target")?)
        {
            let kind = attribute(link, "Type")?.unwrap_or_default();
            if kind.ends_with("/sharedStrings") {
                strings = Some(file(&target));
            }
            if kind.ends_with("/worksheet") {
                targets.push((id, file(&target)));
            }
        }
        Ok(())
    })?;
    let (mut sheets, mut names, mut open) = (Vec::new(), Vec::new(), None::<(String, String)>);
    let (mut after, mut present, mut prefix) = (0, None, String::new());
    each(&xml, |event, span| {
        match event {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "workbook" => prefix = before(tag.name().as_ref(), "workbook"),
                "sheet" => {
                    let target = attribute(tag, "id")?;
                    let target = targets.iter().find(|(id, _)| Some(id) == target.as_ref());
                    if let (Some(name), Some((_, path))) = (attribute(tag, "name")?, target) {
                        sheets.push((name, path.clone()));
                    }
                }
                "definedName" => open = attribute(tag, "name")?.map(|name| (name, String::new())),
                "calcPr" => {
                    let rest = tag.attributes_raw().replace("fullCalcOnLoad=\"0\"", "");
                    let rest = rest.replace("fullCalcOnLoad=\"1\"", "");
                    let name = tag.name();
                    let name = name.as_ref();
                    let end = if matches!(event, Event::Empty(_)) { "/" } else { "" };
                    present = Some((span.clone(), format!("<{name} fullCalcOnLoad=\"1\"{rest}{end}>")));
                }
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "sheets" | "functionGroups" | "externalReferences" | "definedNames" => after = span.end,
                "definedName" => names.extend(open.take()),
                _ => {}
            },
            other => {
                if let Some((_, text)) = &mut open {
                    hear(text, other)?;
                }
            }
        }
        Ok(())
    })?;
    let absent = (after..after, format!("<{prefix}calcPr fullCalcOnLoad=\"1\"/>"));
    let compute_anew = present.unwrap_or(absent);
    Ok(Workbook { xml, sheets, names, strings, compute_anew })
}

/// What stands before a name.
fn before(whole: &str, name: &str) -> String {
    whole.strip_suffix(name).unwrap_or_default().to_owned()
}

/// The texts that cells name by a number. How a word is pronounced is none of it.
pub(super) fn strings(xml: &str) -> Read<Vec<String>> {
    let (mut all, mut within, mut aside) = (Vec::new(), false, false);
    each(xml, |event, _| {
        match event {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "si" => all.push(String::new()),
                "t" => within = true,
                "rPh" => aside = true,
                _ => {}
            },
            Event::Empty(tag) if tag.local_name().as_ref() == "si" => all.push(String::new()),
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => within = false,
                "rPh" => aside = false,
                _ => {}
            },
            other => {
                if let Some(last) = all.last_mut().filter(|_| within && !aside) {
                    hear(last, other)?;
                }
            }
        }
        Ok(())
    })?;
    Ok(all)
}

/// The cells of a sheet that stand in its text, in their order.
pub(super) fn cells(xml: &str, strings: &[String]) -> Read<Vec<Cell>> {
    let (mut cells, mut open, mut within) = (Vec::new(), None::<Cell>, false);
    let mut value_from = 0;
    each(xml, |event, span| {
        match event {
            Event::Start(tag) => match (tag.local_name().as_ref(), &mut open) {
                ("c", _) => open = cell(tag, span.start)?,
                ("f", Some(cell)) => cell.formula = true,
                ("v", Some(_)) => (value_from, within) = (span.start, true),
                ("t", Some(_)) => within = true,
                _ => {}
            },
            Event::Empty(tag) => match (tag.local_name().as_ref(), &mut open) {
                ("c", _) => {
                    let made = cell(tag, span.start)?;
                    cells.extend(made.map(|cell| Cell { span: span.clone(), ..cell }));
                }
                // A formula that it shares with a cell above.
                ("f", Some(cell)) => cell.formula = true,
                _ => {}
            },
            Event::End(tag) => match (tag.local_name().as_ref(), &mut open) {
                ("v", Some(cell)) => {
                    within = false;
                    cell.value = Some(value_from..span.end);
                }
                ("t", _) => within = false,
                ("c", _) => cells.extend(open.take().map(|cell| ended(cell, span.end, strings))),
                _ => {}
            },
            other => {
                if let Some(cell) = open.as_mut().filter(|_| within) {
                    hear(&mut cell.text, other)?;
                }
            }
        }
        Ok(())
    })?;
    Ok(cells)
}

/// A cell that begins; none for one that does not say which it is.
fn cell(tag: &BytesStart<'_>, from: usize) -> Read<Option<Cell>> {
    let Some(at) = attribute(tag, "r")? else { return Ok(None) };
    let (prefix, style) = (before(tag.name().as_ref(), "c"), attribute(tag, "s")?);
    let style = style.filter(|style| style.bytes().all(|digit| digit.is_ascii_digit()));
    let shared = attribute(tag, "t")?.as_deref() == Some("s");
    Ok(Some(Cell { prefix, at, span: from..from, style, shared, ..Cell::default() }))
}

fn ended(mut cell: Cell, to: usize, strings: &[String]) -> Cell {
    if cell.shared {
        cell.text =
            cell.text.trim().parse().ok().and_then(|at: usize| strings.get(at).cloned()).unwrap_or_default();
    }
    cell.span.end = to;
    cell
}

/// What a name stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// One cell: the sheet, and which.
    Cell(String, String),
    /// A cell that is not there any more.
    Gone,
    /// Something else: an area, a number, a formula.
    Other,
}

/// Reads what a name stands for.
pub(super) fn reference(of: &str) -> Reference {
    if of.contains("#REF!") {
        return Reference::Gone;
    }
    let Some((sheet, cell)) = of.trim().rsplit_once('!') else { return Reference::Other };
    let quoted = sheet.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    let sheet = quoted.map_or_else(|| sheet.to_owned(), |sheet| sheet.replace("''", "'"));
    let cell: String = cell.chars().filter(|sign| *sign != '$').collect();
    let letters = cell.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = cell.bytes().skip(letters);
    let one =
        (1..=3).contains(&letters) && digits.len() > 0 && digits.clone().all(|digit| digit.is_ascii_digit());
    if one { Reference::Cell(sheet, cell) } else { Reference::Other }
}

//! Sheets as they come, and the one table that is read of them: where its head is, which sheet it is, and two sheets put together where
//! one has the people and the other their wishes.

use super::{
    cell::Cell,
    field::{Field, Mapping},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The head of a table stands in one of so many first rows.
const HEAD_WITHIN: usize = 15;

/// A sheet as it came: each row with its number, the first is 1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sheet {
    /// What it is called.
    pub name: String,
    /// Its rows that say something.
    pub rows: Vec<(u32, Vec<Cell>)>,
}

/// The shape of a sheet: what stands above its rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// What it is called.
    pub sheet: String,
    /// The rows above the head.
    pub preface: Vec<Vec<Cell>>,
    /// The head.
    pub headers: Vec<String>,
}

/// The table that is read: of one sheet, or of people and wishes side by side.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// The one sheet; or that of people, then that of wishes.
    pub parts: Vec<Part>,
    /// Sheets that are not read.
    pub left_out: Vec<String>,
    /// Each row with its number in the sheet.
    pub rows: Vec<(u32, Vec<Cell>)>,
}

/// All columns of a table, one part after the other.
#[must_use]
pub fn headers(parts: &[Part]) -> Vec<String> {
    parts.iter().flat_map(|part| part.headers.clone()).collect()
}

/// A sheet whose head was found.
struct Read {
    part: Part,
    columns: Vec<Option<Field>>,
    rows: Vec<(u32, Vec<Cell>)>,
}

impl Read {
    fn of(sheet: Sheet, said: &Mapping) -> Option<Self> {
        let texts = |cells: &[Cell]| cells.iter().map(Cell::prose).collect::<Vec<_>>();
        let known = |cells: &[Cell]| said.columns(&texts(cells)).iter().flatten().count();
        let filled = |cells: &[Cell]| cells.iter().filter(|cell| !cell.is_blank()).count();
        let heads = sheet.rows.iter().take(HEAD_WITHIN).enumerate();
        // The first of those that say most; where nothing is known, the first that has several columns.
        let best = heads
            .max_by_key(|(at, (_, cells))| (known(cells), filled(cells).min(2), std::cmp::Reverse(*at)))
            .map(|(at, _)| at)?;
        let mut rows = sheet.rows;
        let below = rows.split_off(best.saturating_add(1));
        let mut headers = rows.pop().map(|(_, cells)| texts(&cells))?;
        let width = below.iter().map(|(_, cells)| cells.len()).max().unwrap_or_default().max(headers.len());
        headers.resize(width, String::new());
        let columns = said.columns(&headers);
        let preface = rows.into_iter().map(|(_, cells)| cells).collect();
        let whole = |(number, mut cells): (u32, Vec<Cell>)| {
            cells.resize(width, Cell::Empty);
            (number, cells)
        };
        let rows = below.into_iter().map(whole).collect();
        Some(Self { part: Part { sheet: sheet.name, preface, headers }, columns, rows })
    }

    fn has(&self, field: Field) -> bool {
        self.columns.contains(&Some(field))
    }

    fn place(&self, field: Field) -> Option<usize> {
        self.columns.iter().position(|column| *column == Some(field))
    }

    fn known(&self) -> usize {
        self.columns.iter().flatten().count()
    }
}

impl Table {
    /// The table of these sheets: the one on which most is known; where one has people without wishes and another wishes of people
    /// who are told by the same word, both.
    #[must_use]
    pub fn of(sheets: Vec<Sheet>, said: &Mapping) -> Self {
        let mut read: Vec<Read> = sheets.into_iter().filter_map(|sheet| Read::of(sheet, said)).collect();
        let whole = read.iter().any(|one| one.has(Field::Name) && one.has(Field::Title));
        let people = read.iter().position(|one| one.has(Field::Name) && !one.has(Field::Title));
        let wishes = read.iter().position(|one| one.has(Field::Title));
        let named = |from: &[Read], other: Option<usize>| {
            let other = other.and_then(|at| from.get(at)).map(|one| one.part.sheet.clone());
            move |one: &&Read| Some(&one.part.sheet) != other.as_ref()
        };
        if let (false, Some(people), Some(wishes)) = (whole, people, wishes)
            && let Some(table) = read.get(people).zip(read.get(wishes)).and_then(|(a, b)| together(a, b))
        {
            let others = read.iter().filter(named(&read, Some(people))).filter(named(&read, Some(wishes)));
            return Self { left_out: others.map(|one| one.part.sheet.clone()).collect(), ..table };
        }
        let best = read.iter().enumerate().max_by_key(|(at, one)| {
            (
                one.has(Field::Name) && one.has(Field::Title),
                one.known(),
                one.rows.len(),
                std::cmp::Reverse(*at),
            )
        });
        let Some(best) = best.map(|(at, _)| at) else { return Self::default() };
        let one = read.swap_remove(best);
        let left_out = read.iter().map(|one| one.part.sheet.clone()).collect();
        Self { parts: vec![one.part], left_out, rows: one.rows }
    }
}

/// Each wish beside its person; who has no wish stands at the end, so that nobody is lost.
fn together(people: &Read, wishes: &Read) -> Option<Table> {
    let by = [Field::PersonKey, Field::IdNumber, Field::Phone, Field::Name];
    // On the sheet of wishes a name tells whose it is; the person's own stands on the other.
    let (own, other) = by.iter().find_map(|field| Some((people.place(*field)?, wishes.place(*field)?)))?;
    let name = people.place(Field::Name)?;
    let word =
        |cells: &[Cell], at: usize| cells.get(at).map(|cell| cell.signs().to_uppercase()).unwrap_or_default();
    let mut known: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, (_, cells)) in people.rows.iter().enumerate() {
        known.entry(word(cells, own)).or_default().push(at);
    }
    known.remove("");
    let mut rows = Vec::with_capacity(wishes.rows.len());
    let mut asked = vec![false; people.rows.len()];
    for (number, wish) in &wishes.rows {
        let found = known.get(&word(wish, other)).map(Vec::as_slice).unwrap_or_default();
        let mut cells = match found {
            [one] => people.rows.get(*one).map(|(_, cells)| cells.clone()).unwrap_or_default(),
            _ => vec![Cell::Empty; people.part.headers.len()],
        };
        if let (Some(cell), false) = (cells.get_mut(name), found.len() == 1) {
            *cell = if found.is_empty() { Cell::NoSuchPerson } else { Cell::SeveralPersons };
        }
        found.iter().filter_map(|at| asked.get_mut(*at).map(|asked| *asked = true)).for_each(drop);
        cells.extend(wish.iter().cloned());
        rows.push((*number, cells));
    }
    for ((number, person), _) in people.rows.iter().zip(&asked).filter(|(_, asked)| !**asked) {
        let mut cells = person.clone();
        cells.extend(vec![Cell::Empty; wishes.part.headers.len()]);
        rows.push((*number, cells));
    }
    Some(Table { parts: vec![people.part.clone(), wishes.part.clone()], left_out: Vec::new(), rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(name: &str, rows: &[&[&str]]) -> Sheet {
        let cell = |text: &&str| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).to_owned()) };
        let rows =
            rows.iter().zip(1..).map(|(cells, number)| (number, cells.iter().map(cell).collect())).collect();
        Sheet { name: name.to_owned(), rows }
    }

    #[test]
    fn the_head_is_found_below_a_title_and_the_notes_are_left_out() {
        let notes = sheet("填表说明", &[&["一、请逐项填写"], &["二、不要合并单元格"]]);
        let list = sheet("汇总", &[&["2026 年微心愿汇总表"], &["姓名", "心愿内容"], &["王奶奶", "收音机"]]);
        let table = Table::of(vec![notes, list], &Mapping::default());
        assert_eq!((table.parts[0].sheet.as_str(), table.left_out), ("汇总", vec!["填表说明".to_owned()]));
        assert_eq!(table.parts[0].preface.len(), 1);
        assert_eq!(table.rows, [(3, vec![Cell::Text("王奶奶".into()), Cell::Text("收音机".into())])]);
    }

    #[test]
    fn people_and_wishes_on_two_sheets_come_together_and_nobody_is_lost() {
        let people = sheet(
            "人员",
            &[&["编号", "姓名"], &["1", "王奶奶"], &["2", "李爷爷"], &["3", "同号"], &["3", "同号"]],
        );
        let wishes = sheet(
            "心愿",
            &[&["编号", "心愿"], &["1", "收音机"], &["1", "电灯"], &["9", "轮椅"], &["3", "棉被"]],
        );
        let table = Table::of(vec![people, wishes], &Mapping::default());
        assert_eq!(headers(&table.parts), ["编号", "姓名", "编号", "心愿"]);
        let told: Vec<(u32, String, String)> =
            table.rows.iter().map(|(number, cells)| (*number, cells[1].plain(), cells[3].plain())).collect();
        let row = |number, name: &str, wish: &str| (number, name.to_owned(), wish.to_owned());
        assert_eq!(
            told,
            [
                row(2, "王奶奶", "收音机"),
                row(3, "王奶奶", "电灯"),
                row(4, "", "轮椅"),
                row(5, "", "棉被"),
                row(3, "李爷爷", "")
            ]
        );
        assert_eq!((&table.rows[2].1[1], &table.rows[3].1[1]), (&Cell::NoSuchPerson, &Cell::SeveralPersons));
    }
}

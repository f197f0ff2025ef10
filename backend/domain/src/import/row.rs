//! One row: who it is about, what they agreed to and what they wish, by the same rules as if somebody had typed it in; or what is wrong
//! with it, where, and how to put it right.

use super::{cell::Cell, field::Field, words};
use crate::{
    beneficiary::{GUARDIAN_ALONE_BELOW, GUARDIAN_TOO_BELOW, GivenBy, Person, Purpose},
    id::OrganisationId,
    refusal::{Fault, FieldFault, Refusal, Text},
    script::simplified,
    wish::{Channel, Content, ToldBy, Unit},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What a row may name.
#[derive(Debug, Clone)]
pub struct Known {
    /// Where a row belongs that names no place.
    pub own: OrganisationId,
    /// Organisations below it by name; none where several are called so.
    pub places: HashMap<String, Option<OrganisationId>>,
    /// The words for each category's code.
    pub categories: Vec<(String, Vec<String>)>,
    /// Today.
    pub today: NaiveDate,
    /// The day on which the sheet was sent: what it says was agreed to was by then.
    pub sent_on: NaiveDate,
}

/// What somebody agreed to.
pub type Agreed = (Purpose, GivenBy);

/// A guardian, and what they are to the resident.
pub type Guardian = (String, String);

/// A row that reads well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Where it belongs.
    pub at: OrganisationId,
    /// Whose wish.
    pub person: Person,
    /// In what difficulty.
    pub hardships: Vec<String>,
    /// What was agreed to, and by whom.
    pub consents: Vec<Agreed>,
    /// The guardian, and what they are to the resident.
    pub guardian: Option<Guardian>,
    /// On which day.
    pub agreed_on: NaiveDate,
    /// The wish.
    pub content: Content,
}

/// What is wrong with one cell of a row. It repeats nothing that was written there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFault {
    /// Which column it would be.
    pub field: Field,
    /// The code of a [`Fault`].
    pub fault: String,
    /// What was probably meant: a word of our own lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meant: Option<String>,
}

impl RowFault {
    /// Of a field.
    #[must_use]
    pub fn new(field: Field, fault: Fault) -> Self {
        Self { field, fault: fault.as_str().to_owned(), meant: None }
    }

    /// Why, for a person.
    #[must_use]
    pub fn reason(&self) -> Text {
        let known = Fault::ALL.iter().find(|fault| fault.as_str() == self.fault);
        known.unwrap_or(&Fault::Wrong).text()
    }

    /// How to put it right, for a person.
    #[must_use]
    pub const fn advice(&self) -> Text {
        words::advice(self.field)
    }
}

/// The faults of a refusal, by the columns that they came from.
#[must_use]
pub fn faults_of(refusal: &Refusal) -> Vec<RowFault> {
    let told = |one: &FieldFault| RowFault::new(words::field_at(&one.pointer), one.fault);
    refusal.fields.iter().map(told).collect()
}

/// Reads one row.
struct Reader<'a> {
    cells: &'a [Cell],
    columns: &'a [Option<Field>],
    known: &'a Known,
    faults: Vec<RowFault>,
}

/// Reads the cells of a row, each by what its column tells.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(cells: &[Cell], columns: &[Option<Field>], known: &Known) -> Result<Proposal, Vec<RowFault>> {
    let mut reader = Reader { cells, columns, known, faults: Vec::new() };
    let at = reader.place();
    let (person, hardships) = reader.person();
    let (consents, guardian) = reader.consents(&person);
    let agreed_on = reader.date(Field::ConsentOn).unwrap_or(known.sent_on);
    if agreed_on > known.today {
        reader.fault(Field::ConsentOn, Fault::InFuture);
    }
    let content = reader.content();
    reader.broken();
    for checked in [person.validate(&hardships, known.today), content.validate(known.today, true)] {
        for fault in checked.err().iter().flat_map(faults_of) {
            // What a cell that does not read is taken for has faults of its own; its first one is told.
            if !reader.faults.iter().any(|one| one.field == fault.field) {
                reader.faults.push(fault);
            }
        }
    }
    match reader.faults.is_empty() {
        true => Ok(Proposal { at, person, hardships, consents, guardian, agreed_on, content }),
        false => Err(reader.faults),
    }
}

impl Reader<'_> {
    fn fault(&mut self, field: Field, fault: Fault) {
        self.faults.push(RowFault::new(field, fault));
    }

    fn cell(&self, field: Field) -> Option<&Cell> {
        let at = self.columns.iter().position(|column| *column == Some(field))?;
        self.cells.get(at)
    }

    /// In simplified characters, but for names: how somebody writes theirs is their own.
    fn text(&self, field: Field, how: fn(&Cell) -> String) -> Option<String> {
        let text = self.cell(field).map(how).filter(|text| !text.is_empty())?;
        Some(if matches!(field, Field::Name | Field::GuardianName) { text } else { simplified(&text) })
    }

    /// A cell that is not blank has to read as a day.
    fn date(&mut self, field: Field) -> Option<NaiveDate> {
        let cell = self.cell(field).filter(|cell| !cell.is_blank() && !cell.is_broken())?;
        let date = cell.date();
        if date.is_none() {
            self.fault(field, Fault::Format);
        }
        date
    }

    /// What a formula could not work out, and people who are not on the other sheet.
    fn broken(&mut self) {
        for (column, cell) in self.columns.iter().zip(self.cells) {
            let fault = match cell {
                Cell::Broken(_) => Fault::Format,
                Cell::NoSuchPerson => Fault::Unknown,
                Cell::SeveralPersons => Fault::Duplicate,
                _ => continue,
            };
            if let Some(field) = column {
                self.faults.retain(|one| one.field != *field);
                self.faults.push(RowFault::new(*field, fault));
            }
        }
    }

    fn place(&mut self) -> OrganisationId {
        let Some(name) = self.text(Field::Place, Cell::term) else { return self.known.own };
        match self.known.places.get(&name) {
            Some(Some(id)) => return *id,
            Some(None) => self.fault(Field::Place, Fault::Duplicate),
            None => {
                let names = self.known.places.keys().map(String::as_str);
                let meant = words::nearest(&name, names).map(str::to_owned);
                self.faults.push(RowFault { meant, ..RowFault::new(Field::Place, Fault::Unknown) });
            }
        }
        self.known.own
    }

    fn person(&mut self) -> (Person, Vec<String>) {
        let name = self.text(Field::Name, Cell::term).unwrap_or_default();
        let address = self.text(Field::Address, Cell::prose);
        for (field, text) in [(Field::Name, Some(&name)), (Field::Address, address.as_ref())] {
            // What was shown masked must not come back as if it were so.
            if text.is_some_and(|text| text.contains("**")) {
                self.fault(field, Fault::Format);
            }
        }
        let id_number = self.text(Field::IdNumber, |cell| cell.long_number().to_uppercase());
        let told = self.date(Field::BirthDate);
        let from_number = id_number.as_deref().and_then(words::born);
        if told.is_some() && from_number.is_some() && told != from_number {
            self.fault(Field::BirthDate, Fault::Wrong);
        }
        let phone = self.text(Field::Phone, Cell::long_number);
        let person = Person { name, phone, address, id_number, birth_date: told.or(from_number) };
        self.age(&person);
        let hardships = self.text(Field::Hardships, Cell::prose).unwrap_or_default();
        let split = hardships.split(['、', ',', '，', ';', '；', '/']).map(str::trim);
        (person, split.filter(|word| !word.is_empty()).map(str::to_owned).collect())
    }

    /// An age alone is no date of birth: of a minor it must be known, since it says whose consent it takes. Nothing is made up.
    fn age(&mut self, person: &Person) {
        let Some(age) = self.text(Field::Age, Cell::signs) else { return };
        let digits = age.trim_end_matches('岁').trim_end_matches('周').trim_end_matches(".0");
        match (digits.parse::<u32>(), person.age(self.known.today)) {
            (Err(_), _) => self.fault(Field::Age, Fault::Format),
            (Ok(age), Some(born)) if age.abs_diff(born) > 1 => self.fault(Field::Age, Fault::Wrong),
            // Some count a year more (虚岁).
            (Ok(age), None) if age <= GUARDIAN_TOO_BELOW => self.fault(Field::BirthDate, Fault::Required),
            _ => {}
        }
    }

    fn consents(&mut self, person: &Person) -> (Vec<Agreed>, Option<Guardian>) {
        let mut purposes = Vec::new();
        for (field, purpose) in words::PURPOSES {
            match self.cell(field).map_or(Some(false), Cell::agrees) {
                Some(true) => purposes.push(purpose),
                Some(false) => {}
                None => self.fault(field, Fault::Format),
            }
        }
        if !purposes.contains(&Purpose::Collect) && !self.faults.iter().any(|one| one.field == Field::Collect)
        {
            self.fault(Field::Collect, Fault::Required);
        }
        let age = person.age(self.known.today);
        let givers: &[GivenBy] = match age {
            Some(age) if age < GUARDIAN_ALONE_BELOW => &[GivenBy::Guardian],
            Some(age) if age < GUARDIAN_TOO_BELOW => &[GivenBy::Guardian, GivenBy::Myself],
            _ => &[GivenBy::Myself],
        };
        let mut guardian = None;
        if givers.contains(&GivenBy::Guardian) {
            let told = [Field::GuardianName, Field::Relation].map(|field| self.text(field, Cell::term));
            for (field, text) in [Field::GuardianName, Field::Relation].into_iter().zip(&told) {
                if text.is_none() {
                    self.fault(field, Fault::Required);
                }
            }
            let [name, relation] = told;
            guardian = name.zip(relation);
        }
        let each = purposes.into_iter().flat_map(|purpose| givers.iter().map(move |by| (purpose, *by)));
        (each.collect(), guardian)
    }

    fn content(&mut self) -> Content {
        let title = self.text(Field::Title, Cell::prose).unwrap_or_default();
        let (quantity, unit) = self.quantity();
        Content {
            public_summary: self.text(Field::Summary, Cell::prose).unwrap_or_else(|| title.clone()),
            details: self.text(Field::Details, Cell::prose).map(Into::into),
            category: self.category(),
            skill: self.text(Field::Skill, Cell::term),
            quantity,
            shares: Vec::new(),
            unit,
            estimated_cost_fen: self.cost(),
            needed_by: self.date(Field::NeededBy),
            channel: Channel::Drive,
            told_by: ToldBy::Myself,
            told_by_note: None,
            title,
        }
    }

    fn category(&mut self) -> String {
        let Some(word) = self.text(Field::Category, Cell::term) else {
            self.fault(Field::Category, Fault::Required);
            return String::new();
        };
        let called = |(code, names): &&(String, Vec<String>)| *code == word || names.contains(&word);
        if let Some((code, _)) = self.known.categories.iter().find(called) {
            return code.clone();
        }
        let names = self.known.categories.iter().filter_map(|(_, names)| names.first());
        let meant = words::nearest(&word, names.map(String::as_str)).map(str::to_owned);
        self.faults.push(RowFault { meant, ..RowFault::new(Field::Category, Fault::Unknown) });
        String::new()
    }

    /// `2`, `2件`, or with a column for the unit; one where nothing is said.
    fn quantity(&mut self) -> (i64, Unit) {
        let told = self.text(Field::Quantity, Cell::signs).unwrap_or_else(|| "1".to_owned());
        let digits = told.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(told.len());
        let (number, behind) = told.split_at(digits);
        let quantity = number.strip_suffix(".0").unwrap_or(number).parse::<i64>();
        let own = self.text(Field::Unit, Cell::signs);
        let behind = (!behind.is_empty()).then(|| behind.to_owned());
        let unit = words::unit(own.or(behind).as_deref());
        match (quantity, unit) {
            (Ok(quantity), Some((unit, times))) => return (quantity.saturating_mul(times), unit),
            (Err(_), _) => self.fault(Field::Quantity, Fault::Format),
            (_, None) => self.fault(Field::Unit, Fault::Unknown),
        }
        (1, Unit::Item)
    }

    /// Yuan, perhaps with fen: `120`, `约120.50元`.
    fn cost(&mut self) -> Option<i64> {
        let told = self.text(Field::Cost, Cell::signs)?;
        let plain =
            told.trim_start_matches(['约', '¥', '￥']).trim_end_matches(['元', '块', '左', '右', '钱']);
        let fen = words::fen(&plain.replace(',', ""));
        if fen.is_none() {
            self.fault(Field::Cost, Fault::Format);
        }
        fen
    }
}

impl Proposal {
    /// What makes this row this row, however it is spaced and wherever its columns stand: the same once more is known by it.
    #[must_use]
    pub fn told(&self) -> String {
        let person = &self.person;
        let who = match (&person.id_number, &person.phone) {
            (Some(number), _) => number.clone(),
            (None, phone) => format!("{}\u{1f}{}", person.name, phone.as_deref().unwrap_or_default()),
        };
        let wish = &self.content;
        let details = crate::note::text(wish.details.as_ref()).unwrap_or_default();
        let [quantity, unit] = [wish.quantity.to_string(), wish.unit.to_string()];
        let parts = [&self.at.to_string(), &who, &wish.title, details, &wish.category, &quantity, &unit];
        parts.join("\u{1f}")
    }
}

#[cfg(test)]
#[path = "row_tests.rs"]
mod tests;

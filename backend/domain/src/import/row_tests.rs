use super::*;
use uuid::Uuid;

const COLUMNS: &[Option<Field>] = &[
    Some(Field::Name),
    Some(Field::Phone),
    Some(Field::BirthDate),
    Some(Field::Place),
    Some(Field::Collect),
    Some(Field::Publish),
    Some(Field::Title),
    Some(Field::Category),
    Some(Field::Quantity),
    Some(Field::Cost),
    Some(Field::GuardianName),
    Some(Field::Relation),
    Some(Field::IdNumber),
    Some(Field::Age),
];

fn known() -> Known {
    let id = |n| OrganisationId(Uuid::from_u128(n));
    Known {
        own: id(1),
        places: [("何家坪村", Some(id(2))), ("新井村", Some(id(3))), ("柳湾村", None)]
            .map(|(name, id)| (name.to_owned(), id))
            .into(),
        categories: vec![("thing".into(), vec!["添一物".into()]), ("skill".into(), vec!["送一技".into()])],
        today: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        sent_on: NaiveDate::from_ymd_opt(2026, 11, 19).unwrap(),
    }
}

/// A row as a county fills it in, with some cells otherwise.
fn row(change: &[(Field, &str)]) -> Vec<Cell> {
    let usual = [
        "　王 奶奶 （wáng nǎi nai）",
        "１３８０００００５６７８",
        "1946年3月2日",
        "何家坪村",
        "是",
        "√",
        "想要一台 收音机",
        "添一物",
        "2台",
        "约120.5元",
        "",
        "",
        "",
        "",
    ];
    let cell = |(column, usual): (&Option<Field>, &str)| {
        let said = change.iter().find(|(field, _)| *column == Some(*field)).map(|(_, text)| *text);
        Cell::Text(said.unwrap_or(usual).to_owned())
    };
    COLUMNS.iter().zip(usual).map(cell).collect()
}

fn faults(change: &[(Field, &str)]) -> Vec<(Field, String, Option<String>)> {
    let found = read(&row(change), COLUMNS, &known()).err().unwrap_or_default();
    found.into_iter().map(|one| (one.field, one.fault, one.meant)).collect()
}

#[test]
fn a_row_becomes_what_somebody_would_have_typed_in() {
    let read = read(&row(&[]), COLUMNS, &known()).unwrap();
    assert_eq!((read.person.name.as_str(), read.person.phone.as_deref()), ("王奶奶", Some("138000005678")));
    assert_eq!((read.at.0.as_u128(), read.person.birth_date), (2, NaiveDate::from_ymd_opt(1946, 3, 2)));
    assert_eq!(read.consents, [(Purpose::Collect, GivenBy::Myself), (Purpose::Publish, GivenBy::Myself)]);
    let wish = &read.content;
    assert_eq!(
        (wish.title.as_str(), wish.category.as_str(), wish.public_summary.as_str()),
        ("想要一台收音机", "thing", "想要一台收音机")
    );
    assert_eq!((wish.quantity, wish.unit, wish.estimated_cost_fen), (2, Unit::Item, Some(12_050)));
}

#[test]
fn each_fault_is_named_with_what_was_probably_meant() {
    for (field, written, fault, meant) in [
        (Field::Name, "", "required", None),
        (Field::Name, "王**", "format", None),
        (Field::Phone, "1.2", "format", None),
        (Field::BirthDate, "1946-13-02", "format", None),
        (Field::BirthDate, "2027-01-01", "in_future", None),
        (Field::Place, "何家坪", "unknown", Some("何家坪村")),
        (Field::Place, "柳湾村", "duplicate", None),
        (Field::Collect, "否", "required", None),
        (Field::Publish, "也许", "format", None),
        (Field::Title, "灯", "too_short", None),
        (Field::Category, "物", "unknown", Some("添一物")),
        (Field::Quantity, "几个", "format", None),
        (Field::Quantity, "0", "out_of_range", None),
        (Field::Cost, "不贵", "format", None),
        (Field::IdNumber, "110105194912310021", "format", None),
        (Field::Age, "八十", "format", None),
    ] {
        let told = faults(&[(field, written)]);
        let own: Vec<_> = told.iter().filter(|one| one.0 == field).collect();
        assert_eq!(
            own,
            [&(field, fault.to_owned(), meant.map(str::to_owned))],
            "{field} {written:?}: {told:?}"
        );
    }
}

#[test]
fn every_field_has_its_advice_and_every_fault_its_reason() {
    for field in Field::ALL {
        let one = RowFault::new(*field, Fault::Required);
        assert!(!one.advice().zh.is_empty() && !one.advice().en.is_empty());
        assert_eq!(one.reason(), Fault::Required.text());
    }
}

#[test]
fn whose_consent_it_takes_depends_on_age_and_no_date_is_made_up() {
    let child =
        [(Field::BirthDate, "2016-05-01"), (Field::GuardianName, "田某某"), (Field::Relation, "母亲")];
    let told = read(&row(&child), COLUMNS, &known()).unwrap();
    assert_eq!(told.consents, [(Purpose::Collect, GivenBy::Guardian), (Purpose::Publish, GivenBy::Guardian)]);
    assert_eq!(told.guardian, Some(("田某某".to_owned(), "母亲".to_owned())));
    let alone = faults(&child[..1]);
    assert_eq!(alone.iter().map(|one| one.0).collect::<Vec<_>>(), [Field::GuardianName, Field::Relation]);
    let fifteen =
        read(&row(&[(Field::BirthDate, "2011-05-01"), child[1], child[2]]), COLUMNS, &known()).unwrap();
    assert_eq!(fifteen.consents.len(), 4, "both are asked");

    let age = |age| faults(&[(Field::BirthDate, ""), (Field::Age, age)]);
    assert_eq!(age("10")[0], (Field::BirthDate, "required".to_owned(), None));
    assert_eq!(age("76岁"), []);
    assert_eq!(faults(&[(Field::Age, "30")])[0].0, Field::Age, "it does not agree with the date of birth");
    let number = [(Field::BirthDate, ""), (Field::IdNumber, "11010519491231002x")];
    assert_eq!(
        read(&row(&number), COLUMNS, &known()).unwrap().person.birth_date,
        NaiveDate::from_ymd_opt(1949, 12, 31)
    );
    assert_eq!(faults(&[number[1]])[0].0, Field::BirthDate);
}

#[test]
fn the_same_row_is_known_however_it_is_written() {
    let told = |change: &[(Field, &str)]| read(&row(change), COLUMNS, &known()).unwrap().told();
    assert_eq!(
        told(&[]),
        told(&[(Field::Name, "王奶奶"), (Field::Phone, "138000005678"), (Field::Title, "想要一台收音机")])
    );
    for other in [
        (Field::Name, "王爷爷"),
        (Field::Title, "想要一台电视"),
        (Field::Quantity, "3"),
        (Field::Place, "新井村"),
    ] {
        assert_ne!(told(&[]), told(&[other]), "{other:?}");
    }
}

#[test]
fn traditional_characters_are_read_as_simplified_ones_but_for_names() {
    let told = read(
        &row(&[
            (Field::Name, "劉奶奶"),
            (Field::Place, "何家坪村"),
            (Field::Title, "想要一臺電視機"),
            (Field::Category, "添一物"),
        ]),
        COLUMNS,
        &known(),
    )
    .unwrap();
    assert_eq!((told.person.name.as_str(), told.content.title.as_str()), ("劉奶奶", "想要一台电视机"));
}

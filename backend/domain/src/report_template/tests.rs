use super::*;
use crate::{
    id::{OrganisationId, ReportId, UserId},
    report::{Frozen, FrozenPart, Report},
    tally::Window,
    time::Instant,
};
use uuid::Uuid;

fn place(name: &str, cell: &str, named: bool) -> Place {
    Place { name: name.to_owned(), sheet: "表1".to_owned(), cell: cell.to_owned(), named }
}

fn frozen(id: &str, numerator: i64, denominator: Option<i64>) -> Frozen {
    let parts = vec![FrozenPart { part: "fulfilled".to_owned(), numerator: 7, denominator: None }];
    let id = id.to_owned();
    Frozen { id, version: 1, numerator, denominator, excluded: 2, sample: 9, p50: None, p90: None, parts }
}

fn said(field: &str) -> (Option<String>, String) {
    let report = Report {
        id: ReportId(Uuid::nil()),
        organisation_id: OrganisationId(Uuid::nil()),
        number: 1,
        window: Window::of("2026-01".parse().unwrap(), "2026-10".parse().unwrap()).unwrap(),
        edition: 2,
        figures: String::new(),
        previous_hash: String::new(),
        hash: "abc".to_owned(),
        created_by: UserId(Uuid::nil()),
        created_at: Instant::from_micros(0),
    };
    let figures = [
        frozen("collected", 12, None),
        frozen("fulfilment", 2, Some(3)),
        frozen("satisfaction", 0, Some(0)),
        frozen("worth", 12_305, None),
        frozen("hours", 7, None),
        frozen("lighting", 4, None),
    ];
    let filling =
        Filling { report: &report, figures: &figures, organisation: "新晃县", compiler: "张三" };
    let said = filling.said(&field.parse().unwrap());
    (said.number, said.text)
}

#[test]
fn a_cell_says_what_the_dashboard_says() {
    let number = |digits: &str, text: &str| (Some(digits.to_owned()), text.to_owned());
    let text = |text: &str| (None, text.to_owned());
    for (field, expected) in [
        ("collected", number("12", "12")),
        ("collected.part.fulfilled", number("7", "7")),
        ("collected.part.draft", number("0", "0")),
        ("collected.unit", text("件")),
        ("fulfilment", number("0.666667", "66.7%")),
        ("fulfilment.denominator", number("3", "3")),
        ("fulfilment.excluded", number("2", "2")),
        ("fulfilment.unit", text("%")),
        ("satisfaction", text("—")),
        ("worth", number("123.05", "123.05")),
        ("hours", number("1.75", "1.75")),
        ("lighting", text("—")),
        ("coverage", text("—")),
        ("title", text("新晃县微心愿情况统计表（2026年1月至2026年10月）")),
        ("edition", text("第 2 稿")),
        ("compiler", text("张三")),
        ("made_on", text("1970-01-01")),
    ] {
        assert_eq!(said(field), expected, "{field}");
        assert_eq!(field.parse::<Field>().unwrap().to_string(), field);
    }
}

#[test]
fn what_no_figure_has_is_no_field() {
    for field in [
        "colected",
        "collected.denominator",
        "collected.p50",
        "collected.part.lost",
        "collected.part.draft.of",
        "on_time.part.village.whole",
        "satisfaction.part.6",
        "worth.part.fulfilled",
        "fulfilment.",
        "",
    ] {
        assert!(field.parse::<Field>().is_err(), "{field}");
    }
}

#[test]
fn what_was_said_of_a_name_holds_and_what_is_missing_is_named_with_its_cell() {
    let places = || {
        vec![
            place("记下的心愿", "B2", false),
            place("累计", "B3", false),
            place("by_category.part.daily", "B4", false),
            place("打印日", "B5", true),
        ]
    };
    let mut template = Template::of("表.xlsx".to_owned(), places(), &Fields::new(), |code| code == "health");
    let cells = |template: &Template| template.unfilled().map(|place| place.cell.clone()).collect::<Vec<_>>();
    assert_eq!(
        cells(&template),
        ["B3", "B4"],
        "there is no such category, and nobody said what is summed up"
    );
    let refused = template.ready().unwrap_err();
    assert_eq!(
        refused.fields.iter().map(|one| one.pointer.as_str()).collect::<Vec<_>>(),
        ["/表1/B3", "/表1/B4"]
    );

    let say = |name: &str, field: Option<&str>| (name.to_owned(), field.map(str::to_owned));
    let wrong = [say("累计", Some("colected")), say("没有", Some("worth")), say("累计", None)];
    let faults = template.say(&wrong, |_| true).unwrap_err().fields;
    let told: Vec<_> = faults.iter().map(|one| (one.pointer.as_str(), one.fault)).collect();
    let expected = [
        ("/fields/0/field", Fault::Unknown),
        ("/fields/1/name", Fault::Unknown),
        ("/fields/2/name", Fault::Duplicate),
    ];
    assert_eq!(told, expected);
    assert_eq!(cells(&template), ["B3", "B4"], "and nothing was changed");

    template.say(&[say("累计", Some("worth"))], |_| true).unwrap();
    let again = Template::of("表.xlsx".to_owned(), places(), &template.fields, |_| true);
    assert!(again.ready().is_ok(), "the next file need not be told again");
    assert_eq!(again.fields["累计"].to_string(), "worth");
}

//! The life of an export.

use super::*;
use crate::refusal::Fault;
use uuid::Uuid;

const NOW: Instant = Instant::from_micros(1_000_000);

fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

fn export(subject: Subject) -> Export {
    let of = (OrganisationId(Uuid::nil()), subject);
    Export::ask(ExportId(Uuid::nil()), of, "sealed".into(), user(1), NOW)
}

fn code<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> Code {
    refused.unwrap_err().code
}

#[test]
fn what_names_nobody_is_made_at_once_and_taken_by_who_asked_until_its_time_is_over() {
    let asked = export(Subject::Wishes);
    assert_eq!(asked.status, Status::Requested);
    assert_eq!(code(asked.clone().take(user(1), NOW)), Code::WrongExportStatus);
    let ready = asked.made(3, None, NOW).unwrap();
    assert_eq!(ready.until, Some(NOW.plus_days(KEEP_DAYS)));
    assert_eq!(code(ready.clone().take(user(2), NOW)), Code::Forbidden);
    let mut taken = ready.clone();
    for _ in 0..=MOST_DOWNLOADS {
        taken = taken.take(user(1), NOW).unwrap();
    }
    assert_eq!(taken.downloads, MOST_DOWNLOADS + 1);
    assert_eq!(code(ready.clone().take(user(1), NOW.plus_days(KEEP_DAYS))), Code::ExportOver);
    assert_eq!(code(ready.clone().show_password(user(1), NOW)), Code::PasswordShown);
    assert_eq!(code(ready.expire().take(user(1), NOW)), Code::ExportOver);
}

#[test]
fn what_names_residents_waits_for_somebody_else_and_is_taken_so_often() {
    let asked = export(Subject::Residents);
    assert_eq!(asked.status, Status::Pending);
    assert_eq!(code(asked.clone().approve(user(1), NOW)), Code::OwnExport);
    assert_eq!(code(asked.clone().decline(user(1), "no".into(), NOW)), Code::OwnExport);
    assert_eq!(code(asked.clone().approve(user(2), NOW.plus_days(ANSWER_DAYS))), Code::ExportOver);
    assert_eq!(code(asked.clone().made(1, None, NOW)), Code::WrongExportStatus);
    let declined = asked.clone().decline(user(2), "sealed".into(), NOW).unwrap();
    assert_eq!(code(declined.approve(user(2), NOW)), Code::WrongExportStatus);
    let ready = asked.approve(user(2), NOW).unwrap().made(1, Some("sealed".into()), NOW).unwrap();
    assert_eq!(ready.until, Some(NOW.plus_seconds(72 * 3600)));
    let (shown, password) = ready.show_password(user(1), NOW).unwrap();
    assert_eq!((password.as_str(), shown.password.is_none()), ("sealed", true));
    assert_eq!(code(shown.clone().show_password(user(1), NOW)), Code::PasswordShown);
    let mut taken = shown;
    for _ in 0..MOST_DOWNLOADS {
        taken = taken.take(user(1), NOW).unwrap();
    }
    assert_eq!(code(taken.clone().take(user(1), NOW)), Code::DownloadsUsed);
    assert_eq!(code(taken.destroy().take(user(1), NOW)), Code::ExportOver);
}

#[test]
fn a_file_has_an_end_and_a_purpose_says_something() {
    assert!(check_rows(Subject::Wishes, MOST_ROWS).is_ok());
    assert_eq!(code(check_rows(Subject::Wishes, MOST_ROWS + 1)), Code::ExportTooLong);
    assert_eq!(code(check_rows(Subject::Residents, MOST_PERSONAL_ROWS + 1)), Code::ExportTooLong);
    for (text, fault) in
        [("", Fault::Required), ("要用", Fault::TooShort), ("要\u{7}用一用吧", Fault::ControlCharacter)]
    {
        assert_eq!(check_words(text, "/purpose").unwrap_err().fields[0].fault, fault, "{text}");
    }
    assert!(check_words("送到民政局核对低保", "/purpose").is_ok());
}

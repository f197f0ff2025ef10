//! Claimants: what they may take on, and applications to become one.

#![expect(clippy::unwrap_used, reason = "tests")]

use chrono::NaiveDate;
use domain::{
    application::{Answer, Application, Offered, Particulars, State},
    claimant::{Claimant, Kind, Profile, Standing},
    id::{ApplicationId, ClaimantId, OrganisationId, UserId},
    refusal::Code,
    time::Instant,
};
use uuid::Uuid;

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn claimant() -> Claimant {
    Claimant {
        id: ClaimantId(Uuid::from_u128(1)),
        version: 1,
        kind: Kind::Unit,
        organisation_id: OrganisationId(Uuid::from_u128(2)),
        user_id: None,
        profile: Profile {
            display_name: "一支队".to_owned(),
            skills: vec![],
            region_codes: vec![],
            categories: vec![],
            capacity: 3,
        },
        standing: Standing::Active,
        created_at: at("2026-11-20T08:00:00Z"),
    }
}

#[test]
fn a_suspension_ends_after_its_last_day_and_not_by_who_acts_for_the_claimant() {
    let now = at("2026-11-20T08:00:00Z");
    let of = claimant();
    assert_eq!(of.may_take_on(), Ok(()));
    assert_eq!(of.clone().rest(true).unwrap().may_take_on(), Err(Code::ClaimantInactive));
    let past = of.clone().suspend("x".to_owned(), Some(day("2026-11-19")), now).unwrap_err();
    assert_eq!((past.code, past.fields[0].pointer.as_str()), (Code::Invalid, "/until"));
    let suspended = of.suspend("x".to_owned(), Some(day("2026-11-20")), now).unwrap();
    assert_eq!(suspended.may_take_on(), Err(Code::ClaimantSuspended));
    assert_eq!(suspended.clone().rest(false).unwrap_err().code, Code::ClaimantSuspended);
    assert!(!suspended.has_served(at("2026-11-20T15:59:59.999999Z")), "the last day counts, in China");
    assert!(suspended.has_served(at("2026-11-20T16:00:00Z")));
    let longer = suspended.suspend("y".to_owned(), None, at("2026-11-20T09:00:00Z")).unwrap();
    let Standing::Suspended(again) = &longer.standing else { panic!("{longer:?}") };
    assert_eq!((again.since, again.until, again.reason.as_str()), (now, None, "y"), "said again");
    assert!(!longer.has_served(at("2036-11-20T16:00:00Z")));
    let back = longer.reinstate().unwrap();
    assert_eq!(back.may_take_on(), Ok(()));
    assert_eq!(back.reinstate().unwrap_err().code, Code::NotSuspended);
}

fn application() -> Application {
    let now = at("2026-11-20T08:00:00Z");
    Application {
        id: ApplicationId(Uuid::from_u128(3)),
        version: 1,
        organisation_id: OrganisationId(Uuid::from_u128(2)),
        kind: Kind::Unit,
        user_id: None,
        offered: offered(3),
        particulars: String::new(),
        applicant_key: String::new(),
        code_digest: String::new(),
        state: State::Waiting { due_at: now.plus_days(3) },
        created_at: now,
    }
}

fn offered(capacity: i32) -> Offered {
    Offered { skills: vec![], region_codes: vec![], categories: vec![], capacity }
}

#[test]
fn an_application_is_answered_once_and_a_no_says_why() {
    let now = at("2026-11-21T08:00:00Z");
    let answer = |words: Option<&str>| Answer {
        by: UserId(Uuid::from_u128(9)),
        at: now,
        words: words.map(str::to_owned),
    };
    assert_eq!(application().decline(answer(None)).unwrap_err().code, Code::Invalid);
    assert_eq!(application().rests_since(), application().created_at, "unanswered, from when it came");
    let declined = application().decline(answer(Some("已有三支理发队"))).unwrap();
    assert_eq!(declined.rests_since(), now);
    let approved = application().approve(ClaimantId(Uuid::from_u128(1)), answer(None)).unwrap();
    for answered in [declined, approved] {
        let again = answered.clone().approve(ClaimantId(Uuid::from_u128(1)), answer(None)).unwrap_err();
        assert_eq!(again.code, Code::ApplicationAnswered);
        assert_eq!(answered.decline(answer(Some("x"))).unwrap_err().code, Code::ApplicationAnswered);
    }
}

#[test]
fn all_faults_of_an_application_are_told_at_once() {
    let of = Particulars {
        display_name: " ".to_owned(),
        contact_name: String::new(),
        contact: "1".to_owned(),
        note: Some("长".repeat(501)),
    };
    let refused = of.validate(&offered(0)).unwrap_err();
    let at: Vec<_> = refused.fields.iter().map(|field| field.pointer.as_str()).collect();
    assert_eq!(at, ["/display_name", "/capacity", "/contact_name", "/contact", "/note"]);
}

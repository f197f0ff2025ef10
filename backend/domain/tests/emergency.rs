//! How households stand in an emergency call, whom it opens its wishes to, and when it may end.

#![expect(clippy::unwrap_used, reason = "tests")]

use domain::{
    claimant::Kind,
    emergency::{Circle, Content, EmergencyCall, Report, Share, Standing, Whom},
    id::{EmergencyCallId, OrganisationId, UserId},
    refusal::{Code, Fault, Refusal},
    time::Instant,
    wish::{Counts, Status},
};
use proptest::prelude::*;
use uuid::Uuid;

fn now() -> Instant {
    "2026-11-20T08:00:00Z".parse().unwrap()
}

fn org(n: u128) -> OrganisationId {
    OrganisationId(Uuid::from_u128(n))
}

fn user() -> UserId {
    UserId(Uuid::nil())
}

fn published(circles: Vec<Circle>) -> Result<EmergencyCall, Refusal> {
    let content = Content { title: "洪水过后".to_owned(), due_at: now().plus_days(2), circles };
    EmergencyCall::publish((EmergencyCallId(Uuid::nil()), org(1)), content, 3, user(), now())
}

fn circle(n: u128, whom: Whom) -> Circle {
    Circle { organisation_id: org(n), whom }
}

/// A wish on the wall of which so much is asked, proposed, held, brought and confirmed.
fn share(quantity: i64, [proposed, active, delivered, confirmed]: [i64; 4]) -> Share {
    let counts = Counts {
        reserved: proposed + active + delivered + confirmed,
        delivered: delivered + confirmed,
        confirmed,
    };
    let status = match () {
        () if counts.confirmed >= quantity => Status::Fulfilled,
        () if counts.delivered >= quantity => Status::Delivered,
        () if counts.reserved >= quantity => Status::Claimed,
        () => Status::Open,
    };
    Share { status, quantity, counts, proposed }
}

fn withdrawn() -> Share {
    Share { status: Status::Withdrawn, ..share(1, [0, 0, 0, 0]) }
}

#[test]
fn a_household_stands_as_its_wishes_do() {
    let cases = [
        (vec![share(1, [0, 0, 0, 0])], Standing::Nobody),
        (vec![share(3, [0, 0, 0, 1])], Standing::Nobody),
        (vec![share(1, [0, 0, 0, 0]), share(1, [0, 0, 0, 1])], Standing::Nobody),
        (vec![share(1, [1, 0, 0, 0])], Standing::Asked),
        (vec![share(1, [1, 0, 0, 0]), share(1, [0, 0, 0, 0])], Standing::Asked),
        (vec![share(1, [0, 1, 0, 0]), share(1, [0, 0, 0, 0])], Standing::Partly),
        (vec![share(1, [0, 1, 0, 0]), share(1, [1, 0, 0, 0])], Standing::Partly),
        (vec![share(3, [0, 2, 0, 0])], Standing::Partly),
        (vec![share(1, [0, 1, 0, 0]), share(1, [0, 0, 1, 0])], Standing::Claimed),
        (vec![share(2, [0, 0, 1, 1]), withdrawn()], Standing::Delivered),
        (vec![share(1, [0, 0, 0, 1]), withdrawn()], Standing::Served),
        (vec![withdrawn(), withdrawn()], Standing::Ended),
    ];
    for (wishes, expected) in cases {
        assert_eq!(Standing::of(&wishes), expected, "{wishes:?}");
    }
}

proptest! {
    #[test]
    fn every_household_is_counted_once_and_nobody_means_no_hands(
        households in prop::collection::vec(prop::collection::vec((1_i64..4, [0_i64..2, 0..2, 0..2, 0..2]), 1..4), 0..8),
    ) {
        let mut report = Report::default();
        let (mut wishes, mut alone) = (0, 0);
        for household in &households {
            let all: Vec<Share> =
                household.iter().map(|(rest, parts)| share(rest - 1 + parts.iter().sum::<i64>().max(1), *parts)).collect();
            report.add(&all);
            wishes += i64::try_from(all.len()).unwrap();
            let unserved = all.iter().any(|one| one.status != Status::Fulfilled);
            let live = |one: &Share| one.counts.reserved > one.counts.confirmed;
            alone += i64::from(unserved && !all.iter().any(live));
            prop_assert_eq!(Standing::of(&all).is_over(), !unserved);
        }
        prop_assert_eq!(report.households(), i64::try_from(households.len()).unwrap());
        prop_assert_eq!((report.wishes, report.nobody), (wishes, alone));
        let early = Some((user(), "转入日常帮扶".to_owned()));
        let call = published(vec![circle(1, Whom::Everybody)]).unwrap();
        prop_assert_eq!(call.clone().close(report, None, now()).is_ok(), report.left() == 0);
        prop_assert!(call.close(report, early, now()).is_ok());
    }
}

#[test]
fn a_circle_is_a_subtree_and_a_kind() {
    let path = [org(3), org(2), org(1)];
    assert!(circle(2, Whom::Everybody).holds(Kind::Person, &path));
    assert!(!circle(4, Whom::Everybody).holds(Kind::Person, &path));
    assert!(circle(2, Whom::Persons).holds(Kind::Person, &path));
    assert!(!circle(2, Whom::Persons).holds(Kind::Unit, &path));
    assert!(circle(2, Whom::Units).holds(Kind::Unit, &path));
    assert!(!circle(2, Whom::Units).holds(Kind::Person, &path));
}

#[test]
fn a_call_ends_once() {
    let call = published(vec![circle(1, Whom::Units)]).unwrap();
    let over = call.close(Report::default(), None, now()).unwrap();
    assert_eq!(over.close(Report::default(), None, now()).unwrap_err().code, Code::EmergencyCallClosed);
}

#[test]
fn more_is_added_while_it_runs_and_up_to_its_limit() {
    let call = published(vec![circle(1, Whom::Units)]).unwrap();
    let add = |held, more| call.clone().extend(held, more);
    assert!(add(1, 1).is_ok() && add(499, 1).is_ok());
    for (held, more, fault) in [(1, 0, Fault::Required), (500, 1, Fault::TooLong), (1, 500, Fault::TooLong)] {
        let refused = add(held, more).unwrap_err().fields;
        let told: Vec<_> = refused.iter().map(|field| (field.pointer.as_str(), field.fault)).collect();
        assert_eq!(told, [("/wish_ids", fault)], "{more} more beside {held}");
    }
    let over = call.clone().close(Report::default(), None, now()).unwrap();
    assert_eq!(over.extend(1, 1).unwrap_err().code, Code::EmergencyCallClosed);
}

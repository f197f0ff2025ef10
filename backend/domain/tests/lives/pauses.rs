//! Pauses: which may begin, what they move, and that the days are the calendar's.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::samples::{
    COLLECTOR, COORDINATOR, COUNTY, VILLAGE, ask, asked, at, claim, claimant, content, ending, escalation,
    escalation_id, friday, late, terms, wish,
};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use domain::{
    calendar::{Calendar, Day, Year},
    claim::{Route, State, Status as ClaimStatus},
    escalation::{Cause, Status as EscalationStatus},
    id::{BeneficiaryId, PauseId, WishId},
    pause::{Ask, MAX_PAUSED_DAYS, Pause},
    policy::{DEFAULT, Terms},
    refusal::{Code, Refusal},
    time::Instant,
    wish::{Source, Stage, Status, Wish},
};
use proptest::prelude::*;
use std::sync::Arc;
use uuid::Uuid;

fn no<T>(refused: Result<T, Refusal>) -> Option<Code> {
    refused.err().map(|refusal| refusal.code)
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn until(last: NaiveDate) -> Ask {
    Ask { id: PauseId(Uuid::from_u128(61)), by: COORDINATOR, reason: "住院".into(), until: last }
}

fn paused(wish: Wish, last: &str) -> Result<(Wish, Pause), Refusal> {
    wish.pause(until(date(last)), &terms())
}

fn due(days: u16) -> Option<Instant> {
    Some(terms().within(days))
}

fn open_until(wish: &Wish) -> Instant {
    match wish.stage {
        Stage::Published { open_until, .. } => open_until,
        _ => panic!("not on the wall"),
    }
}

#[test]
fn the_times_of_a_wish_and_of_its_claims_move_by_the_working_days_of_the_pause() {
    // Friday until the next: five working days after today, and two of a weekend.
    let (open, pause) = paused(wish(Status::Open), "2026-11-27").unwrap();
    assert_eq!((pause.days, open.paused_days, open.due_at), (5, 5, due(17)));
    assert_eq!(Some(open_until(&open)), due(17));
    let (claimed, active) = claim(ClaimStatus::Active);
    let (claimed, pause) = paused(claimed, "2026-11-27").unwrap();
    let moved = active.shifted(pause.later(&Calendar::default()), friday());
    assert_eq!((claimed.due_at, moved.lapses_at()), (due(15), due(6)));
    let State::Active { deliver_by, .. } = moved.state else { panic!("it is still active") };
    assert_eq!(Some(deliver_by), due(15));
    let (_, over) = claim(ClaimStatus::Released);
    assert_eq!(
        over.clone().shifted(pause.later(&Calendar::default()), late().now),
        over,
        "what has ended stays"
    );
}

#[test]
fn what_is_told_in_a_pause_is_counted_from_its_last_day() {
    let (open, _) = paused(wish(Status::Open), "2026-11-27").unwrap();
    let (claimed, active) = open.claim(&ask(&claimant(), Route::SelfClaim, 2), None, &terms()).unwrap();
    assert_eq!((claimed.due_at, active.lapses_at()), (due(15), due(6)));
    assert!(claimed.is_paused(terms().now) && !claimed.is_paused(at(friday().plus_days(8)).now));
    // A superior answers in its own time; the wall's time and the holder's go on counting from the pause.
    let (open, _) = paused(wish(Status::Open), "2026-11-27").unwrap();
    let (up, risen) = open.escalate(escalation_id(1), Some(COUNTY), asked(), &terms()).unwrap();
    assert_eq!(up.due_at, due(2));
    let domain::escalation::Risen::Up(hop) = risen else { panic!("the village has a superior") };
    let (taken, _) = hop.accept(up, COORDINATOR, &[], &terms()).unwrap();
    assert_eq!(taken.due_at, due(17));
}

#[test]
fn who_resumes_early_gives_back_the_days_that_were_not_used() {
    let (open, pause) = paused(wish(Status::Open), "2026-11-27").unwrap();
    // Wednesday: Thursday and Friday were not used.
    let wednesday = at(friday().plus_days(5));
    let (open, pause, unused) = open.resume(pause, COORDINATOR, &wednesday).unwrap();
    assert_eq!((unused, pause.days, open.paused_days, open.due_at), (2, 3, 3, due(15)));
    assert!(!open.is_paused(wednesday.now));
    assert_eq!(no(open.resume(pause, COORDINATOR, &wednesday)), Some(Code::NotPaused));
}

#[test]
fn while_a_superior_is_asked_the_due_time_stays_the_superiors() {
    let (open, pause) = paused(wish(Status::Open), "2026-11-27").unwrap();
    let (up, _) = open.escalate(escalation_id(1), Some(COUNTY), asked(), &terms()).unwrap();
    let (up, _, _) = up.resume(pause, COORDINATOR, &terms()).unwrap();
    assert_eq!(up.due_at, due(2));
    assert_eq!(Some(open_until(&up)), due(12));
}

#[test]
fn what_may_not_be_paused_is_not() {
    let far = "2027-11-22";
    let refused = |wish: Wish, last: &str| no(paused(wish, last));
    assert_eq!(refused(wish(Status::Open), "2026-11-20"), Some(Code::Invalid), "today");
    assert_eq!(refused(wish(Status::Open), "2026-11-22"), Some(Code::Invalid), "a weekend alone");
    assert_eq!(refused(wish(Status::Open), "2026-11-13"), Some(Code::Invalid));
    assert_eq!(refused(wish(Status::Open), far), Some(Code::PauseLimit));
    assert_eq!(refused(wish(Status::Open), "9999-12-31"), Some(Code::PauseLimit));
    let silent = Ask { reason: " ".into(), ..until(date("2026-11-27")) };
    assert_eq!(no(wish(Status::Open).pause(silent, &terms())), Some(Code::Invalid));
    let (open, _) = paused(wish(Status::Open), "2026-11-27").unwrap();
    assert_eq!(refused(open, "2026-12-04"), Some(Code::AlreadyPaused));
    assert_eq!(refused(escalation(EscalationStatus::Pending).0, "2026-11-27"), Some(Code::EscalationPending));
    for status in [Status::Fulfilled, Status::Declined, Status::Withdrawn] {
        assert_eq!(refused(wish(status), "2026-11-27"), Some(Code::WrongStatus));
    }
    let overdue = wish(Status::Open).pause(until(late().now.date() + Days::new(10)), &late());
    assert_eq!(no(overdue), Some(Code::WrongStatus), "a pause does not hide that it is late");
    let (red, _) = wish(Status::Open).escalate(escalation_id(1), None, Cause::Overdue, &late()).unwrap();
    assert_eq!(no(red.pause(until(late().now.date() + Days::new(10)), &late())), Some(Code::WrongStatus));
    let (_, pause) = paused(wish(Status::Open), "2026-11-27").unwrap();
    assert_eq!(no(wish(Status::Open).resume(pause, COORDINATOR, &terms())), Some(Code::NotPaused));
    assert!(wish(Status::Open).withdraw(ending(), &terms()).is_ok());
}

#[test]
fn the_limit_counts_over_the_whole_life() {
    let mut wish = wish(Status::Draft);
    let mut now = friday();
    let mut used = 0;
    loop {
        let terms = at(now);
        let last = terms.calendar.after(now.date(), 19);
        // Its own time never runs out meanwhile: each pause is longer than what is left of it.
        match wish.clone().pause(until(last), &terms) {
            Ok((next, pause)) => (wish, used) = (next, used + pause.days),
            Err(refusal) => {
                assert_eq!((refusal.code, used), (Code::PauseLimit, 57));
                break;
            }
        }
        now = Instant::end_of(last).plus_seconds(3600);
    }
    assert!(used <= MAX_PAUSED_DAYS);
    let last = at(now).calendar.after(now.date(), 3);
    assert_eq!(wish.pause(until(last), &at(now)).unwrap().0.paused_days, MAX_PAUSED_DAYS);
}

/// A year in which some weekdays are off and some weekend days are worked.
fn terms_with() -> impl Strategy<Value = Terms> {
    (proptest::collection::btree_set(0_u64..365, 0..60), 0_i64..200).prop_map(|(numbers, day)| {
        let start = date("2026-01-01");
        let days = numbers.into_iter().map(|number| {
            let date = start + Days::new(number);
            let working = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
            Day { date, working, name: "节".into() }
        });
        let year =
            Year { year: 2026, version: 1, source: "通知".into(), days: days.collect(), changed_at: None };
        let now = "2026-01-01T02:00:00Z".parse::<Instant>().unwrap().plus_days(day);
        Terms { now, policy: DEFAULT, calendar: Arc::new(Calendar::of([&year])) }
    })
}

fn collected(terms: &Terms) -> Wish {
    let source = Source {
        id: WishId(Uuid::from_u128(1)),
        beneficiary_id: BeneficiaryId(Uuid::from_u128(2)),
        origin_id: VILLAGE,
        collected_by: COLLECTOR,
    };
    Wish::collect(source, content(), terms).unwrap()
}

proptest! {
    #[test]
    fn a_pause_takes_its_working_days_and_one_resumed_at_once_takes_none(terms in terms_with(), length in 1_u64..60) {
        let wish = collected(&terms);
        let before = wish.due_at.unwrap();
        let last = terms.now.date() + Days::new(length);
        let Ok((paused, pause)) = wish.pause(until(last), &terms) else { return Ok(()) };
        let after = paused.due_at.unwrap();
        prop_assert!(terms.calendar.is_working(after.date()));
        prop_assert_eq!(terms.calendar.between(before.date(), after.date()), pause.days);
        prop_assert_eq!(pause.days, terms.calendar.between(terms.now.date(), last));
        let (resumed, _, unused) = paused.resume(pause, COORDINATOR, &terms).unwrap();
        prop_assert_eq!((resumed.due_at, resumed.paused_days, unused > 0), (Some(before), 0, true));
    }

    #[test]
    fn a_pause_ended_early_takes_the_days_until_then(terms in terms_with(), length in 2_u64..60, used in 0_u64..60) {
        let wish = collected(&terms);
        let before = wish.due_at.unwrap();
        let last = terms.now.date() + Days::new(length);
        let Ok((paused, pause)) = wish.pause(until(last), &terms) else { return Ok(()) };
        let later = Terms { now: terms.now.plus_days(i64::try_from(used % length).unwrap()), ..terms.clone() };
        let (resumed, pause, _) = paused.resume(pause, COORDINATOR, &later).unwrap();
        prop_assert_eq!(pause.days, terms.calendar.between(terms.now.date(), later.now.date()));
        prop_assert_eq!(terms.calendar.between(before.date(), resumed.due_at.unwrap().date()), pause.days);
    }
}

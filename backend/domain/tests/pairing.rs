//! The life of a pairing, and when its visits are due.

#![expect(clippy::unwrap_used, reason = "tests")]

use chrono::NaiveDate;
use domain::{
    id::{BeneficiaryId, ClaimantId, HandOverId, HouseholdId, OrganisationId, PairingId, UserId},
    note::{Note, Notes},
    pairing::{EndReason, NewPairing, Pairing, Rhythm, RhythmUnit, State, Status, Told},
    policy::{self, Terms},
    refusal::{Code, Refusal},
    time::Instant,
};
use proptest::prelude::*;
use uuid::Uuid;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> Instant {
    format!("{text}T04:00:00Z").parse().unwrap()
}

fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

const MONTHLY: Rhythm = Rhythm { every: 1, unit: RhythmUnit::Month };

fn new() -> NewPairing {
    NewPairing {
        id: PairingId(Uuid::nil()),
        by: user(1),
        organisation_id: OrganisationId(Uuid::nil()),
        household_id: HouseholdId(Uuid::nil()),
        beneficiary_id: BeneficiaryId(Uuid::nil()),
        claimant_id: ClaimantId(Uuid::nil()),
        rhythm: MONTHLY,
        begun_on: None,
        note: Some("老人一个人住".into()),
    }
}

fn terms(now: Instant) -> Terms {
    Terms { now, policy: policy::DEFAULT, calendar: std::sync::Arc::default() }
}

fn active() -> Pairing {
    let proposed = Pairing::propose(new(), true, &terms(at("2026-01-31"))).unwrap();
    proposed.accept(user(2), true, at("2026-01-31")).unwrap()
}

fn due(pairing: &Pairing) -> String {
    pairing.due_at().unwrap().date().to_string()
}

#[test]
fn a_proposal_is_answered_once_or_lapses() {
    let proposed = Pairing::propose(new(), true, &terms(at("2026-01-31"))).unwrap();
    let refused = |result: Result<Pairing, Refusal>| result.unwrap_err().code;
    assert_eq!(refused(Pairing::propose(new(), false, &terms(at("2026-01-31")))), Code::ConsentMissing);
    assert_eq!(refused(proposed.clone().accept(user(2), false, at("2026-02-01"))), Code::ConsentMissing);
    assert_eq!(refused(proposed.clone().decline(" ", at("2026-02-01"))), Code::Invalid);
    let declined = proposed.clone().decline("人手不够", at("2026-02-01")).unwrap();
    assert_eq!(refused(declined.accept(user(2), true, at("2026-02-01"))), Code::WrongPairingStatus);
    assert_eq!(proposed.clone().tell(at("2026-02-01")), None);
    let lapsed = proposed.tell(at("2026-02-03")).unwrap();
    assert_eq!((lapsed.status(), lapsed.due_at(), lapsed.tell_at()), (Status::Lapsed, None, None));
    let ahead = NewPairing { begun_on: Some(day("2026-02-01")), ..new() };
    assert_eq!(refused(Pairing::propose(ahead, true, &terms(at("2026-01-31")))), Code::Invalid);
}

#[test]
fn the_next_visit_is_counted_from_the_last() {
    let pairing = active();
    assert_eq!(due(&pairing), "2026-02-28", "the last of a shorter month");
    let pairing = pairing.visited(day("2026-02-10")).unwrap();
    assert_eq!(due(&pairing), "2026-03-10");
    let pairing = pairing.set_rhythm(Rhythm { every: 10, unit: RhythmUnit::Day }).unwrap();
    assert_eq!(due(&pairing), "2026-02-20");
    // A visit from before it was accepted, entered later, does not make the next one late.
    assert_eq!(due(&active().visited(day("2025-06-01")).unwrap()), "2026-02-28");
    let none = Rhythm { every: 0, unit: RhythmUnit::Day };
    assert_eq!(active().set_rhythm(none).unwrap_err().code, Code::Invalid);
    let long = Rhythm { every: 13, unit: RhythmUnit::Month };
    assert_eq!(active().set_rhythm(long).unwrap_err().code, Code::Invalid);
}

#[test]
fn a_visit_is_reminded_of_once_and_missed_once() {
    let pairing = active();
    assert_eq!(pairing.clone().tell(at("2026-02-26")), None);
    let reminded = pairing.clone().tell(at("2026-02-27")).unwrap();
    assert!(matches!(reminded.state, State::Active { told: Told::Reminded, .. }));
    assert_eq!(reminded.clone().tell(at("2026-02-28")), None, "reminded once; the day is not over");
    let missed = reminded.tell(at("2026-03-01")).unwrap();
    assert!(missed.is_missed(at("2026-03-01")));
    assert_eq!(missed.clone().tell(at("2026-05-01")), None, "the alarm is raised once");
    let late = pairing.tell(at("2026-06-01")).unwrap();
    assert!(
        matches!(late.state, State::Active { told: Told::Missed, .. }),
        "who looks late skips the reminder"
    );
    let again = missed.visited(day("2026-03-05")).unwrap();
    assert!(!again.is_missed(at("2026-03-06")));
    assert!(again.tell(at("2026-04-06")).is_some(), "the next visit is told of anew");
}

#[test]
fn it_is_handed_over_and_ends_with_thanks() {
    let now = at("2026-03-01");
    let id = HandOverId(Uuid::nil());
    let (pairing, hand_over) = active().hand_over(id, user(3), None, user(2), now).unwrap();
    assert_eq!((hand_over.from_id, pairing.responsible_id()), (user(2), Some(user(3))));
    let same = pairing.clone().hand_over(id, user(3), None, user(2), now);
    assert_eq!(same.unwrap_err().code, Code::Invalid);
    let why = EndReason::NoLongerNeeded;
    assert_eq!(pairing.clone().end(why, "", user(3), now).unwrap_err().code, Code::Invalid);
    assert_eq!(pairing.clone().end(EndReason::Erased, "谢谢", user(3), now).unwrap_err().code, Code::Invalid);
    let ended = pairing.end(why, "谢谢三年的陪伴", user(3), now).unwrap();
    assert_eq!((ended.due_at(), ended.responsible_id()), (None, Some(user(3))));
    assert_eq!(ended.clone().visited(day("2026-03-01")).unwrap_err().code, Code::WrongPairingStatus);
    assert_eq!(ended.set_rhythm(MONTHLY).unwrap_err().code, Code::WrongPairingStatus);
    let mut gone = active().forget(now);
    assert_eq!(gone.status(), Status::Ended);
    assert!(gone.notes().into_iter().all(|(_, note)| *note == Note::Gone));
}

proptest! {
    /// Whatever is visited and told, a live pairing has a due time after its last visit, and is told at most
    /// a reminder and an alarm of each due time.
    #[test]
    fn each_due_time_is_told_at_most_twice(steps in prop::collection::vec((0_i64..400, any::<bool>()), 1..40), every in 1_u16..60) {
        let mut pairing = active().set_rhythm(Rhythm { every, unit: RhythmUnit::Day }).unwrap();
        let mut told: Vec<(Instant, Told)> = Vec::new();
        let mut now = at("2026-01-31");
        for (hours, visits) in steps {
            now = now.plus_seconds(hours * 3600);
            if let Some(next) = pairing.clone().tell(now) {
                let State::Active { visit_by, told: what, .. } = next.state else { unreachable!() };
                prop_assert!(!told.contains(&(visit_by, what)), "told twice");
                told.push((visit_by, what));
                pairing = next;
            }
            if visits {
                let last = pairing.last_visited_on.unwrap_or(now.date()).max(now.date());
                pairing = pairing.visited(last).unwrap();
                prop_assert!(pairing.due_at().unwrap() > Instant::end_of(last));
                prop_assert!(!pairing.is_missed(now));
            }
        }
    }
}

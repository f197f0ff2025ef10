//! When the next step of a wish is due, and what renews that time. The samples stand on Friday 20
//! November 2026 under the default rules: review 3, open 12, contact 1, delivery 10, confirm 3 and
//! escalation 2 working days.

use super::samples::{
    CITY, COORDINATOR, COUNTY, VILLAGE, VOLUNTEER, answer, ask, asked, at, claim, claimant, delivery,
    escalation, escalation_id, friday, released, review, terms, wish,
};
use domain::{
    claim::{Route, Status as ClaimStatus},
    escalation::Status as EscalationStatus,
    policy::Terms,
    time::Instant,
    wish::{Decision, Status, Wish},
};

/// The end of the day that is so many working days after that Friday.
fn working_days(days: u16) -> Instant {
    terms().within(days)
}

/// The morning of that working day.
fn on(days: u16) -> Terms {
    at(working_days(days).plus_seconds(-15 * 3600))
}

#[test]
fn every_state_has_its_time_and_an_end_has_none() {
    let cases = [
        (Status::Draft, Some(3)),
        (Status::Submitted, Some(3)),
        (Status::Open, Some(12)),
        (Status::Claimed, Some(10)),
        (Status::Delivered, Some(3)),
        (Status::Fulfilled, None),
        (Status::Declined, None),
        (Status::Withdrawn, None),
    ];
    assert_eq!(cases.map(|(status, _)| status), Status::ALL);
    for (status, days) in cases {
        assert_eq!(wish(status).due_at, days.map(working_days), "{status}");
    }
}

#[test]
fn a_claim_lapses_unanswered_without_contact_or_undelivered_but_never_while_the_resident_is_waited_for() {
    let (_, proposed) = claim(ClaimStatus::Proposed);
    assert_eq!(proposed.lapses_at(), Some(working_days(1)));
    let (claimed, active) = claim(ClaimStatus::Active);
    assert_eq!(active.lapses_at(), Some(working_days(1)));
    let (_, contacted) = active.contact(claimed, &terms()).unwrap();
    assert_eq!(contacted.lapses_at(), Some(working_days(10)));
    let (_, delivered) = claim(ClaimStatus::Delivered);
    assert_eq!(delivered.lapses_at(), None);
}

#[test]
fn a_delivery_sent_back_counts_as_contacted_and_has_its_time_anew() {
    let (brought, delivered) = claim(ClaimStatus::Delivered);
    let (back, again) = delivered.confirm(brought, &answer(false), &on(2)).unwrap();
    assert_eq!((back.due_at, again.lapses_at()), (Some(on(2).within(10)), Some(on(2).within(10))));
}

#[test]
fn a_partial_claim_does_not_stop_the_time_on_the_wall() {
    let claimant = claimant();
    let half = ask(&claimant, Route::SelfClaim, 1);
    let (open, _) = wish(Status::Open).claim(&half, None, &on(5)).unwrap();
    assert_eq!(open.due_at, Some(working_days(12)));
}

#[test]
fn a_wish_is_not_over_its_time_before_the_claim_that_it_waits_for() {
    let (proposed, dispatched) = claim(ClaimStatus::Proposed);
    let (claimed, accepted) = dispatched.accept(proposed, VOLUNTEER, &on(1)).unwrap();
    let (claimed, contacted) = accepted.contact(claimed, &on(1)).unwrap();
    assert!(claimed.due_at >= contacted.lapses_at());
}

#[test]
fn a_share_that_comes_back_after_the_time_on_the_wall_leaves_the_holder_the_time_of_an_answer() {
    let (claimed, active) = claim(ClaimStatus::Active);
    let early = active.clone().release(claimed.clone(), "买不到", &on(4)).unwrap().0;
    assert_eq!(early.due_at, Some(working_days(12)), "the time on the wall goes on");
    let reopened = active.release(claimed, "买不到", &on(20)).unwrap().0;
    assert_eq!(reopened.due_at, Some(on(20).within(1)), "it does not go up at once");
}

#[test]
fn a_share_that_comes_back_to_an_open_wish_does_not_hold_it_from_going_up() {
    let claimant = claimant();
    let half = ask(&claimant, Route::SelfClaim, 1);
    let (open, active) = wish(Status::Open).claim(&half, None, &terms()).unwrap();
    let (open, _) = active.release(open, "买不到", &on(20)).unwrap();
    assert!(open.is_overdue(on(20).now));
}

#[test]
fn time_is_up_at_the_moment_that_was_told_and_not_before() {
    let just_before = |due: Instant| at(Instant::from_micros(due.micros() - 1));
    let open = wish(Status::Open);
    let due = open.due_at.unwrap();
    assert!(!open.is_overdue(just_before(due).now) && open.is_overdue(due));

    let (claimed, active) = claim(ClaimStatus::Active);
    let due = active.lapses_at().unwrap();
    assert!(active.clone().lapse(claimed.clone(), &just_before(due)).is_err());
    assert!(active.lapse(claimed, &at(due)).is_ok());

    let (waiting, up) = escalation(EscalationStatus::Pending);
    let due = waiting.due_at.unwrap();
    assert!(up.clone().overrun(waiting.clone(), escalation_id(2), None, &just_before(due)).is_err());
    assert!(up.overrun(waiting, escalation_id(2), None, &at(due)).is_ok());
}

/// Escalated on the Friday of the samples; answered on the next working day.
fn waiting() -> (Wish, domain::escalation::Escalation) {
    let (waiting, up) = escalation(EscalationStatus::Pending);
    assert_eq!(waiting.due_at, Some(working_days(2)));
    (waiting, up)
}

#[test]
fn the_superiors_answer_comes_before_every_other_time() {
    let claimant = claimant();
    let (claimed, active) = waiting().0.claim(&ask(&claimant, Route::SelfClaim, 2), None, &on(1)).unwrap();
    assert_eq!(claimed.due_at, Some(working_days(2)));
    let (brought, delivered) = active.deliver(claimed, delivery(), &on(1)).unwrap();
    assert_eq!(brought.due_at, Some(working_days(2)));
    let (fulfilled, _) = delivered.confirm(brought, &answer(true), &on(1)).unwrap();
    assert_eq!((fulfilled.due_at, fulfilled.pending_escalation), (None, None));
}

#[test]
fn an_accepted_wish_has_a_new_holder_a_wider_audience_and_new_time() {
    let (waiting, up) = waiting();
    let (wish, _) = up.accept(waiting, COORDINATOR, &[], &on(1)).unwrap();
    assert_eq!((wish.holder_id, wish.audience_id), (COUNTY, COUNTY));
    assert_eq!((wish.due_at, wish.pending_escalation), (Some(on(1).within(12)), None));
}

#[test]
fn a_wish_shown_to_the_whole_city_stays_so_when_the_county_takes_it() {
    let (waiting, up) = waiting();
    let shown = |audience_id| Wish { audience_id, ..waiting.clone() };
    let taken_by = |wish| up.clone().accept(wish, COORDINATOR, &[COUNTY, CITY], &on(1)).unwrap().0;
    assert_eq!(taken_by(shown(CITY)).audience_id, CITY);
    assert_eq!(taken_by(shown(VILLAGE)).audience_id, COUNTY);
}

#[test]
fn a_returned_wish_has_the_same_holder_and_audience_and_new_time() {
    let (waiting, up) = waiting();
    let (holder, audience) = (waiting.holder_id, waiting.audience_id);
    let (wish, _) = up.give_back(waiting, COORDINATOR, "请联系残联", &on(1)).unwrap();
    assert_eq!((wish.holder_id, wish.audience_id), (holder, audience));
    assert_eq!((wish.due_at, wish.pending_escalation), (Some(on(1).within(12)), None));
}

#[test]
fn a_wish_goes_up_before_it_is_on_the_wall_too() {
    let (waiting, risen) =
        wish(Status::Submitted).escalate(escalation_id(1), Some(COUNTY), asked(), &terms()).unwrap();
    let domain::escalation::Risen::Up(up) = risen else { unreachable!("the village has a superior") };
    let (held, _) = up.accept(waiting, COORDINATOR, &[], &on(1)).unwrap();
    assert_eq!(
        (held.status(), held.holder_id, held.due_at),
        (Status::Submitted, COUNTY, Some(on(1).within(3)))
    );
    let published = held.decide(review(Decision::Publish), released(), None, &on(2)).unwrap();
    assert_eq!((published.audience_id, published.due_at), (COUNTY, Some(on(2).within(12))));
    assert!(published.created_at == friday());
}

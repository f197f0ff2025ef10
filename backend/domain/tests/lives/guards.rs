//! What a command refuses although the state allows it: one test for each safeguard.

#![expect(
    clippy::unwrap_used,
    clippy::type_complexity,
    reason = "a sample that cannot be made is a broken test"
)]

use super::samples::{
    COLLECTOR, COORDINATOR, COUNTY, VILLAGE, VOLUNTEER, answer, ask, asked, at, claim, claimant, content,
    delivery, ending, escalation, escalation_id, friday, late, released, review, terms, wish,
};
use domain::{
    claim::{Answer, Ask, Delivery, Item, Method, Route, Status as ClaimStatus},
    claimant::{Claimant, Standing, Suspension},
    escalation::{Cause, Status as EscalationStatus},
    publication::Release,
    refusal::{Code, Refusal},
    wish::{CARD_TRIES, Content, Decision, Ending, Review, Status, Wish},
};

fn no<T>(outcome: Result<T, Refusal>) -> Option<Code> {
    outcome.err().map(|refusal| refusal.code)
}

fn ends(reason: &str, outcome: Option<&str>) -> Ending {
    Ending { reason: reason.into(), outcome: outcome.map(Into::into) }
}

#[test]
fn what_a_wish_may_say() {
    let cases: [(&str, fn(&mut Content)); 7] = [
        ("/title", |c| c.title = "灯".into()),
        ("/title", |c| c.title = "灯\u{0}笼".into()),
        ("/public_summary", |c| c.public_summary = "  ".into()),
        ("/quantity", |c| c.quantity = 0),
        ("/quantity", |c| c.quantity = -1),
        ("/estimated_cost_fen", |c| c.estimated_cost_fen = Some(-1)),
        ("/needed_by", |c| c.needed_by = friday().date().pred_opt()),
    ];
    for (pointer, spoil) in cases {
        let mut spoilt = content();
        spoil(&mut spoilt);
        let refusal = wish(Status::Draft).rewrite(spoilt, friday()).unwrap_err();
        assert_eq!(refusal.code, Code::Invalid);
        assert_eq!(refusal.fields.first().map(|field| field.pointer.as_str()), Some(pointer));
    }
}

#[test]
fn a_day_that_has_passed_since_it_was_written_does_not_stop_other_changes() {
    let tomorrow = Content { needed_by: friday().plus_days(1).date().into(), ..content() };
    let draft = wish(Status::Draft).rewrite(tomorrow.clone(), friday()).unwrap();
    assert!(draft.rewrite(tomorrow, late().now).is_ok());
}

#[test]
fn nothing_is_handed_in_or_published_without_the_residents_consent() {
    assert_eq!(no(wish(Status::Draft).submit(false, &terms())), Some(Code::ConsentMissing));
    let publish = wish(Status::Submitted).decide(
        review(Decision::Publish),
        Release { agreed: false, ..released() },
        None,
        &terms(),
    );
    assert_eq!(no(publish), Some(Code::ConsentMissing));
}

#[test]
fn nothing_is_published_while_a_finding_waits() {
    let held = Release { cleared: Err(Code::FindingsUnresolved.into()), ..released() };
    let publish = wish(Status::Submitted).decide(review(Decision::Publish), held.clone(), None, &terms());
    assert_eq!(no(publish), Some(Code::FindingsUnresolved));
    for decision in [Decision::Return, Decision::Decline] {
        assert!(wish(Status::Submitted).decide(review(decision), held.clone(), None, &terms()).is_ok());
    }
}

#[test]
fn what_is_hidden_keeps_its_holder_its_time_and_its_claims() {
    for status in [Status::Open, Status::Claimed, Status::Delivered, Status::Fulfilled] {
        let listed = wish(status);
        let hidden = listed.clone().hide(late().now).unwrap();
        assert!(listed.is_listed() && !hidden.is_listed());
        let back = Wish { hidden_since: None, updated_at: listed.updated_at, ..hidden.clone() };
        assert_eq!(back, listed, "nothing else changes");
        assert_eq!(hidden.clone().hide(late().now), None, "once");
        let without = Release { agreed: false, ..released() };
        assert_eq!(no(hidden.clone().relist(without, late().now)), Some(Code::ConsentMissing));
        assert!(hidden.relist(released(), late().now).unwrap().is_listed());
    }
    for status in [Status::Draft, Status::Submitted, Status::Declined, Status::Withdrawn] {
        assert_eq!(wish(status).hide(late().now), None, "{status}");
        assert_eq!(no(wish(status).relist(released(), late().now)), Some(Code::WrongStatus));
    }
}

#[test]
fn the_collector_does_not_review_whatever_they_decide() {
    for &decision in Decision::ALL {
        let own = Review { by: COLLECTOR, ..review(decision) };
        let decided = wish(Status::Submitted).decide(own, released(), None, &terms());
        assert_eq!(no(decided), Some(Code::CollectorCannotReview), "{decision}");
    }
}

#[test]
fn a_wish_is_published_only_if_urgent_feasible_and_practical() {
    let fails: [fn(&mut Review); 3] = [|r| r.urgent = false, |r| r.feasible = false, |r| r.practical = false];
    for fail in fails {
        let mut failed = review(Decision::Publish);
        fail(&mut failed);
        let decided = wish(Status::Submitted).decide(failed, released(), None, &terms());
        assert_eq!(no(decided), Some(Code::ReviewNotPassed));
    }
}

#[test]
fn who_returns_or_declines_says_why() {
    for decision in [Decision::Return, Decision::Decline] {
        for note in [None, Some(" \n".to_owned())] {
            let silent = Review { note: note.map(Into::into), ..review(decision) };
            let decided = wish(Status::Submitted).decide(silent, released(), None, &terms());
            assert_eq!(no(decided), Some(Code::NoteRequired), "{decision}");
        }
    }
}

#[test]
fn who_withdraws_says_why() {
    assert_eq!(no(wish(Status::Open).withdraw(ends(" ", None), &terms())), Some(Code::Invalid));
}

#[test]
fn from_the_red_list_a_wish_ends_only_with_an_outcome_told_to_the_resident() {
    let red = |status| {
        let (red, _) = wish(status).escalate(escalation_id(1), None, Cause::Overdue, &late()).unwrap();
        red
    };
    for untold in [None, Some(" ")] {
        let withdrawn = red(Status::Open).withdraw(ends("办不到", untold), &late());
        assert_eq!(no(withdrawn), Some(Code::OutcomeRequired));
    }
    let declined = red(Status::Submitted).decide(review(Decision::Decline), released(), None, &late());
    assert_eq!(no(declined), Some(Code::OutcomeRequired));
    let told = red(Status::Submitted).withdraw(ends("办不到", Some("已上门说明")), &late());
    assert_eq!(told.unwrap().status(), Status::Withdrawn);
}

#[test]
fn a_wish_is_not_withdrawn_under_its_claimants_but_may_be_once_its_shares_are_confirmed() {
    let claimant = claimant();
    let half = ask(&claimant, Route::SelfClaim, 1);
    let (claimed, claim) = wish(Status::Open).claim(&half, None, &terms()).unwrap();
    assert_eq!(no(claimed.clone().withdraw(ending(), &terms())), Some(Code::OpenClaims));
    let (brought, claim) = claim.deliver(claimed, delivery(), &terms()).unwrap();
    assert_eq!(no(brought.clone().withdraw(ending(), &terms())), Some(Code::OpenClaims));
    let (kept, _) = claim.confirm(brought, &answer(true), &terms()).unwrap();
    let ended = kept.clone().withdraw(ending(), &terms()).unwrap();
    assert_eq!(
        (ended.status(), ended.counts),
        (Status::Withdrawn, kept.counts),
        "what was brought stays counted"
    );
}

fn suspended() -> Standing {
    Standing::Suspended(Suspension { since: friday(), until: None, reason: "sealed".to_owned() })
}

#[test]
fn who_may_not_claim_and_how_much() {
    let cases: [(Code, fn(&mut Claimant), fn(&mut Ask)); 11] = [
        (Code::Invalid, |_| (), |ask| ask.quantity = 0),
        (Code::Invalid, |_| (), |ask| ask.quantity = -1),
        (Code::ClaimantInactive, |claimant| claimant.standing = Standing::Resting, |_| ()),
        (Code::ClaimantSuspended, |claimant| claimant.standing = suspended(), |_| ()),
        (Code::OutsideAudience, |_| (), |ask| ask.in_audience = false),
        (Code::OwnWish, |_| (), |ask| ask.by = COLLECTOR),
        (Code::OwnWish, |claimant| claimant.user_id = Some(COLLECTOR), |_| ()),
        (Code::AlreadyClaimed, |_| (), |ask| ask.holds_one = true),
        (Code::CapacityReached, |claimant| claimant.profile.capacity = 2, |ask| ask.live_claims = 2),
        (Code::OpenClaimLimit, |_| (), |ask| (ask.live_claims, ask.most_claims) = (2, Some(2))),
        (Code::QuantityExceedsRemaining, |_| (), |ask| ask.quantity = 3),
    ];
    for (code, set_claimant, set_ask) in cases {
        let mut claimant = claimant();
        set_claimant(&mut claimant);
        let mut ask = ask(&claimant, Route::SelfClaim, 1);
        set_ask(&mut ask);
        assert_eq!(no(wish(Status::Open).claim(&ask, None, &terms())), Some(code));
    }
}

#[test]
fn the_last_place_a_claimant_has_may_be_filled() {
    let claimant = claimant();
    let last = i64::from(claimant.profile.capacity) - 1;
    let ask = Ask { live_claims: last, ..ask(&claimant, Route::SelfClaim, 1) };
    assert!(wish(Status::Open).claim(&ask, None, &terms()).is_ok());
}

#[test]
fn a_collector_may_dispatch_their_wish_to_another_but_not_accept_it_themselves() {
    let claimant = claimant();
    let ask = Ask { by: COLLECTOR, ..ask(&claimant, Route::Dispatch, 1) };
    let (proposed, claim) = wish(Status::Open).claim(&ask, None, &terms()).unwrap();
    assert_eq!(no(claim.accept(proposed, COLLECTOR, &terms())), Some(Code::OwnWish));
}

#[test]
fn who_declines_or_gives_back_says_why() {
    let (wish, claim) = claim(ClaimStatus::Proposed);
    assert_eq!(no(claim.decline(wish, " ", &terms())), Some(Code::Invalid));
    let (wish, claim) = self::claim(ClaimStatus::Active);
    assert_eq!(no(claim.release(wish, "", &terms())), Some(Code::Invalid));
}

#[test]
fn a_delivery_says_what_was_brought() {
    let thing = |quantity, value_fen| Item { name: "收音机".into(), quantity, value_fen };
    let cases: [fn(&mut Delivery); 3] =
        [|d| d.note = None, |d| d.note = Some(" ".into()), |d| d.quarter_hours = Some(0)];
    let mut deliveries: Vec<Delivery> = cases
        .iter()
        .map(|spoil| {
            let mut spoilt = delivery();
            spoil(&mut spoilt);
            spoilt
        })
        .collect();
    deliveries.extend(
        [thing(0, None), thing(1, Some(-1))].map(|item| Delivery { items: vec![item], ..delivery() }),
    );
    for spoilt in deliveries {
        let (wish, claim) = claim(ClaimStatus::Active);
        assert_eq!(no(claim.deliver(wish, spoilt.clone(), &terms())), Some(Code::Invalid), "{spoilt:?}");
    }
}

/// A delivered claim whose wish has a card with the code "right", and `tries_left`.
fn told(answer: &Answer, tries_left: i32) -> Result<(Wish, domain::claim::Claim), Refusal> {
    let (brought, claim) = claim(ClaimStatus::Delivered);
    let mut brought = brought.issue_card("right".into(), friday()).unwrap();
    for _ in tries_left..CARD_TRIES {
        brought = brought.count_wrong_code(friday());
    }
    claim.confirm(brought, answer, &terms())
}

fn by_code(code: &str) -> Answer {
    Answer { method: Method::Code, code_hash: Some(code.into()), ..answer(true) }
}

#[test]
fn nobody_confirms_their_own_delivery_without_the_residents_code() {
    for method in [Method::Call, Method::Witness] {
        let for_claimant = Answer { method, for_claimant: true, ..answer(true) };
        assert_eq!(no(told(&for_claimant, 5)), Some(Code::OwnDelivery));
        let who_brought_it = Answer { method, by: VOLUNTEER, ..answer(true) };
        assert_eq!(no(told(&who_brought_it, 5)), Some(Code::OwnDelivery));
        assert!(told(&Answer { method, ..answer(true) }, 5).is_ok(), "a second person may");
    }
    let with_code = Answer { by: VOLUNTEER, for_claimant: true, ..by_code("right") };
    assert!(told(&with_code, 5).is_ok(), "the code is the resident's own word");
}

#[test]
fn the_code_is_the_cards_and_may_be_guessed_a_few_times_only() {
    assert_eq!(no(told(&by_code("wrong"), 5)), Some(Code::WrongCode));
    assert_eq!(no(told(&Answer { code_hash: None, ..by_code("") }, 5)), Some(Code::WrongCode));
    assert!(told(&by_code("right"), 1).is_ok());
    assert_eq!(no(told(&by_code("right"), 0)), Some(Code::CodeLocked));
    let (no_card, claim) = claim(ClaimStatus::Delivered);
    assert_eq!(no(claim.confirm(no_card, &by_code("right"), &terms())), Some(Code::NoCard));
    let locked = (0..9).fold(wish(Status::Open), |wish, _| wish.count_wrong_code(friday()));
    let anew = locked.issue_card("new".into(), friday()).unwrap();
    assert_eq!(anew.card.map(|card| card.tries_left), Some(CARD_TRIES), "a new card has new tries");
}

#[test]
fn who_sends_a_delivery_back_says_why() {
    for note in [None, Some(" ".to_owned())] {
        let (brought, claim) = claim(ClaimStatus::Delivered);
        let silent = Answer { note, ..answer(false) };
        assert_eq!(no(claim.confirm(brought, &silent, &terms())), Some(Code::NoteRequired));
    }
}

#[test]
fn a_resident_rates_once_from_one_to_five() {
    for satisfaction in [0, 6] {
        let rated = wish(Status::Fulfilled).rate(satisfaction, None, COORDINATOR, friday());
        assert_eq!(no(rated), Some(Code::Invalid));
    }
    let (rated, _) = wish(Status::Fulfilled).rate(5, None, COORDINATOR, friday()).unwrap();
    assert_eq!(no(rated.rate(1, None, COORDINATOR, friday())), Some(Code::FeedbackExists));
}

#[test]
fn a_wish_goes_up_once_at_a_time_and_with_a_reason() {
    let (waiting, _) = escalation(EscalationStatus::Pending);
    for cause in [asked(), Cause::Overdue] {
        let again = waiting.clone().escalate(escalation_id(2), Some(COUNTY), cause, &late());
        assert_eq!(no(again), Some(Code::EscalationPending));
    }
    let silent = Cause::Asked { by: COORDINATOR, reason: " ".into() };
    let up = wish(Status::Open).escalate(escalation_id(1), Some(COUNTY), silent, &terms());
    assert_eq!(no(up), Some(Code::Invalid));
}

#[test]
fn a_wish_on_the_red_list_does_not_run_over_its_time_again() {
    let (red, _) = wish(Status::Open).escalate(escalation_id(1), None, Cause::Overdue, &late()).unwrap();
    let much_later = at(late().now.plus_days(400));
    assert!(!red.is_overdue(much_later.now));
    assert_eq!(
        no(red.escalate(escalation_id(2), None, Cause::Overdue, &much_later)),
        Some(Code::WrongStatus)
    );
}

#[test]
fn an_escalation_is_answered_for_its_own_wish_only_and_given_back_with_an_instruction() {
    let (_, up) = escalation(EscalationStatus::Pending);
    let stranger = wish(Status::Open);
    assert_eq!(
        no(up.clone().accept(stranger.clone(), COORDINATOR, &[], &terms())),
        Some(Code::EscalationAnswered)
    );
    assert_eq!(no(up.give_back(stranger, COORDINATOR, "请办", &terms())), Some(Code::EscalationAnswered));
    let (waiting, up) = escalation(EscalationStatus::Pending);
    assert_eq!(no(up.give_back(waiting, COORDINATOR, " ", &terms())), Some(Code::Invalid));
}

#[test]
fn a_wish_that_has_ended_waits_for_nothing() {
    let (waiting, _) =
        wish(Status::Submitted).escalate(escalation_id(1), Some(COUNTY), asked(), &terms()).unwrap();
    let declined = waiting.clone().decide(review(Decision::Decline), released(), None, &terms()).unwrap();
    let withdrawn = waiting.withdraw(ending(), &terms()).unwrap();
    let carded = wish(Status::Open).issue_card("hash".into(), friday()).unwrap();
    let voided = carded.withdraw(ending(), &terms()).unwrap();
    for ended in [declined, withdrawn, voided, wish(Status::Fulfilled)] {
        assert_eq!(
            (ended.pending_escalation, ended.due_at, &ended.card),
            (None, None, &None),
            "{}",
            ended.status()
        );
        assert_eq!(ended.holder_id, VILLAGE);
    }
}

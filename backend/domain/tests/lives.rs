//! The lives of a wish, a claim and an escalation: every state against every command, as tables.
//!
//! A cell is the state that the command leads to, or the code that refuses it; `.` is the usual
//! refusal of the noun. What a command refuses within a state that allows it stands in `guards`.

#[path = "lives/guards.rs"]
mod guards;
#[path = "lives/pauses.rs"]
mod pauses;
#[path = "lives/samples.rs"]
mod samples;
#[path = "lives/table.rs"]
mod table;
#[path = "lives/times.rs"]
mod times;

use domain::{
    claim::{Claim, Route, Status as ClaimStatus},
    escalation::{Cause, Escalation, Status as EscalationStatus},
    refusal::{Code, Refusal},
    wish::{Decision, Status as WishStatus, Wish},
};
use samples::{
    CITY, COORDINATOR, COUNTY, SIBLING, VOLUNTEER, answer, ask, asked, claimant, content, delivery, ending,
    escalation_id, friday, late, released, reopening, review, terms,
};

/// `.` wrong_status, `exceeds` quantity_exceeds_remaining, `not_open` wish_not_open, `not_yet`
/// not_fulfilled. `^` the wish waits for its superior, `red` it stands on the red list.
const WISH: &str = "
                       | draft       | submitted   | open        | claimed     | delivered   | fulfilled | declined | withdrawn
 rewrite               | draft       | .           | .           | .           | .           | .         | .        | .
 submit                | submitted   | .           | .           | .           | .           | .         | .        | .
 publish               | .           | open        | .           | .           | .           | .         | .        | .
 return                | .           | draft       | .           | .           | .           | .         | .        | .
 decline               | .           | declined    | .           | .           | .           | .         | .        | .
 withdraw              | withdrawn   | withdrawn   | withdrawn   | open_claims | open_claims | .         | .        | .
 issue card            | .           | .           | open        | claimed     | delivered   | .         | .        | .
 claim a share         | not_open    | not_open    | open        | exceeds     | exceeds     | not_open  | not_open | not_open
 claim all             | not_open    | not_open    | claimed     | exceeds     | exceeds     | not_open  | not_open | not_open
 dispatch a share      | not_open    | not_open    | open        | exceeds     | exceeds     | not_open  | not_open | not_open
 dispatch all          | not_open    | not_open    | claimed     | exceeds     | exceeds     | not_open  | not_open | not_open
 rate                  | not_yet     | not_yet     | not_yet     | not_yet     | not_yet     | fulfilled | not_yet  | not_yet
 escalate, asked       | draft ^     | submitted ^ | open ^      | claimed ^   | delivered ^ | .         | .        | .
 escalate, overdue     | draft ^     | submitted ^ | open ^      | claimed ^   | delivered ^ | .         | .        | .
 escalate, in time     | .           | .           | .           | .           | .           | .         | .        | .
 asked at the root     | no_superior | no_superior | no_superior | no_superior | no_superior | .         | .        | .
 overdue at the root   | draft red   | submitted red | open red  | claimed red | delivered red | .       | .        | .
";

type WishAct = fn(Wish) -> Result<Wish, Refusal>;

const WISH_ACTS: &[(&str, WishAct)] = &[
    ("rewrite", |wish| wish.rewrite(content(), friday())),
    ("submit", |wish| wish.submit(true, &terms())),
    ("publish", |wish| wish.decide(review(Decision::Publish), released(), None, &terms())),
    ("return", |wish| wish.decide(review(Decision::Return), released(), None, &terms())),
    ("decline", |wish| wish.decide(review(Decision::Decline), released(), None, &terms())),
    ("withdraw", |wish| wish.withdraw(ending(), &terms())),
    ("issue card", |wish| wish.issue_card("hash".into(), friday())),
    ("claim a share", |wish| claimed(wish, Route::SelfClaim, 1)),
    ("claim all", |wish| claimed(wish, Route::SelfClaim, samples::ASKED)),
    ("dispatch a share", |wish| claimed(wish, Route::Dispatch, 1)),
    ("dispatch all", |wish| claimed(wish, Route::Dispatch, samples::ASKED)),
    ("rate", |wish| wish.rate(5, None, COORDINATOR, friday()).map(|(wish, _)| wish)),
    ("escalate, asked", |wish| wish.escalate(escalation_id(1), Some(COUNTY), asked(), &terms()).map(first)),
    ("escalate, overdue", |wish| {
        wish.escalate(escalation_id(1), Some(COUNTY), Cause::Overdue, &late()).map(first)
    }),
    ("escalate, in time", |wish| {
        wish.escalate(escalation_id(1), Some(COUNTY), Cause::Overdue, &terms()).map(first)
    }),
    ("asked at the root", |wish| wish.escalate(escalation_id(1), None, asked(), &terms()).map(first)),
    ("overdue at the root", |wish| wish.escalate(escalation_id(1), None, Cause::Overdue, &late()).map(first)),
];

#[test]
fn a_wish_in_every_state_under_every_command() {
    table::holds(WISH, WishStatus::ALL, WISH_ACTS, |act, status| {
        let outcome = act(samples::wish(status)).map(|wish| {
            let up = if wish.pending_escalation.is_some() { " ^" } else { "" };
            let red = if wish.red_listed_since.is_some() { " red" } else { "" };
            format!("{}{up}{red}", wish.status())
        });
        table::cell(outcome, Code::WrongStatus)
    });
}

/// What becomes of the claim, and of its wish; `.` is wrong_claim_status.
const CLAIM: &str = "
               | proposed        | active               | delivered            | confirmed        | declined | released | lapsed | taken_back
 accept        | active, claimed | .                    | .                    | .                | .        | .        | .      | .
 decline       | declined, open  | .                    | .                    | .                | .        | .        | .      | .
 release       | .               | released, open       | .                    | .                | .        | .        | .      | .
 lapse         | lapsed, open    | lapsed, open         | .                    | .                | .        | .        | .      | .
 lapse in time | .               | .                    | .                    | .                | .        | .        | .      | .
 contact       | .               | active, claimed      | .                    | .                | .        | .        | .      | .
 deliver       | .               | delivered, delivered | .                    | .                | .        | .        | .      | .
 confirm       | .               | .                    | confirmed, fulfilled | .                | .        | .        | .      | .
 send back     | .               | .                    | active, claimed      | .                | .        | .        | .      | .
 reopen        | .               | .                    | .                    | active, claimed  | .        | .        | .      | .
 take back     | .               | .                    | .                    | taken_back, open | .        | .        | .      | .
 reopen late   | .               | .                    | .                    | reopen_too_late  | .        | .        | .      | .
";

type ClaimAct = fn(Claim, Wish) -> Result<(Wish, Claim), Refusal>;

const CLAIM_ACTS: &[(&str, ClaimAct)] = &[
    ("accept", |claim, wish| claim.accept(wish, VOLUNTEER, &terms())),
    ("decline", |claim, wish| claim.decline(wish, "不在家", &terms())),
    ("release", |claim, wish| claim.release(wish, "买不到", &terms())),
    ("lapse", |claim, wish| claim.lapse(wish, &late())),
    ("lapse in time", |claim, wish| claim.lapse(wish, &terms())),
    ("contact", |claim, wish| claim.contact(wish, &terms())),
    ("deliver", |claim, wish| claim.deliver(wish, delivery(), &terms())),
    ("confirm", |claim, wish| claim.confirm(wish, &answer(true), &terms())),
    ("send back", |claim, wish| claim.confirm(wish, &answer(false), &terms())),
    ("reopen", |claim, wish| claim.reopen(wish, &reopening(false), &terms())),
    ("take back", |claim, wish| claim.reopen(wish, &reopening(true), &terms())),
    ("reopen late", |claim, wish| claim.reopen(wish, &reopening(false), &late())),
];

#[test]
fn a_claim_in_every_state_under_every_command() {
    table::holds(CLAIM, ClaimStatus::ALL, CLAIM_ACTS, |act, status| {
        let (wish, claim) = samples::claim(status);
        let outcome = act(claim, wish).map(|(wish, claim)| format!("{}, {}", claim.status(), wish.status()));
        table::cell(outcome, Code::WrongClaimStatus)
    });
}

/// What becomes of the escalation, and who holds the wish; `.` is escalation_answered. When the wish
/// ends, what still waits or was taken is settled, and nothing is refused.
const ESCALATION: &str = "
                     | pending               | accepted          | resolved          | returned          | superseded          | rerouted
 accept              | accepted, county      | .                 | .                 | .                 | .                   | .
 give back           | returned, village     | .                 | .                 | .                 | .                   | .
 reroute             | rerouted, sibling     | .                 | .                 | .                 | .                   | .
 overrun             | superseded, village ^ | .                 | .                 | .                 | .                   | .
 overrun, in time    | wrong_status          | .                 | .                 | .                 | .                   | .
 overrun at the root | accepted, county red  | .                 | .                 | .                 | .                   | .
 the wish ends       | resolved, village     | resolved, county  | resolved, village | returned, village | superseded, village | rerouted, sibling
";

type EscalationAct = fn(Escalation, Wish) -> Result<(Wish, Escalation), Refusal>;

const ESCALATION_ACTS: &[(&str, EscalationAct)] = &[
    ("accept", |up, wish| up.accept(wish, COORDINATOR, &[], &terms())),
    ("give back", |up, wish| up.give_back(wish, COORDINATOR, "请联系残联", &terms())),
    ("reroute", |up, wish| up.reroute(wish, COORDINATOR, SIBLING, "归他们管", &[SIBLING, COUNTY], &terms())),
    ("overrun", |up, wish| up.overrun(wish, escalation_id(2), Some(CITY), &late()).map(both)),
    ("overrun, in time", |up, wish| up.overrun(wish, escalation_id(2), Some(CITY), &terms()).map(both)),
    ("overrun at the root", |up, wish| up.overrun(wish, escalation_id(2), None, &late()).map(both)),
    ("the wish ends", |up, wish| {
        let ended = if wish.status().has_ended() { wish } else { wish.withdraw(ending(), &terms())? };
        Ok((ended, up.resolve(friday())))
    }),
];

#[test]
fn an_escalation_in_every_state_under_every_command() {
    let name = |id| match id {
        COUNTY => "county",
        SIBLING => "sibling",
        _ => "village",
    };
    table::holds(ESCALATION, EscalationStatus::ALL, ESCALATION_ACTS, |act, status| {
        let (wish, up) = samples::escalation(status);
        let outcome = act(up, wish).map(|(wish, up)| {
            let waits = if wish.pending_escalation.is_some() { " ^" } else { "" };
            let red = if wish.red_listed_since.is_some() { " red" } else { "" };
            format!("{}, {}{waits}{red}", up.status(), name(wish.holder_id))
        });
        table::cell(outcome, Code::EscalationAnswered)
    });
}

#[test]
fn a_sample_in_every_state_stands_in_that_state() {
    for &status in WishStatus::ALL {
        assert_eq!(samples::wish(status).status(), status);
    }
    for &status in ClaimStatus::ALL {
        assert_eq!(samples::claim(status).1.status(), status);
    }
    for &status in EscalationStatus::ALL {
        assert_eq!(samples::escalation(status).1.status(), status);
    }
}

fn claimed(wish: Wish, route: Route, quantity: i64) -> Result<Wish, Refusal> {
    wish.claim(&ask(&claimant(), route, quantity), None, &terms()).map(first)
}

fn first<A, B>((first, _): (A, B)) -> A {
    first
}

fn both<A, B, C>((first, second, _): (A, B, C)) -> (A, B) {
    (first, second)
}

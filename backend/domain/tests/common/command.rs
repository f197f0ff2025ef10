//! What people and time may try. A command names its thing by a number, which [`super::World`] turns
//! into the thing, so that any implementation can follow it: those of which something may still
//! become come first, then the rest; of claims and escalations the newest first.

use domain::{claim::Method, wish::Decision};
use proptest::prelude::*;

/// Something to try. A number beyond what there is begins again from the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The collector of the village writes down a wish.
    Collect {
        quantity: i64,
    },
    Rewrite {
        wish: usize,
        quantity: i64,
    },
    Submit {
        wish: usize,
        consent: bool,
    },
    /// `by_collector`: the one who wrote it down reviews. `fits`: urgent, feasible and practical.
    /// `wide`: shown to the whole city at once, and not to the holder's subtree only.
    Review {
        wish: usize,
        decision: Decision,
        by_collector: bool,
        fits: bool,
        consent: bool,
        note: bool,
        wide: bool,
    },
    /// `told`: with the outcome that the resident was told.
    Withdraw {
        wish: usize,
        told: bool,
    },
    IssueCard {
        wish: usize,
    },
    Rate {
        wish: usize,
        satisfaction: i32,
    },
    /// A claimant claims for itself.
    Claim {
        wish: usize,
        claimant: usize,
        quantity: i64,
    },
    /// The coordinator proposes the wish to a claimant.
    Dispatch {
        wish: usize,
        claimant: usize,
        quantity: i64,
    },
    Accept {
        claim: usize,
    },
    Decline {
        claim: usize,
    },
    Release {
        claim: usize,
    },
    Contact {
        claim: usize,
    },
    Deliver {
        claim: usize,
    },
    /// `own`: whoever acts for the claimant takes the word. `knows`: the code told is the card's.
    Confirm {
        claim: usize,
        accepted: bool,
        method: Method,
        own: bool,
        knows: bool,
    },
    /// The resident takes their word back; the share comes free, or the claimant makes it good.
    Reopen {
        claim: usize,
        take_back: bool,
    },
    Escalate {
        wish: usize,
    },
    AcceptEscalation {
        escalation: usize,
    },
    ReturnEscalation {
        escalation: usize,
    },
    /// Time passes and nobody notices, as when the jobs stand still.
    Pass {
        hours: u16,
    },
    /// The jobs do what time has made due.
    Sweep,
}

/// A sequence of commands: two wishes are on the wall, one of them the whole city's, then whatever comes.
pub fn commands(length: impl Into<proptest::collection::SizeRange>) -> impl Strategy<Value = Vec<Command>> {
    proptest::collection::vec(command(), length).prop_map(|rest| [beginning(), rest].concat())
}

fn beginning() -> Vec<Command> {
    let publish = |wish, wide| Command::Review {
        wish,
        decision: Decision::Publish,
        by_collector: false,
        fits: true,
        consent: true,
        note: false,
        wide,
    };
    let submit = |wish| Command::Submit { wish, consent: true };
    let collect = |quantity| Command::Collect { quantity };
    vec![collect(4), collect(2), submit(0), submit(1), publish(0, false), publish(1, true)]
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![3 => of_a_wish(), 8 => of_a_claim(), 1 => of_an_escalation(), 3 => of_time()]
}

fn of_a_wish() -> impl Strategy<Value = Command> {
    let review = (wish(), decision(), rarely(), mostly(), mostly(), any::<bool>(), rarely()).prop_map(
        |(wish, decision, by_collector, fits, consent, note, wide)| Command::Review {
            wish,
            decision,
            by_collector,
            fits,
            consent,
            note,
            wide,
        },
    );
    prop_oneof![
        1 => quantity().prop_map(|quantity| Command::Collect { quantity }),
        1 => (wish(), quantity()).prop_map(|(wish, quantity)| Command::Rewrite { wish, quantity }),
        4 => (wish(), mostly()).prop_map(|(wish, consent)| Command::Submit { wish, consent }),
        6 => review,
        1 => (wish(), any::<bool>()).prop_map(|(wish, told)| Command::Withdraw { wish, told }),
        1 => wish().prop_map(|wish| Command::IssueCard { wish }),
        3 => (wish(), 0..=6).prop_map(|(wish, satisfaction)| Command::Rate { wish, satisfaction }),
    ]
}

fn of_a_claim() -> impl Strategy<Value = Command> {
    let asked = || (wish(), prop_oneof![2 => 0_usize..2, 3 => 0_usize..7], quantity());
    let held = || prop_oneof![2 => Just(0_usize), 3 => 1_usize..6];
    let told = (held(), mostly(), method(), any::<bool>(), prop::bool::weighted(0.3)).prop_map(
        |(claim, accepted, method, own, knows)| Command::Confirm { claim, accepted, method, own, knows },
    );
    prop_oneof![
        8 => asked().prop_map(|(wish, claimant, quantity)| Command::Claim { wish, claimant, quantity }),
        3 => asked().prop_map(|(wish, claimant, quantity)| Command::Dispatch { wish, claimant, quantity }),
        3 => held().prop_map(|claim| Command::Accept { claim }),
        2 => held().prop_map(|claim| Command::Decline { claim }),
        1 => held().prop_map(|claim| Command::Release { claim }),
        2 => held().prop_map(|claim| Command::Contact { claim }),
        5 => held().prop_map(|claim| Command::Deliver { claim }),
        6 => told,
        2 => (0_usize..6, any::<bool>()).prop_map(|(claim, take_back)| Command::Reopen { claim, take_back }),
    ]
}

fn of_an_escalation() -> impl Strategy<Value = Command> {
    let newest = || prop_oneof![6 => Just(0_usize), 1 => 1_usize..4];
    prop_oneof![
        wish().prop_map(|wish| Command::Escalate { wish }),
        newest().prop_map(|escalation| Command::AcceptEscalation { escalation }),
        newest().prop_map(|escalation| Command::ReturnEscalation { escalation }),
    ]
}

fn of_time() -> impl Strategy<Value = Command> {
    let hours = prop_oneof![6 => 1_u16..20, 2 => 20_u16..150, 1 => 150_u16..1200];
    prop_oneof![hours.prop_map(|hours| Command::Pass { hours }), Just(Command::Sweep)]
}

fn wish() -> impl Strategy<Value = usize> {
    prop_oneof![4 => Just(0_usize), 3 => Just(1), 2 => Just(2)]
}

fn quantity() -> impl Strategy<Value = i64> {
    prop_oneof![12 => 1_i64..3, 1 => -1_i64..1, 1 => Just(i64::MAX)]
}

fn decision() -> impl Strategy<Value = Decision> {
    prop_oneof![4 => Just(Decision::Publish), 1 => Just(Decision::Return), 2 => Just(Decision::Decline)]
}

fn method() -> impl Strategy<Value = Method> {
    prop_oneof![2 => Just(Method::Code), 1 => Just(Method::Call), 1 => Just(Method::Witness)]
}

fn mostly() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.85)
}

fn rarely() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.1)
}

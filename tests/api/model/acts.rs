//! Which unit of work a command is, who does it, and about what.

use super::{
    common::{
        Command, Outcome, World,
        cast::{CITY, COLLECTOR, COORDINATOR, REVIEWER, VILLAGE, user_of},
        world::{content, shares_asked},
    },
    side::Side,
    stage::{agree, resident},
};
use domain::{
    beneficiary::Purpose,
    claim::{Delivery, Method},
    id::{UserId, WishId},
    reopening::Trouble,
    wish::Ending,
};
use server::{
    app::{
        Context,
        claim::{self, NewClaim},
        delivery::{self, Confirmed, Word},
        escalation, feedback,
        reopening::{self, NewReopening},
        wish::{self, Verdict},
    },
    etag::Seen,
    problem::Failure,
};
use store::Conn;

/// What came of a unit of work that is to be saved.
pub enum Saved {
    Change,
    /// A new wish.
    Wish(WishId),
    WrongCode,
}

/// One unit of work.
pub type Work = Box<dyn Fn(&mut Conn, &Context) -> Result<Saved, Failure> + Send>;

const ANY: &Seen = &Seen::Any;

/// What a command is about, in the world as it stands before: the place of the wish, and of its claim or
/// escalation; none when there is no such thing, or no room for another wish.
pub fn place(world: &World, command: &Command) -> Option<(usize, usize)> {
    use Command as C;
    match *command {
        C::Collect { .. } => (world.clone().apply(command) != Outcome::NothingThere).then_some((0, 0)),
        C::Pass { .. } | C::Sweep => Some((0, 0)),
        C::Rewrite { wish, .. }
        | C::Submit { wish, .. }
        | C::Review { wish, .. }
        | C::Withdraw { wish, .. }
        | C::IssueCard { wish }
        | C::Rate { wish, .. }
        | C::Claim { wish, .. }
        | C::Dispatch { wish, .. }
        | C::Escalate { wish } => world.wish_place(wish).map(|place| (place, 0)),
        C::Accept { claim }
        | C::Decline { claim }
        | C::Release { claim }
        | C::Contact { claim }
        | C::Deliver { claim }
        | C::Reopen { claim, .. }
        | C::Confirm { claim, .. } => world.claim_place(claim),
        C::AcceptEscalation { escalation } | C::ReturnEscalation { escalation } => {
            world.escalation_place(escalation)
        }
    }
}

/// Who does it in the world.
pub fn by_whom(side: &Side, command: &Command, place: (usize, usize)) -> UserId {
    use Command as C;
    match *command {
        C::Collect { .. } | C::Rewrite { .. } | C::Submit { .. } | C::IssueCard { .. } => COLLECTOR,
        C::Review { by_collector, .. } => {
            if by_collector {
                COLLECTOR
            } else {
                REVIEWER
            }
        }
        C::Claim { claimant, .. } => user_of(claimant as u128),
        C::Accept { .. }
        | C::Decline { .. }
        | C::Release { .. }
        | C::Contact { .. }
        | C::Deliver { .. }
        | C::Confirm { own: true, .. } => {
            let holder = side.lives[place.0].claims[place.1].claimant_id;
            let n = side.claimants.iter().position(|&claimant| claimant == holder).unwrap();
            user_of(n as u128)
        }
        _ => COORDINATOR,
    }
}

/// The unit of work, with the words that the world uses.
pub fn work(side: &Side, command: &Command, place: (usize, usize)) -> Work {
    use Command as C;
    let wish = || side.lives[place.0].wish.id;
    let claim = || side.lives[place.0].claims[place.1].id;
    let escalation = || side.lives[place.0].escalations[place.1].id;
    match *command {
        C::Collect { quantity } => Box::new(move |tx, cx| {
            let resident = resident(tx, cx, VILLAGE)?;
            let wish = wish::create(tx, cx, resident, VILLAGE, content(quantity))?;
            Ok(Saved::Wish(wish.id))
        }),
        C::Rewrite { quantity, .. } => unit(wish(), move |tx, cx, id| {
            wish::update(tx, cx, id, ANY, |written| *written = content(quantity))
        }),
        C::Submit { consent, .. } => unit(wish(), move |tx, cx, id| {
            agree(tx, cx, id, Purpose::Collect, consent)?;
            wish::submit(tx, cx, id, ANY)
        }),
        C::Review { decision, fits, consent, note, wide, .. } => unit(wish(), move |tx, cx, id| {
            agree(tx, cx, id, Purpose::Publish, consent)?;
            let note = note.then(|| "请补充".into());
            let audience_id = wide.then_some(CITY);
            let verdict = Verdict {
                decision,
                urgent: true,
                feasible: fits,
                practical: true,
                note,
                audience_id,
                dismissed: Vec::new(),
            };
            wish::review(tx, cx, id, ANY, verdict)
        }),
        C::Withdraw { told, .. } => unit(wish(), move |tx, cx, id| {
            let ending = Ending { reason: "不需要了".into(), outcome: told.then(|| "已告知".into()) };
            wish::withdraw(tx, cx, id, ANY, ending)
        }),
        C::IssueCard { .. } => unit(wish(), |tx, cx, id| wish::issue_card(tx, cx, id, ANY, "right")),
        C::Rate { satisfaction, .. } => {
            unit(wish(), move |tx, cx, id| feedback::create(tx, cx, id, ANY, satisfaction, None))
        }
        C::Claim { claimant, quantity, .. } => {
            let new = new_claim(side, place, claimant, quantity);
            unit(wish(), move |tx, cx, id| claim::create(tx, cx, id, ANY, &new))
        }
        C::Dispatch { claimant, quantity, .. } => {
            let new = new_claim(side, place, claimant, quantity);
            unit(wish(), move |tx, cx, id| claim::dispatch(tx, cx, id, ANY, &new))
        }
        C::Accept { .. } => unit(claim(), |tx, cx, id| claim::accept(tx, cx, id, ANY)),
        C::Decline { .. } => unit(claim(), |tx, cx, id| claim::decline(tx, cx, id, ANY, "没空")),
        C::Release { .. } => unit(claim(), |tx, cx, id| claim::release(tx, cx, id, ANY, "买不到")),
        C::Contact { .. } => unit(claim(), |tx, cx, id| claim::contact(tx, cx, id, ANY)),
        C::Deliver { .. } => unit(claim(), |tx, cx, id| {
            let (note, by) = (Some("送到了".into()), cx.user()?);
            let delivery =
                Delivery { note, items: vec![], quarter_hours: None, attachment_ids: vec![], by, at: cx.now };
            delivery::deliver(tx, cx, id, ANY, delivery)
        }),
        C::Confirm { accepted, method, knows, .. } => {
            let id = claim();
            let code = (method == Method::Code).then(|| if knows { "right" } else { "wrong" }.to_owned());
            let word = Word { accepted, method, code, note: (!accepted).then(|| "坏的".into()) };
            Box::new(move |tx, cx| match delivery::confirm(tx, cx, id, ANY, &word)? {
                Confirmed::Done(_) => Ok(Saved::Change),
                Confirmed::WrongCode => Ok(Saved::WrongCode),
            })
        }
        C::Reopen { take_back, .. } => {
            let (wish, claim_id) = (wish(), claim());
            let (trouble, note) = (Trouble::DoesNotWork, "没有声音".to_owned());
            let new = NewReopening { claim_id, trouble, note, take_back };
            unit(wish, move |tx, cx, id| {
                agree(tx, cx, id, Purpose::Publish, true)?;
                reopening::reopen(tx, cx, id, ANY, &new)
            })
        }
        C::Escalate { .. } => unit(wish(), |tx, cx, id| escalation::create(tx, cx, id, ANY, "办不了".into())),
        C::AcceptEscalation { .. } => unit(escalation(), |tx, cx, id| escalation::accept(tx, cx, id, ANY)),
        C::ReturnEscalation { .. } => {
            unit(escalation(), |tx, cx, id| escalation::give_back(tx, cx, id, ANY, "请联系残联"))
        }
        C::Pass { .. } | C::Sweep => unreachable!("time is nobody's act"),
    }
}

fn new_claim(side: &Side, place: (usize, usize), claimant: usize, quantity: i64) -> NewClaim {
    let shares = shares_asked(&side.lives[place.0].wish.content, claimant, quantity);
    NewClaim { claimant_id: side.claimants[claimant], quantity, shares, note: None }
}

/// One unit of work about one thing, of which only whether it was done is of interest.
fn unit<Id: Copy + Send + 'static, T>(
    id: Id,
    work: impl Fn(&mut Conn, &Context, Id) -> Result<T, Failure> + Send + 'static,
) -> Work {
    Box::new(move |tx, cx| work(tx, cx, id).map(|_| Saved::Change))
}

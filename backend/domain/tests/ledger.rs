//! The ledger under whatever people and platforms do: it balances, no pool goes below zero, and what is refused changes
//! nothing.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use domain::{
    id::{AllocationId, DonationId, OrganisationId, PlatformId, PoolId, TransactionId, UserId, WishId},
    ledger::{
        Account, Allocation, AllocationStatus, Bought, Donation, Evidence, Fen, Kind, Pool, Profile, Reason,
        Report, Stamp, Touched, Transaction, Wanted, reverse, shares,
    },
    refusal::{Code, Refusal},
    time::Instant,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

const LIMIT: i64 = 5_000;

fn id(n: usize) -> Uuid {
    Uuid::from_u128(n as u128)
}

fn user(n: u8) -> UserId {
    UserId(id(n.into()))
}

fn now() -> Instant {
    "2026-11-20T08:00:00Z".parse().unwrap()
}

fn profile() -> Profile {
    Profile {
        campaign_id: None,
        name: "轮椅和助听器".into(),
        purpose: "给行动不便的老人添轮椅、配助听器。".into(),
        categories: vec![],
        raiser: "青禾县慈善会".into(),
        raised_on: "某公益平台".into(),
    }
}

fn pool() -> Pool {
    Pool::open((PoolId(id(1)), OrganisationId(id(2))), profile(), LIMIT, user(1), now()).unwrap()
}

fn report(external: usize, amount_fen: i64) -> Report {
    Report {
        pool_id: PoolId(id(1)),
        external_id: format!("D-{external}"),
        donor_ref: Some("a8Zk".into()),
        amount_fen,
        currency: "CNY".into(),
        given_at: now(),
    }
}

fn wanted(wish: u8, standing_fen: i64) -> Wanted {
    let wish_id = WishId(id(100 + usize::from(wish)));
    Wanted { wish_id, category: "thing".into(), lives: true, within: true, standing_fen }
}

/// Everything that is kept, as the store keeps it.
#[derive(Debug, Clone)]
struct Books {
    pool: Pool,
    donations: BTreeMap<String, Donation>,
    allocations: Vec<Allocation>,
    journal: Vec<Transaction>,
}

#[derive(Debug, Clone)]
enum Command {
    Receive { external: usize, amount: i64 },
    Refund { donation: usize, amount: i64 },
    Ask { wish: u8, amount: i64, by: u8 },
    Approve { allocation: usize, by: u8 },
    Release { allocation: usize },
    Spend { allocation: usize, amount: i64 },
    Reverse { transaction: usize },
    Close(bool),
}

fn command() -> impl Strategy<Value = Command> {
    let amount = || prop_oneof![8 => 1_i64..9_000, 1 => Just(0_i64), 1 => Just(1_000_000_000_000_000)];
    prop_oneof![
        4 => (0_usize..12, amount()).prop_map(|(external, amount)| Command::Receive { external, amount }),
        2 => (0_usize..12, amount()).prop_map(|(donation, amount)| Command::Refund { donation, amount }),
        4 => (0_u8..3, amount(), 0_u8..3).prop_map(|(wish, amount, by)| Command::Ask { wish, amount, by }),
        2 => (0_usize..8, 0_u8..3).prop_map(|(allocation, by)| Command::Approve { allocation, by }),
        1 => (0_usize..8).prop_map(|allocation| Command::Release { allocation }),
        4 => (0_usize..8, amount()).prop_map(|(allocation, amount)| Command::Spend { allocation, amount }),
        3 => (0_usize..40).prop_map(|transaction| Command::Reverse { transaction }),
        1 => prop::bool::weighted(0.7).prop_map(Command::Close),
    ]
}

impl Books {
    fn new() -> Self {
        Self { pool: pool(), donations: BTreeMap::new(), allocations: vec![], journal: vec![] }
    }

    fn stamp(&self) -> Stamp {
        Stamp { id: TransactionId(id(1000 + self.journal.len())), by: None, at: now() }
    }

    fn standing(&self, wish: u8) -> i64 {
        let lives = |one: &&Allocation| {
            one.wish_id == wanted(wish, 0).wish_id
                && matches!(one.status, AllocationStatus::Pending | AllocationStatus::Granted)
        };
        self.allocations.iter().filter(lives).map(|one| one.amount.get()).sum()
    }

    fn allocation(&self, n: usize) -> Result<Allocation, Refusal> {
        self.allocations.get(n).cloned().ok_or_else(|| Code::NotFound.into())
    }

    /// One unit of work: all of it, or nothing.
    fn run(&mut self, command: &Command) -> Result<(), Refusal> {
        let (stamp, pool) = (self.stamp(), self.pool.clone());
        match *command {
            Command::Receive { external, amount } => {
                let report = report(external, amount);
                if let Some(known) = self.donations.get(&report.external_id) {
                    return known.expect_same(&report);
                }
                let ids = (DonationId(id(300 + external)), PlatformId(id(9)));
                let (donation, pool, moved) = Donation::receive(ids, report, pool, stamp)?;
                self.pool = pool;
                self.donations.insert(donation.external_id.clone(), donation);
                self.journal.push(moved);
            }
            Command::Refund { donation, amount } => {
                let known = self.donations.get(&format!("D-{donation}")).cloned().ok_or(Code::NotFound)?;
                let (donation, pool, moved) =
                    known.refund(Fen::asked(amount, "/amount_fen")?, pool, stamp)?;
                self.pool = pool;
                self.donations.insert(donation.external_id.clone(), donation);
                self.journal.push(moved);
            }
            Command::Ask { wish, amount, by } => {
                let wanted = wanted(wish, self.standing(wish));
                let new = AllocationId(id(500 + self.allocations.len()));
                let amount = Fen::asked(amount, "/amount_fen")?;
                let (asked, pool, moved) =
                    Allocation::ask(new, pool, &wanted, amount, user(by), (stamp, stamp.at))?;
                self.pool = pool;
                self.allocations.push(asked);
                self.journal.extend(moved);
            }
            Command::Approve { allocation, by } => {
                let one = self.allocation(allocation)?;
                let (one, pool, moved) = one.approve(pool, &wanted(0, 0), user(by), stamp)?;
                self.pool = pool;
                self.allocations[allocation] = one;
                self.journal.push(moved);
            }
            Command::Release { allocation } => {
                let (one, pool, moved) = self.allocation(allocation)?.release(pool, stamp)?;
                self.pool = pool;
                self.allocations[allocation] = one;
                self.journal.extend(moved);
            }
            Command::Spend { allocation, amount } => {
                let (one, evidence) =
                    (self.allocation(allocation)?, Evidence::Invoice("12345678".to_owned()));
                let amount = Fen::asked(amount, "/amount_fen")?;
                let (one, pool, moved, _) = one.spend(pool, amount, evidence, stamp)?;
                self.pool = pool;
                self.allocations[allocation] = one;
                self.journal.push(moved);
            }
            Command::Reverse { transaction } => self.undo(transaction, pool, stamp)?,
            Command::Close(active) => self.pool = pool.change(LIMIT, active)?,
        }
        Ok(())
    }

    fn undo(&mut self, transaction: usize, pool: Pool, stamp: Stamp) -> Result<(), Refusal> {
        let of = *self.journal.get(transaction).ok_or(Code::NotFound)?;
        if self.journal.iter().any(|one| one.reverses.is_some_and(|(of_id, _)| of_id == of.stamp.id)) {
            return Err(Code::AlreadyReversed.into());
        }
        let touched = match (of.movement.donation(), of.movement.allocation()) {
            (Some(id), _) => {
                Touched::Donation(self.donations.values().find(|one| one.id == id).unwrap().clone())
            }
            (_, Some(id)) => {
                Touched::Allocation(self.allocations.iter().find(|one| one.id == id).unwrap().clone())
            }
            _ => unreachable!("every movement is about something"),
        };
        let done = reverse(&of, pool, touched, Reason::EnteredTwice, stamp)?;
        self.pool = done.pool;
        match done.touched {
            Touched::Donation(one) => {
                self.donations.insert(one.external_id.clone(), one);
            }
            Touched::Allocation(one) => {
                let at = self.allocations.iter().position(|kept| kept.id == one.id).unwrap();
                self.allocations[at] = one;
            }
        }
        self.journal.push(done.moved);
        Ok(())
    }

    /// Everything is reckoned anew of the entries alone.
    fn assert_sound(&self) {
        let mut balances: HashMap<Account, i64> = HashMap::new();
        for moved in &self.journal {
            let entries = moved.entries();
            assert_eq!(entries.iter().map(|entry| entry.amount_fen).sum::<i64>(), 0, "{moved:?}");
            for entry in entries {
                *balances.entry(entry.account).or_default() += entry.amount_fen;
            }
        }
        let of = |account| balances.get(&account).copied().unwrap_or_default();
        assert_eq!(balances.values().sum::<i64>(), 0);
        assert_eq!(of(Account::Pool(self.pool.id)), self.pool.balance_fen);
        assert!(self.pool.balance_fen >= 0 && self.pool.allocated_fen >= 0, "{:?}", self.pool);
        let (mut allocated, mut kept) = (0, 0);
        for one in &self.allocations {
            assert_eq!(of(Account::Allocation(one.id)), one.remaining_fen, "{one:?}");
            assert_eq!(of(Account::Spent(one.id)), one.spent_fen, "{one:?}");
            assert!(one.remaining_fen >= 0 && one.spent_fen >= 0);
            assert!(one.remaining_fen + one.spent_fen <= one.amount.get(), "{one:?}");
            assert!(one.status == AllocationStatus::Granted || one.remaining_fen == 0, "{one:?}");
            assert!(one.approved_by != Some(one.asked_by));
            allocated += one.remaining_fen;
        }
        for one in self.donations.values() {
            assert!((0..=one.amount.get()).contains(&one.refunded_fen), "{one:?}");
            assert!(one.reversed_at.is_none() || one.refunded_fen == 0, "{one:?}");
            kept += one.kept_fen();
        }
        assert_eq!(allocated, self.pool.allocated_fen);
        assert_eq!(
            of(Account::Platform(PlatformId(id(9)))),
            -kept,
            "what the platform brought is what it did not take back"
        );
        assert_eq!(
            self.pool.held_fen() + self.allocations.iter().map(|one| one.spent_fen).sum::<i64>(),
            kept
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each command may come twice, as a message does, or be lost in the middle, as a process is.
    #[test]
    fn whatever_happens_it_balances(
        commands in prop::collection::vec((command(), 0_u8..6), 1..60),
    ) {
        let mut books = Books::new();
        for (command, fate) in commands {
            let before = books.clone();
            let times = if fate == 0 { 2 } else { 1 };
            for _ in 0..times {
                let kept = books.clone();
                if books.run(&command).is_err() {
                    books = kept;
                }
            }
            if fate == 1 {
                books = before;
            }
            books.assert_sound();
        }
    }

    /// What a donor is told adds up to what they gave, and nobody is told more than was spent.
    #[test]
    fn a_donors_parts_are_the_gift(
        gift in 1_i64..100_000,
        others in 0_i64..1_000_000,
        spent in prop::collection::vec((0_u8..3, 1_i64..200_000), 0..12),
    ) {
        let mut held = gift + others;
        let mut bought = Vec::new();
        for (group, amount) in spent {
            let amount_fen = amount.min(held);
            bought.push(Bought { group, amount_fen, held_fen: held });
            held -= amount_fen;
        }
        let (parts, rest) = shares(gift, bought.clone());
        prop_assert_eq!(parts.values().sum::<i64>() + rest, gift);
        prop_assert!(rest >= 0);
        for (group, part) in parts {
            let all: i64 = bought.iter().filter(|one| one.group == group).map(|one| one.amount_fen).sum();
            prop_assert!((0..=all).contains(&part), "{} of {}", part, all);
        }
    }
}

fn refused<T: std::fmt::Debug>(of: Result<T, Refusal>) -> (Code, Vec<String>) {
    let refusal = of.unwrap_err();
    (refusal.code, refusal.fields.into_iter().map(|field| field.pointer).collect())
}

#[test]
fn a_report_is_of_an_amount_in_renminbi_and_of_nobody_by_name() {
    let take = |change: &dyn Fn(&mut Report)| {
        let mut report = report(1, 2000);
        change(&mut report);
        Donation::receive((DonationId(id(3)), PlatformId(id(9))), report, pool(), Books::new().stamp())
    };
    assert!(take(&|_| {}).is_ok());
    for (change, pointer) in [
        (&(|of: &mut Report| of.amount_fen = 0) as &dyn Fn(&mut Report), "/amount_fen"),
        (&|of| of.amount_fen = -1, "/amount_fen"),
        (&|of| of.amount_fen = 1_000_000_000_000_000, "/amount_fen"),
        (&|of| of.currency = "USD".into(), "/currency"),
        (&|of| of.donor_ref = Some("李大山".into()), "/donor_ref"),
        (&|of| of.donor_ref = Some("13800000000".into()), "/donor_ref"),
        (&|of| of.donor_ref = Some("11010119900101123X".into()), "/donor_ref"),
        (&|of| of.external_id = String::new(), "/external_id"),
        (&|of| of.external_id = "x".repeat(65), "/external_id"),
        (&|of| of.given_at = of.given_at.plus_days(1), "/given_at"),
    ] {
        assert_eq!(refused(take(change)), (Code::Invalid, vec![pointer.to_owned()]));
    }
}

#[test]
fn above_the_limit_a_second_person_says_yes_also_to_many_small_ones() {
    let mut books = Books::new();
    books.run(&Command::Receive { external: 1, amount: 9_000 }).unwrap();
    books.run(&Command::Ask { wish: 0, amount: LIMIT - 1, by: 1 }).unwrap();
    assert_eq!(books.allocations[0].status, AllocationStatus::Granted);
    books.run(&Command::Ask { wish: 0, amount: 2, by: 1 }).unwrap();
    assert_eq!(books.allocations[1].status, AllocationStatus::Pending);
    assert_eq!(books.journal.len(), 2, "no money moved");
    assert_eq!(refused(books.run(&Command::Approve { allocation: 1, by: 1 })).0, Code::OwnAllocation);
    books.run(&Command::Approve { allocation: 1, by: 2 }).unwrap();
    assert_eq!(
        (books.allocations[1].status, books.allocations[1].approved_by),
        (AllocationStatus::Granted, Some(user(2)))
    );
    assert_eq!(refused(books.run(&Command::Ask { wish: 1, amount: 4_000, by: 1 })).0, Code::PoolShort);
    books.assert_sound();
}

#[test]
fn a_reversal_moves_back_once_and_only_what_is_still_there() {
    let mut books = Books::new();
    books.run(&Command::Receive { external: 1, amount: 3_000 }).unwrap();
    books.run(&Command::Ask { wish: 0, amount: 2_000, by: 1 }).unwrap();
    books.run(&Command::Spend { allocation: 0, amount: 500 }).unwrap();
    assert_eq!(refused(books.run(&Command::Reverse { transaction: 0 })).0, Code::PoolShort, "set aside");
    assert_eq!(refused(books.run(&Command::Reverse { transaction: 1 })).0, Code::AllocationShort, "spent");
    books.run(&Command::Reverse { transaction: 2 }).unwrap();
    assert_eq!(refused(books.run(&Command::Reverse { transaction: 2 })).0, Code::AlreadyReversed);
    assert_eq!(refused(books.run(&Command::Reverse { transaction: 3 })).0, Code::NotReversible);
    assert_eq!(books.journal[3].movement.kind(), Kind::Spent);
    books.run(&Command::Reverse { transaction: 1 }).unwrap();
    books.run(&Command::Refund { donation: 1, amount: 1 }).unwrap();
    assert_eq!(refused(books.run(&Command::Refund { donation: 1, amount: 3_000 })).0, Code::RefundAboveGift);
    assert_eq!(
        refused(books.run(&Command::Reverse { transaction: 0 })).0,
        Code::NotReversible,
        "refunded in part"
    );
    books.assert_sound();
}

#[test]
fn a_pool_is_for_what_it_was_raised_for() {
    let only = Profile { categories: vec!["health".into()], ..profile() };
    let only = Pool::open((PoolId(id(1)), OrganisationId(id(2))), only, LIMIT, user(1), now()).unwrap();
    let ask = |pool: Pool, wanted: Wanted| {
        Allocation::ask(
            AllocationId(id(5)),
            pool,
            &wanted,
            Fen::of(1).unwrap(),
            user(1),
            (Books::new().stamp(), now()),
        )
    };
    assert_eq!(refused(ask(only, wanted(0, 0))).0, Code::OutsidePurpose);
    assert_eq!(refused(ask(pool(), Wanted { lives: false, ..wanted(0, 0) })).0, Code::WrongStatus);
    assert_eq!(
        refused(ask(pool(), Wanted { within: false, ..wanted(0, 0) })),
        (Code::Invalid, vec!["/wish_id".to_owned()])
    );
    assert_eq!(refused(ask(pool(), wanted(0, 0))).0, Code::PoolShort);
    assert_eq!(refused(ask(pool().change(LIMIT, false).unwrap(), wanted(0, 0))).0, Code::PoolClosed);
    let nobody = Profile { raiser: " ".into(), ..profile() };
    let opened = Pool::open((PoolId(id(1)), OrganisationId(id(2))), nobody, LIMIT, user(1), now());
    assert_eq!(refused(opened), (Code::Invalid, vec!["/raiser".to_owned()]));
}

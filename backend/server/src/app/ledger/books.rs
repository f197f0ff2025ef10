//! What others may know of a pool: everybody its sums, a platform what a donation became, an auditor every transaction.
//! No donor and no resident is named in any of it, and no place that is finer than a county.

use super::{donation, found, see};
use crate::{
    app::{Context, names::Names},
    problem::Failure,
};
use domain::{
    access::{Act, Subject},
    category::Label,
    id::{DonationId, OrganisationId, PoolId, UserId, WishId},
    ledger::{Bought, Donation, Pool, shares},
    publication::may_be_named,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::{
    Conn,
    ledger::{
        books::{Bought as Purchase, Moved},
        journal::Line as Posted,
    },
    organisation::Line,
};

/// So many rows of a file are read at once.
const STRETCH: i64 = 500;

/// A category by its code, and its names where the organisation's list has it.
pub type Category = (String, Option<Label>);

/// Purchases of one category.
#[derive(Debug)]
pub struct Spent {
    /// Of which.
    pub category: Category,
    /// For how many wishes.
    pub wishes: usize,
    /// For how much, in fen.
    pub amount_fen: i64,
}

/// A pool's books as everybody sees them.
#[derive(Debug)]
pub struct Books {
    /// The pool.
    pub pool: Pool,
    /// What moved, by month and kind, the oldest month first.
    pub months: Vec<Moved>,
    /// What was bought, by category, most money first.
    pub categories: Vec<Spent>,
}

/// A pool's books, for everybody.
///
/// # Errors
/// `not_found`.
pub fn public(tx: &mut Conn, cx: &Context, id: PoolId) -> Result<Books, Failure> {
    cx.allow(Act::GetPoolBooks, &Subject::default())?;
    let pool = found(store::ledger::pool::load(tx, id)?)?;
    let bought = store::ledger::books::bought(tx, id, None)?;
    let labels = labels(tx, &bought)?;
    let mut groups: BTreeMap<String, (BTreeSet<WishId>, i64)> = BTreeMap::new();
    for one in bought {
        let (wishes, sum) = groups.entry(one.category).or_default();
        wishes.insert(one.wish_id);
        *sum = sum.saturating_add(one.amount_fen);
    }
    let spent = |(code, (wishes, amount_fen)): (String, (BTreeSet<WishId>, i64))| {
        let label = labels.get(&code).cloned();
        Spent { category: (code, label), wishes: wishes.len(), amount_fen }
    };
    let mut categories: Vec<Spent> = groups.into_iter().map(spent).collect();
    categories.sort_by_key(|one| std::cmp::Reverse(one.amount_fen));
    Ok(Books { pool, months: store::ledger::books::months(tx, id)?, categories })
}

/// The names of the categories of purchases.
fn labels(tx: &mut Conn, bought: &[Purchase]) -> Result<HashMap<String, Label>, Failure> {
    let keys: BTreeSet<(OrganisationId, String)> =
        bought.iter().map(|one| (one.origin_id, one.category.clone())).collect();
    let keys: Vec<_> = keys.into_iter().collect();
    let found = store::category::labels(tx, &keys)?;
    Ok(found.into_iter().map(|((_, code), label)| (code, label)).collect())
}

/// A donor's part of what was bought in one category and county.
#[derive(Debug)]
pub struct Part {
    /// Of which category.
    pub category: Category,
    /// The county, or the level above, where it was.
    pub place: Option<String>,
    /// For how many wishes.
    pub wishes: usize,
    /// The donor's part, in fen.
    pub amount_fen: i64,
}

/// What a donation became.
#[derive(Debug)]
pub struct Trace {
    /// The donation.
    pub donation: Donation,
    /// Its pool.
    pub pool: Pool,
    /// What it was part of, most money first.
    pub parts: Vec<Part>,
    /// What of it is not spent, in fen.
    pub unspent_fen: i64,
}

/// What a donation became, for the platform that reported it.
///
/// # Errors
/// As the access table says; `not_found` for another platform's.
pub fn trace(tx: &mut Conn, cx: &Context, id: DonationId) -> Result<Trace, Failure> {
    let donation = donation::own(tx, cx, Act::GetDonationTrace, id)?;
    let pool = found(store::ledger::pool::load(tx, donation.pool_id)?)?;
    let receipt = store::ledger::books::receipt(tx, id)?;
    let bought = store::ledger::books::bought(tx, pool.id, receipt)?;
    let labels = labels(tx, &bought)?;
    let origins: Vec<OrganisationId> = bought.iter().map(|one| one.origin_id).collect();
    let lines = store::organisation::lines(tx, &origins)?;
    let mut wishes: BTreeMap<(String, Option<String>), BTreeSet<WishId>> = BTreeMap::new();
    let mut purchases = Vec::with_capacity(bought.len());
    for one in bought {
        let group = (one.category, lines.get(&one.origin_id).and_then(county));
        wishes.entry(group.clone()).or_default().insert(one.wish_id);
        purchases.push(Bought { group, amount_fen: one.amount_fen, held_fen: one.held_fen });
    }
    let (shares, unspent_fen) = shares(donation.kept_fen(), purchases);
    let part = |((code, place), amount_fen): ((String, Option<String>), i64)| Part {
        wishes: wishes.get(&(code.clone(), place.clone())).map_or(0, BTreeSet::len),
        category: (code.clone(), labels.get(&code).cloned()),
        place,
        amount_fen,
    };
    let mut parts: Vec<Part> = shares.into_iter().filter(|(_, fen)| *fen > 0).map(part).collect();
    parts.sort_by_key(|one| std::cmp::Reverse(one.amount_fen));
    Ok(Trace { donation, pool, parts, unspent_fen })
}

/// The finest place on the way up that may be named.
fn county(line: &Line) -> Option<String> {
    let profiles = line.nodes().iter().map(|node| &node.organisation.profile);
    profiles.filter(|profile| may_be_named(profile.level)).map(|profile| profile.name.clone()).next()
}

/// Every transaction of a pool, the oldest first, and the names of who wrote them down.
///
/// # Errors
/// As the access table says.
pub fn all(tx: &mut Conn, cx: &Context, id: PoolId) -> Result<(Vec<Posted>, Names), Failure> {
    see(tx, cx, Act::GetLedgerFile, id)?;
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let found: Vec<Posted> = store::ledger::journal::list(tx, id, before, STRETCH)?;
        let Some(last) = found.last() else { break };
        before = Some(last.transaction.stamp.id);
        all.extend(found);
    }
    all.reverse();
    let users: Vec<UserId> = all.iter().filter_map(|one| one.transaction.stamp.by).collect();
    Ok((all, Names::default().users(tx, users)?))
}

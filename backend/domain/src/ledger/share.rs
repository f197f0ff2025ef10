//! What a donor's money became. Money in a pool is mixed: of each purchase a donor's part is that of their money in what
//! the pool then held unspent, and what they gave later was no part of it.

use std::collections::BTreeMap;

/// A purchase of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bought<G> {
    /// What it is told as.
    pub group: G,
    /// For how much, in fen.
    pub amount_fen: i64,
    /// What the pool held unspent just before, in fen.
    pub held_fen: i64,
}

/// A fen is reckoned in so many parts.
const PARTS: i128 = 1_000_000;

/// A donor's part of each group of purchases, and what of the gift is not spent, in fen. `bought` are those after the gift,
/// in their order. All together are the gift, to the fen: what does not make a fen counts as not spent.
#[must_use]
pub fn shares<G: Ord>(gift_fen: i64, bought: impl IntoIterator<Item = Bought<G>>) -> (BTreeMap<G, i64>, i64) {
    let mut left = i128::from(gift_fen.max(0)).saturating_mul(PARTS);
    let mut parts: BTreeMap<G, i128> = BTreeMap::new();
    for one in bought {
        let held = i128::from(one.held_fen);
        let amount = i128::from(one.amount_fen).clamp(0, held.max(0));
        let part = left.saturating_mul(amount).checked_div(held).unwrap_or_default();
        left = left.saturating_sub(part);
        let sum = parts.entry(one.group).or_default();
        *sum = sum.saturating_add(part);
    }
    let fen = |part: i128| i64::try_from(part / PARTS).unwrap_or_default();
    let told: BTreeMap<G, i64> = parts.into_iter().map(|(group, part)| (group, fen(part))).collect();
    let rest = gift_fen.max(0).saturating_sub(told.values().sum());
    (told, rest)
}

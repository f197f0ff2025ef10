//! The ledger balances: each transaction has the two entries that it says, what is kept of pools, allocations and donations
//! is what the entries sum up to, and no pool is below zero (invariant 6).

use super::{BATCH, Report};
use crate::problem::Failure;
use domain::ledger::Transaction;
use store::{
    Conn,
    check::ledger::{kept, transactions},
};

pub(super) fn check(tx: &mut Conn, report: &mut Report) -> Result<(), Failure> {
    let mut after = String::new();
    loop {
        let batch = transactions(tx, &after, BATCH)?;
        let Some((last, _)) = batch.last() else { break };
        after = last.stamp.id.to_string();
        for (of, stored) in &batch {
            report
                .findings
                .extend(faults(of, stored).map(|fault| format!("transaction {}: {fault}", of.stamp.id)));
        }
    }
    for one in kept(tx)? {
        let at = format!("{} {}: {}", one.what, one.id, one.name);
        if one.kept != one.counted {
            let fault =
                format!("{at} is {} fen, but the entries say {} (invariant 6)", one.kept, one.counted);
            report.findings.push(fault);
        }
        if one.kept < 0 {
            report.findings.push(format!("{at} is below zero (invariant 6)"));
        }
    }
    Ok(())
}

fn faults(of: &Transaction, stored: &[(String, String, i64)]) -> impl Iterator<Item = String> {
    let sum: i64 = stored.iter().map(|(_, _, amount)| amount).sum();
    let mut expected: Vec<(String, String, i64)> = of
        .entries()
        .iter()
        .map(|entry| (entry.account.kind().to_string(), entry.account.id().to_string(), entry.amount_fen))
        .collect();
    let mut stored = stored.to_vec();
    expected.sort_unstable();
    stored.sort_unstable();
    let unbalanced = (sum != 0).then(|| format!("its entries sum to {sum} fen (invariant 6)"));
    let other = (stored != expected).then(|| "its entries are not what it says (invariant 6)".to_owned());
    unbalanced.into_iter().chain(other)
}

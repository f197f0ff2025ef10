//! What an auditor reads, and whether the chain of events holds.

use super::{Context, organisation::open};
use crate::{
    etag::Seen,
    problem::Failure,
    secrets::{Secrets, Use, hmac},
};
use base16ct::lower::encode_string as hex;
use domain::{access::Act, id::OrganisationId, membership::Role, refusal::Code};
use std::collections::HashMap;
use store::{
    Conn,
    audit::{Chained, Filter, Head, heads, links, trees, unchained},
};

const BATCH: i64 = 1000;
/// How many days of heads are looked at: ten years.
const DAYS: i64 = 3660;

/// The seal of a head. Its key is not in the database, so whoever can write there cannot make one.
#[must_use]
pub fn seal(secrets: &Secrets, head: &Head) -> String {
    let length = head.length.to_string();
    let parts = [head.tree.as_str(), "\0", &head.day, "\0", &length, "\0", &head.hash];
    let mac = hmac(&secrets.key(Use::Audit), &parts.map(str::as_bytes));
    hex(&mac)
}

/// Where the auditor looks: in the subtree asked for, or the first that they audit.
pub(super) fn place(
    tx: &mut Conn,
    cx: &Context,
    act: Act,
    asked: Option<OrganisationId>,
) -> Result<OrganisationId, Failure> {
    cx.user()?;
    let first = || cx.actor.roots(&[Role::Auditor, Role::Admin]).first().copied();
    let root = asked.or_else(first).ok_or(Code::Forbidden)?;
    open(tx, cx, act, root, &Seen::Any)?;
    Ok(root)
}

/// The events of a subtree, looks at personal data among them.
///
/// # Errors
/// As the access table says; `forbidden` for somebody who audits nothing.
pub fn list(
    tx: &mut Conn,
    cx: &Context,
    asked: Option<OrganisationId>,
    filter: &Filter,
    (after, rows): (i64, i64),
) -> Result<Vec<Chained>, Failure> {
    let root = place(tx, cx, Act::ListAuditEvents, asked)?;
    Ok(store::audit::list(tx, root, filter, after, rows)?)
}

/// The heads of the tree's chain, the latest day first.
///
/// # Errors
/// As [`list`].
pub fn days(tx: &mut Conn, cx: &Context, asked: Option<OrganisationId>) -> Result<Vec<Head>, Failure> {
    let place = place(tx, cx, Act::GetAuditHead, asked)?;
    let root = root_of(tx, place)?;
    Ok(heads(tx, &root.to_string(), 100)?)
}

/// The root of an organisation's tree.
///
/// # Errors
/// When the database does not answer.
pub(super) fn root_of(tx: &mut Conn, place: OrganisationId) -> Result<OrganisationId, Failure> {
    let line = super::found(store::organisation::line(tx, place)?)?;
    Ok(line.ids().last().copied().unwrap_or(place))
}

/// Walks every chain: what does not hold, in words for an operator.
///
/// # Errors
/// When the database does not answer.
pub fn check(tx: &mut Conn, secrets: &Secrets) -> Result<Vec<String>, Failure> {
    let mut findings = Vec::new();
    let loose = unchained(tx)?;
    if loose > 0 {
        findings.push(format!("{loose} events of the feed are in no chain (audit)"));
    }
    for tree in trees(tx)? {
        check_tree(tx, secrets, &tree, &mut findings)?;
    }
    Ok(findings)
}

fn check_tree(
    tx: &mut Conn,
    secrets: &Secrets,
    tree: &str,
    findings: &mut Vec<String>,
) -> Result<(), Failure> {
    let mut sealed: HashMap<i64, Head> = HashMap::new();
    let mut longest = 0;
    for head in heads(tx, tree, DAYS)? {
        longest = longest.max(head.length);
        if seal(secrets, &head) != head.seal {
            findings
                .push(format!("tree {tree}: the head of {} is not sealed by this server (audit)", head.day));
        }
        sealed.insert(head.length, head);
    }
    let (mut last, mut previous) = (0, String::new());
    loop {
        let batch = links(tx, tree, last, BATCH)?;
        if batch.is_empty() {
            break;
        }
        for link in batch {
            if link.number != last + 1 {
                findings.push(format!(
                    "tree {tree}: events {} to {} are missing (audit)",
                    last + 1,
                    link.number - 1
                ));
            } else if link.expected(tree, &previous)? != link.hash {
                findings.push(format!(
                    "tree {tree}: event {} ({}) is not what was recorded (audit)",
                    link.number,
                    link.id()
                ));
            }
            if let Some(head) = sealed.remove(&link.number).filter(|head| head.hash != link.hash) {
                findings
                    .push(format!("tree {tree}: the chain is not the one sealed on {} (audit)", head.day));
            }
            (last, previous) = (link.number, link.hash);
        }
    }
    if last != longest {
        findings.push(format!("tree {tree}: {last} events, but {longest} were sealed (audit)"));
    }
    Ok(())
}

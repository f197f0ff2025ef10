//! The chain of events: each placed event of a tree is bound to the one before it by a hash, and the
//! head of each day is sealed. Who edits, deletes or swaps a row breaks the chain; who cuts its end off
//! leaves a sealed head that says how long it was.

use super::event::{Event, Row};
use crate::{
    Conn, StoreResult,
    column::{json_text, required},
    organisation::subtree,
    schema::{audit_heads, events, organisation_closure},
};
use diesel::prelude::*;
use domain::{
    event::{Kind, Subject},
    id::{OrganisationId, UserId},
    time::Instant,
};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// The end of a tree's chain on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The root organisation.
    pub tree: String,
    /// The day on which the last event was placed, in China.
    pub day: String,
    /// How many events the chain has.
    pub length: i64,
    /// The hash of the last one, in hex.
    pub hash: String,
    /// A keyed hash of the above, by a key that the database does not hold.
    pub seal: String,
}

/// What seals a head.
pub type Seal<'a> = &'a dyn Fn(&Head) -> String;

/// A placed event as it is chained.
#[derive(Debug, Clone)]
pub struct Link {
    /// Which of its tree.
    pub number: i64,
    /// The hash stored with it.
    pub hash: String,
    row: Row,
}

impl Link {
    /// The id of the event.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.row.id
    }

    /// The hash that it should have after `previous`.
    ///
    /// # Errors
    /// When the row is no JSON, which a string always is.
    pub fn expected(&self, tree: &str, previous: &str) -> StoreResult<String> {
        hash(&self.row, tree, self.number, previous)
    }
}

/// SHA-256 over the hash before and everything that the event says, as a JSON array: its texts are
/// quoted, so that no two events read the same.
fn hash(row: &Row, tree: &str, number: i64, previous: &str) -> StoreResult<String> {
    let what = (&row.id, &row.subject, &row.subject_id, row.number, &row.kind, row.at);
    let who = (&row.actor_id, &row.organisation_id, &row.origin_id);
    let canonical = json_text(&(tree, number, what, who, &row.from_status, &row.to_status, &row.data))?;
    let digest = Sha256::new().chain_update(previous).chain_update(canonical).finalize();
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The chains that a round of placing adds to.
#[derive(Default)]
pub(crate) struct Chains {
    trees: HashMap<String, String>,
    heads: HashMap<String, Head>,
}

impl Chains {
    /// Chains one event: its tree, its number there and its hash.
    pub(crate) fn add(&mut self, conn: &mut Conn, row: &Row) -> StoreResult<(String, i64, String)> {
        let organisation = row.organisation_id.as_str();
        let tree = match self.trees.get(organisation) {
            Some(tree) => tree.clone(),
            None => tree_of(conn, organisation)?,
        };
        self.trees.insert(organisation.to_owned(), tree.clone());
        let last = match self.heads.get(&tree) {
            Some(head) => Some(head.clone()),
            None => heads(conn, &tree, 1)?.pop(),
        };
        let (length, previous) = last.map_or((0, String::new()), |head| (head.length, head.hash));
        let number = length.saturating_add(1);
        let hash = hash(row, &tree, number, &previous)?;
        let head = Head {
            tree: tree.clone(),
            day: String::new(),
            length: number,
            hash: hash.clone(),
            seal: String::new(),
        };
        self.heads.insert(tree.clone(), head);
        Ok((tree, number, hash))
    }

    /// Keeps the new heads, sealed.
    pub(crate) fn finish(self, conn: &mut Conn, day: &str, seal: Seal<'_>) -> StoreResult<()> {
        for mut head in self.heads.into_values() {
            day.clone_into(&mut head.day);
            head.seal = seal(&head);
            let same = audit_heads::tree_id.eq(&head.tree).and(audit_heads::day.eq(&head.day));
            diesel::delete(audit_heads::table.filter(same)).execute(conn)?;
            diesel::insert_into(audit_heads::table)
                .values((
                    audit_heads::tree_id.eq(&head.tree),
                    audit_heads::day.eq(&head.day),
                    audit_heads::length.eq(head.length),
                    audit_heads::hash.eq(&head.hash),
                    audit_heads::seal.eq(&head.seal),
                ))
                .execute(conn)?;
        }
        Ok(())
    }
}

/// The root of an organisation. One that was deleted stays in the tree where its events are; what
/// belongs nowhere has a chain of its own.
fn tree_of(conn: &mut Conn, organisation: &str) -> StoreResult<String> {
    let root: Option<String> = organisation_closure::table
        .filter(organisation_closure::descendant_id.eq(organisation))
        .order(organisation_closure::depth.desc())
        .select(organisation_closure::ancestor_id)
        .first(conn)
        .optional()?;
    if let Some(root) = root {
        return Ok(root);
    }
    let known: Option<Option<String>> = events::table
        .filter(events::organisation_id.eq(organisation))
        .filter(events::tree_id.is_not_null())
        .order(events::position.desc())
        .select(events::tree_id)
        .first(conn)
        .optional()?;
    Ok(known.flatten().unwrap_or_else(|| organisation.to_owned()))
}

/// The heads of a tree, the latest first.
///
/// # Errors
/// When the database does not answer.
pub fn heads(conn: &mut Conn, tree: &str, limit: i64) -> StoreResult<Vec<Head>> {
    let rows: Vec<(String, String, i64, String, String)> = audit_heads::table
        .filter(audit_heads::tree_id.eq(tree))
        .order(audit_heads::length.desc())
        .limit(limit)
        .load(conn)?;
    let head = |(tree, day, length, hash, seal)| Head { tree, day, length, hash, seal };
    Ok(rows.into_iter().map(head).collect())
}

/// Every tree that has a chain or a head.
///
/// # Errors
/// When the database does not answer.
pub fn trees(conn: &mut Conn) -> StoreResult<Vec<String>> {
    let chained: Vec<Option<String>> = events::table.select(events::tree_id).distinct().load(conn)?;
    let sealed: Vec<String> = audit_heads::table.select(audit_heads::tree_id).distinct().load(conn)?;
    let mut all: Vec<String> = chained.into_iter().flatten().chain(sealed).collect();
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// How many events have a place in the feed and none in a chain.
///
/// # Errors
/// When the database does not answer.
pub fn unchained(conn: &mut Conn) -> StoreResult<i64> {
    let loose = events::table.filter(events::position.is_not_null()).filter(events::chain_hash.is_null());
    Ok(loose.count().get_result(conn)?)
}

/// The next `limit` events of a tree's chain after the `after`-th.
///
/// # Errors
/// When the database does not answer.
pub fn links(conn: &mut Conn, tree: &str, after: i64, limit: i64) -> StoreResult<Vec<Link>> {
    let rows: Vec<(Option<i64>, Option<String>, Row)> = events::table
        .filter(events::tree_id.eq(tree))
        .filter(events::chain_number.gt(after))
        .order(events::chain_number.asc())
        .limit(limit)
        .select((events::chain_number, events::chain_hash, Row::as_select()))
        .load(conn)?;
    let link = |(number, hash, row): (Option<i64>, Option<String>, Row)| {
        Ok(Link { number: required(number, "chain_number")?, hash: hash.unwrap_or_default(), row })
    };
    rows.into_iter().map(link).collect()
}

/// Which events an auditor asks for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// By whom.
    pub actor: Option<UserId>,
    /// Of which kind.
    pub kind: Option<Kind>,
    /// About what sort of thing.
    pub subject: Option<Subject>,
    /// About which one.
    pub subject_id: Option<String>,
    /// Not before.
    pub from: Option<Instant>,
    /// Before.
    pub until: Option<Instant>,
}

/// A position, a number in the chain, its hash, and the row.
type Placed = (Option<i64>, Option<i64>, Option<String>, Row);

/// An event with its place in the feed and in its chain.
#[derive(Debug, Clone)]
pub struct Chained {
    /// Its place in the feed.
    pub position: i64,
    /// Its number in the chain of its tree.
    pub number: i64,
    /// The hash that binds it to the one before.
    pub hash: String,
    /// The event.
    pub event: Event,
}

/// The placed events of a subtree that the filter asks for, oldest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(
    conn: &mut Conn,
    root: OrganisationId,
    filter: &Filter,
    after: i64,
    limit: i64,
) -> StoreResult<Vec<Chained>> {
    let mut query = events::table
        .filter(events::position.gt(after))
        .filter(events::organisation_id.eq_any(subtree(root)).or(events::origin_id.eq_any(subtree(root))))
        .into_boxed();
    if let Some(actor) = filter.actor {
        query = query.filter(events::actor_id.eq(actor.to_string()));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(events::kind.eq(kind.as_str()));
    }
    if let Some(subject) = filter.subject {
        query = query.filter(events::subject.eq(subject.as_str()));
    }
    if let Some(id) = &filter.subject_id {
        query = query.filter(events::subject_id.eq(id.clone()));
    }
    if let Some(from) = filter.from {
        query = query.filter(events::at.ge(from.micros()));
    }
    if let Some(until) = filter.until {
        query = query.filter(events::at.lt(until.micros()));
    }
    let rows: Vec<Placed> = query
        .order(events::position.asc())
        .limit(limit)
        .select((events::position, events::chain_number, events::chain_hash, Row::as_select()))
        .load(conn)?;
    let chained = |(position, number, hash, row): Placed| {
        Ok(Chained {
            position: required(position, "position")?,
            number: number.unwrap_or_default(),
            hash: hash.unwrap_or_default(),
            event: row.try_into()?,
        })
    };
    rows.into_iter().map(chained).collect()
}

//! Doubles: residents who may be one, two records held beside each other, made one, and made two again. Nothing is
//! moved: what hangs on the merged record stays under its key and is shown with the survivor's.

use super::{
    Context,
    beneficiary::{known, may, mentioned, open, recorded, see, unknown},
    consent, event, found, look,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::Act,
    beneficiary::{Beneficiary, Identity},
    distinction::Distinction,
    id::{BeneficiaryId, MergeId, OrganisationId},
    likeness::{Alike, doubles, keys},
    merge::{Choices, Known, Merge, PersonField, Reason},
    refusal::{Code, Fault, Refusal},
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::{Conn, beneficiary::Filter, merge::Belongings};

/// So many residents are held against each other at most, the newest.
const MOST_COMPARED: i64 = 2_000;
/// So many pairs are told at most.
const MOST_TOLD: usize = 100;
/// So many merges of a record are listed at most, the newest.
const MOST_MERGES: i64 = 50;

/// Two residents who may be one: the older record first.
#[derive(Debug)]
pub struct Pair {
    /// The older record.
    pub one: Beneficiary,
    /// The newer one.
    pub other: Beneficiary,
    /// In what they agree.
    pub alike: Vec<Alike>,
}

/// Residents who may be one.
#[derive(Debug)]
pub struct Doubles {
    /// Those that agree in most things first.
    pub pairs: Vec<Pair>,
    /// Nothing was left out for want of room.
    pub complete: bool,
}

/// The residents of an organisation and all below it who may be one; with `of`, those who may be that one. Those who were told apart are
/// left out; with `told_apart`, they alone are told.
///
/// # Errors
/// As the access table says; `invalid` for a resident whom the caller may not know.
pub fn list_doubles(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    of: Option<BeneficiaryId>,
    told_apart: bool,
) -> Result<Doubles, Failure> {
    cx.user()?;
    may(tx, cx, Act::ListDoubles, at)?;
    let of = of.map(|id| mentioned(tx, cx, id)).transpose()?.map(|one| one.id);
    let filter = Filter { roots: vec![at], ..Filter::default() };
    let residents = store::beneficiary::list(tx, &cx.vault, &filter, MOST_COMPARED)?;
    let mut complete = i64::try_from(residents.len()).is_ok_and(|read| read < MOST_COMPARED);
    let mut alike = pairs(&residents);
    if let Some(of) = of {
        let is = |index: &usize| residents.get(*index).is_some_and(|one| one.id == of);
        alike.retain(|(one, other, _)| is(one) || is(other));
    }
    let apart = store::distinction::apart(tx, at)?;
    alike.retain(|(one, other, _)| {
        let mut pair = [one, other].map(|index| residents.get(*index).map(|one| one.id));
        pair.sort_unstable();
        matches!(pair, [Some(one), Some(other)] if apart.contains(&[one, other])) == told_apart
    });
    alike.sort_by_key(|(_, _, alike)| std::cmp::Reverse(alike.len()));
    complete &= alike.len() <= MOST_TOLD;
    alike.truncate(MOST_TOLD);
    let pair = |(newer, older, alike): (usize, usize, Vec<Alike>)| {
        let (one, other) = (residents.get(older)?.clone(), residents.get(newer)?.clone());
        Some(Pair { one, other, alike })
    };
    Ok(Doubles { pairs: alike.into_iter().filter_map(pair).collect(), complete })
}

/// Each two of those who have a name or a number in common are held against each other, once.
fn pairs(residents: &[Beneficiary]) -> Vec<(usize, usize, Vec<Alike>)> {
    let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, one) in residents.iter().enumerate() {
        for key in one.known().map(|(person, _)| keys(person)).unwrap_or_default() {
            by_key.entry(key).or_default().push(index);
        }
    }
    let mut met = BTreeSet::new();
    for same in by_key.values() {
        for (place, one) in same.iter().enumerate() {
            met.extend(same.iter().skip(place + 1).filter(|other| *other != one).map(|other| (*one, *other)));
        }
    }
    let held = |(one, other): (usize, usize)| {
        let person = |index: usize| residents.get(index)?.known().ok().map(|(person, _)| person);
        let alike = doubles(person(one)?, person(other)?);
        (!alike.is_empty()).then_some((one, other, alike))
    };
    met.into_iter().filter_map(held).collect()
}

/// Two records beside each other.
#[derive(Debug)]
pub struct Comparison {
    /// The one, who would be left.
    pub survivor: Beneficiary,
    /// The other, who would point at it.
    pub merged: Beneficiary,
    /// The fields in which they differ: each is to be decided.
    pub differing: Vec<PersonField>,
    /// In what they agree, as far as it makes them one.
    pub alike: Vec<Alike>,
    /// What hangs on each.
    pub belongings: (Belongings, Belongings),
    /// Who said that they are two people.
    pub told_apart: Option<Distinction>,
}

/// What says that two records are of two people.
fn told_apart(
    tx: &mut Conn,
    one: BeneficiaryId,
    other: BeneficiaryId,
) -> Result<Option<Distinction>, Failure> {
    let mut pair = [one, other];
    pair.sort_unstable();
    Ok(store::distinction::live(tx, pair)?)
}

/// Holds two records beside each other.
///
/// # Errors
/// As the access table says; `beneficiary_erased`; `beneficiary_merged`; `invalid` at `/other_id` for one whom the
/// caller may not know, of another tree, or the same.
pub fn compare(
    tx: &mut Conn,
    cx: &Context,
    id: BeneficiaryId,
    other: BeneficiaryId,
) -> Result<Comparison, Failure> {
    let survivor = see(tx, cx, Act::CompareBeneficiaries, id)?;
    let merged = second(tx, cx, Act::CompareBeneficiaries, &survivor, other, "/other_id")?;
    let (own, theirs) = (stated(&survivor)?, stated(&merged)?);
    Ok(Comparison {
        differing: own.differing(&theirs),
        alike: doubles(&own.person, &theirs.person),
        belongings: (
            store::merge::belongings(tx, survivor.id, None)?,
            store::merge::belongings(tx, merged.id, None)?,
        ),
        told_apart: told_apart(tx, survivor.id, merged.id)?,
        survivor,
        merged,
    })
}

/// The other of two: whom the caller may know by `act`, in the same tree, and not the same.
pub(super) fn second(
    tx: &mut Conn,
    cx: &Context,
    act: Act,
    one: &Beneficiary,
    id: BeneficiaryId,
    pointer: &str,
) -> Result<Beneficiary, Failure> {
    let unfit = |fault| Failure::from(Refusal::field(Code::Invalid, pointer, fault));
    if one.id == id {
        return Err(unfit(Fault::Duplicate));
    }
    let other = store::beneficiary::load(tx, &cx.vault, id)?.ok_or_else(|| unfit(Fault::Unknown))?;
    may(tx, cx, act, other.organisation_id).map_err(|_| unfit(Fault::Unknown))?;
    if store::beneficiary::trees_of(tx, &[one.organisation_id, other.organisation_id])?.len() > 1 {
        return Err(unfit(Fault::Unknown));
    }
    Ok(other)
}

fn of(identity: Identity) -> Result<Known, Failure> {
    match identity {
        Identity::Known { person, hardships } => Ok(Known { person, hardships }),
        Identity::Erased { .. } => Err(Code::BeneficiaryErased.into()),
    }
}

/// What a record states that stands for itself.
fn stated(one: &Beneficiary) -> Result<Known, Failure> {
    speaking(one)?;
    of(one.identity.clone())
}

/// Refuses a record that was merged into another, and names that one.
///
/// # Errors
/// `beneficiary_merged`.
pub(super) fn speaking(one: &Beneficiary) -> Result<(), Failure> {
    match one.merged_into {
        None => Ok(()),
        Some(into) => Err(Failure::Existing { code: Code::BeneficiaryMerged, id: into.0 }),
    }
}

/// What is to be merged, as it was seen.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The record that is to point at the survivor.
    pub merged_id: BeneficiaryId,
    /// The version of it that was seen.
    pub merged_version: i64,
    /// Whose value stands, of each field that differs.
    pub choices: Choices,
    /// Why they are one.
    pub reason: Reason,
}

/// Merges a record into the survivor. The same once more is the same merge.
///
/// # Errors
/// As the access table says; `stale` where either changed since it was seen; `invalid` unless every field that
/// differs is decided, and for what [`compare`] refuses; `beneficiary_merged`; `beneficiary_has_merged` for a
/// record that others were merged into; `told_apart`; `beneficiary_erased`; `approval_required` to make a child under 14 somebody
/// of whom nobody knows that.
pub fn merge(
    tx: &mut Conn,
    cx: &Context,
    id: BeneficiaryId,
    seen: &Seen,
    asked: &Asked,
) -> Result<Merge, Failure> {
    cx.user()?;
    store::merge::hold(tx, [id, asked.merged_id])?;
    let mut survivor = open(tx, cx, Act::MergeBeneficiary, id, &Seen::Any)?;
    let mut merged = second(tx, cx, Act::MergeBeneficiary, &survivor, asked.merged_id, "/merged_id")?;
    if merged.merged_into == Some(survivor.id) {
        return found(store::merge::live(tx, merged.id)?);
    }
    seen.check(survivor.version)?;
    Seen::Versions(vec![asked.merged_version]).check(merged.version)?;
    let (own, theirs) = (stated(&survivor)?, stated(&merged)?);
    if store::merge::all_of(tx, merged.id)?.len() > 1 {
        return Err(Code::BeneficiaryHasMerged.into());
    }
    if told_apart(tx, survivor.id, merged.id)?.is_some() {
        return Err(Code::ToldApart.into());
    }
    let (joined, taken) = own.with(&theirs, &asked.choices)?;
    if !joined.person.needs_approval(cx.now.date()) {
        look::approval(tx, cx, &survivor, None)?;
        look::approval(tx, cx, &merged, None)?;
    }
    let merge = Merge {
        id: cx.ids.make(),
        version: 1,
        survivor_id: survivor.id,
        merged_id: merged.id,
        household_id: merged.household_id,
        reason: asked.reason,
        taken,
        merged_by: cx.user()?,
        merged_at: cx.now,
        undone: None,
    };
    store::merge::insert(tx, &cx.vault, &merge, &own)?;
    store::merge::point(tx, (merged.id, merged.version), (survivor.id, survivor.household_id), cx.now)?;
    state(&mut survivor, joined)?;
    store::beneficiary::save(tx, &cx.vault, &survivor, cx.now).map_err(known)?;
    for one in [&mut survivor, &mut merged] {
        recorded(tx, cx, domain::event::Kind::BeneficiaryMerged, one, told(&merge))?;
    }
    follow(tx, cx, survivor.id)?;
    Ok(merge)
}

fn state(one: &mut Beneficiary, as_of: Known) -> Result<(), Failure> {
    let (person, hardships) = one.known_mut()?;
    (*person, *hardships) = (as_of.person, as_of.hardships);
    Ok(())
}

fn told(merge: &Merge) -> event::Facts {
    event::facts([
        ("merge_id", json!(merge.id)),
        ("survivor_id", json!(merge.survivor_id)),
        ("merged_id", json!(merge.merged_id)),
        ("reason", json!(merge.reason)),
        ("fields", json!(merge.taken)),
    ])
}

/// What somebody agreed to may be more or less than before: their wishes follow.
fn follow(tx: &mut Conn, cx: &Context, id: BeneficiaryId) -> Result<(), Failure> {
    let resident = found(store::beneficiary::load(tx, &cx.vault, id)?)?;
    consent::follow(tx, cx, &resident, "resident_changed").map(|_| ())
}

/// What an undoing leaves where it is.
#[derive(Debug, Clone, Default)]
pub struct Since {
    /// What came to the survivor after the merge, and stays there.
    pub survivor: Belongings,
    /// What came to the merged record after the merge, and stays there.
    pub merged: Belongings,
    /// Fields that the survivor took and that somebody changed since: they stay as they are.
    pub fields: Vec<PersonField>,
}

/// A merge, and what undoing it leaves where it is; nothing of that once it is undone or somebody was erased.
#[derive(Debug)]
pub struct Told {
    /// The merge.
    pub merge: Merge,
    /// What came since.
    pub since: Option<Since>,
}

/// The merges that a resident's record is or was part of, newest first.
///
/// # Errors
/// As the access table says.
pub fn list(tx: &mut Conn, cx: &Context, id: BeneficiaryId) -> Result<Vec<Told>, Failure> {
    let resident = see(tx, cx, Act::ListMerges, id)?;
    let merges = store::merge::of(tx, id, MOST_MERGES)?;
    let tell = |merge: Merge| {
        let since = match merge.undone.is_none() && resident.known().is_ok() {
            true => Some(apart(tx, cx, &merge)?.since),
            false => None,
        };
        Ok(Told { merge, since })
    };
    merges.into_iter().map(tell).collect()
}

/// What the two records are without each other.
struct Apart {
    survivor: Known,
    merged: Known,
    since: Since,
}

fn apart(tx: &mut Conn, cx: &Context, merge: &Merge) -> Result<Apart, Failure> {
    let now = of(store::beneficiary::own(tx, &cx.vault, merge.survivor_id)?)?;
    let merged = of(store::beneficiary::own(tx, &cx.vault, merge.merged_id)?)?;
    let before = store::merge::load_before(tx, &cx.vault, merge)?;
    let (survivor, fields) = now.without(&merged, &before, &merge.taken);
    let at = Some(merge.merged_at);
    let since = Since {
        survivor: store::merge::belongings(tx, merge.survivor_id, at)?,
        merged: store::merge::belongings(tx, merge.merged_id, at)?,
        fields,
    };
    Ok(Apart { survivor, merged, since })
}

/// Undoes a merge: each record is again what it was, but for what somebody changed since. What came since stays with
/// whom it was written down for.
///
/// # Errors
/// As the access table says, of either record; `stale`; `merge_undone`; `beneficiary_erased`; `beneficiary_known`
/// where somebody else was entered with a number that comes free.
pub fn undo(tx: &mut Conn, cx: &Context, id: MergeId, seen: &Seen) -> Result<Told, Failure> {
    let by = cx.user()?;
    let merge = found(store::merge::load(tx, id)?)?;
    store::merge::hold(tx, [merge.survivor_id, merge.merged_id])?;
    let mut survivor = open(tx, cx, Act::UndoMerge, merge.survivor_id, &Seen::Any)?;
    let mut merged = open(tx, cx, Act::UndoMerge, merge.merged_id, &Seen::Any)?;
    // Read again under the locks: two who undo it stand in line.
    let merge = found(store::merge::load(tx, id)?)?;
    seen.check(merge.version)?;
    let undone = merge.clone().undo(by, cx.now)?;
    survivor.known()?;
    let Apart { survivor: alone, merged: own, since } = apart(tx, cx, &merge)?;
    store::merge::save(tx, &undone)?;
    state(&mut survivor, alone)?;
    unknown(tx, cx, &survivor)?;
    // The survivor lets go of a number first: it is the other's again.
    store::beneficiary::save(tx, &cx.vault, &survivor, cx.now).map_err(known)?;
    store::merge::release(tx, &cx.vault, (&merge, merged.version), &own, cx.now).map_err(known)?;
    for one in [&mut survivor, &mut merged] {
        let mut data = told(&merge);
        data.insert("kept".to_owned(), json!(since.fields));
        recorded(tx, cx, domain::event::Kind::BeneficiaryUnmerged, one, data)?;
    }
    follow(tx, cx, merge.survivor_id)?;
    follow(tx, cx, merge.merged_id)?;
    Ok(Told { merge: Merge { version: undone.version.saturating_add(1), ..undone }, since: Some(since) })
}

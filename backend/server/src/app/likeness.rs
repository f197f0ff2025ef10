//! What may be here already of what is being written down. Reads, and stores nothing.

use super::{
    Context,
    beneficiary::{may, mentioned},
    wish::see,
};
use crate::problem::Failure;
use domain::{
    access::Act,
    beneficiary::{Beneficiary, Person},
    id::{BeneficiaryId, HouseholdId, OrganisationId},
    likeness::{self, Alike},
    refusal::Faults,
};
use std::collections::BTreeMap;
use store::{
    Conn,
    beneficiary::Wanted,
    likeness::{Wished, named, wished},
};

/// This many residents, and this many wishes, are told at most.
const MOST: usize = 5;

/// What is being written down, as far as it is known.
#[derive(Debug, Clone)]
pub struct Sketch {
    /// Where.
    pub organisation_id: OrganisationId,
    /// Whose wish, where they are known here already.
    pub beneficiary_id: Option<BeneficiaryId>,
    /// Who it is otherwise; the name is empty where it is not known yet.
    pub person: Person,
    /// The wish in one line.
    pub title: Option<String>,
    /// The code of its category.
    pub category: Option<String>,
}

/// What is like it.
#[derive(Debug)]
pub struct Likenesses {
    /// Residents whom the caller may know, and in what they agree; those that agree in most things first.
    pub residents: Vec<(Beneficiary, Vec<Alike>)>,
    /// Wishes of the same household that say the same; the most alike first.
    pub wishes: Vec<Wished>,
}

/// The residents and wishes of the caller's subtrees that may be what is being written down.
///
/// # Errors
/// As the access table says; `invalid` for a resident whom the caller may not know, or a text that is too long.
pub fn find(tx: &mut Conn, cx: &Context, sketch: &Sketch) -> Result<Likenesses, Failure> {
    cx.user()?;
    may(tx, cx, Act::FindLikenesses, sketch.organisation_id)?;
    let mut faults = Faults::default();
    faults
        .optional_text(
            "/name",
            Some(&sketch.person.name).filter(|name| !name.is_empty()).map(String::as_str),
            40,
        )
        .optional_text("/title", sketch.title.as_deref(), 60);
    faults.finish()?;
    let (residents, households) = match sketch.beneficiary_id {
        Some(id) => (Vec::new(), vec![mentioned(tx, cx, id)?.household_id]),
        None => {
            let residents = residents(tx, cx, sketch)?;
            let households = residents.iter().map(|(one, _)| one.household_id).collect();
            (residents, households)
        }
    };
    let wishes = wishes(tx, cx, sketch, &households)?;
    Ok(Likenesses { residents, wishes })
}

fn residents(
    tx: &mut Conn,
    cx: &Context,
    Sketch { organisation_id, person, .. }: &Sketch,
) -> Result<Vec<(Beneficiary, Vec<Alike>)>, Failure> {
    let roots = cx.actor.reading_roots();
    let trees = store::beneficiary::trees_of(tx, &roots)?;
    let by_phone = Wanted { phone: person.phone.clone(), id_number: None };
    let by_number = Wanted { phone: None, id_number: person.id_number.clone() };
    let mut found: BTreeMap<BeneficiaryId, (Beneficiary, Vec<Alike>)> = BTreeMap::new();
    for (wanted, by) in [(by_phone, Alike::Phone), (by_number, Alike::IdNumber)] {
        if wanted.phone.is_some() || wanted.id_number.is_some() {
            for one in store::beneficiary::find(tx, &cx.vault, &roots, &trees, &wanted)? {
                found.entry(one.id).or_insert_with(|| (one, Vec::new())).1.push(by);
            }
        }
    }
    let namesake = |name: &str| likeness::same_name(name, &person.name);
    for one in named(tx, &cx.vault, *organisation_id, namesake)? {
        found.entry(one.id).or_insert_with(|| (one, Vec::new()));
    }
    let compared = found.into_values().filter_map(|(one, by)| {
        let alike = likeness::alike(person, one.known().ok()?.0, &by);
        (!alike.is_empty()).then_some((one, alike))
    });
    let mut residents: Vec<_> = compared.collect();
    residents.sort_by_key(|(one, alike)| (std::cmp::Reverse(alike.len()), one.id));
    residents.truncate(MOST);
    Ok(residents)
}

fn wishes(
    tx: &mut Conn,
    cx: &Context,
    sketch: &Sketch,
    households: &[HouseholdId],
) -> Result<Vec<Wished>, Failure> {
    let Some(title) = sketch.title.as_deref().filter(|_| !households.is_empty()) else {
        return Ok(Vec::new());
    };
    let compared = wished(tx, households)?.into_iter().filter_map(|one| {
        let one_category = sketch.category.as_ref() == Some(&one.category);
        likeness::same_wish(title, &one.title, one_category).map(|share| (share, one))
    });
    let mut alike: Vec<_> = compared.collect();
    alike.sort_by_key(|(share, _)| std::cmp::Reverse(*share));
    alike.truncate(MOST);
    Ok(alike.into_iter().map(|(_, one)| one).filter(|one| see(tx, cx, one.id).is_ok()).collect())
}

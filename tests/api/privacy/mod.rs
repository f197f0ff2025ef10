//! Personal text at rest: what is stored cannot be read, moved or kept after an erasure.

mod canary;
mod disclosures;
mod erasure;
mod numbers;
mod rotation;
mod swaps;

pub use erasure::holds;

use domain::{
    beneficiary::{Beneficiary, Consent, GivenBy, Person, Purpose},
    id::{BeneficiaryId, OrganisationId},
};
use server::{
    State,
    app::{self, Context, beneficiary::NewBeneficiary},
    problem::Failure,
};
use store::Conn;

/// Enters `count` residents of `organisation` through the application, a hundred in a unit of work.
pub async fn residents(
    state: &State,
    actor: &domain::access::Actor,
    organisation: OrganisationId,
    count: usize,
) -> Vec<BeneficiaryId> {
    let mut ids = Vec::with_capacity(count);
    for start in (0..count).step_by(100) {
        let cx = Context::new(state, actor.clone());
        let range = start..count.min(start + 100);
        let enter = move |tx: &mut Conn| {
            range
                .clone()
                .map(|n| Ok(app::beneficiary::create(tx, &cx, new(&cx, organisation, n))?.id))
                .collect()
        };
        ids.extend(state.db.write::<Vec<BeneficiaryId>, Failure, _>(enter).await.unwrap());
    }
    ids
}

fn new(cx: &Context, organisation_id: OrganisationId, n: usize) -> NewBeneficiary {
    let consent = Consent {
        id: cx.ids.make(),
        purpose: Purpose::Collect,
        given_by: GivenBy::Guardian,
        guardian_name: Some(format!("监护人{n}")),
        relation: Some("女儿".into()),
        given_on: cx.now.date(),
        withdrawn_on: None,
        proof: Default::default(),
    };
    let person = Person {
        name: format!("居民{n}"),
        phone: Some(format!("0700{n:07}")),
        address: Some(format!("何家坪村{n}号")),
        id_number: None,
        birth_date: chrono::NaiveDate::from_ymd_opt(1940, 1, 1),
    };
    NewBeneficiary {
        organisation_id,
        household_id: None,
        person,
        hardships: vec!["独居".into()],
        consents: vec![consent],
    }
}

/// An administrator of the whole tree, as the application knows them.
pub fn admin_of(root: OrganisationId, user: &str) -> domain::access::Actor {
    let held = domain::access::Held {
        membership_id: domain::id::MembershipId(uuid::Uuid::nil()),
        organisation_id: root,
        role: domain::membership::Role::Admin,
    };
    domain::access::Actor::person(user.parse().unwrap(), vec![held])
}

/// Whether these can be read: known, erased, or an error.
pub async fn read(state: &State, ids: &[BeneficiaryId]) -> Vec<Result<Beneficiary, String>> {
    let mut all = Vec::with_capacity(ids.len());
    for part in ids.chunks(100) {
        all.extend(read_some(state, part).await);
    }
    all
}

async fn read_some(state: &State, ids: &[BeneficiaryId]) -> Vec<Result<Beneficiary, String>> {
    let (ids, vault) = (ids.to_vec(), state.vault.clone());
    let look = move |tx: &mut Conn| {
        let one = |id: &BeneficiaryId| match store::beneficiary::load(tx, &vault, *id) {
            Ok(Some(one)) => Ok(one),
            Ok(None) => Err("not there".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        Ok::<_, Failure>(ids.iter().map(one).collect())
    };
    state.db.read_slow(look).await.unwrap()
}

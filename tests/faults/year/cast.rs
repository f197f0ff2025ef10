//! Who lives the year: a tree of three hundred organisations, four hundred people who claim, and those who work.

use domain::{
    beneficiary::{Beneficiary, Consent, GivenBy, Identity, Person, Proof, Purpose},
    category::{Category, Label},
    claimant::{Claimant, Kind as ClaimantKind, Profile as ClaimantProfile, Standing},
    id::{BeneficiaryId, ClaimantId, OrganisationId, UserId},
    membership::{Membership, Role},
    organisation::{Kind, Level, Organisation, Profile},
};
use server::{app::Context, problem::Failure};
use store::{Conn, user::User};
use uuid::Uuid;

/// How many of each level there are, from the root down; each level is spread evenly over the one above.
const TREE: [(Level, u128); 5] =
    [(Level::City, 1), (Level::County, 5), (Level::Township, 30), (Level::Village, 164), (Level::Unit, 100)];

/// How many claim.
pub const CLAIMANTS: u128 = 400;

/// The first of the villages, by number.
const FIRST_VILLAGE: u128 = 36;

/// How many villages there are.
pub const VILLAGES: u128 = 164;

const ROOT: OrganisationId = organisation(0);

/// Takes wishes in, everywhere.
pub const COLLECTOR: UserId = UserId(Uuid::from_u128(0x1_0001));
/// Reviews, everywhere.
pub const REVIEWER: UserId = UserId(Uuid::from_u128(0x1_0002));
/// Coordinates, everywhere.
pub const COORDINATOR: UserId = UserId(Uuid::from_u128(0x1_0003));

const fn organisation(number: u128) -> OrganisationId {
    OrganisationId(Uuid::from_u128(1 + number))
}

/// A village, by number.
pub const fn village(number: u128) -> OrganisationId {
    organisation(FIRST_VILLAGE + number % VILLAGES)
}

/// A claimant, by number; those of a village are [`VILLAGES`] apart.
pub const fn claimant(number: u128) -> ClaimantId {
    ClaimantId(Uuid::from_u128(0x2_0000 + number % CLAIMANTS))
}

/// Who acts for a claimant.
pub const fn user_of(claimant: ClaimantId) -> UserId {
    UserId(Uuid::from_u128(claimant.0.as_u128() + 0x1_0000))
}

/// Enters all of them.
pub fn enter(tx: &mut Conn, cx: &Context) -> Result<(), Failure> {
    let mut above = Vec::new();
    let mut number = 0;
    for (level, count) in TREE {
        let here: Vec<_> = (number..number + count).map(organisation).collect();
        for (place, id) in here.iter().enumerate() {
            let parent_id = above.get(place % above.len().max(1)).copied();
            let profile =
                Profile { name: format!("第{number}号"), kind: Kind::Government, level, region_code: None };
            let new = Organisation { id: *id, version: 1, profile, parent_id, created_at: cx.now };
            store::organisation::insert(tx, &new)?;
            number += 1;
        }
        above = here;
    }
    let label = Label { name_zh: "添一物".into(), name_en: None, sort: 10, active: true };
    store::category::insert(
        tx,
        &Category { code: "thing".into(), organisation_id: ROOT, version: 1, label },
    )?;
    for (id, role) in
        [(COLLECTOR, Role::Collector), (REVIEWER, Role::Reviewer), (COORDINATOR, Role::Coordinator)]
    {
        user(tx, cx, id)?;
        let membership = Membership { id: cx.ids.make(), user_id: id, organisation_id: ROOT, role };
        store::user::add_membership(tx, &membership, cx.now)?;
    }
    (0..CLAIMANTS).try_for_each(|number| person(tx, cx, number))
}

fn user(tx: &mut Conn, cx: &Context, id: UserId) -> Result<(), Failure> {
    let user = User {
        id,
        version: 1,
        username: id.to_string(),
        display_name: id.to_string(),
        password_hash: String::new(),
        security_stamp: String::new(),
        disabled: true,
        must_change_password: false,
    };
    Ok(store::user::insert(tx, &user, cx.now)?)
}

fn person(tx: &mut Conn, cx: &Context, number: u128) -> Result<(), Failure> {
    let id = claimant(number);
    user(tx, cx, user_of(id))?;
    let profile = ClaimantProfile {
        display_name: format!("志愿者{number}"),
        skills: vec![],
        region_codes: vec![],
        categories: Vec::new(),
        capacity: 5,
    };
    let new = Claimant {
        id,
        version: 1,
        kind: ClaimantKind::Person,
        organisation_id: village(number),
        user_id: Some(user_of(id)),
        profile,
        standing: Standing::Active,
        created_at: cx.now,
    };
    Ok(store::claimant::insert(tx, &new)?)
}

/// A new resident who agrees to what a wish needs.
pub fn resident(tx: &mut Conn, cx: &Context, at: OrganisationId) -> Result<BeneficiaryId, Failure> {
    let consent = |purpose| Consent {
        id: cx.ids.make(),
        purpose,
        given_by: GivenBy::Myself,
        guardian_name: None,
        relation: None,
        given_on: cx.now.date(),
        withdrawn_on: None,
        proof: Proof::default(),
    };
    let name = "谢某某".to_owned();
    let new = Beneficiary {
        id: cx.ids.make(),
        version: 1,
        organisation_id: at,
        household_id: cx.ids.make(),
        merged_into: None,
        identity: Identity::Known {
            person: Person { name, phone: None, address: None, id_number: None, birth_date: None },
            hardships: vec![],
        },
        consents: [Purpose::Collect, Purpose::Publish, Purpose::ShareWithClaimant].map(consent).to_vec(),
        created_at: cx.now,
    };
    store::beneficiary::insert_household(tx, new.household_id, at, cx.now)?;
    store::beneficiary::insert(tx, &cx.vault, &new)?;
    Ok(new.id)
}

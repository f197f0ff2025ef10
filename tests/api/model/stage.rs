//! The cast, as it is stored: the tree with its time rules, who works where, and the residents.

use super::common::cast::{
    CITY, COLLECTOR, COORDINATOR, COUNTY, NEIGHBOUR, REVIEWER, SUBURB, TOWNSHIP, VILLAGE, claimants,
    superior, terms, user_of,
};
use domain::{
    beneficiary::{Beneficiary, Consent, GivenBy, Identity, Person, Purpose},
    category::{Category, Label},
    claimant::Kind as ClaimantKind,
    id::{BeneficiaryId, OrganisationId, UserId, WishId},
    membership::{Membership, Role},
    organisation::{Kind, Level, Organisation, Profile},
    policy::Policy,
};
use server::{
    app::{Context, found},
    problem::Failure,
};
use store::{Conn, user::User};

const TREE: [(OrganisationId, Level); 6] = [
    (CITY, Level::City),
    (COUNTY, Level::County),
    (TOWNSHIP, Level::Township),
    (VILLAGE, Level::Village),
    (NEIGHBOUR, Level::Village),
    (SUBURB, Level::Township),
];

/// Enters everything but the claimants and the residents, of whom each sequence has its own.
pub fn set(tx: &mut Conn, cx: &Context) -> Result<(), Failure> {
    for (id, level) in TREE {
        organisation(tx, cx, id, level)?;
    }
    let label = Label { name_zh: "添一物".into(), name_en: None, sort: 10, active: true };
    let thing = Category { code: "thing".into(), organisation_id: CITY, version: 1, label };
    store::category::insert(tx, &thing)?;
    for (id, roles) in people(cx) {
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
        store::user::insert(tx, &user, cx.now)?;
        for (role, organisation_id) in roles {
            let membership = Membership { id: cx.ids.make(), user_id: id, organisation_id, role };
            store::user::add_membership(tx, &membership, cx.now)?;
        }
    }
    Ok(())
}

fn organisation(tx: &mut Conn, cx: &Context, id: OrganisationId, level: Level) -> Result<(), Failure> {
    let profile = Profile { name: id.to_string(), kind: Kind::Government, level, region_code: None };
    let organisation = Organisation { id, version: 1, profile, parent_id: superior(id), created_at: cx.now };
    store::organisation::insert(tx, &organisation)?;
    let rules = terms(id, cx.now).policy;
    let policy = Policy {
        review_days: Some(rules.review_days),
        open_days: Some(rules.open_days),
        contact_days: Some(rules.contact_days),
        delivery_days: Some(rules.delivery_days),
        confirm_days: Some(rules.confirm_days),
        escalation_days: Some(rules.escalation_days),
        reopen_days: Some(rules.reopen_days),
        // The rules alone know no neighbours: the wall names no place on either side.
        wall_households: Some(domain::policy::MAX_HOUSEHOLDS),
        most_open_claims: None,
        spot_check_percent: None,
        pair_first_days: Some(rules.pair_first_days),
    };
    Ok(store::organisation::save_policy(tx, &organisation, &policy, cx.now)?)
}

/// Everybody who acts, with the roles that their acts need wherever a wish may have gone. Whoever acts
/// for a claimant reads all besides, so that a wish which is not on the wall is refused by the rules
/// and not hidden.
fn people(cx: &Context) -> Vec<(UserId, Vec<(Role, OrganisationId)>)> {
    let mut people = vec![
        (COLLECTOR, vec![(Role::Collector, VILLAGE), (Role::Reviewer, CITY)]),
        (REVIEWER, vec![(Role::Reviewer, CITY)]),
        (COORDINATOR, vec![(Role::Coordinator, CITY)]),
    ];
    for (n, claimant) in (0..).zip(claimants(cx.now)) {
        let manages =
            (claimant.kind == ClaimantKind::Unit).then_some((Role::Manager, claimant.organisation_id));
        if user_of(n) != COLLECTOR {
            people.push((user_of(n), manages.into_iter().chain([(Role::Auditor, CITY)]).collect()));
        }
    }
    people
}

/// A new resident who has agreed to nothing yet.
pub fn resident(
    tx: &mut Conn,
    cx: &Context,
    organisation_id: OrganisationId,
) -> Result<BeneficiaryId, Failure> {
    let name = "谢某某".to_owned();
    let resident = Beneficiary {
        id: cx.ids.make(),
        version: 1,
        organisation_id,
        household_id: cx.ids.make(),
        merged_into: None,
        identity: Identity::Known {
            person: Person { name, phone: None, address: None, id_number: None, birth_date: None },
            hardships: vec![],
        },
        consents: vec![],
        created_at: cx.now,
    };
    store::beneficiary::insert_household(tx, resident.household_id, organisation_id, cx.now)?;
    store::beneficiary::insert(tx, &cx.vault, &resident)?;
    Ok(resident.id)
}

/// The resident of a wish agrees to `purpose`, or takes back that they did.
pub fn agree(
    tx: &mut Conn,
    cx: &Context,
    wish: WishId,
    purpose: Purpose,
    agrees: bool,
) -> Result<(), Failure> {
    let wish = found(store::wish::load(tx, wish)?)?;
    let resident = found(store::beneficiary::load(tx, &cx.vault, wish.beneficiary_id)?)?;
    let given = |consent: &&Consent| consent.purpose == purpose && consent.withdrawn_on.is_none();
    match (resident.consents.iter().find(given), agrees) {
        (Some(consent), false) => {
            store::beneficiary::withdraw_consent(tx, consent.id, cx.now.date())?;
        }
        (None, true) => {
            let consent = Consent {
                id: cx.ids.make(),
                purpose,
                given_by: GivenBy::Myself,
                guardian_name: None,
                relation: None,
                given_on: cx.now.date(),
                withdrawn_on: None,
                proof: domain::beneficiary::Proof::default(),
            };
            store::beneficiary::insert_consent(tx, &cx.vault, resident.id, &consent, cx.now)?;
        }
        _ => {}
    }
    Ok(())
}

//! How a tree begins: its root organisation with the seeds of categories, skills and benefits, and the first administrator.
//! Nobody may do this over the API; the command line does.

use super::{
    Context, event,
    event::{About, facts},
};
use crate::problem::Failure;
use domain::{
    benefit::{self, Benefit},
    category::{Category, Label, SEED},
    event::Kind,
    id::{OrganisationId, UserId},
    membership::{Membership, Role, validate_user},
    organisation::{Kind as OrganisationKind, Level, Organisation, Profile},
    skill::{self, Skill},
};
use serde_json::json;
use store::{Conn, user::User};

/// Founds a tree: its root, the categories that it begins with, and its first administrator.
///
/// # Errors
/// `invalid` with the names at fault; `username_taken`.
pub fn found(
    tx: &mut Conn,
    cx: &Context,
    name: &str,
    level: Level,
    username: &str,
    display_name: &str,
    password_hash: &str,
) -> Result<(OrganisationId, UserId), Failure> {
    let root = root(cx, name, level);
    root.profile.validate(None)?;
    validate_user(username, display_name)?;
    store::organisation::insert(tx, &root)?;
    seed(tx, root.id)?;
    let data = facts([("name", json!(root.profile.name)), ("categories", json!(SEED.len()))]);
    event::of(tx, cx, Kind::OrganisationCreated, About::organisation(root.id, 0), data)?;
    let user = User {
        id: cx.ids.make(),
        version: 1,
        username: username.to_owned(),
        display_name: display_name.trim().to_owned(),
        password_hash: password_hash.to_owned(),
        security_stamp: super::session::stamp(cx),
        disabled: false,
        must_change_password: false,
    };
    super::membership::enter(tx, cx, &user)?;
    let membership =
        Membership { id: cx.ids.make(), user_id: user.id, organisation_id: root.id, role: Role::Admin };
    super::membership::give(tx, cx, &root, &membership)?;
    Ok((root.id, user.id))
}

fn root(cx: &Context, name: &str, level: Level) -> Organisation {
    Organisation {
        id: cx.ids.make(),
        version: 1,
        profile: Profile {
            name: name.trim().to_owned(),
            kind: OrganisationKind::Government,
            level,
            region_code: None,
        },
        parent_id: None,
        created_at: cx.now,
    }
}

fn seed(tx: &mut Conn, organisation: OrganisationId) -> Result<(), Failure> {
    for (sort, (code, name_zh, name_en)) in (1..).zip(SEED) {
        let label = Label {
            name_zh: (*name_zh).to_owned(),
            name_en: Some((*name_en).to_owned()),
            sort: sort * 10,
            active: true,
        };
        let category =
            Category { code: (*code).to_owned(), organisation_id: organisation, version: 1, label };
        store::category::insert(tx, &category)?;
    }
    for (sort, (word, name_en)) in (1..).zip(skill::SEED) {
        let label = skill::Label { name_en: Some((*name_en).to_owned()), sort: sort * 10, active: true };
        let skill = Skill { word: (*word).to_owned(), organisation_id: organisation, version: 1, label };
        store::skill::insert(tx, &skill)?;
    }
    for (sort, (word, name_en, hint, office)) in (1..).zip(benefit::SEED) {
        let terms = benefit::Terms {
            name_en: Some((*name_en).to_owned()),
            hint: (*hint).to_owned(),
            office: (*office).to_owned(),
            sort: sort * 10,
            active: true,
        };
        let benefit = Benefit { word: (*word).to_owned(), organisation_id: organisation, version: 1, terms };
        store::benefit::insert(tx, &benefit)?;
    }
    Ok(())
}

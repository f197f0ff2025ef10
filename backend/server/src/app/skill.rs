//! Skills: the list of an organisation, which those below it inherit; and what is chosen from it.

use super::{
    Context, event,
    event::{About, facts},
    found,
    organisation::{itself, open, open_to_change},
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::Act,
    event::Kind,
    fit,
    id::OrganisationId,
    organisation::Organisation,
    refusal::{Code, Fault, Refusal},
    skill::{Label, Skill, chosen, validate_word},
};
use serde_json::json;
use store::Conn;

/// The skills that hold for an organisation, also those that it no longer uses.
///
/// # Errors
/// As the access table says.
pub fn list(tx: &mut Conn, cx: &Context, at: OrganisationId) -> Result<Vec<Skill>, Failure> {
    open(tx, cx, Act::ListSkills, at, &Seen::Any)?;
    Ok(store::skill::effective(tx, at)?)
}

/// A skill to enter.
#[derive(Debug, Clone)]
pub struct NewSkill {
    /// Its word, which never changes.
    pub word: String,
    /// The English name.
    pub name_en: Option<String>,
    /// Place in the list; the last where none is given.
    pub sort: Option<i32>,
    /// It may be chosen.
    pub active: bool,
}

/// Enters a skill on an organisation's own list; of an inherited word, it takes the place there.
///
/// # Errors
/// As the access table says; `invalid`; `skill_taken`.
pub fn create(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    seen: &Seen,
    new: &NewSkill,
) -> Result<Skill, Failure> {
    let line = open_to_change(tx, cx, Act::CreateSkill, at, seen)?;
    validate_word(&new.word)?;
    let known = store::skill::effective(tx, at)?;
    let last = known.iter().map(|other| other.label.sort).max().unwrap_or_default();
    let label = Label {
        name_en: new.name_en.clone(),
        sort: new.sort.unwrap_or(last.saturating_add(10)),
        active: new.active,
    };
    label.validate()?;
    let same = known.iter().find(|other| fit::skill(&other.word) == fit::skill(&new.word));
    if same.is_some_and(|other| other.organisation_id == at) {
        return Err(Refusal::field(Code::SkillTaken, "/word", Fault::Duplicate).into());
    }
    // Written as above, so that what was chosen before is the same skill.
    let word = same.map_or_else(|| new.word.clone(), |other| other.word.clone());
    let skill = Skill { word, organisation_id: at, version: 1, label };
    store::skill::insert(tx, &skill)?;
    record(tx, cx, Kind::SkillCreated, itself(&line)?, &skill)?;
    Ok(skill)
}

/// Changes the name, place or use of a skill of an organisation's own list.
///
/// # Errors
/// As the access table says; `not_found` for one that is inherited; `stale`; `invalid`.
pub fn update(
    tx: &mut Conn,
    cx: &Context,
    (at, word): (OrganisationId, &str),
    seen: &Seen,
    change: impl FnOnce(&mut Label),
) -> Result<Skill, Failure> {
    let line = open_to_change(tx, cx, Act::UpdateSkill, at, &Seen::Any)?;
    let mut skill = found(store::skill::load(tx, at, word)?)?;
    seen.check(skill.version)?;
    change(&mut skill.label);
    skill.label.validate()?;
    store::skill::save(tx, &skill)?;
    skill.version = skill.version.saturating_add(1);
    record(tx, cx, Kind::SkillUpdated, itself(&line)?, &skill)?;
    Ok(skill)
}

/// A skill is part of its organisation, and so a change of it.
fn record(tx: &mut Conn, cx: &Context, kind: Kind, at: &Organisation, skill: &Skill) -> Result<(), Failure> {
    store::organisation::touch(tx, at, cx.now)?;
    let data = facts([("skill", json!(skill.word)), ("active", json!(skill.label.active))]);
    event::of(tx, cx, kind, About::organisation(at.id, at.version), data)
}

/// What is chosen for a claimant of `at`, as the list writes it.
///
/// # Errors
/// `unknown_skill` with the place of each word that is neither on the list nor was there before.
pub(super) fn chosen_by(
    tx: &mut Conn,
    at: OrganisationId,
    words: &[String],
    before: &[String],
) -> Result<Vec<String>, Failure> {
    let list = store::skill::effective(tx, at)?;
    Ok(chosen(words, before, &list, |index| format!("/skills/{index}"))?)
}

/// The skill that a wish collected by `at` needs, as the list writes it.
///
/// # Errors
/// `unknown_skill` where it is neither on the list nor was there before.
pub(super) fn needed(
    tx: &mut Conn,
    at: OrganisationId,
    word: Option<&String>,
    before: Option<&String>,
) -> Result<Option<String>, Failure> {
    if word.is_none() || word == before {
        return Ok(word.cloned());
    }
    let list = store::skill::effective(tx, at)?;
    let (words, before): (Vec<_>, Vec<_>) =
        (word.into_iter().cloned().collect(), before.into_iter().cloned().collect());
    Ok(chosen(&words, &before, &list, |_| "/skill".to_owned())?.pop())
}

//! What a wish goes through to be on the wall: its public texts looked through, the consent, the coarse
//! place; and how it leaves the wall the moment the consent is gone. No event holds a text that was
//! found, only what sort it was of and under which id.

use super::{
    Context,
    beneficiary::{may, mentioned},
    event,
    event::facts,
    found,
    wish::{Held, open, open_any, save, saved, see},
};
use crate::{etag::Seen, problem::Failure};
use chrono::Datelike;
use domain::{
    access::Act,
    beneficiary::{Beneficiary, Purpose},
    event::Kind,
    id::{BeneficiaryId, OrganisationId, WishId},
    organisation::Level,
    publication::{AgeBand, Circle, Release, Shown, coarsen},
    refusal::Faults,
    scan::{self, Dismissal, Field, Finding, Known},
    wish::{Content, Wish},
};
use serde_json::{Value, json};
use store::Conn;

/// A finding under the id by which it is dismissed.
pub type Found = (String, Finding);

/// The names that identify this resident: theirs and the guardians'.
fn known(resident: &Beneficiary) -> Known {
    let guardians = resident.consents.iter().filter_map(|consent| consent.guardian_name.clone());
    let own = resident.known().ok().map(|(person, _)| person.name.clone());
    let mut names: Vec<String> = own.into_iter().chain(guardians).collect();
    names.sort_unstable();
    names.dedup();
    Known { names }
}

fn look(texts: &[(Field, &str)], known: &Known) -> Vec<Finding> {
    texts.iter().flat_map(|(field, text)| scan::scan(*field, text, known)).collect()
}

/// What the public texts of a wish hold. An id is made of the words themselves under a secret key: it
/// tells nothing, and stands for nothing else once the text changed.
fn findings(cx: &Context, id: WishId, content: &Content, known: &Known) -> Vec<Found> {
    let shares = content.shares.iter().map(|share| share.title.as_str()).collect::<Vec<_>>().join("\n");
    let (title, summary) = (content.title.as_str(), content.public_summary.as_str());
    let found =
        look(&[(Field::Title, title), (Field::PublicSummary, summary), (Field::Shares, &shares)], known);
    found.into_iter().map(|finding| (cx.finding_id(id, &finding), finding)).collect()
}

fn resident_of(tx: &mut Conn, cx: &Context, wish: &Wish) -> Result<Beneficiary, Failure> {
    found(store::beneficiary::load(tx, &cx.vault, wish.beneficiary_id)?)
}

/// What is found in the public texts of a wish, as a review would see it.
///
/// # Errors
/// As the access table says.
pub fn scan_wish(tx: &mut Conn, cx: &Context, id: WishId) -> Result<(Vec<Found>, i64), Failure> {
    let held = see(tx, cx, id)?;
    cx.allow(Act::ScanWish, &held.subject())?;
    let resident = resident_of(tx, cx, &held.wish)?;
    Ok((findings(cx, id, &held.wish.content, &known(&resident)), held.wish.version))
}

/// Public texts that are only being written.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Where it is written.
    pub organisation_id: OrganisationId,
    /// For whom, where that is known already.
    pub beneficiary_id: Option<BeneficiaryId>,
    /// The wish in one line.
    pub title: Option<String>,
    /// The text for the wall.
    pub public_summary: Option<String>,
}

/// What would be found in a text. Stores nothing.
///
/// # Errors
/// As the access table says; `invalid` for a resident whom the caller may not know, or a text that is
/// too long.
pub fn check_text(tx: &mut Conn, cx: &Context, draft: &Draft) -> Result<Vec<Finding>, Failure> {
    cx.user()?;
    may(tx, cx, Act::CheckPublicText, draft.organisation_id)?;
    let mut faults = Faults::default();
    faults.optional_text("/title", draft.title.as_deref(), 60).optional_text(
        "/public_summary",
        draft.public_summary.as_deref(),
        500,
    );
    faults.finish()?;
    let known = match draft.beneficiary_id {
        None => Known::default(),
        Some(id) => {
            let resident = mentioned(tx, cx, id)?;
            known(&resident)
        }
    };
    let [title, summary] =
        [&draft.title, &draft.public_summary].map(|text| text.as_deref().unwrap_or_default());
    Ok(look(&[(Field::Title, title), (Field::PublicSummary, summary)], &known))
}

/// What stands for and against publishing a wish now, with what a reviewer dismissed. Asked in the
/// transaction that publishes, of the texts as they are in it.
///
/// # Errors
/// When the database does not answer.
pub fn release(
    tx: &mut Conn,
    cx: &Context,
    held: &Held,
    dismissed: &[Dismissal],
) -> Result<(Release, event::Facts), Failure> {
    let resident = resident_of(tx, cx, &held.wish)?;
    let found = findings(cx, held.wish.id, &held.wish.content, &known(&resident));
    let release = Release {
        agreed: resident.agreed(Purpose::Publish, cx.now.date()),
        cleared: scan::clear(&found, dismissed),
        shown: shown(tx, cx, held, &resident)?,
        shared: resident.agreed(Purpose::ShareWithPlatform, cx.now.date()),
    };
    let told = |one: &Dismissal| {
        let kind = found.iter().find(|(id, _)| *id == one.finding_id).map(|(_, finding)| finding.kind);
        json!({ "finding_id": one.finding_id, "kind": kind, "reason": one.reason })
    };
    let told: Vec<Value> = dismissed.iter().map(told).collect();
    let told = if told.is_empty() { Value::Null } else { json!(told) };
    Ok((release, facts([("dismissed", told)])))
}

/// Where and how old, as exactly as the wall may say it under the rules of the wish's origin.
fn shown(tx: &mut Conn, cx: &Context, held: &Held, resident: &Beneficiary) -> Result<Shown, Failure> {
    let today = cx.now.date();
    let born = resident.known().ok().and_then(|(person, _)| person.birth_date);
    let band = born.and_then(|born| AgeBand::of(born.year(), today));
    let mut circles = Vec::new();
    for node in held.origin.nodes() {
        let profile = &node.organisation.profile;
        if profile.level > Level::Township {
            continue;
        }
        let id = node.organisation.id;
        let in_band = match band {
            Some(band) => store::circle::households(tx, id, Some(band.birth_years(today)))?,
            None => 0,
        };
        circles.push(Circle {
            level: profile.level,
            place: profile.name.clone(),
            region_code: profile.region_code.clone(),
            households: store::circle::households(tx, id, None)?,
            in_band,
        });
    }
    Ok(coarsen(&circles, band, held.origin.policy().wall_households))
}

/// Takes all wishes of a resident off the wall that are on it, whoever asked for it. Gives how many.
///
/// # Errors
/// When the database refuses.
pub fn hide_all(tx: &mut Conn, cx: &Context, of: BeneficiaryId, why: &str) -> Result<usize, Failure> {
    let ids = store::wish::of_resident(tx, of)?;
    let mut hidden = 0;
    for id in ids {
        let held = open_any(tx, id)?;
        let from = held.wish.status();
        if let Some(wish) = held.wish.hide(cx.now) {
            save(tx, cx, Kind::WishHidden, &wish, from, facts([("cause", json!(why))]))?;
            hidden += 1;
        }
    }
    Ok(hidden)
}

/// Lets platforms show all published wishes of a resident, or none any more, as the resident says.
///
/// # Errors
/// When the database refuses.
pub fn share_all(
    tx: &mut Conn,
    cx: &Context,
    of: BeneficiaryId,
    agreed: bool,
    why: &str,
) -> Result<(), Failure> {
    for id in store::wish::of_resident(tx, of)? {
        let held = open_any(tx, id)?;
        share(tx, cx, held.wish, agreed, why)?;
    }
    Ok(())
}

/// The same of one wish; gives it as it is then.
///
/// # Errors
/// When the database refuses.
pub(super) fn share(
    tx: &mut Conn,
    cx: &Context,
    wish: Wish,
    agreed: bool,
    why: &str,
) -> Result<Wish, Failure> {
    let from = wish.status();
    let Some(changed) = wish.clone().share(agreed, cx.now) else { return Ok(wish) };
    let kind = if agreed { Kind::WishShared } else { Kind::WishUnshared };
    save(tx, cx, kind, &changed, from, facts([("cause", json!(why))]))?;
    Ok(saved(changed))
}

/// Puts a hidden wish back on the wall, under all that publishing asks for.
///
/// # Errors
/// As the access table says; `stale`; what [`Wish::relist`] refuses.
pub fn relist(
    tx: &mut Conn,
    cx: &Context,
    id: WishId,
    seen: &Seen,
    dismissed: &[Dismissal],
) -> Result<(), Failure> {
    let held = open(tx, cx, Act::RelistWish, id, seen)?;
    let from = held.wish.status();
    let (release, data) = release(tx, cx, &held, dismissed)?;
    let wish = held.wish.clone().relist(release, cx.now)?;
    save(tx, cx, Kind::WishRelisted, &wish, from, data)?;
    // Shares that came free while nobody could be offered them.
    super::waiting::call_next(tx, cx, Held { wish: saved(wish), ..held }).map(|_| ())
}

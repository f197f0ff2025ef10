//! Applications to join a circle: they come from anybody, wait for the organisation's staff, and make a claimant or are
//! declined with a reason. Whoever asks without an account finds the answer again by a code.

use super::{
    Context, claimant, event,
    event::{About, Facts, facts},
    found, membership, organisation, skill,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    application::{Answer, Application, MOST_WAITING, Offered, Particulars, State, validate_words},
    claimant::{Claimant, Kind, Standing},
    event::Kind as Change,
    id::{ApplicationId, OrganisationId, UserId},
    membership::{Membership, Role, validate_user},
    organisation::{Kind as OrganisationKind, Level, Profile as OrganisationProfile},
    refusal::{Code, Fault, Refusal},
    retention::{Periods, RetentionClass},
};
use serde_json::json;
use store::{Conn, application::Filter, organisation::Line, user::User};

/// Who asks to join, and what they offer.
#[derive(Debug, Clone)]
pub struct NewApplication {
    /// Whose circle.
    pub organisation_id: OrganisationId,
    /// A person or a unit.
    pub kind: Kind,
    /// Who asks.
    pub particulars: Particulars,
    /// What they offer.
    pub offered: Offered,
    /// The code that the applicant is told.
    pub code: String,
}

/// An application with what was sealed of it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The application.
    pub application: Application,
    /// Who asks.
    pub particulars: Particulars,
    /// The words of the answer.
    pub words: Option<String>,
}

fn opened(cx: &Context, application: Application) -> Result<Opened, Failure> {
    let keys = cx.applicants();
    let particulars = keys.open_particulars(application.id, &application.particulars)?;
    let sealed = application.answer().and_then(|answer| answer.words.as_deref());
    let words = sealed.map(|words| keys.open_answer(application.id, words)).transpose()?;
    Ok(Opened { application, particulars, words })
}

/// Takes an application in, from anybody.
///
/// # Errors
/// `not_found`; `circle_closed`; `circle_full`; `other_tree` for an account of another one; `already_applied`;
/// `already_in_circle`; `unknown_skill`; `unknown_category`; `invalid`.
pub fn receive(tx: &mut Conn, cx: &Context, new: &NewApplication) -> Result<Opened, Failure> {
    let at = new.organisation_id;
    cx.allow(Act::CreateApplication, &Subject::default())?;
    let line = found(store::organisation::line(tx, at)?)?;
    if !store::application::admits(tx, at)? {
        return Err(Code::CircleClosed.into());
    }
    new.particulars.validate(&new.offered)?;
    let offered =
        Offered { skills: skill::chosen_by(tx, at, &new.offered.skills, &[])?, ..new.offered.clone() };
    check_categories(tx, at, &offered.categories)?;
    if let Some(user) = cx.actor.user
        && !membership::belongs(tx, user, &line)?
    {
        return Err(Code::OtherTree.into());
    }
    let keys = cx.applicants();
    let key = keys.known(new.kind, &new.particulars);
    refuse_twice(tx, cx.actor.user, new, &key)?;
    if store::application::waiting(tx, at)? >= MOST_WAITING {
        return Err(Code::CircleFull.into());
    }
    let terms = cx.terms(tx, &line)?;
    let id: ApplicationId = cx.ids.make();
    let application = Application {
        id,
        version: 1,
        organisation_id: at,
        kind: new.kind,
        user_id: cx.actor.user,
        offered,
        particulars: keys.seal_particulars(id, &new.particulars)?,
        applicant_key: key,
        code_digest: keys.digest(&new.code),
        state: State::Waiting { due_at: terms.within(terms.policy.review_days) },
        created_at: cx.now,
    };
    match store::application::insert(tx, &application) {
        // Somebody pressed twice, or two asked for the same at once.
        Err(error) if error.is_unique("applications", &["organisation_id", "applicant_key"]) => {
            return Err(Code::AlreadyApplied.into());
        }
        done => done?,
    }
    let data = facts([("application_id", json!(id)), ("kind", json!(new.kind))]);
    event::of(tx, cx, Change::ApplicationReceived, About::application(id, 0, at), data)?;
    opened(cx, application)
}

fn check_categories(tx: &mut Conn, at: OrganisationId, codes: &[String]) -> Result<(), Failure> {
    let known = store::category::effective(tx, at)?;
    for (index, code) in codes.iter().enumerate() {
        if !known.iter().any(|category| category.code == *code && category.label.active) {
            let pointer = format!("/categories/{index}");
            return Err(Refusal::field(Code::UnknownCategory, &pointer, Fault::Unknown).into());
        }
    }
    Ok(())
}

/// Who is in the circle already has nothing to ask for: a unit by its name, which is public; a person by their account,
/// or by what they said when they were let in.
fn refuse_twice(tx: &mut Conn, user: Option<UserId>, new: &NewApplication, key: &str) -> Result<(), Failure> {
    let at = new.organisation_id;
    let (name, person) = match new.kind {
        Kind::Unit => (Some(new.particulars.display_name.as_str()), None),
        Kind::Person => (None, user),
    };
    if store::application::is_in_circle(tx, at, name, person)?
        || store::application::is_admitted(tx, at, key)?
    {
        return Err(Code::AlreadyInCircle.into());
    }
    Ok(())
}

/// The application of a code.
///
/// # Errors
/// `not_found`, whatever is wrong with the code.
pub fn look_up(tx: &mut Conn, cx: &Context, code: &str) -> Result<Opened, Failure> {
    cx.allow(Act::LookUpApplication, &Subject::default())?;
    opened(cx, found(store::application::of_code(tx, &cx.applicants().digest(code))?)?)
}

/// The applications to the circles that the caller looks after, and the caller's own, newest first.
///
/// # Errors
/// `unauthenticated` where nobody is signed in.
pub fn list(tx: &mut Conn, cx: &Context, mut filter: Filter, rows: i64) -> Result<Vec<Opened>, Failure> {
    cx.allow(Act::ListApplications, &Subject::default())?;
    filter.roots = cx.actor.roots(&[Role::Coordinator, Role::Admin, Role::Auditor]);
    filter.user_id = cx.actor.user;
    let list = store::application::list(tx, &filter, rows)?;
    list.into_iter().map(|application| opened(cx, application)).collect()
}

/// One application.
///
/// # Errors
/// As the access table says; who asked may always look.
pub fn see(tx: &mut Conn, cx: &Context, id: ApplicationId) -> Result<Opened, Failure> {
    let user = cx.user()?;
    let application = found(store::application::load(tx, id)?)?;
    if application.user_id != Some(user) {
        let line = found(store::organisation::line(tx, application.organisation_id)?)?;
        cx.allow(Act::GetApplication, &Subject { holder: line.ids(), ..Subject::default() })?;
    }
    opened(cx, application)
}

/// One to answer; with the organisation's superiors. Nobody answers their own.
fn open(
    tx: &mut Conn,
    cx: &Context,
    act: Act,
    id: ApplicationId,
    seen: &Seen,
) -> Result<(Application, Line), Failure> {
    let user = cx.user()?;
    let application = found(store::application::load_to_change(tx, id)?)?;
    let line = found(store::organisation::line(tx, application.organisation_id)?)?;
    cx.allow(act, &Subject { holder: line.ids(), ..Subject::default() })?;
    if application.user_id == Some(user) {
        return Err(Code::OwnApplication.into());
    }
    seen.check(application.version)?;
    application.expect_waiting()?;
    Ok((application, line))
}

fn answer(cx: &Context, id: ApplicationId, words: Option<&str>) -> Result<Answer, Failure> {
    let words = words.map(|words| cx.applicants().seal_answer(id, words)).transpose()?;
    Ok(Answer { by: cx.user()?, at: cx.now, words })
}

fn save(
    tx: &mut Conn,
    cx: &Context,
    kind: Change,
    mut application: Application,
    data: Facts,
) -> Result<Application, Failure> {
    store::application::save(tx, &application, cx.now)?;
    let about = About::application(application.id, application.version, application.organisation_id);
    application.version = application.version.saturating_add(1);
    event::of(tx, cx, kind, about, data)?;
    Ok(application)
}

/// Declines an application, with a reason that the applicant reads.
///
/// # Errors
/// As the access table says; `stale`; `own_application`; `application_answered`; `invalid`.
pub fn decline(
    tx: &mut Conn,
    cx: &Context,
    id: ApplicationId,
    seen: &Seen,
    reason: &str,
) -> Result<Opened, Failure> {
    let (application, _) = open(tx, cx, Act::DeclineApplication, id, seen)?;
    validate_words("/reason", reason, true)?;
    let declined = application.decline(answer(cx, id, Some(reason))?)?;
    let data = facts([("application_id", json!(id))]);
    opened(cx, save(tx, cx, Change::ApplicationDeclined, declined, data)?)
}

/// How an application is approved.
#[derive(Debug, Clone)]
pub struct Approval {
    /// The name that the new account signs in with; where the applicant has none.
    pub username: Option<String>,
    /// Its first password, hashed.
    pub password_hash: Option<String>,
    /// What sort of organisation a unit is.
    pub unit_kind: OrganisationKind,
    /// What the applicant reads beside it.
    pub words: Option<String>,
}

/// Whether an approval would make an account, with everything checked that can be before its password is hashed.
///
/// # Errors
/// As [`approve`].
pub fn makes_account(
    tx: &mut Conn,
    cx: &Context,
    id: ApplicationId,
    username: Option<&str>,
) -> Result<bool, Failure> {
    cx.user()?;
    let application = found(store::application::load(tx, id)?)?;
    let line = found(store::organisation::line(tx, application.organisation_id)?)?;
    cx.allow(Act::ApproveApplication, &Subject { holder: line.ids(), ..Subject::default() })?;
    application.expect_waiting()?;
    if application.user_id.is_some() {
        return Ok(false);
    }
    let Some(username) = username else {
        return Err(Refusal::field(Code::Invalid, "/username", Fault::Required).into());
    };
    let contact = opened(cx, application)?.particulars.contact_name;
    validate_user(username, &contact)?;
    match store::user::by_name(tx, username)? {
        Some(_) => Err(Refusal::field(Code::UsernameTaken, "/username", Fault::Duplicate).into()),
        None => Ok(true),
    }
}

/// Lets an applicant in: makes the claimant, for a unit an organisation of its own below, and an account where the
/// applicant has none. A unit's first manager acts for the unit alone.
///
/// # Errors
/// As the access table says; `stale`; `own_application`; `application_answered`; `already_in_circle`; `username_taken`;
/// `invalid`.
pub fn approve(
    tx: &mut Conn,
    cx: &Context,
    id: ApplicationId,
    seen: &Seen,
    approval: &Approval,
) -> Result<(Opened, Claimant), Failure> {
    let (application, line) = open(tx, cx, Act::ApproveApplication, id, seen)?;
    if let Some(words) = &approval.words {
        validate_words("/note", words, false)?;
    }
    let Opened { application, particulars, .. } = opened(cx, application)?;
    let at = application.organisation_id;
    let unit = (application.kind == Kind::Unit).then_some(particulars.display_name.as_str());
    let person = application.user_id.filter(|_| unit.is_none());
    // The shape of the tree stays as it is, and two who asked for the same unit stand in line.
    store::organisation::hold(tx, found(line.ids().last().copied())?)?;
    let line = found(store::organisation::line(tx, at)?)?;
    if store::application::is_in_circle(tx, at, unit, person)? {
        return Err(Code::AlreadyInCircle.into());
    }
    let user = match application.user_id {
        Some(user) => user,
        None => account(tx, cx, &line, &particulars, approval)?,
    };
    let home = match unit {
        Some(name) => unit_below(tx, cx, &line, (name, approval.unit_kind), user)?,
        None => at,
    };
    let claimant = Claimant {
        id: cx.ids.make(),
        version: 1,
        kind: application.kind,
        organisation_id: home,
        user_id: unit.is_none().then_some(user),
        profile: particulars.profile(&application.offered),
        standing: Standing::Active,
        created_at: cx.now,
    };
    claimant::enter(tx, cx, &claimant)?;
    let answered = answer(cx, id, approval.words.as_deref())?;
    let approved = application.approve(claimant.id, answered)?;
    let data = facts([("application_id", json!(id)), ("claimant_id", json!(claimant.id))]);
    Ok((opened(cx, save(tx, cx, Change::ApplicationApproved, approved, data)?)?, claimant))
}

/// An account for whoever has none, of this tree.
fn account(
    tx: &mut Conn,
    cx: &Context,
    line: &Line,
    of: &Particulars,
    approval: &Approval,
) -> Result<UserId, Failure> {
    let (Some(username), Some(password_hash)) = (&approval.username, &approval.password_hash) else {
        return Err(Refusal::field(Code::Invalid, "/username", Fault::Required).into());
    };
    validate_user(username, &of.contact_name)?;
    let user = User {
        id: cx.ids.make(),
        version: 1,
        username: username.clone(),
        display_name: of.contact_name.clone(),
        password_hash: password_hash.clone(),
        security_stamp: super::session::stamp(cx),
        disabled: false,
        must_change_password: true,
    };
    membership::enter(tx, cx, &user)?;
    let root = line.ids().last().copied();
    store::user::settle(tx, user.id, found(root)?)?;
    Ok(user.id)
}

/// A unit's own organisation below the circle's, with its first manager.
fn unit_below(
    tx: &mut Conn,
    cx: &Context,
    line: &Line,
    (name, kind): (&str, OrganisationKind),
    manager: UserId,
) -> Result<OrganisationId, Failure> {
    let profile = OrganisationProfile { name: name.to_owned(), kind, level: Level::Unit, region_code: None };
    let made = organisation::enter(tx, cx, line, profile)?;
    let membership =
        Membership { id: cx.ids.make(), user_id: manager, organisation_id: made.id, role: Role::Manager };
    membership::give(tx, cx, &made, &membership)?;
    Ok(made.id)
}

/// Removes an application whose time is over. Tells whether it did.
///
/// # Errors
/// When the database refuses.
pub fn retire(tx: &mut Conn, cx: &Context, periods: &Periods, id: ApplicationId) -> Result<bool, Failure> {
    let Some(application) = store::application::load_to_change(tx, id)? else { return Ok(false) };
    if application.rests_since() > periods.cutoff(RetentionClass::Application, cx.now) {
        return Ok(false);
    }
    let status = application.status();
    store::application::delete(tx, &application)?;
    let about = About::application(id, application.version, application.organisation_id);
    let data = facts([("application_id", json!(id)), ("application_status", json!(status))]);
    event::of(tx, cx, Change::ApplicationErased, about, data)?;
    Ok(true)
}

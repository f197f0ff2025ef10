//! What the yearly audit of minors' data needs (未成年人网络保护条例 art. 37; reported by the end of January):
//! figures of a calendar year, and who did what, without a name of anybody.
//!
//! How old somebody is goes by the year of birth, which alone is in the clear: on 31 December it says the
//! age exactly.

use super::{Context, audit, retention};
use crate::problem::Failure;
use chrono::NaiveDate;
use domain::{
    access::Act,
    beneficiary::{GUARDIAN_ALONE_BELOW, GUARDIAN_TOO_BELOW, Purpose},
    event::Kind,
    id::{OrganisationId, UserId},
    look::{LookPurpose, MinorBand, Status},
    refusal::{Code, Fault, Refusal},
    retention::Periods,
    time::Instant,
};
use std::collections::BTreeMap;
use store::{
    Conn,
    audit::{Head, heads},
    oversight,
    retention::{Counts, Run},
};

/// The acts by which personal data is shown.
const LOOKS: &[Kind] = &[
    Kind::BeneficiaryRevealed,
    Kind::DeliveryDetailsRevealed,
    Kind::PairingDetailsRevealed,
    Kind::ReferralDetailsRevealed,
    Kind::BeneficiaryCopied,
];
const MOST_RUNS: i64 = 1000;

/// Consents of minors for one purpose.
#[derive(Debug, Clone, Copy, Default)]
pub struct Consents {
    /// Given, not taken back, not run out.
    pub live: i64,
    /// Ran out.
    pub expired: i64,
    /// Taken back.
    pub withdrawn: i64,
}

/// Looks that are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alike {
    /// What was shown.
    pub kind: Kind,
    /// How young the minor was.
    pub band: MinorBand,
    /// What for.
    pub purpose: Option<LookPurpose>,
    /// By whom.
    pub by: Option<UserId>,
    /// Where the minor is looked after, or who held the wish.
    pub organisation: OrganisationId,
}

/// How an officer answered.
#[derive(Debug, Clone, Copy, Default)]
pub struct Answers {
    /// Approved.
    pub approved: i64,
    /// Declined.
    pub declined: i64,
}

/// The figures of a year.
#[derive(Debug)]
pub struct Pack {
    /// The subtree.
    pub place: OrganisationId,
    /// Up to then: the end of the year, or now.
    pub until: Instant,
    /// The year is over.
    pub complete: bool,
    /// Minors on record at that time, by age on 31 December.
    pub minors: BTreeMap<MinorBand, i64>,
    /// What was agreed to for them.
    pub consents: BTreeMap<Purpose, Consents>,
    /// Who saw how much of them: all looks, and those under an approval.
    pub looks: BTreeMap<Alike, (i64, i64)>,
    /// Requests that nobody answered yet.
    pub pending: i64,
    /// Who answered requests.
    pub answers: BTreeMap<UserId, Answers>,
    /// Residents erased in the year, of any age, by reason: of who was erased nobody knows the age.
    pub erasures: BTreeMap<String, i64>,
    /// The clean-ups of the year.
    pub runs: Vec<Run>,
    /// What is over its time and still there.
    pub due: Counts,
    /// Where the chain of events ended.
    pub head: Option<Head>,
}

/// The first instant of a year in China.
fn start(year: i32) -> Result<Instant, Failure> {
    let day = NaiveDate::from_ymd_opt(year.saturating_sub(1), 12, 31);
    let day = day.ok_or_else(|| Refusal::field(Code::Invalid, "year", Fault::OutOfRange))?;
    Ok(Instant::from_micros(Instant::end_of(day).micros().saturating_add(1)))
}

/// Counts the year of the caller's subtree.
///
/// # Errors
/// As the access table says; `invalid` for a year that lies ahead or before there was a law.
pub fn pack(
    tx: &mut Conn,
    cx: &Context,
    asked: Option<OrganisationId>,
    year: i32,
    periods: &Periods,
) -> Result<Pack, Failure> {
    let place = audit::place(tx, cx, Act::GetAuditPack, asked)?;
    let (from, end) = (start(year)?, start(year.saturating_add(1))?);
    if year < 2021 || from > cx.now {
        return Err(Refusal::field(Code::Invalid, "year", Fault::OutOfRange).into());
    }
    // What happened this very moment counts.
    let until = end.min(Instant::from_micros(cx.now.micros().saturating_add(1)));
    let tree = audit::root_of(tx, place)?;
    let last_day = until.plus_seconds(-1).date().to_string();
    let head = heads(tx, &tree.to_string(), 3660)?.into_iter().find(|head| head.day <= last_day);
    let requests = oversight::requests(tx, place, (from, until))?;
    Ok(Pack {
        place,
        until,
        complete: end <= cx.now,
        minors: minors(tx, place, year, until)?,
        consents: consents(tx, place, year, until)?,
        looks: looks(tx, place, (from, until))?,
        pending: count(requests.iter().filter(|(status, _)| *status == Status::Pending).count()),
        answers: answers(&requests),
        erasures: erasures(tx, place, (from, until))?,
        runs: store::retention::runs(tx, tree, (Some(from), Some(until)), None, MOST_RUNS)?,
        due: retention::due(tx, place, periods, cx.now)?,
        head,
    })
}

fn count(many: usize) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}

/// Who is younger than 18 on the last day of the year was born after this one.
fn last_adult_year(year: i32) -> i32 {
    year.saturating_sub_unsigned(GUARDIAN_TOO_BELOW)
}

fn minors(
    tx: &mut Conn,
    place: OrganisationId,
    year: i32,
    until: Instant,
) -> Result<BTreeMap<MinorBand, i64>, Failure> {
    let mut bands = BTreeMap::from([(MinorBand::Under14, 0), (MinorBand::From14To17, 0)]);
    let child = year.saturating_sub_unsigned(GUARDIAN_ALONE_BELOW);
    for born in oversight::born_after(tx, place, last_adult_year(year), until)? {
        let band = if born > child { MinorBand::Under14 } else { MinorBand::From14To17 };
        *bands.entry(band).or_default() += 1;
    }
    Ok(bands)
}

fn consents(
    tx: &mut Conn,
    place: OrganisationId,
    year: i32,
    until: Instant,
) -> Result<BTreeMap<Purpose, Consents>, Failure> {
    let today = until.plus_seconds(-1).date();
    let mut all: BTreeMap<Purpose, Consents> = BTreeMap::new();
    for given in oversight::consents_of(tx, place, last_adult_year(year), until)? {
        let of = all.entry(given.purpose).or_default();
        if given.withdrawn_on.is_some_and(|day| day <= today) {
            of.withdrawn += 1;
        } else if given.expires_on.is_some_and(|last| last < today) {
            of.expired += 1;
        } else {
            of.live += 1;
        }
    }
    Ok(all)
}

fn looks(
    tx: &mut Conn,
    place: OrganisationId,
    time: (Instant, Instant),
) -> Result<BTreeMap<Alike, (i64, i64)>, Failure> {
    let mut all: BTreeMap<Alike, (i64, i64)> = BTreeMap::new();
    for act in oversight::acts(tx, place, LOOKS, time)? {
        let said = |name: &str| act.data.get(name).and_then(|text| text.as_str());
        let Some(band) = said("minor").and_then(|band| band.parse().ok()) else { continue };
        let alike = Alike {
            kind: act.kind,
            band,
            purpose: said("purpose").and_then(|purpose| purpose.parse().ok()),
            by: act.actor,
            organisation: act.organisation_id,
        };
        let seen = all.entry(alike).or_default();
        seen.0 += 1;
        seen.1 += i64::from(said("request_id").is_some());
    }
    Ok(all)
}

fn answers(requests: &[(Status, Option<UserId>)]) -> BTreeMap<UserId, Answers> {
    let mut all: BTreeMap<UserId, Answers> = BTreeMap::new();
    for (status, by) in requests {
        let Some(by) = by else { continue };
        let of = all.entry(*by).or_default();
        match status {
            Status::Approved => of.approved += 1,
            Status::Declined => of.declined += 1,
            Status::Pending => {}
        }
    }
    all
}

fn erasures(
    tx: &mut Conn,
    place: OrganisationId,
    time: (Instant, Instant),
) -> Result<BTreeMap<String, i64>, Failure> {
    let mut all = BTreeMap::new();
    for act in oversight::acts(tx, place, &[Kind::BeneficiaryErased], time)? {
        let reason = act.data.get("reason").and_then(|text| text.as_str()).unwrap_or_default();
        *all.entry(reason.to_owned()).or_default() += 1;
    }
    Ok(all)
}

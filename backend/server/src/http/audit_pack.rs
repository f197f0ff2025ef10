//! The yearly audit of minors' data over HTTP: one answer with all figures, and no name in it.

use super::{
    audit::AuditHead,
    caller::Caller,
    disclosure::Scope,
    extract::Query,
    retention::{RetentionPeriod, RetentionRun, periods},
    shared::OrgRef,
};
use crate::{
    app::{self, audit_pack as work, names::Names},
    openapi::ReadProblems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL};
use domain::{
    beneficiary::Purpose,
    catalogue::{self, DataClass, Sensitivity},
    id::{OrganisationId, UserId},
    look::{LookPurpose, MinorBand},
    refusal::Text,
    retention::Periods,
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::Conn;

/// A sentence in both languages.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct BothLanguages {
    /// Chinese.
    zh: &'static str,
    /// English.
    en: &'static str,
}

impl From<Text> for BothLanguages {
    fn from(text: Text) -> Self {
        Self { zh: text.zh, en: text.en }
    }
}

/// A class of data, with the columns that hold it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CatalogueClass {
    /// The class.
    class: DataClass,
    /// Its name in Chinese.
    name_zh: &'static str,
    /// How much the law asks for.
    sensitivity: Sensitivity,
    /// What it is kept for.
    purpose: BothLanguages,
    /// By what right.
    basis: &'static str,
    /// How long.
    retention: BothLanguages,
    /// What is shown of it, and how it is stored.
    mask: BothLanguages,
    /// The columns, as `table.column`.
    columns: Vec<String>,
}

/// Minors on record.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MinorCount {
    /// How young, on 31 December.
    band: MinorBand,
    /// How many.
    count: i64,
}

/// Consents about minors for one purpose.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ConsentCount {
    /// What for.
    purpose: Purpose,
    /// Given, not taken back, not run out.
    live: i64,
    /// Ran out.
    expired: i64,
    /// Taken back.
    withdrawn: i64,
}

/// Looks at minors that are alike.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LookCount {
    /// What was seen.
    scope: Scope,
    /// How young they were.
    band: MinorBand,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<LookPurpose>,
    /// By whom: an id, and no name.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<UserId>,
    /// Where.
    organisation: OrgRef,
    /// How many.
    count: i64,
    /// How many of them under an approval.
    approved: i64,
}

/// What one officer answered.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AnswerCount {
    /// Who: an id, and no name.
    by: UserId,
    /// Approved.
    approved: i64,
    /// Declined.
    declined: i64,
}

/// Residents erased for one reason.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ErasureCount {
    /// Why.
    reason: String,
    /// How many.
    count: i64,
}

/// The figures of a calendar year for the audit of minors' data (未成年人网络保护条例 art. 37).
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AuditPack {
    /// Which year.
    year: i32,
    /// Of which subtree.
    organisation: OrgRef,
    /// Up to then.
    until: Instant,
    /// The year is over.
    complete: bool,
    /// When it was made.
    made_at: Instant,
    /// Minors on record at that time.
    minors: Vec<MinorCount>,
    /// What was agreed to for them.
    consents: Vec<ConsentCount>,
    /// Who saw them, and what for.
    looks: Vec<LookCount>,
    /// Requests of the year that nobody answered yet.
    requests_pending: i64,
    /// Who answered the others.
    answers: Vec<AnswerCount>,
    /// Residents erased in the year, of any age: of who was erased nobody knows the age.
    erasures: Vec<ErasureCount>,
    /// The clean-ups of the year, newest first.
    retention_runs: Vec<RetentionRun>,
    /// The periods, and what is over its time and still there.
    retention: Vec<RetentionPeriod>,
    /// What is kept, and why: every column has a class.
    catalogue: Vec<CatalogueClass>,
    /// Where the chain of events ended: what proves that nothing of it was changed since.
    #[serde(skip_serializing_if = "Option::is_none")]
    head: Option<AuditHead>,
}

fn classes() -> Vec<CatalogueClass> {
    let one = |class: &DataClass| {
        let terms = class.terms();
        let of = catalogue::all().filter(|(_, _, of)| of == class);
        CatalogueClass {
            class: *class,
            name_zh: class.name_zh(),
            sensitivity: terms.sensitivity,
            purpose: terms.purpose.into(),
            basis: terms.basis,
            retention: terms.retention.into(),
            mask: terms.mask.into(),
            columns: of.map(|(table, column, _)| format!("{table}.{column}")).collect(),
        }
    };
    DataClass::ALL.iter().map(one).collect()
}

fn shape(
    tx: &mut Conn,
    cx: &app::Context,
    kept: &Periods,
    year: i32,
    pack: work::Pack,
) -> Result<AuditPack, Failure> {
    let places = pack.looks.keys().map(|alike| alike.organisation);
    let names = Names::default().organisations(tx, places.chain([pack.place]))?;
    let look = |(alike, (count, approved)): (work::Alike, (i64, i64))| LookCount {
        scope: Scope::of(alike.kind),
        band: alike.band,
        purpose: alike.purpose,
        by: alike.by,
        organisation: OrgRef::of(alike.organisation, &names),
        count,
        approved,
    };
    Ok(AuditPack {
        year,
        organisation: OrgRef::of(pack.place, &names),
        until: pack.until,
        complete: pack.complete,
        made_at: cx.now,
        minors: pack.minors.into_iter().map(|(band, count)| MinorCount { band, count }).collect(),
        consents: pack
            .consents
            .into_iter()
            .map(|(purpose, work::Consents { live, expired, withdrawn })| ConsentCount {
                purpose,
                live,
                expired,
                withdrawn,
            })
            .collect(),
        looks: pack.looks.into_iter().map(look).collect(),
        requests_pending: pack.pending,
        answers: pack
            .answers
            .into_iter()
            .map(|(by, work::Answers { approved, declined })| AnswerCount { by, approved, declined })
            .collect(),
        erasures: pack.erasures.into_iter().map(|(reason, count)| ErasureCount { reason, count }).collect(),
        retention_runs: pack.runs.into_iter().map(Into::into).collect(),
        retention: periods(kept, &pack.due),
        catalogue: classes(),
        head: pack.head.map(Into::into),
    })
}

/// Which year, and where.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PackAsked {
    /// The calendar year, in China.
    #[param(minimum = 2021, example = 2026)]
    year: i32,
    /// The subtree; the first that I audit when absent.
    organisation_id: Option<OrganisationId>,
}

/// All that the yearly audit of minors' data asks for, in one answer and without a name. For auditors and
/// administrators.
#[utoipa::path(
    tag = "events",
    params(PackAsked),
    responses((status = 200, description = "The figures", body = AuditPack), ReadProblems),
)]
#[get("/audit/pack")]
async fn get_audit_pack(caller: Caller, asked: Query<PackAsked>) -> Result<HttpResponse, Failure> {
    let PackAsked { year, organisation_id } = asked.0;
    let kept = caller.state.config.retention();
    app::event::place(&caller.state).await?;
    let shown = caller
        .read_slow(move |tx, cx| {
            let pack = work::pack(tx, cx, organisation_id, year, &kept)?;
            shape(tx, cx, &kept, year, pack)
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(shown))
}

/// Mounts the operation.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(get_audit_pack);
}

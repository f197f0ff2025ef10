//! What is found in public texts, over HTTP: for a wish that is reviewed, and for a text that is being
//! written; and the way back to the wall.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, IfMatchOptional, Path},
    wish::answer,
    wish_view::{Wish, see},
};
use crate::{
    app::publication::{self as work, Draft, Found},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL, post};
use domain::{
    id::{BeneficiaryId, OrganisationId, WishId},
    refusal::Text,
    scan::{Dismissal as Dismissed, Field, Finding as Domain, Kind, LABELS, Reason, Severity},
};
use serde::{Deserialize, Serialize};

/// One thing found in a public text.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Finding {
    /// By this it is dismissed; absent where nothing was stored. Another one once the text changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// In which text.
    field: Field,
    /// What was found.
    kind: Kind,
    /// Whether it must be resolved before publication.
    severity: Severity,
    /// Where it begins in the text, in UTF-16 code units (`text.slice(start, end)`).
    #[schema(minimum = 0)]
    start: usize,
    /// Where it ends, not included, in UTF-16 code units.
    #[schema(minimum = 1)]
    end: usize,
    /// The words themselves.
    text: String,
    /// What to do.
    message: Message,
    /// Why this word is no good, where it is a label.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Message>,
}

/// A sentence in the two languages of the product.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = FindingMessage)]
struct Message {
    /// Chinese.
    zh: &'static str,
    /// English.
    en: &'static str,
}

impl From<Text> for Message {
    fn from(text: Text) -> Self {
        Self { zh: text.zh, en: text.en }
    }
}

impl Finding {
    fn of(id: Option<String>, found: Domain) -> Self {
        let label = LABELS.iter().find(|label| found.kind == Kind::Label && label.holds(&found.text));
        Self {
            id,
            field: found.field,
            kind: found.kind,
            severity: found.severity,
            start: found.start,
            end: found.end,
            text: found.text,
            message: found.kind.fault().text().into(),
            reason: label.map(|label| label.reason.into()),
        }
    }
}

/// All that was found, in the order of the texts.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Findings {
    /// The findings.
    items: Vec<Finding>,
    /// How many must be resolved.
    must_resolve: usize,
    /// The version of the wish that was looked at; absent for a text that is only being written.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
}

fn told(items: Vec<Finding>, version: Option<i64>) -> HttpResponse {
    let must_resolve = items.iter().filter(|one| one.severity == Severity::MustResolve).count();
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(Findings {
        items,
        must_resolve,
        version,
    })
}

/// What is found in the public texts of a wish.
///
/// Names (also this resident's and the guardians', in full or in part), telephone numbers, accounts,
/// identity numbers, bank cards, plates, addresses, schools, labels.
#[utoipa::path(tag = "wishes", responses((status = 200, description = "The findings", body = Findings), ReadProblems))]
#[get("/wishes/{id}/findings")]
async fn scan_wish(caller: Caller, id: Path<WishId>) -> Result<HttpResponse, Failure> {
    let (found, version) = caller.read(move |tx, cx| work::scan_wish(tx, cx, id.0)).await?;
    let items = found.into_iter().map(|(id, finding): Found| Finding::of(Some(id), finding)).collect();
    Ok(told(items, Some(version)))
}

/// A public text that is being written.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PublicText {
    /// Where it is written.
    organisation_id: OrganisationId,
    /// For whom, where that is known already: then their name is looked for too.
    beneficiary_id: Option<BeneficiaryId>,
    /// The wish in one line.
    #[schema(max_length = 60)]
    title: Option<String>,
    /// The text for the wall.
    #[schema(max_length = 500)]
    public_summary: Option<String>,
}

/// What would be found in a text. Stores nothing.
#[utoipa::path(
    tag = "wishes",
    request_body = PublicText,
    responses((status = 200, description = "The findings", body = Findings), Problems),
)]
#[post("/public-text-checks")]
async fn check_public_text(caller: Caller, body: Body<PublicText>) -> Result<HttpResponse, Failure> {
    let text = body.value;
    let draft = Draft {
        organisation_id: text.organisation_id,
        beneficiary_id: text.beneficiary_id,
        title: text.title,
        public_summary: text.public_summary,
    };
    let found = caller.read(move |tx, cx| work::check_text(tx, cx, &draft)).await?;
    Ok(told(found.into_iter().map(|finding| Finding::of(None, finding)).collect(), None))
}

/// A finding that is a false alarm.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Dismissal {
    /// Which finding, by the id that `scan_wish` gave.
    finding_id: String,
    /// Why; kept with the event.
    reason: Reason,
}

/// The dismissals of a request.
pub(super) fn dismissed(list: &[Dismissal]) -> Vec<Dismissed> {
    list.iter().map(|one| Dismissed { finding_id: one.finding_id.clone(), reason: one.reason }).collect()
}

/// What is said when a hidden wish goes back to the wall.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Relisting {
    /// Findings that are false alarms.
    #[serde(default)]
    #[schema(required = false, max_items = 100)]
    dismissed: Vec<Dismissal>,
}

/// Puts a wish back on the wall that was taken off it when the consent ended: with the consent given
/// anew, and nothing found that must be resolved.
#[utoipa::path(tag = "wishes", request_body = Relisting, responses((status = 200, body = Wish), Problems))]
#[post("/wishes/{id}/relist")]
async fn relist_wish(
    caller: Caller,
    id: Path<WishId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Relisting>,
) -> Result<HttpResponse, Failure> {
    let (asked, id) = (body.value, id.0);
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            work::relist(tx, cx, id, &seen.0, &dismissed(&asked.dismissed))?;
            answer(see(tx, cx, id)?, None)
        })
        .await
}

/// Mounts them.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(scan_wish).service(check_public_text).service(relist_wish);
}

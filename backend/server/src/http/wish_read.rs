//! Wishes to read, one and in lists, each in the view that the caller is entitled to.

use super::{
    caller::Caller,
    extract::{Listing, Page, Paging, Path},
    wish_view::{Wish, see, see_all},
};
use crate::{app, etag, openapi::ReadProblems, problem::Failure};
use actix_web::{HttpRequest, HttpResponse, get};
use domain::{
    id::{BeneficiaryId, CampaignId, OrganisationId, WishId},
    refusal::{Code, Fault, Refusal},
    tally::{Month, Window},
    wish::Status,
};
use serde::Deserialize;
use store::search::Query as Search;
use utoipa_actix_web::service_config::ServiceConfig;

/// One wish, in the view that the caller is entitled to.
#[utoipa::path(tag = "wishes", responses((status = 200, body = Wish), (status = 304, description = "Not changed"), ReadProblems))]
#[get("/wishes/{id}")]
async fn get_wish(req: HttpRequest, caller: Caller, id: Path<WishId>) -> Result<HttpResponse, Failure> {
    let view = caller.read(move |tx, cx| see(tx, cx, id.0)).await?;
    Ok(etag::answer(&req, view.version, view.wish.name(), etag::Keep::Private, &view.wish))
}

/// What narrows the list of wishes down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WishFilter {
    /// One or more states, separated by commas.
    #[param(example = "open")]
    status: Option<String>,
    /// A category code.
    category: Option<String>,
    /// The beginning of a division code.
    #[param(pattern = "^[0-9]{2,12}$", example = "4503")]
    region_code: Option<String>,
    /// Held in the subtree of this organisation; the wishes of the caller's own organisations alone.
    holder_id: Option<OrganisationId>,
    /// Of this resident; the wishes of the caller's own organisations alone.
    beneficiary_id: Option<BeneficiaryId>,
    /// Collected in the subtree of this organisation, without parts that were split off; the wishes of the caller's own
    /// organisations alone. With `from` and `to`.
    origin_id: Option<OrganisationId>,
    /// Collected from this month on, in China.
    #[param(value_type = Option<String>, example = "2026-01")]
    from: Option<Month>,
    /// Collected up to this month.
    #[param(value_type = Option<String>, example = "2026-11")]
    to: Option<Month>,
    /// Of this campaign.
    campaign_id: Option<CampaignId>,
    /// Words to look for in title and summary.
    #[param(max_length = 60, example = "轮椅")]
    q: Option<String>,
    /// Only those that ran over their time.
    overdue: Option<bool>,
}

impl WishFilter {
    fn read(&self, caller: &Caller, before: Option<WishId>) -> Result<store::wish::Filter, Refusal> {
        let invalid = |name: &str, fault| Refusal::field(Code::Invalid, name, fault);
        let statuses = self.status.iter().flat_map(|list| list.split(','));
        let statuses: Result<Vec<Status>, _> = statuses.map(str::parse).collect();
        let digits =
            |code: &&String| (2..=12).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
        if self.region_code.as_ref().is_some_and(|code| !digits(&code)) {
            return Err(invalid("region_code", Fault::Format));
        }
        if self.q.as_ref().is_some_and(|q| q.chars().count() > 60) {
            return Err(invalid("q", Fault::TooLong));
        }
        let collected = match (self.origin_id, self.from, self.to) {
            (None, None, None) => None,
            (Some(origin), from, to) => {
                let window = from.zip(to).and_then(|(from, to)| Window::of(from, to));
                Some((origin, window.ok_or_else(|| invalid("to", Fault::OutOfRange))?.instants()))
            }
            (None, ..) => return Err(invalid("origin_id", Fault::Required)),
        };
        Ok(store::wish::Filter {
            collected,
            statuses: statuses.map_err(|_| invalid("status", Fault::Unknown))?,
            category: self.category.clone(),
            region: self.region_code.clone(),
            holder: self.holder_id,
            beneficiary: self.beneficiary_id,
            campaign: self.campaign_id,
            overdue_at: self.overdue.unwrap_or_default().then_some(caller.cx.now),
            search: self.q.as_deref().and_then(Search::parse),
            before,
            ..store::wish::Filter::default()
        })
    }
}

/// Wishes, newest first. Everybody sees those on the wall; staff also see their own organisations'.
#[utoipa::path(tag = "wishes", params(WishFilter, Paging), responses((status = 200, body = Page<Wish>), ReadProblems))]
#[get("/wishes")]
async fn list_wishes(caller: Caller, list: Listing<WishFilter>) -> Result<HttpResponse, Failure> {
    let filter = list.filter.read(&caller, list.after()?)?;
    let rows = list.rows();
    let searches = filter.search.is_some();
    let work = move |tx: &mut store::Conn, cx: &app::Context| {
        let (found, generation) = app::wish::list(tx, cx, filter, rows)?;
        see_all(tx, cx, found, generation)
    };
    let wishes = if searches { caller.read_slow(work).await? } else { caller.read(work).await? };
    list.answer(wishes, |(id, _)| *id, |(_, wish)| wish)
}

/// Mounts them.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_wishes).service(get_wish);
}

//! What may be here already of what is being written down, over HTTP.

use super::{
    beneficiary_view::{Beneficiary, masked},
    caller::Caller,
    extract::Body,
};
use crate::{
    app::likeness::{Sketch as Asked, find},
    etag::Keep,
    openapi::Problems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, HeaderValue},
    post,
};
use chrono::NaiveDate;
use domain::{
    beneficiary::Person,
    id::{BeneficiaryId, OrganisationId, WishId},
    likeness::Alike,
    time::Instant,
    wish::Status,
};
use serde::{Deserialize, Serialize};

/// A resident, or a wish, as far as it is written down.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Sketch {
    /// Where it is written down; namesakes are looked for in its subtree.
    organisation_id: OrganisationId,
    /// Whose wish it is, where they are known here; then no resident is looked for.
    beneficiary_id: Option<BeneficiaryId>,
    /// The name.
    #[schema(max_length = 40)]
    name: Option<String>,
    /// A telephone number, however it is written.
    #[schema(max_length = 30)]
    phone: Option<String>,
    /// The resident identity number.
    #[schema(max_length = 18)]
    id_number: Option<String>,
    /// The address.
    #[schema(max_length = 120)]
    address: Option<String>,
    /// The date of birth.
    birth_date: Option<NaiveDate>,
    /// The wish in one line.
    #[schema(max_length = 60)]
    title: Option<String>,
    /// The code of its category.
    category: Option<String>,
}

impl Sketch {
    fn asked(self) -> Asked {
        let some =
            |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        Asked {
            organisation_id: self.organisation_id,
            beneficiary_id: self.beneficiary_id,
            person: Person {
                name: some(self.name).unwrap_or_default(),
                phone: some(self.phone),
                address: some(self.address),
                id_number: some(self.id_number).map(|number| number.to_ascii_uppercase()),
                birth_date: self.birth_date,
            },
            title: some(self.title),
            category: some(self.category),
        }
    }
}

/// A resident who may be the same.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LikeResident {
    /// Them, masked.
    resident: Beneficiary,
    /// In what they agree with what was sent.
    alike: Vec<Alike>,
}

/// A wish of the same household that may be the same.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LikeWish {
    /// The wish.
    id: WishId,
    /// In one line.
    title: String,
    /// What became of it.
    status: Status,
    /// When it was written down.
    created_at: Instant,
}

/// What may be here already.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Likenesses {
    /// At most 5; those that agree in most things first.
    residents: Vec<LikeResident>,
    /// At most 5; the most alike first.
    wishes: Vec<LikeWish>,
}

/// What may be here already: the same resident, or the same wish of a household.
///
/// For a form that is being filled in. Residents are found by their exact phone or identity number in the
/// caller's subtrees, and by name in the subtree of the organisation (among the newest 1,000); a name is no
/// reason where a date of birth or an identity number speaks against it. Wishes are those of the household
/// whose one line is much the same, more easily within a category. A hint: nothing is refused by it. A POST, so
/// that the number stands in no address and no log; it stores nothing.
#[utoipa::path(
    tag = "beneficiaries",
    request_body = Sketch,
    responses((status = 200, description = "What is like it", body = Likenesses), Problems),
)]
#[post("/likenesses")]
async fn find_likenesses(caller: Caller, body: Body<Sketch>) -> Result<HttpResponse, Failure> {
    let sketch = body.value.asked();
    let found = caller
        .read(move |tx, cx| {
            let found = find(tx, cx, &sketch)?;
            let (known, alike): (Vec<_>, Vec<_>) = found.residents.into_iter().unzip();
            let known = masked(tx, known, cx.now.date())?.into_iter().zip(alike);
            let residents = known.map(|(resident, alike)| LikeResident { resident, alike }).collect();
            let wish = |one: store::likeness::Wished| LikeWish {
                id: one.id,
                title: one.title,
                status: one.status,
                created_at: one.created_at,
            };
            Ok(Likenesses { residents, wishes: found.wishes.into_iter().map(wish).collect() })
        })
        .await?;
    let keep = (CACHE_CONTROL, HeaderValue::from_static(Keep::Never.cache_control()));
    Ok(HttpResponse::Ok().insert_header(keep).json(found))
}

/// Mounts the operation.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(find_likenesses);
}

//! What people do with wishes over HTTP, beside the claims. How they are read is [`super::wish_read`].

use super::{
    caller::Caller,
    extract::{Body, Idempotency, IfMatch, IfMatchOptional, Path},
    publication::{Dismissal, dismissed},
    reply::Reply,
    wish_view::{Wish, WishView, see},
};
use crate::{
    ambient, app,
    app::wish::Verdict,
    openapi::Problems,
    problem::{Failure, Internal},
    routes::Routes,
};
use actix_web::{HttpResponse, patch, post};
use chrono::NaiveDate;
use domain::{
    id::{BeneficiaryId, OrganisationId, WishId},
    note::Note,
    wish::{Channel, Content, Decision, Ending, Share, ToldBy, Unit},
};
use serde::{Deserialize, Deserializer, Serialize};

/// A new wish, as its collector writes it down.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWish {
    /// For whom.
    beneficiary_id: BeneficiaryId,
    /// The organisation that collects it.
    organisation_id: OrganisationId,
    /// The wish in one line, in the resident's words; public.
    #[schema(min_length = 2, max_length = 60, examples("想要一台收音机"))]
    title: String,
    /// What only those who help need to know; private.
    #[schema(max_length = 2000)]
    details: Option<String>,
    /// The text for the wall: no name, phone or address.
    #[schema(min_length = 2, max_length = 500)]
    public_summary: String,
    /// The code of a category of the organisation.
    #[schema(examples("thing"))]
    category: String,
    /// The skill without which it cannot be done, in one word; shown to staff alone.
    #[schema(max_length = 30, examples("电工"))]
    skill: Option<String>,
    /// How much is asked.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    quantity: i64,
    /// What each share is, where they are not alike (a doctor's visit and a haircut): 2 to 5 texts, as many as the
    /// quantity, each of 2 to 30 characters; public. Counted in `item` or `visit`.
    #[serde(default)]
    #[schema(required = false, max_items = 5, examples(json!(["上门看诊", "上门理发"])))]
    shares: Vec<String>,
    /// Of what.
    unit: Unit,
    /// A guess of the whole cost, in fen.
    #[schema(minimum = 0)]
    estimated_cost_fen: Option<i64>,
    /// The day it is wanted by.
    needed_by: Option<NaiveDate>,
    /// How it came in.
    channel: Channel,
    /// Who said it; the resident when absent.
    told_by: Option<ToldBy>,
    /// More on who said it.
    #[schema(max_length = 200)]
    told_by_note: Option<String>,
}

impl NewWish {
    fn content(&self) -> Content {
        Content {
            title: self.title.trim().to_owned(),
            details: self.details.clone().map(Into::into),
            public_summary: self.public_summary.trim().to_owned(),
            category: self.category.clone(),
            skill: self.skill.clone().map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()),
            quantity: self.quantity,
            shares: named(&self.shares),
            unit: self.unit,
            estimated_cost_fen: self.estimated_cost_fen,
            needed_by: self.needed_by,
            channel: self.channel,
            told_by: self.told_by.unwrap_or(ToldBy::Myself),
            told_by_note: self.told_by_note.clone().map(Into::into),
        }
    }
}

fn named(titles: &[String]) -> Vec<Share> {
    titles.iter().map(|title| Share::named(title)).collect()
}

/// Tells a member that is null from one that is absent (RFC 7396).
pub(super) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// What to change in a draft (RFC 7396): what is absent stays, null clears.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct WishPatch {
    /// The wish in one line.
    title: Option<String>,
    /// Private details.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    details: Option<Option<String>>,
    /// The text for the wall.
    public_summary: Option<String>,
    /// The code of a category.
    category: Option<String>,
    /// The skill without which it cannot be done.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 30)]
    skill: Option<Option<String>>,
    /// How much is asked.
    #[schema(minimum = 1)]
    quantity: Option<i64>,
    /// What each share is; null where they are alike.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>, max_items = 5)]
    shares: Option<Option<Vec<String>>>,
    /// Of what.
    unit: Option<Unit>,
    /// A guess of the whole cost, in fen.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    estimated_cost_fen: Option<Option<i64>>,
    /// The day it is wanted by.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<NaiveDate>)]
    needed_by: Option<Option<NaiveDate>>,
    /// How it came in.
    channel: Option<Channel>,
    /// Who said it.
    told_by: Option<ToldBy>,
    /// More on who said it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    told_by_note: Option<Option<String>>,
}

impl WishPatch {
    fn apply(&self, content: &mut Content) {
        fn noted(text: Option<String>) -> Option<Note> {
            text.map(Into::into)
        }
        fn set<T: Clone>(value: Option<&T>, target: &mut T) {
            if let Some(value) = value {
                target.clone_from(value);
            }
        }
        set(self.title.as_ref(), &mut content.title);
        set(self.details.clone().map(noted).as_ref(), &mut content.details);
        set(self.public_summary.as_ref(), &mut content.public_summary);
        set(self.category.as_ref(), &mut content.category);
        set(self.skill.as_ref(), &mut content.skill);
        set(self.quantity.as_ref(), &mut content.quantity);
        set(
            self.shares.as_ref().map(|all| named(all.as_deref().unwrap_or_default())).as_ref(),
            &mut content.shares,
        );
        set(self.unit.as_ref(), &mut content.unit);
        set(self.estimated_cost_fen.as_ref(), &mut content.estimated_cost_fen);
        set(self.needed_by.as_ref(), &mut content.needed_by);
        set(self.channel.as_ref(), &mut content.channel);
        set(self.told_by.as_ref(), &mut content.told_by);
        set(self.told_by_note.clone().map(noted).as_ref(), &mut content.told_by_note);
    }
}

/// Writes a new wish down, as a draft.
#[utoipa::path(tag = "wishes", request_body = NewWish, responses((status = 201, body = Wish), Problems))]
#[post("/wishes")]
async fn create_wish(
    caller: Caller,
    idem: Idempotency,
    body: Body<NewWish>,
) -> Result<HttpResponse, Failure> {
    let new = body.value;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let wish = app::wish::create(tx, cx, new.beneficiary_id, new.organisation_id, new.content())?;
            answer(see(tx, cx, wish.id)?, Some(wish.id))
        })
        .await
}

/// The wish as the caller sees it after a change.
pub(super) fn answer(view: WishView, created: Option<WishId>) -> Result<Reply, Failure> {
    let reply = match created {
        Some(id) => Reply::created(format!("/wishes/{id}"), &view.wish)?,
        None => Reply::ok(&view.wish)?,
    };
    Ok(reply.tagged(view.version, view.wish.name()))
}

/// Changes a draft.
#[utoipa::path(tag = "wishes", request_body = WishPatch, responses((status = 200, body = Wish), Problems))]
#[patch("/wishes/{id}")]
async fn update_wish(
    caller: Caller,
    id: Path<WishId>,
    seen: IfMatch,
    body: Body<WishPatch>,
) -> Result<HttpResponse, Failure> {
    let (patch, id) = (body.value, id.0);
    caller
        .change(None, move |tx, cx| {
            app::wish::update(tx, cx, id, &seen.0, |content| patch.apply(content))?;
            answer(see(tx, cx, id)?, None)
        })
        .await
}

/// Nothing needs to be said.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// Hands a draft in for review.
#[utoipa::path(tag = "wishes", request_body = Nothing, responses((status = 200, body = Wish), Problems))]
#[post("/wishes/{id}/submit")]
async fn submit_wish(
    caller: Caller,
    id: Path<WishId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    let id = id.0;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            app::wish::submit(tx, cx, id, &seen.0)?;
            answer(see(tx, cx, id)?, None)
        })
        .await
}

/// What a reviewer says: is it urgent, can we do it, is it practical (急需、能为、可行)?
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewReview {
    /// Publish, return to the collector, or decline.
    decision: Decision,
    /// 急需
    #[serde(default)]
    urgent: bool,
    /// 能为
    #[serde(default)]
    feasible: bool,
    /// 可行
    #[serde(default)]
    practical: bool,
    /// What to change, or the reason that the resident can be told.
    #[schema(max_length = 1000)]
    note: Option<String>,
    /// Show it to the subtree of this superior of the holder, instead of the holder's own.
    audience_id: Option<OrganisationId>,
    /// To publish: findings of `scan_wish` that are false alarms, each with its reason.
    #[serde(default)]
    #[schema(required = false, max_items = 100)]
    dismissed: Vec<Dismissal>,
}

/// Decides on a submitted wish. To publish, every finding that must be resolved is gone from the texts or
/// dismissed; otherwise 409 `findings_unresolved`, where `errors` point into the wish.
#[utoipa::path(tag = "wishes", request_body = NewReview, responses((status = 200, body = Wish), Problems))]
#[post("/wishes/{id}/review")]
async fn review_wish(
    caller: Caller,
    id: Path<WishId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewReview>,
) -> Result<HttpResponse, Failure> {
    let (review, id) = (body.value, id.0);
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let verdict = Verdict {
                decision: review.decision,
                urgent: review.urgent,
                feasible: review.feasible,
                practical: review.practical,
                note: review.note.clone().map(Into::into),
                audience_id: review.audience_id,
                dismissed: dismissed(&review.dismissed),
            };
            app::wish::review(tx, cx, id, &seen.0, verdict)?;
            answer(see(tx, cx, id)?, None)
        })
        .await
}

/// Why a wish is taken back.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Withdrawal {
    /// Why.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
    /// What the resident was told; required from the red list.
    #[schema(max_length = 1000)]
    outcome: Option<String>,
}

/// Takes a wish back: no longer needed, or met elsewhere.
#[utoipa::path(tag = "wishes", request_body = Withdrawal, responses((status = 200, body = Wish), Problems))]
#[post("/wishes/{id}/withdraw")]
async fn withdraw_wish(
    caller: Caller,
    id: Path<WishId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Withdrawal>,
) -> Result<HttpResponse, Failure> {
    let (why, id) = (body.value, id.0);
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let ending =
                Ending { reason: why.reason.clone().into(), outcome: why.outcome.clone().map(Into::into) };
            app::wish::withdraw(tx, cx, id, &seen.0, ending)?;
            answer(see(tx, cx, id)?, None)
        })
        .await
}

/// The code of a new card, told once.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Card {
    /// Six digits, for the resident's paper card.
    #[schema(pattern = "^[0-9]{6}$", examples("402519"))]
    code: String,
}

/// Gives the resident a new card; the code of the one before is void. The answer is not repeated for
/// the same Idempotency-Key: the code is stored nowhere.
#[utoipa::path(tag = "wishes", request_body = Nothing, responses((status = 201, body = Card), Problems))]
#[post("/wishes/{id}/card")]
async fn issue_card(
    caller: Caller,
    id: Path<WishId>,
    seen: IfMatchOptional,
    _body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    let id = id.0;
    let bytes = ambient::random::<8>().map_err(|error| Internal::caused("a card's code", &error))?;
    let code = format!("{:06}", u64::from_be_bytes(bytes) % 1_000_000);
    caller
        .change(None, move |tx, cx| {
            app::wish::issue_card(tx, cx, id, &seen.0, &code)?;
            Reply::created(format!("/wishes/{id}"), &Card { code: code.clone() })
        })
        .await
}

/// A part to split off.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPart {
    /// Who is to answer for it: an organisation below the holder.
    organisation_id: OrganisationId,
    /// How much of it.
    #[schema(minimum = 1)]
    quantity: i64,
}

/// What to split off.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewParts {
    /// The parts, each for another organisation; less in all than nobody has claimed.
    #[schema(min_items = 1, max_items = 20)]
    parts: Vec<NewPart>,
}

/// Splits parts of an open wish off for organisations below its holder: each is a wish of its own, with its holder,
/// due time and card. Of what nobody has claimed only, and something must stay.
#[utoipa::path(tag = "wishes", request_body = NewParts, responses((status = 200, description = "The rest, with its parts", body = Wish), Problems))]
#[post("/wishes/{id}/split")]
async fn split_wish(
    caller: Caller,
    id: Path<WishId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewParts>,
) -> Result<HttpResponse, Failure> {
    let id = id.0;
    let parts: Vec<_> =
        body.value.parts.into_iter().map(|part| (part.organisation_id, part.quantity)).collect();
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            app::wish::split(tx, cx, id, &seen.0, &parts)?;
            answer(see(tx, cx, id)?, None)
        })
        .await
}

/// What the resident says of it afterwards.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewFeedback {
    /// 1 (not at all) to 5 (very).
    #[schema(minimum = 1, maximum = 5)]
    satisfaction: i32,
    /// In the resident's words.
    #[schema(max_length = 1000)]
    comment: Option<String>,
}

/// Takes the resident's rating of a fulfilled wish.
#[utoipa::path(tag = "wishes", request_body = NewFeedback, responses((status = 201, body = Wish), Problems))]
#[post("/wishes/{id}/feedback")]
async fn create_feedback(
    caller: Caller,
    id: Path<WishId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewFeedback>,
) -> Result<HttpResponse, Failure> {
    let (new, id) = (body.value, id.0);
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            app::feedback::create(
                tx,
                cx,
                id,
                &seen.0,
                new.satisfaction,
                new.comment.clone().map(Into::into),
            )?;
            answer(see(tx, cx, id)?, Some(id))
        })
        .await
}

/// Mounts the operations on wishes.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_wish)
        .service(update_wish)
        .service(submit_wish)
        .service(review_wish)
        .service(withdraw_wish)
        .service(split_wish)
        .service(issue_card)
        .service(create_feedback);
}

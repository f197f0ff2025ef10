//! Messages on their way to webhooks, each from its place in the feed until it arrived or was given up. Taken under a lease, as jobs and letters are; of one wish, the later waits for the earlier.

use crate::{
    Conn, StoreError, StoreResult,
    column::{instant, optional_word, word},
    event::{Event, Told, told_still},
    on_each,
    schema::webhook_deliveries,
};
use diesel::{
    dsl::{count_star, exists, min, not},
    prelude::*,
};
use domain::{
    id::{ClaimId, WebhookDeliveryId, WebhookId, WishId},
    time::Instant,
    webhook::{PING, State},
};
use std::{collections::HashSet, ops::Range};

/// A message on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its id.
    pub id: WebhookDeliveryId,
    /// Where to.
    pub webhook_id: WebhookId,
    /// The id of the message: that of the event, and the same however often it is sent.
    pub message_id: String,
    /// The kind of the event, or `ping`.
    pub kind: String,
    /// To which wish it happened.
    pub wish_id: Option<WishId>,
    /// The n-th change of it.
    pub number: Option<i64>,
    /// The state of the wish after it.
    pub status: Option<String>,
    /// Which claim of the platform's own it is about.
    pub claim_id: Option<ClaimId>,
    /// When it happened.
    pub at: Instant,
    /// How far it is.
    pub state: State,
    /// Nobody takes it before.
    pub run_at: Instant,
    /// How often it was taken. Whoever took it may end it as long as nobody took it since.
    pub tries: i32,
    /// When it arrived, or was given up.
    pub ended_at: Option<Instant>,
}

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = webhook_deliveries, treat_none_as_default_value = false)]
pub(super) struct Row {
    id: String,
    webhook_id: String,
    message_id: String,
    kind: String,
    wish_id: Option<String>,
    number: Option<i64>,
    status: Option<String>,
    at: i64,
    position: i64,
    state: String,
    run_at: i64,
    tries: i32,
    ended_at: Option<i64>,
    claim_id: Option<String>,
}

impl TryFrom<Row> for Delivery {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            webhook_id: word(&row.webhook_id)?,
            message_id: row.message_id,
            kind: row.kind,
            wish_id: optional_word(row.wish_id.as_deref())?,
            number: row.number,
            status: row.status,
            claim_id: optional_word(row.claim_id.as_deref())?,
            at: instant(row.at),
            state: word(&row.state)?,
            run_at: instant(row.run_at),
            tries: row.tries,
            ended_at: row.ended_at.map(instant),
        })
    }
}

/// Plans what the feed tells; what is planned already stays as it is.
///
/// # Errors
/// When the database refuses.
pub fn plan(
    conn: &mut Conn,
    webhook: WebhookId,
    told: &[(i64, Event)],
    now: Instant,
    mut new_id: impl FnMut() -> WebhookDeliveryId,
) -> StoreResult<()> {
    let row = |(position, event): &(i64, Event)| Row {
        id: new_id().to_string(),
        webhook_id: webhook.to_string(),
        message_id: event.id.to_string(),
        kind: event.kind.to_string(),
        wish_id: Some(event.subject_id.clone()),
        number: Some(event.number),
        status: event.to_status.clone(),
        at: event.at.micros(),
        position: *position,
        state: State::Pending.to_string(),
        run_at: now.micros(),
        tries: 0,
        ended_at: None,
        claim_id: event.claim_id().map(str::to_owned),
    };
    let rows: Vec<Row> = told.iter().map(row).collect();
    let new = diesel::insert_into(webhook_deliveries::table);
    on_each!(conn, c => new.values(&rows).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Plans a test: it waits for nothing, and nothing for it.
///
/// # Errors
/// When the database refuses.
pub fn plan_ping(
    conn: &mut Conn,
    webhook: WebhookId,
    id: WebhookDeliveryId,
    now: Instant,
) -> StoreResult<Delivery> {
    let row = Row {
        id: id.to_string(),
        webhook_id: webhook.to_string(),
        message_id: id.to_string(),
        kind: PING.to_owned(),
        wish_id: None,
        number: None,
        status: None,
        at: now.micros(),
        position: 0,
        state: State::Pending.to_string(),
        run_at: now.micros(),
        tries: 0,
        ended_at: None,
        claim_id: None,
    };
    diesel::insert_into(webhook_deliveries::table).values(&row).execute(conn)?;
    row.try_into()
}

/// How many wait for a webhook.
///
/// # Errors
/// When the database does not answer.
pub fn waiting(conn: &mut Conn, webhook: WebhookId) -> StoreResult<i64> {
    let waiting = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq(webhook.to_string()))
        .filter(webhook_deliveries::ended_at.is_null());
    Ok(waiting.count().get_result(conn)?)
}

/// The webhooks for which something is to be sent at `now`.
///
/// # Errors
/// When the database does not answer.
pub fn due(conn: &mut Conn, now: Instant) -> StoreResult<HashSet<WebhookId>> {
    let ids: Vec<String> = webhook_deliveries::table
        .filter(webhook_deliveries::ended_at.is_null())
        .filter(webhook_deliveries::run_at.le(now.micros()))
        .select(webhook_deliveries::webhook_id)
        .distinct()
        .load(conn)?;
    ids.iter().map(|id| word(id)).collect()
}

/// Takes up to `limit` messages to a webhook that are free within `lease`, until its end, in the order of the feed: of each wish
/// the earliest, and no later one before that has ended. What the platform is to be told no more ends here.
///
/// # Errors
/// When the database refuses.
pub fn take(
    conn: &mut Conn,
    (webhook, whom): (WebhookId, Told),
    lease: Range<Instant>,
    limit: i64,
) -> StoreResult<Vec<Delivery>> {
    use webhook_deliveries as all;
    let earlier = diesel::alias!(webhook_deliveries as earlier);
    let before = earlier
        .filter(earlier.field(all::webhook_id).eq(all::webhook_id))
        .filter(earlier.field(all::wish_id).eq(all::wish_id))
        .filter(earlier.field(all::ended_at).is_null())
        .filter(earlier.field(all::position).lt(all::position));
    let free: Vec<Row> = all::table
        .filter(all::webhook_id.eq(webhook.to_string()))
        .filter(all::ended_at.is_null())
        .filter(all::run_at.le(lease.start.micros()))
        .filter(not(exists(before)))
        .order((all::position.asc(), all::id.asc()))
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    if free.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&str> = free.iter().map(|row| row.message_id.as_str()).collect();
    let told: HashSet<String> = told_still(conn, whom, &ids)?.into_iter().collect();
    let mut taken = Vec::new();
    for row in free {
        let tries = row.tries.saturating_add(1);
        let keeps = row.wish_id.is_none() || told.contains(&row.message_id);
        let delivery = Delivery { tries, run_at: lease.end, ..row.try_into()? };
        let seen = own(delivery.id, tries.saturating_sub(1));
        let change = (all::run_at.eq(lease.end.micros()), all::tries.eq(tries));
        let mine = diesel::update(seen).set(change).execute(conn)? == 1;
        match keeps {
            true if mine => taken.push(delivery),
            false if mine => drop(end(conn, &delivery, State::Withheld, lease.start)?),
            _ => {}
        }
    }
    Ok(taken)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn own(id: WebhookDeliveryId, tries: i32) -> _ {
    let id: String = id.to_string();
    webhook_deliveries::table
        .filter(webhook_deliveries::id.eq(id))
        .filter(webhook_deliveries::tries.eq(tries))
        .filter(webhook_deliveries::ended_at.is_null())
}

/// Ends a message. False where another took it since.
///
/// # Errors
/// When the database refuses.
pub fn end(conn: &mut Conn, delivery: &Delivery, state: State, now: Instant) -> StoreResult<bool> {
    let change =
        (webhook_deliveries::state.eq(state.as_str()), webhook_deliveries::ended_at.eq(now.micros()));
    Ok(diesel::update(own(delivery.id, delivery.tries)).set(change).execute(conn)? == 1)
}

/// Puts a message that did not arrive back, for `next`. Does nothing where another took it since.
///
/// # Errors
/// When the database refuses.
pub fn put_back(conn: &mut Conn, delivery: &Delivery, next: Instant) -> StoreResult<()> {
    let change = webhook_deliveries::run_at.eq(next.micros());
    diesel::update(own(delivery.id, delivery.tries)).set(change).execute(conn)?;
    Ok(())
}

/// Puts messages back that were taken and not sent: as if they had not been taken.
///
/// # Errors
/// When the database refuses.
pub fn release(conn: &mut Conn, deliveries: &[Delivery], now: Instant) -> StoreResult<()> {
    for delivery in deliveries {
        let before = delivery.tries.saturating_sub(1);
        let change = (webhook_deliveries::run_at.eq(now.micros()), webhook_deliveries::tries.eq(before));
        diesel::update(own(delivery.id, delivery.tries)).set(change).execute(conn)?;
    }
    Ok(())
}

/// What waits for a webhook is sent at `now`, with all its tries.
///
/// # Errors
/// When the database refuses.
pub fn wake(conn: &mut Conn, webhook: WebhookId, now: Instant) -> StoreResult<()> {
    let waiting = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq(webhook.to_string()))
        .filter(webhook_deliveries::ended_at.is_null());
    let again = (webhook_deliveries::run_at.eq(now.micros()), webhook_deliveries::tries.eq(0));
    diesel::update(waiting).set(again).execute(conn)?;
    Ok(())
}

/// Removes what waits for a webhook that is no more.
///
/// # Errors
/// When the database refuses.
pub fn drop_waiting(conn: &mut Conn, webhook: WebhookId, now: Instant) -> StoreResult<()> {
    let waiting = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq(webhook.to_string()))
        .filter(webhook_deliveries::ended_at.is_null());
    let ended = (
        webhook_deliveries::state.eq(State::Withheld.as_str()),
        webhook_deliveries::ended_at.eq(now.micros()),
    );
    diesel::update(waiting).set(ended).execute(conn)?;
    Ok(())
}

/// One message.
///
/// # Errors
/// When the database does not answer, or the row does not read.
pub fn load(conn: &mut Conn, id: WebhookDeliveryId) -> StoreResult<Option<Delivery>> {
    let row: Option<Row> =
        webhook_deliveries::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// What waits, in figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// So many messages.
    pub waiting: i64,
    /// When what the oldest of them tells happened.
    pub oldest: Option<Instant>,
}

/// Counts what waits.
///
/// # Errors
/// When the database does not answer.
pub fn figures(conn: &mut Conn) -> StoreResult<Figures> {
    let waiting = webhook_deliveries::table.filter(webhook_deliveries::ended_at.is_null());
    let (waiting, oldest): (i64, Option<i64>) =
        waiting.select((count_star(), min(webhook_deliveries::at))).get_result(conn)?;
    Ok(Figures { waiting, oldest: oldest.map(instant) })
}

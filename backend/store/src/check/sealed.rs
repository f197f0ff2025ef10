//! Every column that must hold nothing readable, as rows to look at.

use crate::{
    Conn, StoreResult,
    data_key::Row as KeyRow,
    schema::{
        attachments, beneficiaries, claims, consents, data_keys, escalations, feedback, hand_overs,
        look_requests, merges, pairings, pauses, platform_claims, referrals, visits, wishes,
    },
};
use diesel::prelude::*;
use serde_json::Value;
use vault::looks_sealed_bytes;

/// A text of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "where it stands, and it")]
pub struct Text {
    pub table: &'static str,
    pub row: String,
    pub column: &'static str,
    pub text: String,
}

/// A picture that is there.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "which one, of whom, and whether its bytes look sealed")]
pub struct Picture {
    pub id: String,
    pub resident: String,
    pub sealed: bool,
}

/// A resident, as far as sealing goes.
#[derive(Debug, Clone)]
pub struct Resident {
    /// Their id.
    pub id: String,
    /// The row of their key; it may be missing.
    pub key: Option<KeyRow>,
    /// What is sealed of them, and what they are found by.
    pub texts: Vec<(&'static str, String)>,
    /// The indexes they are found by.
    pub indexes: usize,
    /// Columns that have an index.
    pub indexed: usize,
}

/// The next residents after `after`, by id.
///
/// # Errors
/// When the database does not answer.
pub fn residents(conn: &mut Conn, after: &str, limit: i64) -> StoreResult<Vec<Resident>> {
    type Columns = (
        (String, String, String),
        (Option<String>, Option<String>, Option<String>, Option<String>),
        (Option<String>, Option<String>),
        bool,
    );
    let rows: Vec<(Columns, Option<KeyRow>)> = beneficiaries::table
        .left_join(data_keys::table.on(data_keys::beneficiary_id.eq(beneficiaries::id)))
        .filter(beneficiaries::id.gt(after))
        .order(beneficiaries::id.asc())
        .limit(limit)
        .select((
            (
                (beneficiaries::id, beneficiaries::name, beneficiaries::hardships),
                (
                    beneficiaries::phone,
                    beneficiaries::id_number,
                    beneficiaries::address,
                    beneficiaries::birth_date,
                ),
                (beneficiaries::phone_index, beneficiaries::id_number_index),
                beneficiaries::merged_into.is_not_null(),
            ),
            Option::<KeyRow>::as_select(),
        ))
        .load(conn)?;
    let resident = |(((id, name, hardships), sealed, indexes, merged), key): (Columns, Option<KeyRow>)| {
        let (phone, id_number, address, birth_date) = sealed;
        // What was merged is found by nothing of its own.
        let indexed =
            usize::from(!merged) * (usize::from(phone.is_some()) + usize::from(id_number.is_some()));
        let optional =
            [("phone", phone), ("id_number", id_number), ("address", address), ("birth_date", birth_date)];
        let texts = optional.into_iter().filter_map(|(column, text)| Some((column, text?)));
        let texts = texts.chain([("name", name), ("hardships", hardships)]).collect();
        let indexes = usize::from(indexes.0.is_some()) + usize::from(indexes.1.is_some());
        Resident { id, key, texts, indexes, indexed }
    };
    Ok(rows.into_iter().map(resident).collect())
}

fn texts(
    table: &'static str,
    columns: &[&'static str],
    rows: Vec<(String, Vec<Option<String>>)>,
) -> Vec<Text> {
    let mut found = Vec::new();
    for (row, values) in rows {
        for (&column, text) in columns.iter().zip(values) {
            let Some(text) = text else { continue };
            // A member of a JSON column stands behind a dot.
            let text = match column.split_once('.') {
                Some((_, member)) => match serde_json::from_str::<Value>(&text) {
                    Ok(json) => match json.get(member).and_then(Value::as_str) {
                        Some(text) => text.to_owned(),
                        None => continue,
                    },
                    Err(_) => text,
                },
                None => text,
            };
            found.push(Text { table, row: row.clone(), column, text });
        }
    }
    found
}

/// Private texts about wishes, of the wishes after `after` up to and with `last`.
///
/// # Errors
/// When the database does not answer.
pub fn notes(conn: &mut Conn, after: &str, last: &str) -> StoreResult<Vec<Text>> {
    type Row<T> = (String, T);
    type Four = (Option<String>, Option<String>, Option<String>, Option<String>);
    let rows: Vec<Row<Four>> = wishes::table
        .filter(wishes::id.gt(after).and(wishes::id.le(last)))
        .select((wishes::id, (wishes::details, wishes::told_by_note, wishes::review, wishes::ending)))
        .load(conn)?;
    let rows = rows.into_iter().map(|(id, (details, told, review, ending))| {
        (id, vec![details, told, review, ending.clone(), ending])
    });
    let columns = ["details", "told_by_note", "review.note", "ending.reason", "ending.outcome"];
    let mut found = texts("wishes", &columns, rows.collect());
    let rows: Vec<Row<Four>> = claims::table
        .filter(claims::wish_id.gt(after).and(claims::wish_id.le(last)))
        .select((claims::id, (claims::note, claims::sent_back, claims::ended_reason, claims::delivery)))
        .load(conn)?;
    let rows = rows.into_iter().map(|(id, (a, b, c, d))| (id, vec![a, b, c, d]));
    let columns = ["note", "sent_back", "ended_reason", "delivery.note"];
    found.extend(texts("claims", &columns, rows.collect()));
    let rows: Vec<Row<(String, String)>> = platform_claims::table
        .inner_join(claims::table)
        .filter(claims::wish_id.gt(after).and(claims::wish_id.le(last)))
        .select((
            platform_claims::claim_id,
            (platform_claims::user_external_id, platform_claims::user_display_name),
        ))
        .load(conn)?;
    let rows = rows.into_iter().map(|(id, (a, b))| (id, vec![Some(a), Some(b)]));
    found.extend(texts("platform_claims", &["user_external_id", "user_display_name"], rows.collect()));
    let rows: Vec<Row<(Option<String>, Option<String>)>> = escalations::table
        .filter(escalations::wish_id.gt(after).and(escalations::wish_id.le(last)))
        .select((escalations::id, (escalations::reason, escalations::instruction)))
        .load(conn)?;
    let rows = rows.into_iter().map(|(id, (a, b))| (id, vec![a, b]));
    found.extend(texts("escalations", &["reason", "instruction"], rows.collect()));
    let rows: Vec<Row<String>> = pauses::table
        .filter(pauses::wish_id.gt(after).and(pauses::wish_id.le(last)))
        .select((pauses::id, pauses::reason))
        .load(conn)?;
    let rows = rows.into_iter().map(|(id, reason)| (id, vec![Some(reason)]));
    found.extend(texts("pauses", &["reason"], rows.collect()));
    let rows: Vec<Row<Option<String>>> = feedback::table
        .filter(feedback::wish_id.gt(after).and(feedback::wish_id.le(last)))
        .select((feedback::wish_id, feedback::comment))
        .load(conn)?;
    let rows = rows.into_iter().map(|(id, comment)| (id, vec![comment]));
    found.extend(texts("feedback", &["comment"], rows.collect()));
    Ok(found)
}

/// Pictures of the residents after `after` up to and with `last`: which of them is not in the form of something
/// sealed, and how many are left of whom.
///
/// # Errors
/// When the database does not answer.
pub fn pictures(conn: &mut Conn, after: &str, last: &str) -> StoreResult<Vec<Picture>> {
    let ids: Vec<(String, String)> = attachments::table
        .filter(attachments::beneficiary_id.gt(after).and(attachments::beneficiary_id.le(last)))
        .filter(attachments::removed_at.is_null())
        .select((attachments::id, attachments::beneficiary_id))
        .load(conn)?;
    let mut found = Vec::with_capacity(ids.len());
    for (id, resident) in ids {
        // One at a time: together they may be larger than the memory.
        let bytes: (Option<Vec<u8>>, Option<Vec<u8>>) = attachments::table
            .find(&id)
            .select((attachments::content, attachments::thumbnail))
            .first(conn)?;
        let sealed = [bytes.0, bytes.1].iter().flatten().all(|bytes| looks_sealed_bytes(bytes));
        found.push(Picture { id, resident, sealed });
    }
    Ok(found)
}

/// What consents hold of those who gave them, and what requests to look, pairings, visits and referrals say, of the residents after `after` up to and with `last`.
///
/// # Errors
/// When the database does not answer.
pub fn beside_residents(conn: &mut Conn, after: &str, last: &str) -> StoreResult<Vec<Text>> {
    let rows: Vec<(String, Option<String>, Option<String>)> = consents::table
        .filter(consents::beneficiary_id.gt(after).and(consents::beneficiary_id.le(last)))
        .select((consents::id, consents::guardian_name, consents::relation))
        .load(conn)?;
    let rows = rows.into_iter().map(|(id, a, b)| (id, vec![a, b]));
    let mut found = texts("consents", &["guardian_name", "relation"], rows.collect());
    let rows: Vec<(String, String, Option<String>)> = look_requests::table
        .filter(look_requests::beneficiary_id.gt(after).and(look_requests::beneficiary_id.le(last)))
        .select((look_requests::id, look_requests::reason, look_requests::answer))
        .load(conn)?;
    let rows = rows.into_iter().map(|(id, a, b)| (id, vec![Some(a), b]));
    found.extend(texts("look_requests", &["reason", "answer"], rows.collect()));
    found.extend(of_pairings(conn, after, last)?);
    let rows: Vec<(String, Option<String>)> = merges::table
        .filter(merges::survivor_id.gt(after).and(merges::survivor_id.le(last)))
        .select((merges::id, merges::before))
        .load(conn)?;
    let rows = rows.into_iter().map(|(id, before)| (id, vec![before]));
    found.extend(texts("merges", &["before"], rows.collect()));
    let rows: Vec<(String, String, Option<String>)> = referrals::table
        .filter(referrals::beneficiary_id.gt(after).and(referrals::beneficiary_id.le(last)))
        .select((referrals::id, referrals::need, referrals::answer))
        .load(conn)?;
    let rows = rows.into_iter().map(|(id, need, answer)| (id, vec![Some(need), answer]));
    found.extend(texts("referrals", &["need", "answer"], rows.collect()));
    Ok(found)
}

fn of_pairings(conn: &mut Conn, after: &str, last: &str) -> StoreResult<Vec<Text>> {
    let rows: Vec<(String, Option<String>, Option<String>)> = pairings::table
        .filter(pairings::beneficiary_id.gt(after).and(pairings::beneficiary_id.le(last)))
        .select((pairings::id, pairings::note, pairings::ended_words))
        .load(conn)?;
    let rows = rows.into_iter().map(|(id, a, b)| (id, vec![a, b]));
    let mut found = texts("pairings", &["note", "ended_words"], rows.collect());
    let rows: Vec<(String, Option<String>)> = hand_overs::table
        .filter(hand_overs::beneficiary_id.gt(after).and(hand_overs::beneficiary_id.le(last)))
        .select((hand_overs::id, hand_overs::note))
        .load(conn)?;
    let rows = rows.into_iter().map(|(id, note)| (id, vec![note]));
    found.extend(texts("hand_overs", &["note"], rows.collect()));
    type Four = (Option<String>, Option<String>, Option<String>, Option<String>);
    let rows: Vec<(String, Four)> = visits::table
        .filter(visits::beneficiary_id.gt(after).and(visits::beneficiary_id.le(last)))
        .select((visits::id, (visits::income, visits::health, visits::treatment, visits::benefits)))
        .load(conn)?;
    let rows = rows.into_iter().map(|(id, (a, b, c, d))| (id, vec![a, b, c, d]));
    found.extend(texts("visits", &["income", "health", "treatment", "benefits"], rows.collect()));
    Ok(found)
}

//! The dated changes of organisations' time rules.

use crate::{
    Conn, StoreResult,
    column::{instant, json, json_text, word},
    schema::policy_changes,
};
use diesel::prelude::*;
use domain::{
    id::{OrganisationId, PolicyChangeId},
    policy::Change,
};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = policy_changes)]
struct Row {
    id: String,
    organisation_id: String,
    policy: String,
    created_by: String,
    created_at: i64,
}

impl TryFrom<Row> for Change {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            organisation_id: word(&row.organisation_id)?,
            at: instant(row.created_at),
            by: word(&row.created_by)?,
            policy: json(&row.policy)?,
        })
    }
}

/// Enters a change.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, change: &Change) -> StoreResult<()> {
    let row = Row {
        id: change.id.to_string(),
        organisation_id: change.organisation_id.to_string(),
        policy: json_text(&change.policy)?,
        created_by: change.by.to_string(),
        created_at: change.at.micros(),
    };
    diesel::insert_into(policy_changes::table).values(&row).execute(conn)?;
    Ok(())
}

/// Changes of an organisation's own rules, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(
    conn: &mut Conn,
    of: OrganisationId,
    before: Option<PolicyChangeId>,
    limit: i64,
) -> StoreResult<Vec<Change>> {
    let mut query = policy_changes::table
        .filter(policy_changes::organisation_id.eq(of.to_string()))
        .select(Row::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(policy_changes::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.order(policy_changes::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

//! `wishlight check` finds what does not hold: five corruptions made by hand.

use diesel::RunQueryDsl;
use serde_json::json;
use tests::{App, Kind, run, world::World};

/// What `check` finds after a statement, which is taken back.
pub(super) async fn corrupted(app: &App, sql: &'static str) -> Vec<String> {
    let vault = app.state.vault.clone();
    let work = move |tx: &mut store::Conn| {
        diesel::sql_query(sql).execute(tx).map_err(store::StoreError::from)?;
        let report = server::app::check::check(tx, &vault);
        // Put back: the test ends with a sound database.
        Err::<(), _>(Probe(report.map(|report| report.findings).unwrap_or_default()))
    };
    match app.state.db.write(work).await {
        Err(Probe(findings)) => findings,
        Ok(()) => Vec::new(),
    }
}

#[derive(Debug)]
struct Probe(Vec<String>);

impl From<store::StoreError> for Probe {
    fn from(error: store::StoreError) -> Self {
        Self(vec![format!("refused by the database: {error}")])
    }
}

const CORRUPTIONS: [(&str, &str); 18] = [
    ("UPDATE wishes SET reserved = reserved + 1 WHERE quantity = 5", "invariant 1"),
    ("UPDATE claims SET status = 'released'", "invariant 1"),
    ("UPDATE wishes SET fulfilled_at = 1 WHERE quantity = 5", "invariant 3"),
    ("UPDATE wishes SET fulfilled_at = NULL", "invariant 3"),
    ("DELETE FROM feedback", "with a rating: false"),
    ("UPDATE wishes SET pending_escalation_id = NULL", "invariant 4"),
    ("DELETE FROM events WHERE number = 2", "invariant 5"),
    ("UPDATE events SET number = number + 10 WHERE kind = 'wish_published'", "invariant 5"),
    ("DELETE FROM organisation_closure WHERE depth = 2", "the closure"),
    ("DELETE FROM data_keys", "has no data key"),
    ("UPDATE data_keys SET kek_version = 7", "does not unwrap"),
    ("UPDATE beneficiaries SET name = '谢某某'", "name is not sealed"),
    ("UPDATE beneficiaries SET phone_index = NULL", "blind indexes"),
    ("UPDATE data_keys SET wrapped = NULL, erased_at = 1", "was erased"),
    ("UPDATE wishes SET shared_since = 1 WHERE published_at IS NOT NULL", "shared with platforms without"),
    ("UPDATE shifts SET taken = taken + 1", "places are taken, but its sign-ups hold 2"),
    ("UPDATE sign_ups SET version = 3", "sign-up"),
    ("UPDATE escalations SET reason = '明说的'", "reason is not sealed"),
];

/// What the database itself refuses, so that no check is needed.
const REFUSED: [&str; 6] = [
    "UPDATE wishes SET reserved = quantity + 1",
    "UPDATE shifts SET taken = places + 1",
    "UPDATE sign_ups SET came = 3, quarter_hours = 1, status = 'marked', mark_by = NULL, marked_at = 1, marked_by = created_by",
    "INSERT INTO sign_ups SELECT id || 'x', version, shift_id, claimant_id, places, claim_id, status, mark_by, came, quarter_hours, marked_at, marked_by, ended_at, created_by, created_at, updated_at FROM sign_ups",
    "UPDATE wishes SET due_at = NULL WHERE status = 'open'",
    "UPDATE wishes SET status = 'fulfilled', due_at = NULL WHERE status = 'open'",
];

async fn body(app: App) {
    let w = World::new(&app).await;
    let lit = w.published(json!({})).await;
    let brought = w.delivered(&lit, 1).await;
    let word = json!({ "accepted": true, "method": "call" });
    w.collector.post(&format!("/claims/{brought}/confirmation"), word).await.expect(201);
    w.collector.post(&format!("/wishes/{lit}/feedback"), json!({ "satisfaction": 5 })).await.expect(201);
    let wish = w.published(json!({ "quantity": 5 })).await;
    w.claimed(&wish, 2).await;
    w.coordinator
        .post(&format!("/wishes/{wish}/escalations"), json!({ "reason": "还差三份" }))
        .await
        .expect(201);
    let shift = json!({ "starts_at": "2026-11-21T00:00:00Z", "ends_at": "2026-11-21T04:00:00Z", "places": 5, "meet_at": "村口" });
    let post = json!({ "holder_id": w.village, "kind": "post", "title": "来摘桃子", "summary": "缺人手摘。", "shifts": [shift] });
    let post = w.coordinator.post("/posts", post).await.expect(201).body.clone();
    w.coordinator.post(&format!("/posts/{}/open", post["id"].as_str().unwrap()), json!({})).await.expect(200);
    let places = json!({ "claimant_id": w.team_claimant, "places": 2 });
    let shift = format!("/shifts/{}/sign-ups", post["shifts"][0]["id"].as_str().unwrap());
    w.manager.post(&shift, places).await.expect(201);
    for (sql, expected) in CORRUPTIONS {
        let findings = corrupted(&app, sql).await;
        assert!(findings.iter().any(|finding| finding.contains(expected)), "{sql}: {findings:?}");
    }
    for sql in REFUSED {
        let findings = corrupted(&app, sql).await;
        assert!(findings.iter().any(|finding| finding.starts_with("refused")), "{sql}: {findings:?}");
    }
}

#[test]
fn sqlite() {
    run(Kind::Sqlite, body);
}

#[test]
fn postgres() {
    run(Kind::Postgres, body);
}

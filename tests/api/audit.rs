//! The chain of events: what breaks it is found, and who may read it reads all of it.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use serde_json::json;
use store::schema::{audit_heads, events};
use tests::{
    App, on_both,
    world::{PASSWORD, World},
};

/// Its row, its tree, its number there, its hash and its facts.
type Stored = (i64, Option<String>, Option<i64>, Option<String>, String);

async fn findings(app: &App) -> Vec<String> {
    server::app::event::place(&app.state).await.unwrap();
    let secrets = std::sync::Arc::clone(&app.state.secrets);
    app.state.db.read_slow(move |tx| server::app::audit::check(tx, &secrets)).await.unwrap()
}

async fn write(
    app: &App,
    work: impl Fn(&mut store::Conn) -> diesel::QueryResult<usize> + Send + 'static,
) -> usize {
    app.state.db.write(move |tx| Ok::<_, store::StoreError>(work(tx)?)).await.unwrap()
}

on_both! {
    async fn what_is_edited_deleted_swapped_or_cut_off_is_found(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({})).await;
        app.state.clock.advance(86_400);
        let manager = app.public().sign_in("manager", PASSWORD).await;
        let claim = json!({ "claimant_id": w.team_claimant, "quantity": 1 });
        manager.post(&format!("/wishes/{wish}/claims"), claim).await.expect(201);
        assert_eq!(findings(app).await, Vec::<String>::new());
        let all = |tx: &mut store::Conn| -> store::StoreResult<Vec<Stored>> {
            Ok(events::table
                .select((events::seq, events::tree_id, events::chain_number, events::chain_hash, events::data))
                .order(events::seq.asc())
                .load(tx)?)
        };
        let rows = app.state.db.read(all).await.unwrap();
        let tree = w.city.clone();
        let ours: Vec<_> = rows.iter().filter(|row| row.1.as_deref() == Some(&tree)).cloned().collect();
        assert!(ours.len() > 20 && rows.len() > ours.len(), "two trees, two chains");
        assert_eq!(ours.last().unwrap().2, i64::try_from(ours.len()).ok());

        // Edited, and put back.
        let (edited, data) = (ours[7].0, ours[7].4.clone());
        write(app, move |tx| diesel::update(events::table.find(edited)).set(events::data.eq("{}")).execute(tx)).await;
        assert!(findings(app).await.iter().any(|f| f.contains("event 8 ") && f.contains("not what was recorded")));
        write(app, move |tx| diesel::update(events::table.find(edited)).set(events::data.eq(data.clone())).execute(tx)).await;
        assert_eq!(findings(app).await, Vec::<String>::new());

        // Edited with its hash made anew: the next one does not follow it any more, nor does the sealed head.
        let (actor, hash) = (ours[8].0, "0".repeat(64));
        let kept = ours[8].3.clone();
        write(app, move |tx| diesel::update(events::table.find(actor)).set(events::chain_hash.eq(&hash)).execute(tx)).await;
        assert!(findings(app).await.len() >= 2);
        write(app, move |tx| diesel::update(events::table.find(actor)).set(events::chain_hash.eq(&kept)).execute(tx)).await;

        // Two swapped.
        let swap = |one: usize, two: usize| {
            let (a, b) = (ours[one].clone(), ours[two].clone());
            move |tx: &mut store::Conn| {
                let set = |tx: &mut store::Conn, seq: i64, number: Option<i64>| {
                    diesel::update(events::table.find(seq)).set(events::chain_number.eq(number)).execute(tx)
                };
                set(tx, a.0, Some(-1))?;
                set(tx, b.0, a.2)?;
                set(tx, a.0, b.2)
            }
        };
        write(app, swap(3, 4)).await;
        assert!(findings(app).await.len() >= 2);
        let (a, b) = (ours[3].clone(), ours[4].clone());
        write(app, move |tx| {
            diesel::update(events::table.find(a.0)).set(events::chain_number.eq(Some(-1_i64))).execute(tx)?;
            diesel::update(events::table.find(b.0)).set(events::chain_number.eq(b.2)).execute(tx)?;
            diesel::update(events::table.find(a.0)).set(events::chain_number.eq(a.2)).execute(tx)
        }).await;
        assert_eq!(findings(app).await, Vec::<String>::new());

        // The last one cut off, also together with the head of that day.
        let last = ours.last().unwrap().clone();
        let loose = write(app, move |tx| diesel::update(events::table.find(last.0)).set((events::tree_id.eq(None::<String>), events::chain_number.eq(None::<i64>))).execute(tx)).await;
        assert_eq!(loose, 1);
        assert!(findings(app).await.iter().any(|f| f.contains("were sealed")));
        let (tree_again, number) = (tree.clone(), last.2);
        write(app, move |tx| diesel::update(events::table.find(last.0)).set((events::tree_id.eq(Some(tree_again.clone())), events::chain_number.eq(number))).execute(tx)).await;

        // A head made up.
        let (of, length) = (tree.clone(), i64::try_from(ours.len()).unwrap());
        write(app, move |tx| diesel::update(audit_heads::table.filter(audit_heads::tree_id.eq(&of))).set(audit_heads::length.eq(length - 1)).execute(tx)).await;
        assert!(findings(app).await.iter().any(|f| f.contains("not sealed by this server")));
        let of = tree.clone();
        let today = app.state.clock.now().date().to_string();
        write(app, move |tx| diesel::delete(audit_heads::table.filter(audit_heads::tree_id.eq(&of)).filter(audit_heads::day.ne(&today))).execute(tx)).await;
        let of = tree.clone();
        write(app, move |tx| diesel::update(audit_heads::table.filter(audit_heads::tree_id.eq(&of))).set(audit_heads::length.eq(length)).execute(tx)).await;
        assert_eq!(findings(app).await, Vec::<String>::new());

        // One taken out of the middle, and put back as it was by the test's own hand.
        let gone = ours[5].0;
        write(app, move |tx| diesel::update(events::table.find(gone)).set(events::tree_id.eq(Some("elsewhere"))).execute(tx)).await;
        assert!(findings(app).await.iter().any(|f| f.contains("events 6 to 6 are missing")));
        write(app, move |tx| diesel::update(events::table.find(gone)).set(events::tree_id.eq(Some(tree.clone()))).execute(tx)).await;
    }
}

on_both! {
    async fn an_auditor_reads_who_did_and_saw_what(app) {
        let w = World::new(app).await;
        let look = json!({ "purpose": "visit" });
        w.collector.post(&format!("/beneficiaries/{}/reveal", w.resident), look).await.expect(200);
        let me = w.collector.get("/me").await.body["user"]["id"].as_str().unwrap().to_owned();
        let seen = async |query: &str| w.auditor.get(&format!("/audit/events?limit=100&{query}")).await.items();
        let looks = seen("kind=beneficiary_revealed").await;
        assert_eq!(looks.len(), 1);
        assert_eq!(looks[0]["event"]["actor"]["id"], me.as_str());
        assert_eq!(looks[0]["event"]["subject_id"], w.resident.as_str());
        assert!(looks[0]["chain_number"].as_i64().unwrap() > 0);
        assert_eq!(looks[0]["chain_hash"].as_str().map(str::len), Some(64));
        let by = seen(&format!("actor_id={me}")).await;
        assert!(by.len() >= 2 && by.iter().all(|one| one["event"]["actor"]["id"] == me.as_str()));
        assert!(seen(&format!("subject=beneficiary&subject_id={}", w.resident)).await.len() >= 2);
        let at = looks[0]["event"]["at"].as_str().unwrap();
        let time = |one: &serde_json::Value| one["event"]["at"].as_str().unwrap().to_owned();
        let (before, since) = (seen(&format!("until={at}")).await, seen(&format!("from={at}")).await);
        assert!(before.len() >= 5 && before.iter().all(|one| *time(one) < *at), "founded before");
        assert!(since.contains(&looks[0]) && since.iter().all(|one| *time(one) >= *at));
        assert_eq!(seen("from=2027-01-01T00:00:00Z").await.len(), 0);
        w.auditor.get("/audit/events?kind=nonsense").await.refused(422, "invalid");
        w.auditor.get("/audit/events?colour=red").await.refused(422, "invalid");

        // Pages follow each other without a gap, and what happens meanwhile comes at the end.
        let first = w.admin.get("/audit/events?limit=3").await;
        let cursor = first.text("next_cursor");
        let second = w.admin.get(&format!("/audit/events?limit=3&cursor={cursor}")).await;
        let number = |one: &serde_json::Value| one["chain_number"].as_i64().unwrap();
        assert_eq!(number(&second.items()[0]), number(&first.items()[2]) + 1);
        let head = w.auditor.get("/audit/head").await;
        let today = &head.items()[0];
        assert_eq!((&today["day"], today["hash"].as_str().map(str::len)), (&json!("2026-11-20"), Some(64)));
        assert!(today["length"].as_i64().unwrap() >= 20);
        let text = w.admin.get("/audit/events?limit=100").await.body.to_string();
        for private in ["谢某某", "07005550199", "三组十二号"] {
            assert!(!text.contains(private), "{private}");
        }
        w.collector.get("/audit/events").await.refused(403, "forbidden");
        w.collector.get(&format!("/audit/events?organisation_id={}", w.village)).await.refused(403, "forbidden");
    }
}

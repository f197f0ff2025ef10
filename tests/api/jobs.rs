//! What time does, when it goes wrong: a job that fails, a process that dies with jobs in hand, several
//! processes at once, and an operator with the wrong date.

use domain::{refusal::Code, time::Instant};
use serde_json::json;
use server::{ambient::Clock, jobs, problem::Failure};
use std::{collections::BTreeMap, time::Duration};
use store::{Conn, StoreError, job};
use tests::{
    App, on_both, open_with,
    world::{PASSWORD, World, claimant},
};

/// A Monday, on which the contact that was promised on the Friday before is due.
const DAYS: i64 = 4;

/// Shares of wishes of their own, all of which lapse when [`DAYS`] have passed.
async fn lapsing(w: &World, count: usize) -> Vec<String> {
    let mut claims = Vec::new();
    for n in 0..count {
        let wish = w.published(json!({})).await;
        let team = claimant(&w.admin, &w.team, &format!("第{n}支队")).await;
        let ask = json!({ "claimant_id": team, "quantity": 1 });
        claims.push(w.manager.post(&format!("/wishes/{wish}/claims"), ask).await.expect(201).id());
    }
    claims
}

async fn execute(app: &App, sql: String) {
    use diesel::RunQueryDsl as _;
    let run = move |tx: &mut Conn| Ok::<_, StoreError>(diesel::sql_query(sql.as_str()).execute(tx)?);
    app.state.db.write(run).await.unwrap();
}

/// A token lives for minutes: whoever acts after days have passed signs in again.
async fn signed_in(app: &App, username: &str) -> tests::client::Client {
    app.public().sign_in(username, PASSWORD).await
}

/// How often each claim lapsed.
async fn lapses(app: &App, claims: &[String]) -> BTreeMap<String, usize> {
    let (manager, coordinator) = (signed_in(app, "manager").await, signed_in(app, "coordinator").await);
    let mut told: BTreeMap<String, usize> = claims.iter().map(|id| (id.clone(), 0)).collect();
    for claim in claims {
        let wish = manager.get(&format!("/claims/{claim}")).await.expect(200).text("wish_id");
        let history = coordinator.get(&format!("/wishes/{wish}/events?limit=100")).await;
        let of = history.items().iter().filter(|event| event["kind"] == "claim_lapsed").count();
        told.insert(claim.clone(), of);
    }
    told
}

on_both! {
    async fn what_fails_is_tried_again_then_laid_aside_and_keeps_nobody_waiting(app) {
        let w = World::new(app).await;
        let claims = lapsing(&w, 3).await;
        // One whose row cannot be read.
        execute(app, format!("UPDATE claims SET delivery = '{{' WHERE id = '{}'", claims[0])).await;
        let swept = app.pass_days(DAYS).await;
        assert_eq!((swept.lapsed, swept.failed), (2, 1), "the other two do not wait for it");
        assert_eq!(app.pass_days(0).await.failed, 0, "it is not tried again at once");

        let admin = signed_in(app, "admin").await;
        let waiting = admin.get("/jobs?laid_aside=false").await;
        let waiting = &waiting.items()[0];
        assert_eq!((&waiting["kind"], &waiting["tries"], &waiting["failure"]), (&json!("claim_due"), &json!(1), &json!("internal")));
        let mut failed = 1;
        for _ in 0..20 {
            app.state.clock.advance(600);
            failed += jobs::sweep(&app.state, app.state.clock.now()).await.unwrap().failed;
        }
        assert_eq!(failed, 8, "tried eight times in all");
        let admin = signed_in(app, "admin").await;
        let aside = admin.get("/jobs?laid_aside=true").await;
        assert_eq!(aside.items().len(), 1, "{:#}", aside.body);
        let path = format!("/jobs/{}/retry", aside.items()[0]["id"].as_str().unwrap());

        execute(app, format!("UPDATE claims SET delivery = NULL WHERE id = '{}'", claims[0])).await;
        assert_eq!(app.pass_days(0).await.lapsed, 0, "laid aside is laid aside");
        signed_in(app, "coordinator").await.post(&path, json!({})).await.refused(403, "forbidden");
        let again = admin.post(&path, json!({})).await;
        assert_eq!((&again.expect(200).body["tries"], again.body.get("laid_aside_at")), (&json!(0), None));
        admin.post(&path, json!({})).await.refused(409, "wrong_job_status");
        assert_eq!(app.pass_days(0).await.lapsed, 1);
        assert_eq!(admin.get("/jobs").await.items().len(), 0, "what is done is gone");
    }
}

on_both! {
    async fn a_job_whose_taker_died_is_taken_again_when_its_lease_is_over(app) {
        let w = World::new(app).await;
        let claims = lapsing(&w, 2).await;
        app.state.clock.advance(DAYS * 86_400);
        let now = app.state.clock.now();
        let ids = app.state.ids.clone();
        let taken = app.state.db.write(move |tx| {
            let due = job::due(tx, now, 100)?;
            job::plan(tx, &due, now, || ids.make())?;
            job::take(tx, now, now.plus_seconds(60), 100)
        });
        let taken = taken.await.unwrap();
        assert_eq!(taken.len(), 2);
        // Its taker died; the others leave it alone until the lease is over.
        assert_eq!(jobs::sweep(&app.state, now.plus_seconds(59)).await.unwrap(), jobs::Swept::default());
        assert_eq!(jobs::sweep(&app.state, now.plus_seconds(60)).await.unwrap().lapsed, 2);
        // It was not dead, only slow: what it would do is done, and it may not do it.
        let late = taken[0].clone();
        assert!(!app.state.db.write(move |tx| job::finish(tx, &late)).await.unwrap());
        assert!(lapses(app, &claims).await.values().all(|count| *count == 1));
    }
}

on_both! {
    async fn a_slow_taker_cannot_end_what_another_took_since(app) {
        let w = World::new(app).await;
        lapsing(&w, 1).await;
        app.state.clock.advance(DAYS * 86_400);
        let now = app.state.clock.now();
        let ids = app.state.ids.clone();
        let take = |at: Instant| app.state.db.write(move |tx| job::take(tx, at, at.plus_seconds(60), 100));
        let plan = app.state.db.write(move |tx| {
            let due = job::due(tx, now, 100)?;
            job::plan(tx, &due, now, || ids.make())
        });
        plan.await.unwrap();
        let slow = take(now).await.unwrap().remove(0);
        let other = take(now.plus_seconds(61)).await.unwrap().remove(0);
        assert_eq!((slow.id, slow.tries, other.tries), (other.id, 1, 2));
        let end = |job: job::Job| app.state.db.write(move |tx| job::finish(tx, &job));
        let failed = slow.clone();
        app.state.db.write(move |tx| job::fail(tx, &failed, "internal", now, None)).await.unwrap();
        assert!(!end(slow).await.unwrap());
        assert!(end(other).await.unwrap(), "nor did its failure lay the job aside");
    }
}

on_both! {
    async fn three_servers_at_once_do_each_thing_once(app) {
        let w = World::new(app).await;
        let claims = lapsing(&w, 30).await;
        for _ in 0..10 {
            w.published(json!({})).await;
        }
        app.state.clock.advance(40 * 86_400);
        let now = app.state.clock.now();
        let others = [(); 2].map(|()| open_with(&app.database, app.state.clock.clone(), |_| {}));
        let (a, b, c) = tokio::join!(jobs::sweep(&app.state, now), jobs::sweep(&others[0], now), jobs::sweep(&others[1], now));
        let all = [a.unwrap(), b.unwrap(), c.unwrap()];
        assert_eq!(all.iter().map(|swept| swept.lapsed).sum::<usize>(), claims.len(), "{all:?}");
        // Those that were claimed have the time of an answer, to find another.
        assert_eq!(all.iter().map(|swept| swept.escalated).sum::<usize>(), 10, "{all:?}");
        assert_eq!(all.iter().map(|swept| swept.failed).sum::<usize>(), 0, "{all:?}");
        assert!(lapses(app, &claims).await.values().all(|count| *count == 1));
        app.assert_sound().await;
    }
}

on_both! {
    async fn an_earlier_time_than_that_of_the_last_run_is_refused(app) {
        let w = World::new(app).await;
        let claims = lapsing(&w, 1).await;
        let now = app.state.clock.now();
        let monday = now.plus_days(DAYS);
        assert_eq!(jobs::sweep_as_of(&app.state, monday).await.unwrap().lapsed, 1);
        let wish = w.published(json!({})).await;
        let earlier = jobs::sweep_as_of(&app.state, monday.plus_seconds(-1)).await;
        assert!(matches!(earlier, Err(Failure::Refused(refusal)) if refusal.code == Code::PastRun));
        assert_eq!(jobs::sweep_as_of(&app.state, monday).await.unwrap().lapsed, 0, "the same time again does nothing");
        assert_eq!(app.public().get(&format!("/wishes/{wish}")).await.expect(200).body["status"], "open");
        assert_eq!(lapses(app, &claims).await.values().sum::<usize>(), 1);
    }
}

on_both! {
    async fn a_clock_moved_by_an_hour_does_nothing_twice_and_misses_nothing(app) {
        let w = World::new(app).await;
        let claims = lapsing(&w, 3).await;
        let before = app.state.clock.now();
        // The second after the evening of that Monday.
        let due = "2026-11-23T16:00:00Z".parse::<Instant>().unwrap();
        let mut lapsed = Vec::new();
        for seconds in [-3600, 0, -3600, 3600, 0] {
            let now = due.plus_seconds(seconds);
            app.state.clock.set(now);
            lapsed.push(jobs::sweep(&app.state, now).await.unwrap().lapsed);
        }
        assert_eq!(lapsed, [0, 3, 0, 0, 0]);
        assert!(before < due && lapses(app, &claims).await.values().all(|count| *count == 1));
    }
}

/// On PostgreSQL, whose clock all servers share: SQLite's servers stand on one machine, with one clock.
#[test]
fn a_server_whose_clock_is_a_minute_ahead_does_nothing_early_and_says_so() {
    tests::run(tests::Kind::Postgres, async |app| {
        let w = World::new(&app).await;
        let claims = lapsing(&w, 2).await;
        let ahead = Clock::fixed(Clock::system().now().plus_seconds(60));
        let wrong = open_with(&app.database, ahead, |_| {});
        let due = Clock::system().now().plus_seconds(3);
        execute(&app, format!("UPDATE claims SET contact_by = {0}, lapses_at = {0}", due.micros())).await;
        let server = tokio::task::spawn_local(jobs::run(wrong.clone()));
        tokio::time::sleep(Duration::from_secs(2)).await;
        let early = lapses(&app, &claims).await;
        while lapses(&app, &claims).await.values().any(|count| *count == 0) {
            assert!(Clock::system().now() < due.plus_seconds(60), "missed");
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        wrong.drain();
        server.await.unwrap();
        assert!(early.values().all(|count| *count == 0), "{early:?}");
        assert!(lapses(&app, &claims).await.values().all(|count| *count == 1));
        let figures = server::observe::render();
        let skew = figures.lines().find_map(|line| line.strip_prefix("clock_skew_seconds "));
        let skew: f64 = skew.expect("the figure of the skew").parse().unwrap();
        assert!((50.0..=60.0).contains(&skew), "{skew}");
    });
}

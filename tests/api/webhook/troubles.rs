//! Receivers that want no more, lead elsewhere, are busy, hang or stay away; and servers that die with messages in hand.

use super::*;
use domain::webhook::LEASE_SECONDS;
use std::time::Instant;

/// Waits until something holds, for ten seconds at most.
async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(holds(), "{what}");
}

with_receiver! {
    async fn after_410_nothing_is_sent_and_nothing_is_lost(app, receiver) {
        let (w, platform, hook, _) = stage(app, receiver).await;
        receiver.mood(Mood::Says(410));
        let first = fulfilled(&w).await;
        assert_eq!(sweep(app).await, 0);
        assert_eq!(receiver.got().len(), 1);
        fulfilled(&w).await;
        app.state.clock.advance(60);
        sweep(app).await;
        assert_eq!(receiver.got().len(), 1, "none after 410");
        let seen = w.admin.get(&format!("/webhooks/{hook}")).await.expect(200).clone();
        assert_eq!((&seen.body["active"], &seen.body["off_because"]), (&json!(false), &json!("gone")));
        let told = w.admin.get("/events?limit=100").await.expect(200).items();
        let off = told.iter().find(|event| event["kind"] == "webhook_disabled").unwrap();
        assert_eq!((&off["data"]["because"], off.get("actor")), (&json!("gone"), None));
        platform.post(&format!("/webhooks/{hook}/pings"), json!({})).await.refused(409, "webhook_off");
        receiver.mood(Mood::Says(200));
        platform.patch(&hook, json!({ "active": true })).await.expect(200);
        assert_eq!(sweep(app).await, 8, "all from where it stood");
        assert_in_order(&receiver.took());
        assert_eq!(numbers(&receiver.took())[&first].len(), 4);
    }
}

with_receiver! {
    async fn a_redirect_is_not_followed(app, receiver) {
        let (w, platform, hook, _) = stage(app, receiver).await;
        let inside = Receiver::open();
        for status in [301, 302, 303, 307, 308] {
            receiver.mood(Mood::SaysWith(status, "Location", inside.url()));
            w.published(json!({})).await;
            assert_eq!(sweep(app).await, 0);
        }
        assert!(inside.got().is_empty());
        let log = platform.log(&hook).await;
        assert!(log.iter().all(|one| one["state"] == "pending" && one["attempts"][0]["status"].as_i64().unwrap() > 300));
        assert!(platform.see(&hook).await["failing_since"].is_string());
    }
}

with_receiver! {
    async fn who_is_busy_is_left_alone_for_as_long_as_they_ask(app, receiver) {
        let (w, _, _, _) = stage(app, receiver).await;
        receiver.mood(Mood::SaysWith(429, "Retry-After", "120".to_owned()));
        w.published(json!({})).await;
        sweep(app).await;
        assert_eq!(receiver.got().len(), 1);
        receiver.mood(Mood::Says(200));
        w.published(json!({})).await;
        app.state.clock.advance(119);
        assert_eq!(sweep(app).await, 0);
        assert_eq!(receiver.got().len(), 1, "nor is another message sent meanwhile");
        app.state.clock.advance(1);
        assert_eq!(sweep(app).await, 2);
        // An hour at most is believed.
        receiver.mood(Mood::SaysWith(503, "Retry-After", "999999999".to_owned()));
        w.published(json!({})).await;
        sweep(app).await;
        receiver.mood(Mood::Says(200));
        app.state.clock.advance(3600);
        assert_eq!(sweep(app).await, 1);
    }
}

with_receiver! {
    async fn one_that_hangs_holds_up_no_other(app, receiver) {
        let (w, platform, _, _) = stage(app, receiver).await;
        let other = format!("{}/other", receiver.base);
        platform.hook(&other).await;
        receiver.minds(|got| if got.path == "/hook" { Mood::Hangs } else { Mood::Says(200) });
        let working = tokio::task::spawn_local(jobs::run_webhooks(app.state.clone()));
        w.published(json!({})).await;
        until("the one that hangs was asked", || receiver.got().iter().any(|got| got.path == "/hook")).await;
        let wish = w.published(json!({})).await;
        let begun = Instant::now();
        until("the other hears", || receiver.took().iter().any(|got| got.wish() == wish)).await;
        // It looks once a second anyway.
        assert!(begun.elapsed() < Duration::from_millis(2500), "{:?}", begun.elapsed());
        working.abort();
    }
}

with_receiver! {
    async fn what_a_dead_server_had_in_hand_another_sends_when_the_lease_is_over(app, receiver) {
        let (w, platform, hook, _) = stage(app, receiver).await;
        receiver.mood(Mood::Hangs);
        let wish = fulfilled(&w).await;
        let working = tokio::task::spawn_local(jobs::run_webhooks(app.state.clone()));
        until("it is on its way", || !receiver.got().is_empty()).await;
        working.abort();
        receiver.mood(Mood::Says(200));
        let other = open_with(&app.database, app.state.clock.clone(), |config| receiver.allow(config));
        // PostgreSQL's servers go by its clock.
        let taken = app.state.db.read(store::job::clock).await.unwrap().unwrap_or_else(|| app.state.clock.now());
        let early = jobs::sweep(&other, taken.plus_seconds(LEASE_SECONDS - 20)).await.unwrap();
        assert_eq!(early.told, 0, "it may only be slow");
        let late = jobs::sweep(&other, taken.plus_seconds(LEASE_SECONDS + 1)).await.unwrap();
        assert_eq!(late.told, 4, "and the later ones had waited for it");
        let got = receiver.got();
        assert_eq!(got[0].id(), got[1].id(), "twice at most, under one id");
        assert_eq!(numbers(&receiver.took())[&wish].len(), 4);
        assert!(platform.log(&hook).await.iter().all(|one| one["state"] == "delivered"));
    }
}

with_receiver! {
    async fn a_slow_server_cannot_end_what_another_took_since(app, receiver) {
        use store::webhook::delivery;
        let (w, platform, hook, _) = stage(app, receiver).await;
        w.published(json!({})).await;
        receiver.mood(Mood::Says(500));
        sweep(app).await;
        let (hook, whom) = (hook.parse().unwrap(), (platform.id.parse().unwrap(), w.county.parse().unwrap()));
        let take = |at: domain::time::Instant| {
            app.state.db.write(move |tx| delivery::take(tx, (hook, whom), at..at.plus_seconds(60), 9))
        };
        let now = app.state.clock.now().plus_seconds(10);
        let slow = take(now).await.unwrap().remove(0);
        assert!(take(now).await.unwrap().is_empty(), "one has it");
        let other = take(now.plus_seconds(60)).await.unwrap().remove(0);
        let end = |message: delivery::Delivery| {
            let state = domain::webhook::State::Delivered;
            app.state.db.write(move |tx| delivery::end(tx, &message, state, now))
        };
        assert!(!end(slow).await.unwrap());
        assert!(end(other).await.unwrap());
    }
}

with_receiver! {
    async fn who_stays_away_for_75_hours_is_given_up_and_told_all_afterwards(app, receiver) {
        let (w, platform, hook, _) = stage(app, receiver).await;
        receiver.mood(Mood::HangsUp);
        let first = w.published(json!({})).await;
        let mut pauses = Vec::new();
        for _ in 0..100 {
            sweep(app).await;
            let seen = platform.see(&hook).await;
            if seen["active"] == false {
                assert_eq!(seen["off_because"], "failing");
                break;
            }
            let log = platform.log(&hook).await;
            let next: domain::time::Instant = log[0]["run_at"].as_str().unwrap().parse().unwrap();
            let seconds = (next.micros() - app.state.clock.now().micros()) / 1_000_000 + 1;
            pauses.push(seconds);
            app.state.clock.advance(seconds);
        }
        assert_eq!(receiver.got().len(), 10);
        let hours = pauses.iter().sum::<i64>() / 3600;
        assert!((75..=81).contains(&hours), "{hours}");
        assert_eq!(platform.log(&hook).await[0]["state"], "failed");
        receiver.mood(Mood::Says(200));
        platform.patch(&hook, json!({ "active": true })).await.expect(200);
        assert_eq!(sweep(app).await, 0);
        let failed = json!({ "since": "2026-11-20T00:00:00Z", "failed_only": true });
        let again = platform.post(&format!("/webhooks/{hook}/replays"), failed).await;
        assert_eq!(again.expect(200).body["replayed"], 1);
        assert_eq!(sweep(app).await, 1);
        assert_eq!(receiver.took()[0].wish(), first);
    }
}

//! Webhooks: what the feed tells a platform comes to it, signed, in order, at least once; and whatever a receiver does,
//! nobody else waits for it.

#[path = "../../backend/server/src/outgoing/hostile.rs"]
mod hostile;
mod kit;
mod managing;
mod troubles;

use reqwest::Method;
use serde_json::{Value, json};
use server::jobs;
use std::{collections::BTreeMap, time::Duration};
use tests::{
    App, Kind,
    client::{Answer, Client, one_more, send},
    open_with,
    receiver::{Got, Mood, Receiver},
    run_with,
    world::World,
};

/// Runs a body on both databases, with a receiver that may be called.
macro_rules! with_receiver {
    (async fn $name:ident($app:ident, $receiver:ident) $body:block) => {
        mod $name {
            use super::*;

            async fn body($app: &App, $receiver: &Receiver) $body

            fn on(kind: Kind) {
                let receiver = Receiver::open();
                run_with(kind, |config| receiver.allow(config), async |app| body(&app, &receiver).await);
            }

            #[test]
            fn sqlite() {
                on(Kind::Sqlite);
            }

            #[test]
            fn postgres() {
                on(Kind::Postgres);
            }
        }
    };
}
use with_receiver;

const ALL: [&str; 3] = ["wishes:read", "events:read", "webhooks:manage"];

/// A platform of the county, and its program.
struct Platform {
    id: String,
    program: Client,
}

impl Platform {
    async fn new(app: &App, w: &World, scopes: &[&str]) -> Self {
        let new = json!({ "name": "公益平台", "scopes": scopes });
        let id = w.admin.post(&format!("/organisations/{}/platforms", w.county), new).await.expect(201).id();
        let made = w.admin.post(&format!("/platforms/{id}/keys"), json!({ "days": 30 })).await;
        Self { id, program: app.public().with_token(&made.expect(201).text("key")) }
    }

    /// Asks for something to be done, once.
    async fn post(&self, path: &str, body: Value) -> Answer {
        let key = one_more();
        self.program.post_once(path, &key, body).await
    }

    /// A new webhook, by its id, and its secret.
    async fn hook(&self, url: &str) -> (String, String) {
        let made = self.post(&format!("/platforms/{}/webhooks", self.id), json!({ "url": url })).await;
        (made.expect(201).body["webhook"]["id"].as_str().unwrap().to_owned(), made.text("secret"))
    }

    async fn patch(&self, hook: &str, change: Value) -> Answer {
        self.program.change(Method::PATCH, &format!("/webhooks/{hook}"), "*", change).await
    }

    async fn log(&self, hook: &str) -> Vec<Value> {
        self.program.get(&format!("/webhooks/{hook}/deliveries?limit=100")).await.expect(200).items()
    }

    async fn see(&self, hook: &str) -> Value {
        self.program.get(&format!("/webhooks/{hook}")).await.expect(200).body.clone()
    }
}

/// A world whose resident shares, a platform, and a webhook of it at the receiver, with its secret.
async fn stage(app: &App, receiver: &Receiver) -> (World, Platform, String, String) {
    let w = World::new(app).await;
    w.shares(&w.resident).await;
    let platform = Platform::new(app, &w, &ALL).await;
    let (hook, secret) = platform.hook(&receiver.url()).await;
    (w, platform, hook, secret)
}

/// Tells all that is to be told now. How many messages arrived.
async fn sweep(app: &App) -> usize {
    jobs::sweep(&app.state, app.state.clock.now()).await.unwrap().told
}

/// A wish from the wall to its end: four events.
async fn fulfilled(w: &World) -> String {
    let wish = w.published(json!({})).await;
    let claim = w.delivered(&wish, 1).await;
    let word = json!({ "accepted": true, "method": "call" });
    w.collector.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
    wish
}

/// The ids of what the feed tells.
async fn feed(platform: &Platform) -> Vec<String> {
    let events = platform.program.get("/shared/events?limit=100").await.expect(200).items();
    events.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect()
}

/// The numbers of what came, by wish, each message once.
fn numbers(came: &[Got]) -> BTreeMap<String, Vec<i64>> {
    let mut by_wish: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for got in came {
        let numbers = by_wish.entry(got.wish()).or_default();
        numbers.push(got.says()["data"]["number"].as_i64().unwrap());
        let mut once = numbers.clone();
        once.dedup();
        *numbers = once;
    }
    by_wish
}

/// Each wish was told in its order.
fn assert_in_order(came: &[Got]) {
    for (wish, numbers) in numbers(came) {
        assert!(numbers.is_sorted(), "{wish}: {numbers:?}");
    }
}

with_receiver! {
    async fn what_the_feed_tells_arrives_signed_and_says_no_more(app, receiver) {
        let (w, platform, hook, secret) = stage(app, receiver).await;
        let wish = fulfilled(&w).await;
        assert_eq!(sweep(app).await, 4);
        let got = receiver.got();
        let mut came: Vec<String> = got.iter().map(|got| got.id().to_owned()).collect();
        let told = feed(&platform).await;
        came.sort_by_key(|id| told.iter().position(|told| told == id));
        assert_eq!(came, told, "each message under the id of its event");
        assert_in_order(&got);
        let first = got.iter().find(|got| got.says()["type"] == "wish_published").unwrap();
        let says = first.says();
        assert_eq!(says, json!({
            "specversion": "1.0", "id": first.id(), "source": "/api/v1/shared/events", "type": "wish_published",
            "timestamp": says["timestamp"], "data": { "wish_id": wish, "number": says["data"]["number"], "status": "open" },
        }));
        for got in &got {
            assert!(got.is_signed_with(&secret) && !got.is_signed_with("whsec_AAAA"), "{:?}", got.headers);
            assert_eq!((got.path.as_str(), got.headers["content-type"].as_str()), ("/hook", "application/json"));
            assert_eq!(got.headers["webhook-timestamp"], (app.state.clock.now().micros() / 1_000_000).to_string());
        }
        assert_eq!(sweep(app).await, 0, "once");
        let log = platform.log(&hook).await;
        assert!(log.iter().all(|one| one["state"] == "delivered" && one["attempts"][0]["status"] == 204), "{log:#?}");
        assert!(!json!(log).to_string().contains("想要"), "no bodies");
        // What came before it was entered is not told.
        let (later, _) = platform.hook(&receiver.url()).await;
        assert_eq!(sweep(app).await, 0);
        assert!(platform.log(&later).await.is_empty());
    }
}

with_receiver! {
    async fn a_webhook_hears_the_kinds_that_it_wants_of_wishes_that_its_platform_sees(app, receiver) {
        let w = World::new(app).await;
        w.shares(&w.resident).await;
        let platform = Platform::new(app, &w, &ALL).await;
        let new = json!({ "url": receiver.url(), "kinds": ["claim_confirmed"] });
        platform.post(&format!("/platforms/{}/webhooks", platform.id), new).await.expect(201);
        // Manages, and may not follow.
        let deaf = Platform::new(app, &w, &["webhooks:manage"]).await;
        deaf.hook(&format!("{}/deaf", receiver.base)).await;
        let wish = fulfilled(&w).await;
        let private = tests::world::resident(&w.collector, &w.village).await;
        w.published(json!({ "beneficiary_id": private })).await;
        assert_eq!(sweep(app).await, 1);
        let got = receiver.got();
        assert_eq!((got.len(), got[0].wish(), got[0].says()["type"].as_str()), (1, wish, Some("claim_confirmed")));
    }
}

with_receiver! {
    async fn while_secrets_change_either_verifies(app, receiver) {
        let (w, platform, hook, old) = stage(app, receiver).await;
        let rotated = platform.post(&format!("/webhooks/{hook}/secrets"), json!({})).await;
        let new = rotated.expect(201).text("secret");
        assert_ne!(new, old);
        w.published(json!({})).await;
        sweep(app).await;
        let both = receiver.got().pop().unwrap();
        assert!(both.is_signed_with(&new) && both.is_signed_with(&old));
        platform.post(&format!("/webhooks/{hook}/pings"), json!({})).await.expect(201);
        app.state.clock.advance(86_400);
        sweep(app).await;
        let one = receiver.got().pop().unwrap();
        assert_eq!(one.says()["type"], "ping");
        assert!(one.is_signed_with(&new) && !one.is_signed_with(&old), "a day later the old one is good no more");
        let kept = app.state.db.read(|tx| {
            use diesel::{QueryDsl, RunQueryDsl};
            use store::schema::webhooks::dsl::{old_secret, secret, webhooks};
            Ok::<_, store::StoreError>(webhooks.select((secret, old_secret)).first::<(String, Option<String>)>(tx)?)
        });
        let kept = format!("{:?}", kept.await.unwrap());
        for secret in [&old, &new] {
            assert!(!kept.contains("whsec_") && !kept.contains(&secret["whsec_".len()..]), "sealed");
        }
    }
}

with_receiver! {
    async fn what_is_shared_no_more_is_held_back_and_only_that_it_goes_is_told(app, receiver) {
        let (w, platform, hook, _) = stage(app, receiver).await;
        receiver.mood(Mood::Says(500));
        let wish = w.published(json!({})).await;
        assert_eq!(sweep(app).await, 0);
        let known = w.collector.get(&format!("/beneficiaries/{}", w.resident)).await;
        let consents = known.expect(200).body["consents"].as_array().unwrap().clone();
        let given = consents.iter().find(|one| one["purpose"] == "share_with_platform").unwrap();
        let path = format!("/beneficiaries/{}/consents/{}/withdraw", w.resident, given["id"].as_str().unwrap());
        w.collector.post(&path, json!({})).await.expect(200);
        receiver.mood(Mood::Says(204));
        app.state.clock.advance(60);
        assert_eq!(sweep(app).await, 1);
        let took = receiver.took();
        assert_eq!((took[0].wish(), took[0].says()["type"].as_str()), (wish, Some("wish_unshared")));
        let states: Vec<Value> = platform.log(&hook).await.iter().map(|one| one["state"].clone()).collect();
        assert_eq!(states, ["delivered", "withheld"]);
    }
}

with_receiver! {
    async fn who_may_not_follow_any_more_is_told_nothing_until_they_may(app, receiver) {
        let (w, platform, _, _) = stage(app, receiver).await;
        receiver.mood(Mood::Says(500));
        w.published(json!({})).await;
        sweep(app).await;
        receiver.mood(Mood::Says(200));
        app.state.clock.advance(60);
        for (scopes, told) in [(&ALL[2..], 0), (&ALL[..], 3)] {
            let path = format!("/platforms/{}", platform.id);
            w.admin.change(Method::PATCH, &path, "*", json!({ "scopes": scopes })).await.expect(200);
            w.published(json!({})).await;
            assert_eq!(sweep(app).await, told, "{scopes:?}");
        }
    }
}

with_receiver! {
    async fn of_a_wish_the_later_waits_for_the_earlier_and_other_wishes_do_not(app, receiver) {
        let (w, platform, hook, _) = stage(app, receiver).await;
        let stuck = fulfilled(&w).await;
        let fine = fulfilled(&w).await;
        let refused = stuck.clone();
        receiver.minds(move |got| Mood::Says(if got.wish() == refused { 500 } else { 200 }));
        assert_eq!(sweep(app).await, 4);
        let got = receiver.got();
        assert_eq!(got.iter().filter(|got| got.wish() == stuck).count(), 1, "of the stuck one, its first alone");
        assert_eq!(numbers(&receiver.took())[&fine].len(), 4);
        receiver.mood(Mood::Says(200));
        assert_eq!(sweep(app).await, 0, "not before its time");
        app.state.clock.advance(6);
        assert_eq!(sweep(app).await, 4);
        assert_in_order(&receiver.took());
        let first = platform.log(&hook).await.into_iter().rfind(|one| one["wish_id"] == *stuck).unwrap();
        let statuses: Vec<&Value> = first["attempts"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
        assert_eq!(statuses, [500, 200]);
        let ids: Vec<String> = receiver.got().iter().filter(|got| got.wish() == stuck).map(|got| got.id().to_owned()).collect();
        assert_eq!(ids[0], ids[1], "the same message under the same id");
    }
}

with_receiver! {
    async fn whatever_a_receiver_does_each_message_arrives_in_its_order(app, receiver) {
        let (w, _, _, secret) = stage(app, receiver).await;
        let mut wishes = Vec::new();
        for _ in 0..6 {
            wishes.push(fulfilled(&w).await);
        }
        // Each message fails up to three times, each time in another way.
        let tries = std::cell::RefCell::new(BTreeMap::<String, usize>::new());
        receiver.minds(move |got| {
            let number = usize::try_from(got.says()["data"]["number"].as_i64().unwrap()).unwrap();
            let mut tries = tries.borrow_mut();
            let tries = tries.entry(got.id().to_owned()).or_default();
            *tries += 1;
            if *tries > number % 4 {
                return [Mood::Says(204), Mood::Slow(Duration::from_millis(30))][number % 2].clone();
            }
            let wait = ("Retry-After", "7".to_owned());
            [
                Mood::Says(500), Mood::Says(301), Mood::HangsUp, Mood::Says(429), Mood::SaysWith(503, wait.0, wait.1), Mood::Says(404),
            ][(number + *tries) % 6].clone()
        });
        let mut arrived = 0;
        for _ in 0..400 {
            arrived += sweep(app).await;
            if arrived == 24 {
                break;
            }
            app.state.clock.advance(600);
        }
        assert_eq!(arrived, 24);
        let took = receiver.took();
        assert_in_order(&took);
        assert_eq!(numbers(&took).len(), 6);
        assert!(receiver.got().iter().all(|got| got.is_signed_with(&secret)));
    }
}

with_receiver! {
    async fn two_servers_tell_each_thing_once_and_in_order(app, receiver) {
        let (w, _, _, _) = stage(app, receiver).await;
        for _ in 0..5 {
            fulfilled(&w).await;
        }
        let other = open_with(&app.database, app.state.clock.clone(), |config| receiver.allow(config));
        receiver.mood(Mood::Slow(Duration::from_millis(5)));
        let now = app.state.clock.now();
        let (a, b) = tokio::join!(jobs::sweep(&app.state, now), jobs::sweep(&other, now));
        let again = sweep(app).await;
        assert_eq!(a.unwrap().told + b.unwrap().told + again, 20);
        let took = receiver.took();
        assert_eq!(took.len(), 20, "none twice");
        assert_in_order(&took);
    }
}

with_receiver! {
    async fn where_nobody_is_told_an_event_costs_nothing(app, receiver) {
        let w = World::new(app).await;
        w.shares(&w.resident).await;
        let deaf = Platform::new(app, &w, &ALL).await;
        let (off, _) = deaf.hook(&receiver.url()).await;
        deaf.patch(&off, json!({ "active": false })).await.expect(200);
        fulfilled(&w).await;
        let before = app.state.db.commits();
        let watching = tokio::task::spawn_local(jobs::run_webhooks(app.state.clone()));
        tokio::time::sleep(Duration::from_millis(1500)).await;
        watching.abort();
        assert_eq!(app.state.db.commits(), before, "not even a place in the feed");
        assert!(app.state.db.read(store::event::waits).await.unwrap());
        assert!(deaf.log(&off).await.is_empty() && receiver.got().is_empty());
    }
}

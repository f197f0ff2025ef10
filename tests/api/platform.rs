//! Platforms: what residents agreed to share comes to those who have a key for it, and to nobody else; and it
//! goes as soon as a resident says so.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    App,
    client::Client,
    on_both,
    world::{World, organisation},
};

const BOTH: [&str; 2] = ["wishes:read", "events:read"];

/// A platform of an organisation, and a key of it.
async fn platform(w: &World, at: &str, scopes: &[&str]) -> (String, String) {
    let new = json!({ "name": "公益平台", "scopes": scopes });
    let id = w.admin.post(&format!("/organisations/{at}/platforms"), new).await.expect(201).id();
    (id.clone(), key(w, &id).await)
}

async fn key(w: &World, platform: &str) -> String {
    w.admin.post(&format!("/platforms/{platform}/keys"), json!({ "days": 30 })).await.expect(201).text("key")
}

async fn program(app: &App, w: &World, at: &str) -> Client {
    app.public().with_token(&platform(w, at, &BOTH).await.1)
}

fn ids(list: &[Value]) -> Vec<&str> {
    list.iter().map(|one| one["id"].as_str().unwrap()).collect()
}

/// What the feed tells of a wish, from its beginning.
async fn told(by: &Client, wish: &str) -> Vec<(String, Value)> {
    let events = by.get("/shared/events?limit=100").await.expect(200).items();
    let own = events.into_iter().filter(|event| event["wish_id"] == *wish);
    own.map(|event| (event["kind"].as_str().unwrap().to_owned(), event["status"].clone())).collect()
}

async fn withdraw(w: &World) {
    let known = w.collector.get(&format!("/beneficiaries/{}", w.resident)).await;
    let given = known.expect(200).body["consents"].as_array().unwrap().clone();
    let live =
        given.iter().find(|one| one["purpose"] == "share_with_platform" && one["withdrawn_on"].is_null());
    let id = live.unwrap()["id"].as_str().unwrap();
    w.collector
        .post(&format!("/beneficiaries/{}/consents/{id}/withdraw", w.resident), json!({}))
        .await
        .expect(200);
}

on_both! {
    async fn what_a_resident_shares_comes_and_goes_as_they_say(app) {
        let w = World::new(app).await;
        let county = program(app, &w, &w.county).await;
        let before = w.published(json!({})).await;
        assert!(county.get("/shared/wishes").await.expect(200).items().is_empty(), "on the wall, not shared");
        county.get(&format!("/shared/wishes/{before}")).await.refused(404, "not_found");
        assert!(told(&county, &before).await.is_empty(), "nothing of what is not shared");

        w.shares(&w.resident).await;
        let after = w.published(json!({ "title": "想要一张书桌" })).await;
        let page = county.get("/shared/wishes").await;
        let items = page.expect(200).items();
        assert_eq!(ids(&items), [before.as_str(), &after], "in the order in which they changed");
        assert_eq!(items[1]["title"], "想要一张书桌");
        assert!(items[1]["place"] == "桃坪镇" && !page.body.to_string().contains("何家坪"), "no place finer than the wall's");
        let text = page.body.to_string();
        for secret in ["谢某某", "07005550199", "三组", "按键要大", &w.resident] {
            assert!(!text.contains(secret), "{secret}");
        }
        let told_before: Vec<_> = told(&county, &before).await.into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(told_before, ["wish_published", "wish_shared"]);

        withdraw(&w).await;
        assert!(county.get("/shared/wishes").await.expect(200).items().is_empty());
        county.get(&format!("/shared/wishes/{after}")).await.refused(404, "not_found");
        assert_eq!(told(&county, &after).await, [("wish_unshared".to_owned(), json!("open"))], "that it goes, and no more");
        app.public().get(&format!("/wishes/{after}")).await.expect(200);
        w.shares(&w.resident).await;
        assert_eq!(county.get("/shared/wishes").await.expect(200).items().len(), 2, "and comes again");
    }
}

on_both! {
    async fn of_who_was_erased_platforms_are_shown_nothing(app) {
        let w = World::new(app).await;
        w.shares(&w.resident).await;
        let county = program(app, &w, &w.county).await;
        let wish = w.published(json!({})).await;
        let claim = w.delivered(&wish, 1).await;
        let word = json!({ "accepted": true, "method": "call" });
        w.collector.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
        assert_eq!(county.get("/shared/wishes").await.expect(200).items().len(), 1);
        let erasure = format!("/beneficiaries/{}/erasure", w.resident);
        let asked = json!({ "reason": "requested" });
        w.admin.change(Method::POST, &erasure, "*", asked).await.expect(200);
        assert!(county.get("/shared/wishes").await.expect(200).items().is_empty());
        assert_eq!(told(&county, &wish).await, [("wish_unshared".to_owned(), json!("fulfilled"))]);
        app.assert_sound().await;
    }
}

on_both! {
    async fn a_platform_follows_a_wish_to_its_end(app) {
        let w = World::new(app).await;
        w.shares(&w.resident).await;
        let county = program(app, &w, &w.county).await;
        let wish = w.published(json!({})).await;
        let seen = county.get(&format!("/shared/wishes/{wish}")).await;
        let tag = seen.expect(200).header("etag");
        let same = county.request(Method::GET, &format!("/shared/wishes/{wish}")).header("If-None-Match", &tag);
        assert_eq!(same.send().await.unwrap().status(), 304);
        let since = seen.text("updated_at");
        app.state.clock.advance(60);
        let claim = w.delivered(&wish, 1).await;
        let word = json!({ "accepted": true, "method": "call" });
        w.collector.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
        let done = county.get(&format!("/shared/wishes?updated_since={since}&status=fulfilled")).await;
        assert_eq!(ids(&done.expect(200).items()), [wish.as_str()]);
        let kinds: Vec<_> = told(&county, &wish).await.into_iter().collect();
        let expected = [("wish_published", "open"), ("wish_claimed", "claimed"), ("claim_delivered", "delivered"), ("claim_confirmed", "fulfilled")];
        assert_eq!(kinds, expected.map(|(kind, status)| (kind.to_owned(), json!(status))));
        app.state.clock.advance(60);
        let later = app.state.clock.now();
        assert!(county.get(&format!("/shared/wishes?updated_since={later}")).await.expect(200).items().is_empty());
        county.get("/shared/wishes?updated_since=yesterday").await.refused(422, "invalid");
    }
}

on_both! {
    async fn pages_show_each_wish_once_in_the_order_of_change(app) {
        let w = World::new(app).await;
        w.shares(&w.resident).await;
        let county = program(app, &w, &w.county).await;
        let mut wishes = Vec::new();
        for n in 0..5 {
            // Two changed at the same moment.
            app.state.clock.advance(n % 2);
            wishes.push(w.published(json!({ "title": format!("第{n}条") })).await);
        }
        let (mut seen, mut next) = (Vec::new(), String::new());
        loop {
            let page = county.get(&format!("/shared/wishes?limit=2{next}")).await;
            seen.extend(ids(&page.expect(200).items()).into_iter().map(str::to_owned));
            match page.body["next_cursor"].as_str() {
                Some(cursor) => next = format!("&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(seen, wishes);
    }
}

on_both! {
    async fn each_sees_the_subtree_of_its_organisation_and_no_other(app) {
        let w = World::new(app).await;
        w.shares(&w.resident).await;
        let wish = w.published(json!({})).await;
        let elsewhere = organisation(&w.admin, &w.city, "邻县", "county", "government", None).await;
        for (at, sees) in [(&w.city, true), (&w.county, true), (&elsewhere, false)] {
            let program = program(app, &w, at).await;
            assert_eq!(program.get("/shared/wishes").await.expect(200).items().len(), usize::from(sees));
            assert_eq!(program.get(&format!("/shared/wishes/{wish}")).await.status, if sees { 200 } else { 404 });
            assert_eq!(told(&program, &wish).await.is_empty(), !sees);
        }
        // A smaller circle would tell where somebody lives.
        let new = json!({ "name": "公益平台", "scopes": BOTH });
        for at in [&w.township, &w.village, &w.school] {
            w.admin.post(&format!("/organisations/{at}/platforms"), new.clone()).await.refused(409, "place_too_fine");
        }
        // Nor does one that lets a platform in become smaller.
        let (path, smaller) = (format!("/organisations/{elsewhere}"), json!({ "level": "township" }));
        w.admin.change(Method::PATCH, &path, "*", smaller.clone()).await.refused(409, "place_too_fine");
        let listed = w.admin.get(&format!("{path}/platforms")).await.expect(200).items();
        let platform = format!("/platforms/{}", listed[0]["id"].as_str().unwrap());
        let active = async |is: bool| w.admin.change(Method::PATCH, &platform, "*", json!({ "active": is })).await;
        active(false).await.expect(200);
        w.admin.change(Method::PATCH, &path, "*", smaller).await.expect(200);
        active(true).await.refused(409, "place_too_fine");
    }
}

on_both! {
    async fn a_key_opens_what_its_scopes_name_and_nothing_that_people_do(app) {
        let w = World::new(app).await;
        let reads = app.public().with_token(&platform(&w, &w.county, &["wishes:read"]).await.1);
        reads.get("/shared/wishes").await.expect(200);
        reads.get("/shared/events").await.refused(403, "insufficient_scope");
        reads.get("/me").await.refused(403, "insufficient_scope");
        reads.get(&format!("/beneficiaries/{}", w.resident)).await.refused(403, "insufficient_scope");
        reads.post("/wishes", w.wish(json!({}))).await.refused(403, "insufficient_scope");
        reads.get("/wishes").await.expect(200);
        for person in [&w.admin, &w.auditor] {
            person.get("/shared/wishes").await.refused(403, "forbidden");
        }
        app.public().get("/shared/wishes").await.refused(401, "unauthenticated");
    }
}

on_both! {
    async fn a_key_is_good_until_its_time_and_while_it_is_let_in(app) {
        let w = World::new(app).await;
        let (id, first) = platform(&w, &w.county, &BOTH).await;
        let at = format!("/platforms/{id}");
        let (first, second) = (app.public().with_token(&first), app.public().with_token(&key(&w, &id).await));
        w.admin.post(&format!("{at}/keys"), json!({})).await.refused(409, "too_many_keys");
        first.get("/shared/wishes").await.expect(200);
        let shown = w.admin.get(&at).await.expect(200).clone();
        assert!(shown.body["keys"][0]["last_used_at"].is_string() && shown.body["keys"][1]["last_used_at"].is_null());
        assert!(!shown.body.to_string().contains("wl_live_") && shown.header("cache-control") == "no-store");
        let used = shown.body["keys"][0]["id"].as_str().unwrap().to_owned();
        w.admin.post(&format!("{at}/keys/{used}/revoke"), json!({})).await.expect(200);
        w.admin.post(&format!("{at}/keys/{used}/revoke"), json!({})).await.refused(409, "wrong_status");
        first.get("/shared/wishes").await.refused(401, "unauthenticated");
        second.get("/shared/wishes").await.expect(200);

        let networks = json!({ "networks": ["192.0.2.0/24"] });
        w.admin.change(Method::PATCH, &at, "\"1-platform-zh\"", networks.clone()).await.refused(412, "stale");
        w.admin.change(Method::PATCH, &at, "*", networks).await.expect(200);
        second.get("/shared/wishes").await.refused(401, "unauthenticated");
        w.admin.change(Method::PATCH, &at, "*", json!({ "networks": [] })).await.expect(200);
        w.admin.change(Method::PATCH, &at, "*", json!({ "active": false })).await.expect(200);
        second.get("/shared/wishes").await.refused(401, "unauthenticated");
        w.admin.change(Method::PATCH, &at, "*", json!({ "active": true })).await.expect(200);
        second.get("/shared/wishes").await.expect(200);
        app.state.clock.advance(30 * 86_400);
        second.get("/shared/wishes").await.refused(401, "unauthenticated");
    }
}

on_both! {
    async fn a_key_that_was_never_made_opens_nothing(app) {
        let w = World::new(app).await;
        let (_, good) = platform(&w, &w.county, &BOTH).await;
        let (before, secret) = good.rsplit_once('_').unwrap();
        let other = if secret.starts_with('A') { "B" } else { "A" };
        let turned = format!("{before}_{other}{}", &secret[1..]);
        let foreign = format!("wl_live_01900000000070008000000000000dad_{secret}");
        for bad in ["wl_live_", "wl_live_x_y", &turned, &foreign, &good[..good.len() - 1]] {
            app.public().with_token(bad).get("/shared/wishes").await.refused(401, "unauthenticated");
        }
        app.public().with_token(&good).get("/shared/wishes").await.expect(200);
        app.public().with_token(&turned).get("/shared/wishes").await.refused(401, "unauthenticated");
    }
}

on_both! {
    async fn what_is_wrong_with_a_platform_is_named_and_nothing_is_entered(app) {
        let w = World::new(app).await;
        let at = format!("/organisations/{}/platforms", w.county);
        let bad = json!({ "name": "", "scopes": [], "networks": ["here"] });
        let refused = w.admin.post(&at, bad).await;
        let faults = refused.refused(422, "invalid").faults();
        let pointers: Vec<_> = faults.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(pointers, ["/name", "/scopes", "/networks/0"]);
        w.admin.post(&at, json!({ "name": "平台", "scopes": ["wishes:write"] })).await.refused(422, "invalid");
        assert!(w.admin.get(&at).await.expect(200).items().is_empty());
        let (id, _) = platform(&w, &w.county, &BOTH).await;
        w.admin.post(&format!("/platforms/{id}/keys"), json!({ "days": 366 })).await.refused(422, "invalid");
        w.stranger.get(&format!("/platforms/{id}")).await.refused(404, "not_found");
        let kinds: Vec<Value> = w.admin.get("/events?limit=100").await.items().into_iter()
            .filter(|event| event["subject"] == "platform").map(|event| event["kind"].clone()).collect();
        assert_eq!(kinds, ["platform_created", "platform_key_created"]);
    }
}

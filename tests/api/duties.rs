//! Duties: who is obliged and how often, what counts without anybody's report, and who sees how far whom.

use serde_json::{Value, json};
use tests::{
    App,
    client::Client,
    on_both,
    world::{PASSWORD, World},
};

fn duty(at: &str, change: Value) -> Value {
    let mut new = json!({
        "organisation_id": at, "title": "主题党日·点亮微心愿", "from": "2026-01-01", "to": "2026-12-31", "times": 2,
    });
    new.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    new
}

/// Everybody's tokens are over by the next day.
struct Day {
    manager: Client,
    county: Client,
    coordinator: Client,
    collector: Client,
}

impl Day {
    async fn new(app: &App) -> Self {
        let enter = async |name: &str| app.public().sign_in(name, PASSWORD).await;
        Self {
            manager: enter("manager").await,
            county: enter("county").await,
            coordinator: enter("coordinator").await,
            collector: enter("collector").await,
        }
    }

    /// The team brings a wish and others ask the resident; gives the wish and the claim.
    async fn brought(&self, w: &World, wish: &str) -> String {
        let claim = json!({ "claimant_id": w.team_claimant, "quantity": 1 });
        let claim = self.manager.post(&format!("/wishes/{wish}/claims"), claim).await.expect(201).id();
        self.manager.post(&format!("/claims/{claim}/deliveries"), json!({ "hours": 1 })).await.expect(201);
        claim
    }

    async fn confirmed(&self, claim: &str) {
        let word = json!({ "accepted": true, "method": "call" });
        self.coordinator.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
    }

    async fn progress(&self, duty: &str) -> Vec<Value> {
        self.county.get(&format!("/duties/{duty}/progress")).await.expect(200).items()
    }
}

on_both! {
    async fn a_wish_day_is_a_day_on_which_something_was_brought_as_others_confirmed(app) {
        let w = World::new(app).await;
        for (change, pointer) in [
            (json!({ "times": 0 }), "/times"),
            (json!({ "times": 13 }), "/times"),
            (json!({ "from": "2025-01-01", "to": "2025-12-31" }), "/to"),
            (json!({ "to": "2027-01-01" }), "/to"),
            (json!({ "title": " " }), "/title"),
        ] {
            let refused = w.county_coordinator.post("/duties", duty(&w.county, change)).await;
            assert_eq!(refused.refused(422, "invalid").faults()[0].0, pointer);
        }
        let id = w.county_coordinator.post("/duties", duty(&w.county, json!({}))).await.expect(201).id();
        let wish = w.published(json!({ "quantity": 9 })).await;

        // Two on one day are one day; what the unit itself typed in is none, and neither is what waits for a word.
        let day = Day::new(app).await;
        for _ in 0..2 {
            let claim = day.brought(&w, &wish).await;
            day.confirmed(&claim).await;
        }
        app.state.clock.advance(8 * 3600 + 1800);
        let day = Day::new(app).await;
        let code = day.collector.post(&format!("/wishes/{wish}/card"), json!({})).await.expect(201).text("code");
        let own = day.brought(&w, &wish).await;
        day.manager.post(&format!("/claims/{own}/confirmation"), json!({ "accepted": true, "method": "code", "code": code })).await.expect(201);
        let waits = day.brought(&w, &wish).await;
        let seen = day.progress(&id).await;
        let told = |one: &Value| (one["claimant"]["display_name"].as_str().unwrap().to_owned(), one["done"].clone(), one["owed"].clone(), one["days"].clone());
        assert_eq!(seen.iter().map(told).collect::<Vec<_>>(), [
            ("县中学".to_owned(), json!(0), json!(2), json!([])),
            ("村志愿队".to_owned(), json!(1), json!(1), json!(["2026-11-20"])),
        ], "who owes most first");

        // It is the day in China on which it was brought, whenever the word comes.
        app.state.clock.advance(86_400);
        let day = Day::new(app).await;
        day.confirmed(&waits).await;
        let first = day.county.get(&format!("/duties/{id}/progress?limit=1")).await;
        assert_eq!(first.expect(200).items()[0]["claimant"]["id"], json!(w.school_claimant));
        let next = format!("/duties/{id}/progress?limit=1&cursor={}", first.text("next_cursor"));
        let next = day.county.get(&next).await;
        let team = &next.expect(200).items()[0];
        assert_eq!((&team["done"], &team["owed"], &team["days"]), (&json!(2), &json!(0), &json!(["2026-11-20", "2026-11-21"])));
        assert_eq!(next.body["next_cursor"], Value::Null);

        // What lies ahead, for a unit: an open campaign that it joined.
        let campaign = json!({
            "organisation_id": w.county, "title": "重阳·点亮微心愿", "theme": "给老人添一样用得上的东西。",
            "starts_on": "2026-11-23", "ends_on": "2026-11-27",
        });
        let campaign = day.county.post("/campaigns", campaign).await.expect(201).id();
        day.county.post(&format!("/campaigns/{campaign}/open"), json!({})).await.expect(200);
        let pledge = json!({ "claimant_id": w.team_claimant, "wishes": 1 });
        day.manager.post(&format!("/campaigns/{campaign}/pledges"), pledge).await.expect(201);

        // A unit sees itself, and nobody else; who belongs elsewhere nothing.
        let own = day.manager.get(&format!("/duties/{id}/progress")).await.expect(200).items();
        assert_eq!(own.len(), 1);
        assert_eq!(own[0]["ahead"], json!([{ "campaign_id": campaign, "title": "重阳·点亮微心愿", "starts_on": "2026-11-23", "ends_on": "2026-11-27" }]));
        let school = app.public().sign_in("school", PASSWORD).await;
        let own = school.get(&format!("/duties/{id}/progress")).await.expect(200).items();
        assert_eq!((own.len(), &own[0]["claimant"]["id"]), (1, &json!(w.school_claimant)));

        // What is not true any more is no day any more.
        let trouble = json!({ "claim_id": waits, "reason": "did_not_arrive", "note": "没有收到" });
        day.coordinator.post(&format!("/wishes/{wish}/reopen"), trouble).await.expect(200);
        let seen = day.progress(&id).await;
        assert_eq!(seen.iter().map(|one| one["done"].as_i64().unwrap()).collect::<Vec<_>>(), [0, 1]);

        day.manager.post(&format!("/duties/{id}/withdraw"), json!({})).await.refused(403, "forbidden");
        let gone = day.county.post(&format!("/duties/{id}/withdraw"), json!({})).await;
        assert_eq!((gone.expect(200).body["may"].clone(), gone.body["withdrawn_at"].is_string()), (json!([]), true));
        day.county.post(&format!("/duties/{id}/withdraw"), json!({})).await.refused(409, "duty_withdrawn");
        assert!(day.progress(&id).await.iter().all(|one| one["owed"] == 0));
        let admin = app.public().sign_in("admin", PASSWORD).await;
        let told = admin.get(&format!("/audit/events?subject_id={id}")).await.expect(200).items();
        let kinds: Vec<_> = told.iter().map(|item| item["event"]["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["duty_set", "duty_withdrawn"]);
    }
}

on_both! {
    async fn an_organisation_holds_campaigns_that_lit_something(app) {
        let w = World::new(app).await;
        let new = duty(&w.city, json!({ "level": "village", "times": 1 }));
        let id = w.city_coordinator.post("/duties", new).await.expect(201).id();
        // Both villages are asked to hold a campaign of the county; one says yes.
        let campaign = json!({
            "organisation_id": w.county, "title": "冬日·点亮微心愿", "theme": "给老人添一样用得上的东西。",
            "starts_on": "2026-11-20", "ends_on": "2026-12-20", "host_ids": [w.village, w.other_village],
        });
        let campaign = w.county_coordinator.post("/campaigns", campaign).await.expect(201).id();
        w.coordinator.post(&format!("/campaigns/{campaign}/hosts/{}/accept", w.village), json!({})).await.expect(200);
        let wish = w.published(json!({})).await;
        let body = json!({ "wish_ids": [wish], "place": "in" });
        w.county_coordinator.post(&format!("/campaigns/{campaign}/wishes"), body).await.expect(200);
        let seen = async || {
            let all = w.city_coordinator.get(&format!("/duties/{id}/progress")).await.expect(200).items();
            all.iter().map(|one| (one["organisation"]["name"].as_str().unwrap().to_owned(), one["done"].as_i64().unwrap(), one["ahead"].as_array().unwrap().len())).collect::<Vec<_>>()
        };
        let told = |name: &str, done, ahead| (name.to_owned(), done, ahead);
        assert_eq!(seen().await, [told("何家坪村", 0, 1), told("新井村", 0, 0)]);
        w.county_coordinator.post(&format!("/campaigns/{campaign}/open"), json!({})).await.expect(200);
        let claim = w.delivered(&wish, 1).await;
        assert_eq!(seen().await, [told("何家坪村", 0, 1), told("新井村", 0, 0)], "open, and nothing lit");
        w.coordinator.post(&format!("/claims/{claim}/confirmation"), json!({ "accepted": true, "method": "call" })).await.expect(201);
        assert_eq!(seen().await, [told("新井村", 0, 0), told("何家坪村", 1, 1)]);
        let page = w.city_coordinator.get(&format!("/duties/{id}/progress?limit=1")).await;
        let next = format!("/duties/{id}/progress?limit=1&cursor={}", page.expect(200).text("next_cursor"));
        let village = w.city_coordinator.get(&next).await.expect(200).items();
        assert_eq!((&village[0]["days"], &village[0]["owed"]), (&json!(["2026-11-20"]), &json!(0)));
        let own = w.coordinator.get(&format!("/duties/{id}/progress")).await.expect(200).items();
        assert_eq!((own.len(), &own[0]["organisation"]["id"]), (1, &json!(w.village)));
    }
}

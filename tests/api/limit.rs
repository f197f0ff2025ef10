//! The limit on open claims: an organisation says how many one of its claimants may hold at once, and no way
//! of coming by a claim goes past it, however many are tried at the same time.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    client::{Answer, Client},
    on_both,
    world::{World, claimant},
};

async fn limit(w: &World, at: &str, most: Option<u16>) {
    let rules = json!({ "most_open_claims": most });
    w.admin.change(Method::PUT, &format!("/organisations/{at}/policy"), "*", rules).await.expect(200);
}

async fn wishes<const N: usize>(w: &World) -> [String; N] {
    let mut made = Vec::new();
    for _ in 0..N {
        made.push(w.published(json!({})).await);
    }
    made.try_into().unwrap()
}

async fn claim(by: &Client, wish: &str, claimant: &str) -> Answer {
    by.post(&format!("/wishes/{wish}/claims"), json!({ "claimant_id": claimant, "quantity": 1 })).await
}

fn reached(answer: &Answer, limit: i64, count: i64) {
    answer.refused(409, "open_claim_limit");
    assert_eq!((&answer.body["limit"], &answer.body["count"]), (&json!(limit), &json!(count)));
    let told = answer.text("detail");
    assert!(told.contains(&limit.to_string()) && told.contains(&count.to_string()), "{told}");
}

on_both! {
    async fn no_way_to_a_claim_goes_past_the_limit(app) {
        let w = World::new(app).await;
        let [first, second, third, fourth] = wishes(&w).await;
        limit(&w, &w.county, Some(2)).await;
        let rules = w.auditor.get(&format!("/organisations/{}/policy", w.team)).await;
        assert_eq!(rules.expect(200).body["effective"]["most_open_claims"], 2, "inherited");
        assert_eq!(rules.body["set_by"]["most_open_claims"]["name"], "青禾县");

        let held = claim(&w.manager, &first, &w.team_claimant).await.expect(201).id();
        let items = |wishes: &[&String]| -> Value {
            let items: Vec<Value> = wishes.iter().map(|id| json!({ "wish_id": id, "quantity": 1 })).collect();
            json!({ "claimant_id": w.team_claimant, "items": items })
        };
        let batch = w.manager.post("/claims", items(&[&second, &third])).await;
        reached(&batch, 2, 2);
        assert_eq!(batch.body["errors"][0]["pointer"], "/items/1/wish_id");
        w.manager.post("/claims", items(&[&second])).await.expect(201);
        reached(&claim(&w.manager, &third, &w.team_claimant).await, 2, 2);
        let dispatch = json!({ "claimant_id": w.team_claimant, "quantity": 1 });
        reached(&w.coordinator.post(&format!("/wishes/{third}/dispatches"), dispatch.clone()).await, 2, 2);
        let seen = app.public().get(&format!("/wishes/{third}")).await;
        assert_eq!(seen.body["reserved"], 0, "nothing changed");

        // It counts one claimant, and what is done counts no more.
        let other = claimant(&w.admin, &w.team, "第二支队").await;
        claim(&w.manager, &third, &other).await.expect(201);
        w.manager.post(&format!("/claims/{held}/release"), json!({ "reason": "车坏了" })).await.expect(200);
        let proposed = w.coordinator.post(&format!("/wishes/{fourth}/dispatches"), dispatch).await.expect(201).id();
        // Lowered meanwhile: what is proposed is a claim too many by now.
        limit(&w, &w.village, Some(1)).await;
        reached(&w.manager.post(&format!("/claims/{proposed}/accept"), json!({})).await, 1, 2);
        limit(&w, &w.village, None).await;
        w.manager.post(&format!("/claims/{proposed}/accept"), json!({})).await.expect(200);
    }
}

on_both! {
    async fn who_waits_is_passed_over_while_their_hands_are_full(app) {
        let w = World::new(app).await;
        let [wanted, other] = wishes(&w).await;
        let held = w.claimed(&wanted, 1).await;
        let waits = claimant(&w.admin, &w.team, "候补队").await;
        let place = json!({ "claimant_id": waits, "quantity": 1 });
        w.manager.post(&format!("/wishes/{wanted}/waiting"), place).await.expect(201);
        limit(&w, &w.city, Some(1)).await;
        let busy = claim(&w.manager, &other, &waits).await.expect(201).id();
        let give_back = json!({ "reason": "车坏了" });
        w.manager.post(&format!("/claims/{held}/release"), give_back.clone()).await.expect(200);
        assert_eq!(w.manager.get("/waiting").await.expect(200).items().len(), 1, "the place is kept");
        let held = w.claimed(&wanted, 1).await;
        w.manager.post(&format!("/claims/{busy}/release"), give_back.clone()).await.expect(200);
        w.manager.post(&format!("/claims/{held}/release"), give_back).await.expect(200);
        let proposed = w.manager.get("/claims?status=proposed").await.expect(200).items();
        assert_eq!((proposed.len(), &proposed[0]["claimant"]["id"]), (1, &json!(waits)));
        // The yes itself asks again; one is what the limit allows.
        let id = proposed[0]["id"].as_str().unwrap();
        w.manager.post(&format!("/claims/{id}/accept"), json!({})).await.expect(200);
    }
}

on_both! {
    async fn claims_at_once_of_one_claimant_stay_within_the_limit(app) {
        let w = World::new(app).await;
        let wishes: [String; 16] = wishes(&w).await;
        limit(&w, &w.village, Some(3)).await;
        let claims: Vec<_> = wishes.iter().map(|wish| {
            let (manager, wish, team) = (w.manager.clone(), wish.clone(), w.team_claimant.clone());
            tokio::task::spawn_local(async move { claim(&manager, &wish, &team).await })
        }).collect();
        let mut won = 0;
        for answer in claims {
            let answer = answer.await.unwrap();
            match answer.status {
                201 => won += 1,
                _ => reached(&answer, 3, 3),
            }
        }
        assert_eq!(won, 3);
        let live = w.manager.get("/claims?mine=true&status=active").await;
        assert_eq!(live.expect(200).items().len(), 3);
    }
}

on_both! {
    async fn a_limit_is_a_number_from_one_on_that_administrators_set(app) {
        let w = World::new(app).await;
        let path = format!("/organisations/{}/policy", w.village);
        for most in [0, 1001] {
            let rules = json!({ "most_open_claims": most });
            w.admin.change(Method::PUT, &path, "*", rules).await.refused(422, "invalid");
        }
        let rules = json!({ "most_open_claims": 5 });
        w.coordinator.change(Method::PUT, &path, "*", rules).await.refused(403, "forbidden");
        let holds = w.admin.get(&path).await;
        assert!(holds.expect(200).body["effective"]["most_open_claims"].is_null(), "no limit unless somebody set one");
    }
}

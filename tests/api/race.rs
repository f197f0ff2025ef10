//! Invariant 1 under contention: whoever claims at once, no share is promised twice.

use serde_json::{Value, json};
use std::time::Duration;
use tests::{
    client::{Answer, Client},
    on_both,
    world::{World, claimant},
};

/// Asks again with the same key while the server is too busy to tell, as its Retry-After says.
async fn until_told(manager: &Client, path: &str, key: &str, body: Value) -> Answer {
    loop {
        let answer = manager.post_once(path, key, body.clone()).await;
        if answer.status != 503 {
            return answer;
        }
        assert!(!answer.header("retry-after").is_empty());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

on_both! {
    async fn two_hundred_claims_on_three_shares(app) {
        let world = World::new(app).await;
        let wish = world.published(json!({ "quantity": 3 })).await;
        let mut claimants = Vec::new();
        for n in 0..200 {
            claimants.push(claimant(&world.admin, &world.team, &format!("志愿者{n}")).await);
        }
        let claims = claimants.iter().map(|id| {
            let (manager, wish, id) = (world.manager.clone(), wish.clone(), id.clone());
            tokio::task::spawn_local(async move {
                let body = json!({ "claimant_id": id, "quantity": 1 });
                until_told(&manager, &format!("/wishes/{wish}/claims"), &id, body).await
            })
        });
        let claims: Vec<_> = claims.collect();
        let mut answers: Vec<Answer> = Vec::new();
        for claim in claims {
            answers.push(claim.await.unwrap());
        }
        let won = answers.iter().filter(|answer| answer.status == 201).count();
        let lost = answers.iter().filter(|answer| answer.status == 409).count();
        assert_eq!((won, lost), (3, 197), "{:?}", answers.iter().map(|a| a.status).collect::<Vec<_>>());
        for answer in answers.iter().filter(|answer| answer.status == 409) {
            answer.refused(409, "quantity_exceeds_remaining");
        }
        let seen = app.public().get(&format!("/wishes/{wish}")).await;
        assert_eq!((&seen.body["reserved"], &seen.body["status"]), (&json!(3), &json!("claimed")));
    }
}

on_both! {
    async fn one_key_sent_many_times_at_once_is_one_claim(app) {
        let world = World::new(app).await;
        let wish = world.published(json!({ "quantity": 50 })).await;
        let body = json!({ "claimant_id": world.team_claimant, "quantity": 1 });
        let sent: Vec<_> = (0..20).map(|_| {
            let (manager, path, body) = (world.manager.clone(), format!("/wishes/{wish}/claims"), body.clone());
            tokio::task::spawn_local(async move { manager.post_once(&path, "the-same", body).await })
        }).collect();
        let mut ids = Vec::new();
        for answer in sent {
            ids.push(answer.await.unwrap().expect(201).id());
        }
        ids.dedup();
        assert_eq!(ids.len(), 1, "one effect, one answer");
    }
}

//! The waiting list: who asks for a share that is taken is called when it comes free, in their order, once.

use serde_json::{Value, json};
use tests::{
    client::Client,
    on_both,
    world::{PASSWORD, World, claimant},
};

async fn join(as_whom: &Client, wish: &str, claimant: &str, quantity: i64) -> tests::client::Answer {
    let body = json!({ "claimant_id": claimant, "quantity": quantity });
    as_whom.post(&format!("/wishes/{wish}/waiting"), body).await
}

/// Teams, none of which holds anything.
async fn teams<const N: usize>(w: &World) -> [String; N] {
    let mut teams = Vec::new();
    for n in 0..N {
        teams.push(claimant(&w.admin, &w.team, &format!("第{n}支队")).await);
    }
    teams.try_into().unwrap()
}

/// The claims of a wish that wait for an answer: whose, and how much.
async fn called(w: &World, wish: &str) -> Vec<(String, i64, String)> {
    let claims = w.coordinator.get(&format!("/wishes/{wish}/claims")).await;
    let proposed = claims.expect(200).items().into_iter().filter(|claim| claim["status"] == "proposed");
    proposed
        .map(|claim| {
            assert_eq!(claim["route"], "waiting");
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (text(&claim["claimant"]["id"]), claim["quantity"].as_i64().unwrap(), text(&claim["id"]))
        })
        .collect()
}

on_both! {
    async fn what_is_given_back_is_offered_in_order_and_goes_on_when_nobody_answers(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({ "quantity": 3 })).await;
        let claim = w.claimed(&wish, 3).await;
        let [first, second, third] = teams(&w).await;
        let place = join(&w.manager, &wish, &first, 2).await;
        assert_eq!((&place.expect(201).body["place"], &place.body["quantity"]), (&json!(1), &json!(2)));
        assert_eq!(join(&w.manager, &wish, &second, 3).await.expect(201).body["place"], 2);
        assert_eq!(join(&w.manager, &wish, &third, 1).await.expect(201).body["place"], 3);

        let release = json!({ "reason": "车坏了" });
        w.manager.post(&format!("/claims/{claim}/release"), release).await.expect(200);
        let offered = called(&w, &wish).await;
        let whom: Vec<(&str, i64)> = offered.iter().map(|(who, much, _)| (who.as_str(), *much)).collect();
        assert_eq!(whom, [(first.as_str(), 2), (second.as_str(), 1)], "as much as there is, in their order");
        let seen = app.public().get(&format!("/wishes/{wish}")).await;
        assert_eq!(seen.body["remaining"], 0, "nobody slips in between");
        let waiting = w.manager.get(&format!("/waiting?wish_id={wish}")).await;
        assert_eq!((waiting.items().len(), &waiting.items()[0]["place"]), (1, &json!(1)));

        // The first says no; the third is next.
        w.manager.post(&format!("/claims/{}/decline", offered[0].2), json!({ "reason": "太远" })).await.expect(200);
        let offered = called(&w, &wish).await;
        assert_eq!(offered.iter().map(|one| one.0.as_str()).collect::<Vec<_>>(), [second.as_str(), third.as_str()]);
        // The third says yes; the second says nothing, and what was offered is free for all.
        w.manager.post(&format!("/claims/{}/accept", offered[1].2), json!({})).await.expect(200);
        assert_eq!(app.pass_days(4).await.lapsed, 2, "the offer, and the contact that the third did not make");
        let manager = app.public().sign_in("manager", PASSWORD).await;
        let claims = manager.get("/claims?mine=true&status=proposed").await;
        assert_eq!(claims.expect(200).items().len(), 0);
        assert_eq!(manager.get("/waiting").await.items().len(), 0);
        let seen = app.public().get(&format!("/wishes/{wish}")).await;
        assert_eq!((&seen.body["status"], &seen.body["remaining"]), (&json!("open"), &json!(3)));
        app.assert_sound().await;
    }
}

on_both! {
    async fn who_cannot_take_it_just_now_keeps_the_place(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({})).await;
        let claim = w.claimed(&wish, 1).await;
        let [first, second] = teams(&w).await;
        join(&w.manager, &wish, &first, 1).await.expect(201);
        join(&w.manager, &wish, &second, 1).await.expect(201);
        let path = format!("/claimants/{first}");
        w.admin.change(reqwest::Method::PATCH, &path, "*", json!({ "active": false })).await.expect(200);
        let give_back = json!({ "reason": "车坏了" });
        w.manager.post(&format!("/claims/{claim}/release"), give_back.clone()).await.expect(200);
        let offered = called(&w, &wish).await;
        assert_eq!((offered.len(), offered[0].0.as_str()), (1, second.as_str()));
        w.admin.change(reqwest::Method::PATCH, &path, "*", json!({ "active": true })).await.expect(200);
        w.manager.post(&format!("/claims/{}/decline", offered[0].2), give_back).await.expect(200);
        assert_eq!(called(&w, &wish).await[0].0, first);
    }
}

on_both! {
    async fn the_list_refuses_what_makes_no_sense_and_ends_with_the_wish(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({ "quantity": 2 })).await;
        let [first] = teams(&w).await;
        join(&w.manager, &wish, &first, 1).await.refused(409, "share_free");
        let claim = w.claimed(&wish, 2).await;
        for quantity in [0, -1, 3] {
            join(&w.manager, &wish, &first, quantity).await.refused(422, "invalid");
        }
        join(&w.manager, &wish, &w.team_claimant, 1).await.refused(409, "already_claimed");
        join(&w.school_manager, &wish, &first, 1).await.refused(403, "not_your_claimant");
        join(&w.school_manager, &wish, &w.school_claimant, 1).await.refused(403, "outside_audience");
        app.public().post(&format!("/wishes/{wish}/waiting"), json!({})).await.refused(401, "unauthenticated");
        let place = join(&w.manager, &wish, &first, 1).await.expect(201).id();
        join(&w.manager, &wish, &first, 1).await.refused(409, "already_waiting");
        let draft = w.submitted(json!({})).await;
        join(&w.manager, &draft, &first, 1).await.refused(404, "not_found");

        let path = format!("/waiting/{place}");
        w.school_manager.change(reqwest::Method::DELETE, &path, "*", json!({})).await.refused(404, "not_found");
        assert_eq!(w.school_manager.get("/waiting").await.items().len(), 0);
        w.manager.change(reqwest::Method::DELETE, &path, "*", json!({})).await.expect(204);
        w.manager.change(reqwest::Method::DELETE, &path, "*", json!({})).await.refused(404, "not_found");

        join(&w.manager, &wish, &first, 1).await.expect(201);
        let delivery = json!({ "items": [{ "name": "收音机", "quantity": 2, "value_fen": 9900 }] });
        w.manager.post(&format!("/claims/{claim}/deliveries"), delivery).await.expect(201);
        let word = json!({ "accepted": true, "method": "call" });
        w.collector.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
        assert_eq!(w.manager.get("/waiting").await.items().len(), 0, "nothing is left to wait for");
        app.assert_sound().await;
    }
}

on_both! {
    async fn the_list_is_not_endless(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({})).await;
        w.claimed(&wish, 1).await;
        let many: [String; 21] = teams(&w).await;
        for team in &many[..20] {
            join(&w.manager, &wish, team, 1).await.expect(201);
        }
        join(&w.manager, &wish, &many[20], 1).await.refused(409, "waiting_list_full");
    }
}

on_both! {
    async fn shares_given_back_at_once_are_offered_once_each(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({ "quantity": 6 })).await;
        let holders: [String; 6] = teams(&w).await;
        let mut claims = Vec::new();
        for holder in &holders {
            let ask = json!({ "claimant_id": holder, "quantity": 1 });
            claims.push(w.manager.post(&format!("/wishes/{wish}/claims"), ask).await.expect(201).id());
        }
        for n in 0..4 {
            let waits = claimant(&w.admin, &w.team, &format!("候补{n}队")).await;
            join(&w.manager, &wish, &waits, 1).await.expect(201);
        }
        let mut at_once = tokio::task::JoinSet::new();
        for claim in claims {
            let (manager, path) = (w.manager.clone(), format!("/claims/{claim}/release"));
            at_once.spawn_local(async move { manager.post(&path, json!({ "reason": "办不成" })).await.expect(200).status });
        }
        at_once.join_all().await;
        assert_eq!(called(&w, &wish).await.len(), 4);
        let seen = app.public().get(&format!("/wishes/{wish}")).await;
        assert_eq!((&seen.body["reserved"], &seen.body["remaining"]), (&json!(4), &json!(2)));
        app.assert_sound().await;
    }
}

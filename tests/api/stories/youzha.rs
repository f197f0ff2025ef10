//! 油榨社区, 2014: who can do it meets who needs it, a light comes with more than was asked, somebody lonely is visited
//! again and again, and who was not reached is told too.

use super::{brought, confirmed, member, published, resident};
use domain::organisation::Level;
use serde_json::{Value, json};
use tests::{
    client::Client,
    on_both,
    world::{PASSWORD, found, organisation},
};

async fn skilled(admin: &Client, at: &str, name: &str, skill: &str) -> String {
    let body = json!({ "kind": "unit", "display_name": name, "organisation_id": at, "skills": [skill], "region_codes": [], "capacity": 5 });
    admin.post("/claimants", body).await.expect(201).id()
}

on_both! {
    async fn a_talk_before_the_exams_a_light_in_the_corridor_and_visits_that_go_on(app) {
        let community = found(app, "油榨社区", Level::Village, "root").await;
        let admin = app.public().sign_in("root", PASSWORD).await;
        let grid = member(app, &admin, &community, "网格员严", "collector").await;
        let reviewer = member(app, &admin, &community, "审核人冯", "reviewer").await;
        let coordinator = member(app, &admin, &community, "协调员石", "coordinator").await;
        let school = organisation(&admin, &community, "某中学", "unit", "school", None).await;
        let shop = organisation(&admin, &community, "五金店", "unit", "company", None).await;
        let counsellor = member(app, &admin, &school, "心理老师邹", "manager").await;
        let keeper = member(app, &admin, &shop, "店主金", "manager").await;
        let school = skilled(&admin, &school, "某中学心理室", "心理疏导").await;
        let shop = skilled(&admin, &shop, "街口五金店", "电工").await;
        let wish = |of: &str, title: &str, skill: &str, quantity: i64, unit: &str| json!({
            "beneficiary_id": of, "organisation_id": community, "title": title, "public_summary": "家里人病着，想请懂的人来。",
            "category": "skill", "skill": skill, "quantity": quantity, "unit": unit, "channel": "home_visit", "told_by": "relative",
        });

        // Skill meets need, from either side; two hours are done.
        let son = resident(&grid, &community, "郑某", "2008-02-01", None).await;
        let talk = published(&grid, &reviewer, wish(&son, "考试前，想找人聊聊", "心理疏导", 2, "hour"), &community).await;
        let fits = coordinator.get(&format!("/wishes/{talk}/suggestions")).await.expect(200).items();
        assert_eq!((fits.len(), &fits[0]["claimant"]["id"]), (1, &json!(school)));
        let mine = counsellor.get(&format!("/claimants/{school}/suggestions")).await.expect(200).items();
        let codes: Vec<&Value> = mine[0]["reasons"].as_array().unwrap().iter().map(|reason| &reason["code"]).collect();
        assert_eq!((&mine[0]["wish_id"], codes.contains(&&json!("skill_match"))), (&json!(talk), true));
        let claim = counsellor.post(&format!("/wishes/{talk}/claims"), json!({ "claimant_id": school, "quantity": 2 })).await.expect(201).id();
        brought(&counsellor, &claim, json!([]), Some(2.0)).await;
        confirmed(&grid, &claim).await;
        let record = counsellor.get(&format!("/claimants/{school}/record")).await.expect(200).body.clone();
        assert_eq!((&record["confirmed"], &record["hours"]), (&json!(1), &json!(2.0)));

        // A light, and three hundred yuan for the power bill besides.
        let old = resident(&grid, &community, "曹某", "1947-02-01", None).await;
        let light = published(&grid, &reviewer, wish(&old, "走廊的灯坏了", "电工", 1, "item"), &community).await;
        let claim = keeper.post(&format!("/wishes/{light}/claims"), json!({ "claimant_id": shop, "quantity": 1 })).await.expect(201).id();
        let more = json!([{ "name": "走廊灯", "quantity": 1, "value_fen": 5_800 }, { "name": "电费", "quantity": 1, "value_fen": 30_000 }]);
        brought(&keeper, &claim, more, None).await;
        confirmed(&grid, &claim).await;
        assert_eq!(keeper.get(&format!("/claimants/{shop}/record")).await.expect(200).body["value_fen"], 35_800);

        // She mentioned that she is lonely: the shop comes again and again.
        let tie = json!({ "beneficiary_id": old, "claimant_id": shop, "rhythm": { "every": 14, "unit": "day" }, "note": "就是没人说话" });
        let pair = coordinator.post("/pairings", tie).await.expect(201).id();
        keeper.post(&format!("/pairings/{pair}/accept"), json!({})).await.expect(200);
        for days in [0, 13, 13] {
            app.state.clock.advance(days * 86_400);
            let keeper = app.public().sign_in("店主金", PASSWORD).await;
            let today = app.state.clock.now().to_string();
            let visit = json!({ "visited_on": today[..10], "health": "精神好" });
            keeper.post(&format!("/pairings/{pair}/visits"), visit).await.expect(201);
        }
        let coordinator = app.public().sign_in("协调员石", PASSWORD).await;
        assert_eq!(coordinator.get(&format!("/pairings/{pair}/visits")).await.expect(200).items().len(), 3);

        // Two of three who are known were reached: the third is told too.
        let grid = app.public().sign_in("网格员严", PASSWORD).await;
        resident(&grid, &community, "罗某", "1950-02-01", None).await;
        app.pass_days(0).await;
        let admin = app.public().sign_in("root", PASSWORD).await;
        let board = admin.get(&format!("/organisations/{community}/figures")).await.expect(200).body.clone();
        let covered = board["figures"].as_array().unwrap().iter().find(|one| one["definition"]["id"] == "coverage").unwrap().clone();
        assert_eq!((&covered["numerator"], &covered["denominator"]), (&json!(2), &json!(3)), "{covered:#}");
        app.assert_sound().await;
    }
}

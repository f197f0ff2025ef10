//! The five real programmes, lived through the API: 桂林市七星区 (five wishes, five claimants), 怀化市妇联 (the television
//! that climbs from village to city), 新晃县 (peaches that twenty people pick), 油榨社区 and 甲院社区. Residents have made-up
//! initials. What else of them is lived stands with its nouns: packs, a drive, a referral, wish days, plans.

mod huaihua;
mod jiayuan;
mod xinhuang;
mod youzha;

use domain::organisation::Level;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    App,
    client::Client,
    on_both,
    world::{PASSWORD, claimant, found, organisation, own_passwords},
};

pub async fn member(app: &App, admin: &Client, at: &str, name: &str, role: &str) -> Client {
    let body = json!({ "username": name, "display_name": name, "password": PASSWORD, "role": role });
    admin.post(&format!("/organisations/{at}/members"), body).await.expect(201);
    own_passwords(app).await;
    app.public().sign_in(name, PASSWORD).await
}

async fn resident(collector: &Client, at: &str, name: &str, born: &str, guardian: Option<&str>) -> String {
    let consents = ["collect", "publish", "share_with_claimant"].map(|purpose| match guardian {
        Some(name) => json!({ "purpose": purpose, "given_by": "guardian", "guardian_name": name, "relation": "家长", "given_on": "2026-11-10" }),
        None => json!({ "purpose": purpose, "given_by": "self", "given_on": "2026-11-10" }),
    });
    let body = json!({ "name": name, "birth_date": born, "organisation_id": at, "hardships": [], "phone": "07005550100", "consents": consents });
    collector.post("/beneficiaries", body).await.expect(201).id()
}

/// Written down, handed in, published to `audience`.
async fn published(collector: &Client, reviewer: &Client, wish: Value, audience: &str) -> String {
    let id = collector.post("/wishes", wish).await.expect(201).id();
    collector.post(&format!("/wishes/{id}/submit"), json!({})).await.expect(200);
    let review = json!({ "decision": "publish", "urgent": true, "feasible": true, "practical": true, "audience_id": audience });
    reviewer.post(&format!("/wishes/{id}/review"), review).await.expect(200);
    id
}

async fn brought(by: &Client, claim: &str, items: Value, hours: Option<f64>) {
    let delivery = json!({ "note": "送到了", "items": items, "hours": hours });
    by.post(&format!("/claims/{claim}/deliveries"), delivery).await.expect(201);
}

async fn confirmed(by: &Client, claim: &str) {
    by.post(&format!("/claims/{claim}/confirmation"), json!({ "accepted": true, "method": "call" }))
        .await
        .expect(201);
}

on_both! {
    async fn guilin_five_wishes_five_claimants(app) {
        let district = found(app, "七星区", Level::County, "root").await;
        let admin = app.public().sign_in("root", PASSWORD).await;
        let street = organisation(&admin, &district, "甲街道", "township", "government", Some("990305001")).await;
        let community = organisation(&admin, &street, "甲社区", "village", "community", None).await;
        let collector = member(app, &admin, &community, "网格员周", "collector").await;
        let reviewer = member(app, &admin, &district, "审核人黄", "reviewer").await;
        let wish = |of: &str, title: &str, category: &str, quantity: i64, unit: &str| json!({
            "beneficiary_id": of, "organisation_id": community, "title": title, "public_summary": title,
            "category": category, "quantity": quantity, "unit": unit, "channel": "home_visit",
            "shares": if quantity == 2 { json!(["上门看诊", "上门理发"]) } else { json!([]) },
        });
        let told = [
            // A disabled woman: a doctor's visit and a haircut, two services in one wish, both by the nursing home.
            (resident(&collector, &community, "陆某", "1980-02-01", None).await, "想请医生上门，再理个发", "health", 2, "visit", "区护理院", json!([]), Some(2.0)),
            // A boy of a minority family: guardian, consent, no name in public.
            (resident(&collector, &community, "蓝某", "2015-02-01", Some("蓝某某")).await, "想有一个书包和文具", "study", 1, "item", "区财政局", json!([{ "name": "书包", "quantity": 1 }, { "name": "文具", "quantity": 1 }]), None),
            (resident(&collector, &community, "覃某", "1944-02-01", None).await, "散步时想听听戏", "thing", 1, "item", "区机关党支部", json!([{ "name": "收音机", "quantity": 1, "value_fen": 9800 }]), None),
            // More than was asked: a chair with the desk.
            (resident(&collector, &community, "潘某", "2016-02-01", Some("潘某某")).await, "想有一张书桌", "study", 1, "item", "区某办公室", json!([{ "name": "书桌", "quantity": 1 }, { "name": "椅子", "quantity": 1 }]), None),
            (resident(&collector, &community, "廖某", "1966-02-01", None).await, "想要一台榨汁机", "thing", 1, "item", "本地某公司", json!([{ "name": "榨汁机", "quantity": 1, "value_fen": 26900 }]), None),
        ];
        for (of, title, category, quantity, unit, who, items, hours) in told {
            let id = published(&collector, &reviewer, wish(&of, title, category, quantity, unit), &district).await;
            let public = app.public().get(&format!("/wishes/{id}")).await;
            let text = public.body.to_string();
            assert!(!text.contains("某") && !text.contains("07005550100"), "no name and no phone in public: {text}");
            let unit = organisation(&admin, &district, who, "unit", "agency", None).await;
            let manager = member(app, &admin, &unit, who, "manager").await;
            let claims = claimant(&admin, &unit, who).await;
            let body = json!({ "claimant_id": claims, "quantity": quantity });
            let claim = manager.post(&format!("/wishes/{id}/claims"), body).await.expect(201).id();
            brought(&manager, &claim, items, hours).await;
            confirmed(&collector, &claim).await;
            let lit = app.public().get(&format!("/wishes/{id}")).await.body;
            assert!(lit["shares"].as_array().is_none_or(|shares| shares.len() == 2 && shares.iter().all(|one| one["status"] == "confirmed")), "{lit:#}");
            collector.post(&format!("/wishes/{id}/feedback"), json!({ "satisfaction": 5 })).await.expect(201);
        }
        let figures = admin.get(&format!("/statistics?organisation_id={district}")).await;
        assert_eq!((&figures.body["collected"], &figures.body["fulfilled"]), (&json!(5), &json!(5)));
        assert_eq!(figures.body["rate"], json!({ "numerator": 5, "denominator": 5 }));
        assert_eq!(figures.body["amount_fen"], 36_700);
    }
}

on_both! {
    async fn huaihua_the_television_climbs_to_the_city(app) {
        let city = found(app, "市妇联", Level::City, "root").await;
        let admin = app.public().sign_in("root", PASSWORD).await;
        let county = organisation(&admin, &city, "丙县妇联", "county", "federation", None).await;
        let town = organisation(&admin, &county, "丁镇妇联", "township", "federation", None).await;
        let village = organisation(&admin, &town, "王家村", "village", "community", None).await;
        let centre = organisation(&admin, &city, "市公共资源交易中心", "unit", "agency", None).await;
        let team = member(app, &admin, &village, "驻村工作队", "collector").await;
        let levels = [
            member(app, &admin, &village, "村妇联主席", "coordinator").await,
            member(app, &admin, &town, "镇妇联", "coordinator").await,
            member(app, &admin, &county, "县妇联", "coordinator").await,
            member(app, &admin, &city, "市妇联", "coordinator").await,
        ];
        let manager = member(app, &admin, &centre, "交易中心", "manager").await;
        let claims = claimant(&admin, &centre, "市公共资源交易中心").await;
        let woman = resident(&team, &village, "谢某", "1973-02-01", None).await;
        let television = json!({
            "beneficiary_id": woman, "organisation_id": village, "title": "想有一台电视，看看外面的世界",
            "public_summary": "她病后很少出村，白天一个人在屋里。", "category": "thing", "quantity": 1, "unit": "item",
            "channel": "meeting", "told_by": "self",
        });
        let id = published(&team, &levels[1], television, &village).await;
        let claim = json!({ "claimant_id": claims, "quantity": 1 });
        manager.post(&format!("/wishes/{id}/claims"), claim.clone()).await.refused(403, "outside_audience");
        for pair in levels.windows(2) {
            let hop = pair[0].post(&format!("/wishes/{id}/escalations"), json!({ "reason": "本级办不了" })).await.expect(201).id();
            pair[1].post(&format!("/escalations/{hop}/accept"), json!({})).await.expect(200);
        }
        let claim = levels[3].post(&format!("/wishes/{id}/dispatches"), claim).await.expect(201).id();
        manager.post(&format!("/claims/{claim}/accept"), json!({})).await.expect(200);
        let items = json!([{ "name": "电视机", "quantity": 1, "value_fen": 180_000 }, { "name": "慰问金", "quantity": 1, "value_fen": 50_000 }, { "name": "大米", "quantity": 1 }, { "name": "食用油", "quantity": 1 }]);
        brought(&manager, &claim, items, None).await;
        confirmed(&team, &claim).await;
        // The answer comes back down: who began it sees it lit, with every hop settled.
        let seen = levels[0].get(&format!("/wishes/{id}")).await;
        assert_eq!((&seen.body["status"], &seen.body["view"]), (&json!("fulfilled"), &json!("worker")));
        let hops = levels[0].get(&format!("/escalations?wish_id={id}")).await;
        assert_eq!(hops.items().iter().filter(|hop| hop["status"] == "resolved").count(), 3);
    }
}

on_both! {
    async fn peaches_are_picked_before_they_rot(app) {
        let county = found(app, "丙县", Level::County, "root").await;
        let admin = app.public().sign_in("root", PASSWORD).await;
        let village = organisation(&admin, &county, "丁村", "village", "community", None).await;
        let collector = member(app, &admin, &village, "网格员石", "collector").await;
        let reviewer = member(app, &admin, &county, "审核人杨", "reviewer").await;
        let coordinator = member(app, &admin, &village, "村支书姚", "coordinator").await;
        let farmer = resident(&collector, &village, "蒲某", "1958-02-01", None).await;
        let wish = json!({
            "beneficiary_id": farmer, "organisation_id": village, "title": "桃子熟了，想请人帮着摘", "public_summary": "摘晚了就烂在树上，要二十个人忙半天。",
            "category": "hand", "quantity": 20, "unit": "person", "channel": "home_visit",
        });
        let wish = published(&collector, &reviewer, wish, &county).await;
        let morning = |day: &str, places: i64| json!({
            "starts_at": format!("{day}T00:00:00Z"), "ends_at": format!("{day}T04:00:00Z"), "places": places, "meet_at": "村口停车坪",
        });
        let post = json!({
            "holder_id": village, "kind": "project", "title": "帮果农摘桃子", "summary": "要二十个人，摘半天桃子。",
            "audience_id": county, "wish_id": wish, "shifts": [morning("2026-11-23", 20), morning("2026-11-25", 1)],
        });
        let made = coordinator.post("/posts", post).await.expect(201).body.clone();
        coordinator.post(&format!("/posts/{}/open", made["id"].as_str().unwrap()), json!({})).await.expect(200);
        let shift = |at: usize| format!("/shifts/{}/sign-ups", made["shifts"][at]["id"].as_str().unwrap());

        // Three teams of the county take all twenty places; nobody else fits in.
        let mut teams = Vec::new();
        for (name, places) in [("县青年志愿队", 10), ("县供电所", 6), ("县农商行", 4), ("县图书馆", 1)] {
            let unit = organisation(&admin, &county, name, "unit", "agency", None).await;
            let manager = member(app, &admin, &unit, name, "manager").await;
            let claims = claimant(&admin, &unit, name).await;
            let taken = manager.post(&shift(0), json!({ "claimant_id": claims, "places": places })).await;
            teams.push((name, claims, places, taken));
        }
        teams[3].3.refused(409, "shift_full");

        // Nineteen come: one place of the second team stays empty, and its share comes free.
        let mark = async |sign_up: &Value, came: i64| {
            let by = app.public().sign_in("网格员石", PASSWORD).await;
            let body = json!({ "came": came, "hours": came * 4 });
            let path = format!("/sign-ups/{}/attendance", sign_up["id"].as_str().unwrap());
            let claim = by.post(&path, body).await.expect(200).text("claim_id");
            let word = json!({ "accepted": true, "method": "call" });
            let by = app.public().sign_in("村支书姚", PASSWORD).await;
            by.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
        };
        app.state.clock.advance(66 * 3600);
        for (at, came) in [(0, 10), (1, 5), (2, 4)] {
            mark(&teams[at].3.expect(201).body, came).await;
        }
        let seen = app.public().get(&format!("/wishes/{wish}")).await.expect(200).body.clone();
        assert_eq!((&seen["status"], &seen["remaining"]), (&json!("open"), &json!(1)));

        // Somebody else comes for the last one two days later, and the farmer's wish is met.
        let library = app.public().sign_in("县图书馆", PASSWORD).await;
        let last = library.post(&shift(1), json!({ "claimant_id": teams[3].1, "places": 1 })).await.expect(201).body.clone();
        app.state.clock.advance(48 * 3600);
        mark(&last, 1).await;
        assert_eq!(app.public().get(&format!("/wishes/{wish}")).await.expect(200).body["status"], "fulfilled");
        let admin = app.public().sign_in("root", PASSWORD).await;
        let mut served = Vec::new();
        for (_, claims, ..) in &teams {
            let record = admin.get(&format!("/claimants/{claims}/record")).await.expect(200).body.clone();
            served.push((record["served"]["came"].as_i64().unwrap(), record["served"]["no_shows"].as_i64().unwrap(), record["hours"].as_f64().unwrap()));
        }
        assert_eq!(served, [(10, 0, 40.0), (5, 1, 20.0), (4, 0, 16.0), (1, 0, 4.0)]);

        // The farmer's copy holds what was said for them, and it goes with them; who came stays.
        let path = format!("/beneficiaries/{farmer}");
        let copy = admin.post(&format!("{path}/copy"), json!({ "purpose": "access" })).await.expect(200).body.clone();
        assert_eq!(copy["wishes"][0]["posts"][0]["title"], "帮果农摘桃子");
        admin.change(Method::POST, &format!("{path}/erasure"), "*", json!({ "reason": "requested" })).await.expect(200);
        let held = admin.get(&format!("/posts/{}/held", made["id"].as_str().unwrap())).await.expect(200).body.clone();
        assert_eq!((&held["title"], &held["shifts"][0]["meet_at"], &held["shifts"][0]["taken"]), (&json!("（内容已删除）"), &json!(""), &json!(20)));
    }
}

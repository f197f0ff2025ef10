//! Two real programmes, lived through the API: 桂林市七星区 (five wishes, five claimants) and 怀化市妇联
//! (the television that climbs from village to city). Residents have made-up initials.

use domain::organisation::Level;
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
        });
        let told = [
            // A disabled woman: a doctor's visit and a haircut, two services in one wish.
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
        let items = json!([{ "name": "电视机", "quantity": 1, "value_fen": 180_000 }, { "name": "大米", "quantity": 1 }, { "name": "食用油", "quantity": 1 }]);
        brought(&manager, &claim, items, None).await;
        confirmed(&team, &claim).await;
        // The answer comes back down: who began it sees it lit, with every hop settled.
        let seen = levels[0].get(&format!("/wishes/{id}")).await;
        assert_eq!((&seen.body["status"], &seen.body["view"]), (&json!("fulfilled"), &json!("worker")));
        let hops = levels[0].get(&format!("/escalations?wish_id={id}")).await;
        assert_eq!(hops.items().iter().filter(|hop| hop["status"] == "resolved").count(), 3);
    }
}

//! 新晃县, 2022: an association of the elderly has its own account of what it did, in things, money and hours; and who
//! told a wish, who wrote it down and where stays on record.

use super::{confirmed, member, published, resident};
use domain::organisation::Level;
use serde_json::{Value, json};
use tests::{
    on_both,
    world::{PASSWORD, claimant, found, organisation},
};

on_both! {
    async fn an_association_does_seventy_small_things_and_gives_ten_thousand_yuan(app) {
        let county = found(app, "新晃县", Level::County, "root").await;
        let admin = app.public().sign_in("root", PASSWORD).await;
        let village = organisation(&admin, &county, "某村", "village", "community", None).await;
        let collector = member(app, &admin, &village, "村委吴", "collector").await;
        let reviewer = member(app, &admin, &county, "审核人蒲", "reviewer").await;
        let elders = organisation(&admin, &county, "老年志愿者协会", "unit", "association", None).await;
        let manager = member(app, &admin, &elders, "协会江", "manager").await;
        let elders = claimant(&admin, &elders, "老年志愿者协会").await;

        // A man over ninety lives alone and has a cold; a neighbour says so at a meeting in the yard.
        let man = resident(&collector, &village, "杨某", "1933-02-01", None).await;
        let wish = |title: &str, quantity: i64, unit: &str| json!({
            "beneficiary_id": man, "organisation_id": village, "title": title, "public_summary": "一位九旬老人独自住。",
            "category": "company", "quantity": quantity, "unit": unit, "channel": "meeting", "told_by": "neighbour", "told_by_note": "屋场会上说的",
        });
        let mut wishes = Vec::new();
        for n in 0..70 {
            let title = ["想有人送点药来", "想喝一口热牛奶", "生日想吃一块蛋糕"][n % 3];
            wishes.push(published(&collector, &reviewer, wish(title, 1, "visit"), &county).await);
        }
        let money = published(&collector, &reviewer, wish("屋顶漏了，想凑钱请人来补", 1_000_000, "fen"), &county).await;
        let kept = collector.get(&format!("/wishes/{}", wishes[0])).await.expect(200).body.clone();
        assert_eq!((&kept["channel"], &kept["told_by"], &kept["told_by_note"], &kept["collected_by"]["display_name"]), (&json!("meeting"), &json!("neighbour"), &json!("屋场会上说的"), &json!("村委吴")));

        let mut items: Vec<Value> = wishes.iter().map(|id| json!({ "wish_id": id, "quantity": 1 })).collect();
        items.push(json!({ "wish_id": money, "quantity": 1_000_000 }));
        let claimed = manager.post("/claims", json!({ "claimant_id": elders, "items": items })).await.expect(201).items();
        let ids: Vec<String> = claimed.iter().map(|claim| claim["id"].as_str().unwrap().to_owned()).collect();
        // Things and hours of seventy visits, each half an hour; and the money.
        let visits: Vec<Value> = ids[..70].iter().map(|id| json!({ "claim_id": id })).collect();
        let things = json!({ "items": [{ "name": "药、牛奶和蛋糕", "quantity": 70, "value_fen": 210_000 }], "hours": 35.0, "claims": visits });
        manager.post("/deliveries", things).await.expect(201);
        let given = json!({ "items": [{ "name": "现金", "quantity": 1, "value_fen": 1_000_000 }] });
        manager.post(&format!("/claims/{}/deliveries", ids[70]), given).await.expect(201);
        let account = async || manager.get(&format!("/claimants/{elders}/record")).await.expect(200).body.clone();
        assert_eq!(account().await["confirmed"], 0, "what nobody confirmed does not count");
        for id in &ids {
            confirmed(&collector, id).await;
        }
        let account = account().await;
        assert_eq!((&account["confirmed"], &account["value_fen"], &account["hours"]), (&json!(71), &json!(1_210_000), &json!(35.0)));
        // Seventy-one wishes, and one resident.
        let figures = admin.get(&format!("/statistics?organisation_id={county}")).await.expect(200).body.clone();
        assert_eq!((&figures["fulfilled"], &figures["beneficiaries"]), (&json!(71), &json!(1)));
        app.assert_sound().await;
    }
}

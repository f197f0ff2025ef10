//! A resident is found again by an exact number, and the same identity number is registered once.

use serde_json::json;
use tests::{on_both, world::World};

const NUMBER: &str = "11010519491231002X";

on_both! {
    async fn a_resident_is_found_by_exact_numbers_in_scope_alone(app) {
        let w = World::new(app).await;
        let mut new = json!({
            "name": "谢某某", "phone": "138 0000 5678", "id_number": NUMBER, "organisation_id": w.village,
        });
        let id = w.collector.post("/beneficiaries", new.clone()).await.expect(201).id();
        for wanted in [json!({ "phone": "+86 138-0000-5678" }), json!({ "id_number": NUMBER.to_lowercase() })] {
            for who in [&w.collector, &w.auditor, &w.admin] {
                let found = who.post("/beneficiaries/search", wanted.clone()).await;
                found.expect(200);
                assert_eq!(found.header("cache-control"), "no-store");
                assert_eq!((found.items().len(), &found.items()[0]["id"]), (1, &json!(id)), "{wanted}");
                assert_eq!(found.items()[0]["name"], "谢**");
            }
            for who in [&w.stranger, &w.manager] {
                let found = who.post("/beneficiaries/search", wanted.clone()).await;
                assert_eq!(found.expect(200).items().len(), 0);
            }
            app.public().post("/beneficiaries/search", wanted).await.refused(401, "unauthenticated");
        }
        for none in [json!({ "phone": "13800005679" }), json!({ "phone": "1380000567" })] {
            assert_eq!(w.collector.post("/beneficiaries/search", none).await.expect(200).items().len(), 0);
        }
        let elsewhere = json!({ "phone": "13800005678", "organisation_id": w.other_village });
        assert_eq!(w.admin.post("/beneficiaries/search", elsewhere).await.expect(200).items().len(), 0);
        w.collector.post("/beneficiaries/search", json!({})).await.refused(422, "invalid");

        // Whoever may see the record is told which one it is; a colleague in another village is not.
        let known = w.collector.post("/beneficiaries", new.clone()).await;
        known.refused(409, "beneficiary_known");
        assert_eq!(known.body["existing_id"], json!(id));
        let other = w.collector.post("/beneficiaries", json!({ "name": "李某", "organisation_id": w.village })).await;
        let path = format!("/beneficiaries/{}", other.expect(201).id());
        let change = json!({ "id_number": NUMBER });
        w.collector.change(reqwest::Method::PATCH, &path, "*", change).await.refused(409, "beneficiary_known");
        let far = json!({ "username": "far", "display_name": "far", "password": tests::world::PASSWORD, "role": "collector" });
        w.admin.post(&format!("/organisations/{}/members", w.other_village), far).await.expect(201);
        tests::world::own_passwords(app).await;
        let far = app.public().sign_in("far", tests::world::PASSWORD).await;
        let found = far.post("/beneficiaries/search", json!({ "id_number": NUMBER })).await;
        assert_eq!(found.expect(200).items().len(), 0, "another village of the tree");
        new["organisation_id"] = json!(w.other_village);
        let hidden = far.post("/beneficiaries", new.clone()).await;
        hidden.refused(409, "beneficiary_known");
        assert!(hidden.body.get("existing_id").is_none(), "{:#}", hidden.body);
        // Another tree has another key, and may know the same person.
        new["organisation_id"] = json!(w.other_root);
        w.stranger.post("/beneficiaries", new).await.expect(201);
    }
}

on_both! {
    async fn one_number_is_one_record_also_when_many_write_it_down_at_once(app) {
        let w = World::new(app).await;
        let new = json!({ "name": "谢某某", "id_number": NUMBER, "organisation_id": w.village });
        let mut all = Vec::new();
        for _ in 0..12 {
            let (collector, new) = (w.collector.clone(), new.clone());
            all.push(tokio::task::spawn_local(async move { collector.post("/beneficiaries", new).await }));
        }
        let mut entered = 0;
        for one in all {
            let answer = one.await.unwrap();
            match answer.status {
                201 => entered += 1,
                _ => drop(answer.refused(409, "beneficiary_known")),
            }
        }
        assert_eq!(entered, 1);
        let found = w.collector.post("/beneficiaries/search", json!({ "id_number": NUMBER })).await;
        assert_eq!(found.items().len(), 1);
    }
}

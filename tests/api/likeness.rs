//! What may be here already is told while it is written down, to whom may know it, and nothing is refused by it.

use serde_json::{Value, json};
use tests::{
    client::{Answer, Client},
    on_both,
    world::World,
};

const NUMBER: &str = "11010519491231002X";

async fn ask(who: &Client, sketch: Value) -> Answer {
    who.post("/likenesses", sketch).await
}

/// In what the first resident that was found agrees; none where there is none.
fn first(answer: &Answer) -> Option<(String, Value)> {
    let found = answer.body["residents"].as_array().unwrap().first()?;
    Some((found["resident"]["id"].as_str().unwrap().to_owned(), found["alike"].clone()))
}

on_both! {
    async fn a_resident_who_is_here_already_is_told_masked_and_in_scope_alone(app) {
        let w = World::new(app).await;
        let known = json!({
            "name": "莫示例", "phone": "138 0000 5678", "id_number": NUMBER, "birth_date": "1949-12-31",
            "address": "示例村三组 2 号", "organisation_id": w.village,
        });
        let id = w.collector.post("/beneficiaries", known).await.expect(201).id();
        let asks = [
            (json!({ "name": "莫 示例", "address": "示例村三组" }), json!(["name", "address"])),
            (json!({ "phone": "+86 138-0000-5678", "name": "莫某" }), json!(["phone"])),
            (json!({ "id_number": "11010519491231002x" }), json!(["id_number"])),
            (json!({ "name": "莫示例", "birth_date": "1949-12-31" }), json!(["name", "birth_date"])),
        ];
        for (mut sketch, alike) in asks {
            sketch["organisation_id"] = json!(w.village);
            for who in [&w.collector, &w.auditor, &w.county_coordinator] {
                let found = ask(who, sketch.clone()).await;
                found.expect(200);
                assert_eq!(found.header("cache-control"), "no-store");
                assert_eq!(first(&found), Some((id.clone(), alike.clone())), "{sketch}");
                let text = found.body.to_string();
                // Long enough that no identifier of the answer happens to hold one of them.
                for told in ["莫示例", "80000567", "2 号", "19491231"] {
                    assert!(!text.contains(told), "{told}: {text}");
                }
                assert_eq!(found.body["residents"][0]["resident"]["phone"], "138****5678");
            }
            ask(&w.stranger, sketch.clone()).await.refused(404, "not_found");
            ask(&app.public(), sketch).await.refused(401, "unauthenticated");
        }
        // A name is no reason where the date of birth speaks against it, nor in another village.
        for none in [
            json!({ "organisation_id": w.village, "name": "莫示例", "birth_date": "1984-01-09" }),
            json!({ "organisation_id": w.other_village, "name": "莫示例" }),
            json!({ "organisation_id": w.village, "name": "莫" }),
            json!({ "organisation_id": w.village, "name": "  " }),
        ] {
            assert_eq!(first(&ask(&w.admin, none.clone()).await), None, "{none}");
        }
        // A namesake of the other tree is found by those of that tree alone, by number and by name.
        let mine = json!({ "organisation_id": w.other_root, "name": "莫示例", "phone": "13800005678" });
        assert_eq!(first(&ask(&w.stranger, mine).await), None);
        let long = json!({ "organisation_id": w.village, "title": "长".repeat(61) });
        ask(&w.collector, long).await.refused(422, "invalid");
    }
}

on_both! {
    async fn a_wish_that_the_household_has_already_is_told(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({ "title": "想要一台老年收音机", "category": "thing" })).await;
        let ask_for = |title: &str| {
            let sketch = json!({ "organisation_id": w.village, "beneficiary_id": w.resident, "title": title, "category": "thing" });
            ask(&w.collector, sketch)
        };
        let found = ask_for("缺一个收音机").await;
        found.expect(200);
        assert_eq!(found.body["wishes"][0]["id"], json!(wish));
        assert_eq!(found.body["wishes"][0]["status"], "open");
        assert_eq!(found.body["residents"], json!([]));
        assert_eq!(ask_for("想要一床棉被").await.body["wishes"], json!([]));
        // Another member of the household wishes for the same, and is not known yet but for the telephone.
        let home = w.collector.get(&format!("/beneficiaries/{}", w.resident)).await.body["household_id"].clone();
        let member = json!({ "name": "韦示例", "phone": "13800007777", "household_id": home, "organisation_id": w.village });
        w.collector.post("/beneficiaries", member).await.expect(201);
        let sketch = json!({ "organisation_id": w.village, "phone": "13800007777", "title": "收音机" });
        let found = ask(&w.collector, sketch).await;
        assert_eq!((first(&found).unwrap().1, &found.body["wishes"][0]["id"]), (json!(["phone"]), &json!(wish)));
        let nobody = json!({ "organisation_id": w.other_root, "beneficiary_id": w.resident, "title": "收音机" });
        ask(&w.stranger, nobody).await.refused(422, "invalid");
    }
}

//! What is published: findings are resolved or dismissed, and the wall says where and how old only as
//! exactly as enough households allow.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    client::Client,
    on_both,
    world::{World, resident},
};

fn publish(dismissed: Value) -> Value {
    json!({ "decision": "publish", "urgent": true, "feasible": true, "practical": true, "dismissed": dismissed })
}

/// Somebody whose name can be found.
async fn named(w: &World, name: &str) -> String {
    let consent = |purpose: &str| json!({ "purpose": purpose, "given_by": "self", "given_on": "2026-11-01" });
    let consents = ["collect", "publish"].map(consent);
    let body = json!({ "name": name, "birth_date": "1948-05-01", "organisation_id": w.village, "consents": consents });
    w.collector.post("/beneficiaries", body).await.expect(201).id()
}

fn kinds(findings: &[Value]) -> Vec<&str> {
    findings.iter().map(|finding| finding["kind"].as_str().unwrap()).collect()
}

on_both! {
    async fn nothing_is_published_that_still_says_who_it_is(app) {
        let w = World::new(app).await;
        let whose = named(&w, "欧阳秀珍").await;
        let summary = "😀秀珍奶奶想听戏，电话１３８００００１２３４，住6栋302。";
        let wish = w.submitted(json!({ "beneficiary_id": whose, "public_summary": summary })).await;
        let found = w.reviewer.get(&format!("/wishes/{wish}/findings")).await;
        found.expect(200);
        assert_eq!(found.header("cache-control"), "no-store");
        let items = found.items();
        assert_eq!(kinds(&items), ["resident_name", "phone_number", "address"]);
        assert_eq!(found.body["must_resolve"], 3);
        // The offsets are those of a browser: the smile counts two.
        assert_eq!((items[0]["start"].as_i64(), items[0]["end"].as_i64()), (Some(2), Some(4)));

        let before = w.reviewer.get(&format!("/wishes/{wish}")).await;
        let path = format!("/wishes/{wish}/review");
        let refused = w.reviewer.post(&path, publish(json!([]))).await;
        let at = |code: &str| ("/public_summary".to_owned(), code.to_owned());
        assert_eq!(refused.refused(409, "findings_unresolved").faults(), [at("resident_name"), at("phone_number"), at("address")]);
        assert!(refused.text("detail").contains("公开文字"));
        let one = json!([{ "finding_id": items[1]["id"], "reason": "public_body" }]);
        assert_eq!(w.reviewer.post(&path, publish(one)).await.refused(409, "findings_unresolved").faults(), [at("resident_name"), at("address")]);
        let after = w.reviewer.get(&format!("/wishes/{wish}")).await;
        assert_eq!(after.body, before.body, "nothing changed");

        // Back to the collector, rewritten, published.
        w.reviewer.post(&path, json!({ "decision": "return", "note": "请去掉名字和电话" })).await.expect(200);
        let clean = json!({ "public_summary": "一位八旬奶奶想听戏。" });
        w.collector.change(Method::PATCH, &format!("/wishes/{wish}"), "*", clean).await.expect(200);
        w.collector.post(&format!("/wishes/{wish}/submit"), json!({})).await.expect(200);
        w.reviewer.post(&path, publish(json!([]))).await.expect(200);
    }
}

on_both! {
    async fn a_false_alarm_is_dismissed_with_a_reason_and_the_record_holds_no_words(app) {
        let w = World::new(app).await;
        let wish = w.submitted(json!({ "public_summary": "想学会打便民热线0700-5550110。" })).await;
        let path = format!("/wishes/{wish}/review");
        let id = |items: Vec<Value>| items[0]["id"].as_str().unwrap().to_owned();
        let old = id(w.reviewer.get(&format!("/wishes/{wish}/findings")).await.items());
        let dismiss = |id: &str| publish(json!([{ "finding_id": id, "reason": "public_body" }]));

        // What was dismissed of one text says nothing of another.
        w.reviewer.post(&path, json!({ "decision": "return", "note": "换个号码" })).await.expect(200);
        let other = json!({ "public_summary": "想学会打便民热线0700-5550199。" });
        w.collector.change(Method::PATCH, &format!("/wishes/{wish}"), "*", other).await.expect(200);
        w.collector.post(&format!("/wishes/{wish}/submit"), json!({})).await.expect(200);
        let stale = w.reviewer.post(&path, dismiss(&old)).await;
        assert_eq!(stale.refused(422, "invalid").faults(), [("/dismissed/0/finding_id".to_owned(), "unknown".to_owned())]);

        let new = id(w.reviewer.get(&format!("/wishes/{wish}/findings")).await.items());
        assert_ne!(new, old);
        let words = publish(json!([{ "finding_id": new, "reason": "是热线5550199" }]));
        w.reviewer.post(&path, words).await.refused(422, "invalid");
        w.reviewer.post(&path, dismiss(&new)).await.expect(200);
        let history = w.reviewer.get(&format!("/wishes/{wish}/events?limit=100")).await;
        let published = history.items().into_iter().find(|event| event["kind"] == "wish_published").unwrap();
        let told = json!([{ "finding_id": new, "kind": "phone_number", "reason": "public_body" }]);
        assert_eq!(published["data"]["dismissed"], told);
        assert!(!history.body.to_string().contains("5550199"), "{:#}", history.body);
        let public = app.public().get(&format!("/wishes/{wish}/events")).await;
        assert!(!public.body.to_string().contains(&new), "{:#}", public.body);
    }
}

on_both! {
    async fn who_may_see_findings_and_who_may_ask(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({})).await;
        let path = format!("/wishes/{wish}/findings");
        app.public().get(&path).await.refused(401, "unauthenticated");
        w.manager.get(&path).await.refused(403, "forbidden");
        w.stranger.get(&path).await.refused(403, "forbidden");
        let hidden = w.submitted(json!({})).await;
        w.stranger.get(&format!("/wishes/{hidden}/findings")).await.refused(404, "not_found");
        w.auditor.get(&path).await.expect(200);

        let text = |at: &str, of: Value| json!({ "organisation_id": at, "beneficiary_id": of, "title": "找王秀英", "public_summary": "玉兰在家。联系李建华，晚上方便。" });
        let whose = named(&w, "周玉兰").await;
        let checked = w.collector.post("/public-text-checks", text(&w.village, json!(whose))).await;
        assert_eq!(kinds(&checked.expect(200).items()), ["person_name", "resident_name", "person_name"]);
        assert!(checked.items().iter().all(|item| item.get("id").is_none()));
        let without = w.collector.post("/public-text-checks", text(&w.village, Value::Null)).await;
        assert_eq!(kinds(&without.expect(200).items()), ["person_name", "person_name"]);
        app.public().post("/public-text-checks", text(&w.village, Value::Null)).await.refused(401, "unauthenticated");
        w.manager.post("/public-text-checks", text(&w.village, Value::Null)).await.refused(404, "not_found");
        w.collector.post("/public-text-checks", text(&w.other_root, Value::Null)).await.refused(404, "not_found");
        let theirs = resident(&w.stranger, &w.other_root).await;
        w.collector.post("/public-text-checks", text(&w.village, json!(theirs))).await.refused(422, "invalid");
        let long = json!({ "organisation_id": w.village, "public_summary": "长".repeat(501) });
        w.collector.post("/public-text-checks", long).await.refused(422, "invalid");
    }
}

/// How the public sees a new wish of the village.
async fn seen(w: &World, public: &Client, change: Value) -> (Value, Value, Value, String) {
    let wish = w.published(change).await;
    let seen = public.get(&format!("/wishes/{wish}")).await;
    let of = |name: &str| seen.expect(200).body.get(name).cloned().unwrap_or_default();
    let listed = public.get("/wishes?limit=1").await.items().remove(0);
    for name in ["place", "region_code", "age_band"] {
        assert_eq!(listed.get(name).cloned().unwrap_or_default(), of(name), "the list says the same");
    }
    (of("place"), of("region_code"), of("age_band"), wish)
}

on_both! {
    async fn the_wall_names_a_place_only_among_enough_households(app) {
        let w = World::new(app).await;
        let policy = async |k: i64| {
            let path = format!("/organisations/{}/policy", w.city);
            w.admin.change(Method::PUT, &path, "*", json!({ "wall_households": k })).await
        };
        assert_eq!(policy(0).await.refused(422, "invalid").faults(), [("/wall_households".to_owned(), "out_of_range".to_owned())]);
        policy(3).await.expect(200);
        let public = app.public();
        // One household in the tree: nothing is named.
        let (place, code, age, first) = seen(&w, &public, json!({})).await;
        assert_eq!((place, code, age), (Value::Null, Value::Null, Value::Null));
        // A second one in the village and a third in the county: the county is named, the township not;
        // the neighbours in the county are not of the same age.
        resident(&w.collector, &w.village).await;
        let elder = json!({ "name": "某某", "birth_date": "1990-01-01", "organisation_id": w.county, "consents": [] });
        let coordinator = &w.county_coordinator;
        coordinator.post("/beneficiaries", elder).await.expect(201);
        let (place, code, age, _) = seen(&w, &public, json!({})).await;
        assert_eq!((place, code, age), (json!("青禾县"), json!("990102"), Value::Null));
        // A third one in the neighbour village, of the same age.
        resident(&w.township_coordinator, &w.other_village).await;
        let (place, code, age, third) = seen(&w, &public, json!({})).await;
        assert_eq!((place, code, age), (json!("桃坪镇"), json!("990102103"), json!("80-89")));
        // What was published before stays as it was.
        let old = public.get(&format!("/wishes/{first}")).await;
        assert_eq!(old.body.get("place"), None);

        // The filter by region asks of what the wall says, and not of where it really is.
        let ids = |answer: tests::client::Answer| answer.items().iter().map(|wish| wish["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(ids(public.get("/wishes?region_code=990102103").await), [third]);
        assert_eq!(ids(public.get("/wishes?region_code=990102103201").await), Vec::<String>::new());
        assert_eq!(ids(w.stranger.get("/wishes?region_code=990102103201").await), Vec::<String>::new());
        assert_eq!(ids(w.collector.get("/wishes?region_code=990102103201").await).len(), 3, "staff know where it is");
    }
}

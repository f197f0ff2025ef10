//! Two records of one resident become one, field by field and with nothing lost, and two again.

use crate::soundness::corrupted;
use reqwest::Method;
use serde_json::{Value, json};
use server::jobs;
use tests::{
    App,
    client::{Answer, Client},
    on_both,
    world::{PASSWORD, World, child, resident},
};

const NUMBER: &str = "11010519491231002X";

async fn of(by: &Client, id: &str) -> Value {
    by.get(&format!("/beneficiaries/{id}")).await.expect(200).body.clone()
}

async fn patch(by: &Client, id: &str, change: Value) -> Answer {
    by.change(Method::PATCH, &format!("/beneficiaries/{id}"), "*", change).await
}

async fn merge(by: &Client, left: &str, other: &str, choices: Value) -> Answer {
    let seen = of(by, other).await["version"].clone();
    let ask = json!({ "merged_id": other, "merged_version": seen, "choices": choices, "reason": "said_so" });
    by.change(Method::POST, &format!("/beneficiaries/{left}/merges"), "*", ask).await
}

async fn ids(by: &Client, path: &str) -> Vec<String> {
    let mut ids: Vec<String> = by
        .get(path)
        .await
        .expect(200)
        .items()
        .iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

async fn searched(by: &Client, wanted: Value) -> Vec<Value> {
    by.post("/beneficiaries/search", wanted)
        .await
        .expect(200)
        .items()
        .iter()
        .map(|one| one["id"].clone())
        .collect()
}

/// Residents and households: in the statistics, and those that the figures say were met.
async fn counted(app: &App, w: &World) -> (Value, Value, Value) {
    jobs::sweep(&app.state, app.state.clock.now()).await.unwrap();
    let now =
        w.auditor.get(&format!("/statistics?organisation_id={}", w.county)).await.expect(200).body.clone();
    let board = w.auditor.get(&format!("/organisations/{}/figures?from=2026-01&to=2026-12", w.county)).await;
    let all = board.expect(200).body["figures"].as_array().unwrap().clone();
    let coverage = all.iter().find(|one| one["definition"]["id"] == "coverage").unwrap()["parts"].clone();
    let met = coverage
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["part"] == "met")
        .map(|one| one["numerator"].clone());
    (now["beneficiaries"].clone(), now["households"].clone(), met.unwrap_or(json!(0)))
}

fn sorted<const N: usize>(mut of: [&String; N]) -> Vec<String> {
    of.sort();
    of.into_iter().cloned().collect()
}

on_both! {
    async fn two_records_are_compared_made_one_and_made_two_again(app) {
        let w = World::new(app).await;
        let (left, other) = (w.resident.clone(), resident(&w.collector, &w.village).await);
        let theirs = json!({ "phone": "13800005678", "address": "何家坪村三组 12 号", "id_number": NUMBER });
        patch(&w.collector, &other, theirs).await.expect(200);
        let mine = w.published(json!({})).await;
        let its = w.published(json!({ "beneficiary_id": other })).await;
        w.collector.post(&format!("/beneficiaries/{other}/reveal"), json!({ "purpose": "visit" })).await.expect(200);
        let (people, households, met) = counted(app, &w).await;

        // Who may be one is told, masked, and held beside each other.
        let doubles = format!("/organisations/{}/doubles", w.village);
        let told = w.collector.get(&doubles).await;
        assert_eq!(told.expect(200).header("cache-control"), "no-store");
        let pair = &told.items()[0];
        assert_eq!((&pair["one"]["id"], &pair["other"]["id"]), (&json!(left), &json!(other)));
        assert_eq!((&pair["alike"], &told.body["complete"]), (&json!(["name", "birth_date"]), &json!(true)));
        assert!(!told.body.to_string().contains("谢某某"), "masked");
        assert_eq!(w.collector.get(&format!("{doubles}?beneficiary_id={other}")).await.expect(200).items().len(), 1);
        let beside = format!("/beneficiaries/{left}/comparison?other_id={other}");
        let beside = w.auditor.get(&beside).await.expect(200).body.clone();
        assert_eq!(beside["differing"], json!(["phone", "address", "id_number"]));
        assert_eq!(beside["merged_has"], json!({ "wishes": 1, "consents": 4, "pairings": 0, "referrals": 0 }));

        // Both versions are seen, each field that differs is decided, and no other.
        let path = format!("/beneficiaries/{left}/merges");
        let (seen, version) = (format!("\"{}-masked-zh\"", of(&w.collector, &left).await["version"]), &beside["merged"]["version"]);
        let ask = |version: &Value, choices: &Value| json!({ "merged_id": other, "merged_version": version, "choices": choices, "reason": "papers_show" });
        let choices = json!({ "phone": "survivor", "address": "merged", "id_number": "merged" });
        w.collector.post(&path, ask(version, &choices)).await.refused(428, "precondition_required");
        let post = async |seen: &str, ask: Value| w.collector.change(Method::POST, &path, seen, ask).await;
        post("\"9-masked-zh\"", ask(version, &choices)).await.refused(412, "stale");
        post(&seen, ask(&json!(1), &choices)).await.refused(412, "stale");
        let half = post(&seen, ask(version, &json!({ "phone": "survivor", "name": "merged" }))).await;
        let faults = [("name", "wrong"), ("address", "required"), ("id_number", "required")];
        assert_eq!(half.refused(422, "invalid").faults(), faults.map(|(at, why)| (format!("/choices/{at}"), why.to_owned())));
        let made = post(&seen, ask(version, &choices)).await;
        assert_eq!(made.expect(201).body["taken"], json!(["address", "id_number"]));
        assert_eq!(made.body["merged_by"]["display_name"], "collector");
        assert_eq!(post(&seen, ask(version, &choices)).await.expect(201).id(), made.id(), "the same once more");

        app.state.clock.advance(1);

        // The one that is left speaks for both, and the other points at it.
        let tag = w.collector.get(&format!("/beneficiaries/{other}")).await.header("etag");
        let pointed = of(&w.collector, &other).await;
        assert_eq!((&pointed["merged_into"], &pointed["phone"]), (&json!(left), &of(&w.collector, &left).await["phone"]));
        assert_eq!(of(&w.collector, &left).await["consents"].as_array().unwrap().len(), 8);
        assert!(!ids(&w.collector, "/beneficiaries?limit=100").await.contains(&other));
        assert_eq!(searched(&w.collector, json!({ "id_number": NUMBER })).await, [json!(left)]);
        assert!(searched(&w.collector, json!({ "phone": "13800005678" })).await.is_empty());
        assert_eq!(ids(&w.collector, &format!("/wishes?beneficiary_id={left}")).await, sorted([&mine, &its]));
        assert_eq!(counted(app, &w).await, (json!(people.as_i64().unwrap() - 1), json!(households.as_i64().unwrap() - 1), json!(met.as_i64().unwrap() - 1)));
        let claim = w.delivered(&its, 1).await;
        let word = json!({ "accepted": true, "method": "call" });
        w.coordinator.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
        assert_eq!(counted(app, &w).await.2, json!(met.as_i64().unwrap() - 2), "what is lit for the one is lit for both");
        assert_eq!(w.collector.get(&doubles).await.items().len(), 0);
        let looks = w.collector.get(&format!("/beneficiaries/{left}/disclosures")).await;
        assert_eq!(looks.expect(200).items().len(), 1, "who looked at the other");
        let copy = w.collector.post(&format!("/beneficiaries/{left}/copy"), json!({ "purpose": "access" })).await;
        assert_eq!(copy.expect(200).body["wishes"].as_array().unwrap().len(), 2);
        assert_eq!(copy.body["wishes"][1]["details"], "按键要大", "each opens with its own key");
        for refused in [
            patch(&w.collector, &other, json!({ "phone": null })).await,
            w.collector.post(&format!("/beneficiaries/{other}/copy"), json!({ "purpose": "access" })).await,
            w.admin.change(Method::POST, &format!("/beneficiaries/{other}/erasure"), "*", json!({ "reason": "requested" })).await,
            merge(&w.collector, &other, &w.resident, json!({})).await,
        ] {
            assert_eq!(refused.refused(409, "beneficiary_merged").body["existing_id"], json!(left));
        }
        for sql in [
            "UPDATE beneficiaries SET merged_into = NULL",
            "UPDATE merges SET undone_at = 1, undone_by = merged_by",
        ] {
            let found = corrupted(app, sql).await;
            assert!(found.iter().any(|one| one.contains("by the merge alone")), "{found:?}");
        }
        // A new wish of the one is one of the other; who takes their word back takes it back in both.
        let new = w.collector.post("/wishes", w.wish(json!({ "beneficiary_id": other }))).await;
        assert_eq!(new.expect(201).body["beneficiary"]["id"], json!(left));
        let given = of(&w.collector, &left).await["consents"].as_array().unwrap().clone();
        let publish = given.iter().find(|one| one["purpose"] == "publish").unwrap()["id"].as_str().unwrap().to_owned();
        w.collector.post(&format!("/beneficiaries/{left}/consents/{publish}/withdraw"), json!({})).await.expect(200);
        app.public().get(&format!("/wishes/{mine}")).await.refused(404, "not_found");
        app.public().get(&format!("/wishes/{its}")).await.refused(404, "not_found");

        // Undone, each is as it was but for what somebody changed since; what came since stays where it is, and is told.
        patch(&w.collector, &left, json!({ "address": "新桥镇" })).await.expect(200);
        assert_ne!(w.collector.get(&format!("/beneficiaries/{other}")).await.header("etag"), tag, "it says what the other says");
        let known = w.collector.get(&format!("/beneficiaries/{other}/merges")).await;
        let known = known.expect(200).items()[0].clone();
        assert_eq!((&known["since"]["survivor"]["wishes"], &known["since"]["fields"]), (&json!(1), &json!(["address"])));
        let undo = format!("/merges/{}/undo", made.id());
        w.collector.change(Method::POST, &undo, "\"7-merge-zh\"", json!({})).await.refused(412, "stale");
        let undone = w.collector.post(&undo, json!({})).await;
        assert_eq!(undone.expect(200).body["undone_by"]["display_name"], "collector");
        w.collector.post(&undo, json!({})).await.refused(409, "merge_undone");
        assert_eq!(searched(&w.collector, json!({ "id_number": NUMBER })).await, [json!(other)]);
        assert_eq!(searched(&w.collector, json!({ "phone": "13800005678" })).await, [json!(other)]);
        let full = w.collector.post(&format!("/beneficiaries/{left}/reveal"), json!({ "purpose": "visit" })).await;
        assert_eq!((&full.expect(200).body["address"], full.body.get("id_number")), (&json!("新桥镇"), None));
        assert_eq!(of(&w.collector, &other).await.get("merged_into"), None);
        assert_eq!(ids(&w.collector, &format!("/wishes?beneficiary_id={other}")).await, [its]);
        assert_eq!(counted(app, &w).await, (people, households, json!(met.as_i64().unwrap() - 1)), "each by itself");
        let trail = w.admin.get(&format!("/audit/events?kind=beneficiary_unmerged&organisation_id={}", w.city)).await;
        assert_eq!(trail.expect(200).items().len(), 2, "in the history of each");
        app.assert_sound().await;
    }
}

on_both! {
    async fn what_is_not_one_resident_is_not_merged(app) {
        let w = World::new(app).await;
        let fresh = async || resident(&w.collector, &w.village).await;
        let (one, other, third) = (fresh().await, fresh().await, fresh().await);
        let unfit = async |left: &str, other: &str, why: &str| {
            let ask = json!({ "merged_id": other, "merged_version": 1, "reason": "entered_twice" });
            let answer = w.collector.change(Method::POST, &format!("/beneficiaries/{left}/merges"), "*", ask).await;
            assert_eq!(answer.refused(422, "invalid").faults(), [("/merged_id".to_owned(), why.to_owned())]);
        };
        unfit(&one, &one, "duplicate").await;
        let far = w.admin.post("/beneficiaries", json!({ "name": "谢某某", "organisation_id": w.other_village })).await;
        unfit(&one, &far.expect(201).id(), "unknown").await;
        // Who works in two trees holds nobody of the one against the other.
        let strange = json!({ "name": "谢某某", "organisation_id": w.other_root });
        let strange = w.stranger.post("/beneficiaries", strange).await.expect(201).id();
        app.state.db.write({
            let (root, user) = (w.other_root.clone(), "collector".to_owned());
            move |tx| {
                use diesel::RunQueryDsl as _;
                let sql = format!("INSERT INTO memberships (id, organisation_id, user_id, role, created_at) SELECT '019aa000-0000-7000-8000-000000000001', '{root}', id, 'admin', 0 FROM users WHERE username = '{user}'");
                diesel::sql_query(sql).execute(tx).map_err(store::StoreError::from)
            }
        }).await.unwrap();
        let both = app.public().sign_in("collector", PASSWORD).await;
        let ask = json!({ "merged_id": strange, "merged_version": 1, "reason": "entered_twice" });
        let answer = both.change(Method::POST, &format!("/beneficiaries/{one}/merges"), "*", ask).await;
        assert_eq!(answer.refused(422, "invalid").faults(), [("/merged_id".to_owned(), "unknown".to_owned())]);

        // At once in both directions: one of the two stands, and nobody waits for ever.
        let (a, b) = tokio::join!(merge(&w.collector, &one, &other, json!({})), merge(&w.reviewer, &other, &one, json!({})));
        assert_eq!([a.status, b.status].iter().filter(|status| **status == 201).count(), 1, "{:#} {:#}", a.body, b.body);
        let (left, gone) = if a.status == 201 { (&one, &other) } else { (&other, &one) };
        merge(&w.collector, &third, left, json!({})).await.refused(409, "beneficiary_has_merged");
        merge(&w.collector, &third, gone, json!({})).await.refused(409, "beneficiary_merged");

        // A child under 14 does not become somebody of whom nobody knows that, unseen by the officer.
        let (child, grown) = (child(&w.collector, &w.village).await, fresh().await);
        let all = json!({ "name": "survivor", "phone": "survivor", "address": "survivor", "birth_date": "survivor", "hardships": "survivor" });
        merge(&w.collector, &grown, &child, all).await.refused(403, "approval_required");

        // An older word in the other record does not outlive what was taken back in this one.
        let (said, unsaid) = (fresh().await, fresh().await);
        let wish = w.published(json!({ "beneficiary_id": said })).await;
        let given = of(&w.collector, &unsaid).await["consents"].as_array().unwrap().clone();
        let publish = given.iter().find(|one| one["purpose"] == "publish").unwrap()["id"].as_str().unwrap().to_owned();
        w.collector.post(&format!("/beneficiaries/{unsaid}/consents/{publish}/withdraw"), json!({})).await.expect(200);
        app.public().get(&format!("/wishes/{wish}")).await.expect(200);
        merge(&w.collector, &said, &unsaid, json!({})).await.expect(201);
        app.public().get(&format!("/wishes/{wish}")).await.refused(404, "not_found");

        // Said in both records on one day, a word is taken back in both.
        let (first, second) = (fresh().await, fresh().await);
        let word = json!({ "purpose": "share_with_platform", "given_by": "self", "given_on": "2026-11-20" });
        for id in [&first, &second] {
            w.collector.post(&format!("/beneficiaries/{id}/consents"), word.clone()).await.expect(201);
        }
        merge(&w.collector, &first, &second, json!({})).await.expect(201);
        let shares = async || {
            let all = of(&w.collector, &first).await["consents"].as_array().unwrap().clone();
            let live = |one: &&Value| one["purpose"] == "share_with_platform" && one.get("withdrawn_on").is_none();
            all.iter().filter(live).map(|one| one["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let said = shares().await;
        assert_eq!(said.len(), 2);
        w.collector.post(&format!("/beneficiaries/{first}/consents/{}/withdraw", said[0]), json!({})).await.expect(200);
        assert_eq!(shares().await, Vec::<String>::new());
        app.assert_sound().await;
    }
}

on_both! {
    async fn who_is_erased_is_erased_in_every_record(app) {
        let w = World::new(app).await;
        let fresh = async || resident(&w.collector, &w.village).await;
        let (left, other) = (fresh().await, fresh().await);
        let wish = w.published(json!({ "beneficiary_id": other })).await;
        let made = merge(&w.collector, &left, &other, json!({})).await.expect(201).id();
        let erase = json!({ "reason": "requested" });
        let path = format!("/beneficiaries/{left}/erasure");
        let open = w.admin.change(Method::POST, &path, "*", erase.clone()).await;
        open.refused(409, "wishes_not_ended");
        let end = json!({ "reason": "搬走了", "outcome": "已告知" });
        w.coordinator.post(&format!("/wishes/{wish}/withdraw"), end).await.expect(200);
        w.admin.change(Method::POST, &path, "*", erase).await.expect(200);
        for id in [&left, &other] {
            assert!(of(&w.admin, id).await["erased_at"].is_string());
        }
        let (vault, id) = (app.state.vault.clone(), other.parse().unwrap());
        let key = app.state.db.read(move |tx| store::data_key::load(tx, &vault, id)).await.unwrap();
        assert!(matches!(key, store::data_key::Held::Erased(_)), "also the key of what was merged");
        w.collector.post(&format!("/merges/{made}/undo"), json!({})).await.refused(409, "beneficiary_erased");
        let fresh_one = fresh().await;
        merge(&w.collector, &fresh_one, &other, json!({})).await.refused(409, "beneficiary_merged");
        let erased = merge(&w.collector, &left, &fresh_one, json!({})).await;
        erased.refused(409, "beneficiary_erased");
        assert_eq!(w.collector.get(&format!("/beneficiaries/{left}/merges")).await.expect(200).items()[0].get("since"), None);
        app.assert_sound().await;

        // Nor does time erase who still waits for something under another record.
        let (kept, busy) = (fresh().await, fresh().await);
        let done = w.published(json!({ "beneficiary_id": kept })).await;
        let claim = w.delivered(&done, 1).await;
        let word = json!({ "accepted": true, "method": "call" });
        w.coordinator.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
        let waits = w.published(json!({ "beneficiary_id": busy })).await;
        merge(&w.collector, &kept, &busy, json!({})).await.expect(201);
        app.pass_days(400).await;
        let admin = app.public().sign_in("admin", PASSWORD).await;
        assert_eq!(of(&admin, &kept).await.get("erased_at"), None);
        let end = json!({ "reason": "搬走了", "outcome": "已告知" });
        app.public().sign_in("city", PASSWORD).await.post(&format!("/wishes/{waits}/withdraw"), end).await.expect(200);
        app.pass_days(400).await;
        let admin = app.public().sign_in("admin", PASSWORD).await;
        for id in [&kept, &busy] {
            assert!(of(&admin, id).await["erased_at"].is_string());
        }
        app.assert_sound().await;
    }
}

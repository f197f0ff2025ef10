//! Plans: proposed, changed by hand, sent in one act or not at all, and planned anew; and the story of 53 households.

use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::{
    client::{Answer, Client},
    on_both,
    world::{World, claimant, resident},
};

async fn lines(by: &Client, plan: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut next = format!("/plans/{plan}/lines?limit=100");
    loop {
        let page = by.get(&next).await;
        all.extend(page.expect(200).items());
        match page.body["next_cursor"].as_str() {
            Some(cursor) => next = format!("/plans/{plan}/lines?limit=100&cursor={cursor}"),
            None => return all,
        }
    }
}

async fn change(by: &Client, plan: &str, line: &Value, body: Value) -> Answer {
    let path = format!("/plans/{plan}/lines/{}", line["id"].as_str().unwrap());
    by.change(Method::PATCH, &path, "*", body).await
}

async fn act(by: &Client, plan: &str, act: &str) -> Answer {
    by.post(&format!("/plans/{plan}/{act}"), json!({})).await
}

fn loads(lines: &[Value]) -> BTreeMap<String, usize> {
    let mut loads = BTreeMap::new();
    for line in lines {
        if let Some(id) = line["claimant"]["id"].as_str() {
            *loads.entry(id.to_owned()).or_default() += 1;
        }
    }
    loads
}

/// Wishes of as many residents of the village, and claimants of the team.
async fn stage(w: &World, wishes: usize, claimants: usize) -> (Vec<String>, Vec<String>) {
    let mut made = (Vec::new(), Vec::new());
    for _ in 0..wishes {
        let of = resident(&w.collector, &w.village).await;
        made.0.push(w.published(json!({ "beneficiary_id": of })).await);
    }
    for n in 0..claimants {
        made.1.push(claimant(&w.admin, &w.team, &format!("第{n}小组")).await);
    }
    made
}

async fn planned(w: &World, wishes: &[String], claimants: &[String], more: Value) -> Answer {
    let mut body = json!({ "organisation_id": w.village, "title": "春节前，一户不落", "wish_ids": wishes, "claimant_ids": claimants });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    w.coordinator.post("/plans", body).await
}

async fn status(w: &World, wish: &str) -> Value {
    w.coordinator.get(&format!("/wishes/{wish}")).await.expect(200).body["status"].clone()
}

on_both! {
    async fn fifty_three_households_go_to_thirty_six_claimants_at_once(app) {
        let w = World::new(app).await;
        let mut wishes = Vec::new();
        let mut household: BTreeMap<String, usize> = BTreeMap::new();
        for n in 0..53 {
            let of = resident(&w.collector, &w.village).await;
            // The same for all, and something of its own for some.
            for title in ["一份年货", "打扫一次屋子"].iter().take(1 + n % 2) {
                let id = w.published(json!({ "beneficiary_id": of, "title": title })).await;
                household.insert(id.clone(), n);
                wishes.push(id);
            }
        }
        let mut all = Vec::new();
        for n in 0..36 {
            all.push(claimant(&w.admin, &w.team, &format!("第{n}党支部")).await);
        }
        let made = planned(&w, &wishes, &all, json!({ "whole_households": true })).await;
        let plan = made.expect(201).id();
        assert_eq!((&made.body["households"], &made.body["households_covered"]), (&json!(53), &json!(53)), "{:#}", made.body);
        assert_eq!((&made.body["lines"], &made.body["covered"], &made.body["optimal"]), (&json!(79), &json!(79), &json!(true)));
        let loads: Vec<i64> = made.body["claimants"].as_array().unwrap().iter().map(|one| one["load"].as_i64().unwrap()).collect();
        assert!(loads.iter().all(|load| [1, 2].contains(load)), "{loads:?}");
        let drawn = lines(&w.coordinator, &plan).await;
        let mut of_household: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
        for line in &drawn {
            of_household.entry(household[line["wish_id"].as_str().unwrap()]).or_default().insert(line["claimant"]["id"].as_str().unwrap());
            assert!(line["reasons"].as_array().unwrap().iter().any(|reason| reason["code"] == "same_place"), "{line:#}");
        }
        assert!(of_household.values().all(|by| by.len() == 1), "a household has one claimant");
        assert_eq!(status(&w, &wishes[0]).await, "open", "nobody was asked yet");

        // Changed by hand: a household goes whole, and the cost is told.
        let line = drawn.iter().find(|line| drawn.iter().filter(|other| other["household"] == line["household"]).count() == 2).unwrap();
        let to = all.iter().find(|id| line["claimant"]["id"] != json!(id)).unwrap();
        change(&w.coordinator, &plan, line, json!({ "claimant_id": to })).await.refused(409, "household_split");
        let moved = change(&w.coordinator, &plan, line, json!({ "claimant_id": to, "whole_household": true })).await;
        assert_eq!(moved.expect(200).body["lines"].as_array().unwrap().len(), 2);
        assert!(moved.body["plan"]["cost"]["total"].as_i64() >= moved.body["cost_before"].as_i64(), "none costs less: {:#}", moved.body);
        assert_eq!(moved.body["plan"]["by_hand"], 2);

        let sent = act(&w.coordinator, &plan, "send").await;
        assert_eq!((&sent.expect(200).body["status"], &sent.body["sent"]), (&json!("sent"), &json!(79)));
        for line in lines(&w.coordinator, &plan).await {
            let claim = w.coordinator.get(&format!("/claims/{}", line["claim_id"].as_str().unwrap())).await;
            assert_eq!((&claim.expect(200).body["status"], &claim.body["claimant"]["id"]), (&json!("proposed"), &line["claimant"]["id"]));
        }
        act(&w.coordinator, &plan, "send").await.refused(409, "plan_sent");

        // One says no to all it was asked for: its households go whole to others, and the rest stays.
        let sent = lines(&w.coordinator, &plan).await;
        let no = sent[0]["claimant"]["id"].clone();
        let declined: Vec<&Value> = sent.iter().filter(|line| line["claimant"]["id"] == no).collect();
        for line in &declined {
            let path = format!("/claims/{}/decline", line["claim_id"].as_str().unwrap());
            w.manager.post(&path, json!({ "reason": "这周人都在外地" })).await.expect(200);
        }
        let anew = act(&w.coordinator, &plan, "replan").await;
        assert_eq!((&anew.expect(200).body["households_covered"], &anew.body["covered"]), (&json!(53), &json!(79)));
        assert_eq!(anew.body["sent"], json!(79 - declined.len()));
        let now = lines(&w.coordinator, &plan).await;
        let again: Vec<&Value> = now.iter().filter(|line| line["claim_id"].is_null()).collect();
        let wish_of = |lines: &[&Value]| lines.iter().map(|line| line["wish_id"].to_string()).collect::<BTreeSet<_>>();
        assert_eq!(wish_of(&again), wish_of(&declined));
        assert!(again.iter().all(|line| line["claimant"]["id"] != no), "not for who said no");
        let whole: BTreeSet<(String, String)> = again.iter().map(|line| (line["household"].to_string(), line["claimant"]["id"].to_string())).collect();
        let households: BTreeSet<&String> = whole.iter().map(|(household, _)| household).collect();
        assert_eq!(whole.len(), households.len(), "a household has one claimant still");
        assert!(sent.iter().filter(|line| line["claimant"]["id"] != no).all(|line| now.contains(line)));
        assert_eq!(act(&w.coordinator, &plan, "send").await.expect(200).body["sent"], 79);
        app.assert_sound().await;
    }
}

on_both! {
    async fn who_owes_wish_days_is_asked_first_where_planners_may_know_it(app) {
        let w = World::new(app).await;
        let (mut wishes, _) = stage(&w, 2, 0).await;
        let wide = w.submitted(json!({ "title": "想要一床被子" })).await;
        w.publish(&wide, json!({ "audience_id": w.township })).await;
        let owing = claimant(&w.admin, &w.team, "第1小组").await;
        let far = claimant(&w.admin, &w.other_village, "邻村小队").await;
        let person = json!({ "kind": "person", "display_name": "某人", "organisation_id": w.team, "skills": [], "region_codes": [], "capacity": 1 });
        let person = w.admin.post("/claimants", person).await.expect(201).id();
        let duty = json!({ "organisation_id": w.county, "title": "主题党日", "from": "2026-01-01", "to": "2026-12-31", "times": 1 });
        let duty = w.county_coordinator.post("/duties", duty).await.expect(201).id();
        // The team gave its day; a duty of organisations, and one of next year, ask nothing of claimants now.
        let brought = w.published(json!({ "title": "修一把椅子", "category": "hand" })).await;
        let claim = w.delivered(&brought, 1).await;
        w.collector.post(&format!("/claims/{claim}/confirmation"), json!({ "accepted": true, "method": "call" })).await.expect(201);
        for other in [
            json!({ "organisation_id": w.county, "title": "各村", "level": "village", "from": "2026-01-01", "to": "2026-12-31", "times": 9 }),
            json!({ "organisation_id": w.county, "title": "明年", "from": "2027-01-01", "to": "2027-12-31", "times": 9 }),
            json!({ "organisation_id": w.other_village, "title": "邻村", "from": "2026-01-01", "to": "2026-12-31", "times": 9 }),
        ] {
            w.city_coordinator.post("/duties", other).await.expect(201);
        }
        let owed = |of: &Value| of["reasons"].as_array().unwrap().iter().find(|reason| reason["code"] == "owes_days").map(|reason| reason["figure"].clone());
        let found = w.coordinator.get(&format!("/wishes/{wide}/suggestions")).await.expect(200).items();
        let told: BTreeMap<&str, Option<Value>> = found.iter().map(|one| (one["claimant"]["id"].as_str().unwrap(), owed(one))).collect();
        let expected = [(owing.as_str(), Some(json!(1))), (w.team_claimant.as_str(), None), (far.as_str(), None), (person.as_str(), None)];
        assert_eq!(told, BTreeMap::from(expected), "what another village's units owe is not this one's to know");
        let own = w.manager.get(&format!("/claimants/{owing}/suggestions")).await.expect(200).items();
        assert!(!own.is_empty() && own.iter().all(|one| owed(one).is_none()), "and it fits no wish better for it");

        wishes.push(wide);
        let all = [w.team_claimant.clone(), owing.clone()];
        let body = json!({ "organisation_id": w.village, "title": "每家一份", "wish_ids": wishes, "claimant_ids": all });
        let drafted = w.coordinator.post("/plans", body).await.expect(201).id();
        let drawn = lines(&w.coordinator, &drafted).await;
        let of_owing: Vec<&Value> = drawn.iter().filter(|line| line["claimant"]["id"] == json!(owing)).collect();
        assert_eq!((drawn.len(), of_owing.len()), (3, 2), "loads differ by one: {drawn:#?}");
        assert!(drawn.iter().all(|line| owed(line).is_some() == (line["claimant"]["id"] == json!(owing))));
        let given = change(&w.coordinator, &drafted, of_owing[0], json!({ "claimant_id": w.team_claimant })).await;
        assert_eq!(owed(&given.expect(200).body["lines"][0]), None);
        let back = change(&w.coordinator, &drafted, of_owing[0], json!({ "claimant_id": owing })).await;
        assert_eq!(owed(&back.expect(200).body["lines"][0]), Some(json!(1)));
        // Whoever may know the neighbours plans with them, and says no more of them to those who read the plan.
        let body = json!({ "organisation_id": w.village, "title": "邻村也来", "wish_ids": [wishes[2]], "claimant_ids": [far] });
        let theirs = w.township_coordinator.post("/plans", body).await.expect(201).id();
        assert_eq!(owed(&lines(&w.coordinator, &theirs).await[0]), None);
        w.county_coordinator.post(&format!("/duties/{duty}/withdraw"), json!({})).await.expect(200);
        let found = w.coordinator.get(&format!("/wishes/{}/suggestions", wishes[0])).await.expect(200).items();
        assert!(found.iter().all(|one| owed(one).is_none()), "taken back, nobody owes by it");
    }
}

on_both! {
    async fn twenty_people_pick_peaches(app) {
        let w = World::new(app).await;
        let picking = w.published(json!({ "title": "桃子熟了，要人帮着摘", "quantity": 20, "unit": "person", "category": "hand" })).await;
        let (_, all) = stage(&w, 0, 22).await;
        let made = planned(&w, std::slice::from_ref(&picking), &all, json!({})).await;
        let plan = made.expect(201).id();
        let drawn = lines(&w.coordinator, &plan).await;
        assert_eq!((drawn.len(), loads(&drawn).len()), (20, 20), "as many different claimants");
        assert!(drawn.iter().all(|line| line["quantity"] == 1));
        act(&w.coordinator, &plan, "send").await.expect(200);
        assert_eq!(status(&w, &picking).await, "claimed");
        app.assert_sound().await;
    }
}

on_both! {
    async fn a_plan_over_stale_data_sends_nothing_and_names_the_lines(app) {
        let w = World::new(app).await;
        let (wishes, all) = stage(&w, 5, 3).await;
        let plan = planned(&w, &wishes, &all, json!({})).await.expect(201).id();
        let drawn = lines(&w.coordinator, &plan).await;
        let line_of = |wish: &str| drawn.iter().find(|line| line["wish_id"] == json!(wish)).unwrap().clone();
        // One is claimed by somebody else, one is withdrawn, and a claimant is shut out.
        w.claimed(&wishes[0], 1).await;
        w.reviewer.post(&format!("/wishes/{}/withdraw", wishes[1]), json!({ "reason": "不需要了" })).await.expect(200);
        let out = line_of(&wishes[2])["claimant"]["id"].as_str().unwrap().to_owned();
        w.admin.change(Method::PATCH, &format!("/claimants/{out}"), "*", json!({ "active": false })).await.expect(200);
        let before = w.auditor.get("/events?limit=100").await.body.clone();
        let refused = act(&w.coordinator, &plan, "send").await;
        refused.refused(409, "plan_stale");
        let told: BTreeMap<String, String> = refused.faults().into_iter().collect();
        let at = |line: &Value| format!("/lines/{}", line["id"].as_str().unwrap());
        assert_eq!(told[&at(&line_of(&wishes[0]))], "wish_changed");
        assert_eq!(told[&at(&line_of(&wishes[1]))], "wish_changed");
        assert_eq!(told[&at(&line_of(&wishes[2]))], "claimant_changed");
        for wish in &wishes[2..] {
            assert_eq!(status(&w, wish).await, "open", "nothing was sent");
        }
        assert_eq!(w.auditor.get("/events?limit=100").await.body["items"], before["items"], "and nothing is told");
        assert!(lines(&w.coordinator, &plan).await.iter().all(|line| line["claim_id"].is_null()));

        let anew = act(&w.coordinator, &plan, "replan").await;
        assert_eq!((&anew.expect(200).body["lines"], &anew.body["covered"]), (&json!(5), &json!(3)));
        let now = lines(&w.coordinator, &plan).await;
        let gone: Vec<_> = now.iter().filter(|line| line["gap"] == "gone").collect();
        assert_eq!(gone.len(), 2);
        assert!(now.iter().all(|line| line["claimant"]["id"] != json!(out)), "who was shut out is asked for nothing");
        let kept = drawn.iter().filter(|line| !told.contains_key(&at(line)));
        for line in kept {
            assert!(now.contains(line), "what holds stays as it was");
        }
        let sent = act(&w.coordinator, &plan, "send").await;
        assert_eq!(sent.expect(200).body["sent"], 3);
        app.assert_sound().await;
    }
}

on_both! {
    async fn what_is_declined_is_planned_again_for_another(app) {
        let w = World::new(app).await;
        let (wishes, all) = stage(&w, 2, 2).await;
        let plan = planned(&w, &wishes, &all, json!({})).await.expect(201).id();
        act(&w.coordinator, &plan, "send").await.expect(200);
        let sent = lines(&w.coordinator, &plan).await;
        let (no, yes) = (&sent[0], &sent[1]);
        let claim = |line: &Value| line["claim_id"].as_str().unwrap().to_owned();
        w.manager.post(&format!("/claims/{}/decline", claim(no)), json!({ "reason": "这周人都在外地" })).await.expect(200);
        w.manager.post(&format!("/claims/{}/accept", claim(yes)), json!({})).await.expect(200);
        let anew = act(&w.coordinator, &plan, "replan").await;
        assert_eq!((&anew.expect(200).body["status"], &anew.body["sent"]), (&json!("draft"), &json!(1)));
        let now = lines(&w.coordinator, &plan).await;
        let again = now.iter().find(|line| line["claim_id"].is_null()).unwrap();
        assert_eq!((&again["wish_id"], &again["claimant"]["id"]), (&no["wish_id"], &yes["claimant"]["id"]), "not for who said no");
        assert!(now.contains(yes));
        assert_eq!(act(&w.coordinator, &plan, "send").await.expect(200).body["sent"], 2);
        app.assert_sound().await;
    }
}

on_both! {
    async fn what_nobody_can_bring_is_named_and_what_cannot_be_planned_is_refused(app) {
        let w = World::new(app).await;
        let (mut wishes, all) = stage(&w, 2, 2).await;
        let light = w.published(json!({ "title": "走廊的灯坏了", "skill": "电工" })).await;
        wishes.push(light.clone());
        let made = planned(&w, &wishes, &all, json!({})).await;
        let plan = made.expect(201).id();
        assert_eq!((&made.body["lines"], &made.body["covered"]), (&json!(3), &json!(2)));
        let drawn = lines(&w.coordinator, &plan).await;
        let open = drawn.iter().find(|line| line["gap"].is_string()).unwrap();
        assert_eq!((&open["wish_id"], &open["gap"], &open["skill"]), (&json!(light), &json!("skill_nobody_has"), &json!("电工")));
        // A person may send somebody all the same, and the reasons say what is missing.
        let given = change(&w.coordinator, &plan, open, json!({ "claimant_id": all[0] })).await;
        let codes = given.expect(200).body["lines"][0]["reasons"].to_string();
        assert!(codes.contains("skill_missing"), "{codes}");
        let kept = act(&w.coordinator, &plan, "replan").await;
        assert_eq!((&kept.expect(200).body["by_hand"], &kept.body["covered"]), (&json!(1), &json!(3)), "and it stays");

        // Hands that are full, strangers, and what is no plan.
        w.admin.change(Method::PATCH, &format!("/claimants/{}", all[1]), "*", json!({ "capacity": 1 })).await.expect(200);
        let now = lines(&w.coordinator, &plan).await;
        let of_other = now.iter().find(|line| line["claimant"]["id"] == json!(all[0])).unwrap();
        change(&w.coordinator, &plan, of_other, json!({ "claimant_id": all[1] })).await.refused(409, "capacity_reached");
        change(&w.coordinator, &plan, of_other, json!({ "claimant_id": w.school_claimant })).await.refused(422, "invalid");
        let path = format!("/plans/{plan}/lines/{}", of_other["id"].as_str().unwrap());
        w.coordinator.change(Method::PATCH, &path, "\"1-plan-zh\"", json!({ "claimant_id": null })).await.refused(412, "stale");
        let left = change(&w.coordinator, &plan, of_other, json!({ "claimant_id": null })).await;
        assert_eq!(left.expect(200).body["lines"][0]["gap"], "by_hand");

        planned(&w, &[wishes[0].clone(), wishes[0].clone()], &all, json!({})).await.refused(422, "invalid");
        planned(&w, &wishes, &all, json!({ "title": " " })).await.refused(422, "invalid");
        planned(&w, &wishes, &all, json!({ "balance": "unfair" })).await.refused(422, "invalid");
        w.claimed(&wishes[1], 1).await;
        let refused = planned(&w, &wishes, &all, json!({})).await;
        assert_eq!(refused.refused(409, "wish_not_open").faults(), [("/wish_ids/1".to_owned(), "wish_changed".to_owned())]);
        let elsewhere = json!({ "organisation_id": w.other_village });
        planned(&w, &wishes, &all, elsewhere).await.refused(404, "not_found");
    }
}

on_both! {
    async fn all_that_is_open_and_whoever_is_of_the_circle(app) {
        let w = World::new(app).await;
        let (wishes, _) = stage(&w, 3, 1).await;
        w.submitted(json!({})).await;
        let made = planned(&w, &[], &[], json!({})).await;
        let plan = made.expect(201).id();
        assert_eq!((&made.body["lines"], &made.body["claimants"].as_array().unwrap().len()), (&json!(3), &2));
        let of: BTreeSet<String> = lines(&w.coordinator, &plan).await.iter().map(|line| line["wish_id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(of, wishes.iter().cloned().collect());
        planned(&w, &[], &[], json!({ "category": "yard" })).await.refused(422, "invalid");
        let key = json!({ "organisation_id": w.village, "title": "一次", "wish_ids": wishes });
        let first = w.coordinator.post_once("/plans", "plan-once", key.clone()).await;
        act(&w.coordinator, &plan, "send").await.expect(200);
        let again = w.coordinator.post_once("/plans", "plan-once", key).await;
        assert_eq!(first.expect(201).id(), again.expect(201).id(), "the same answer, though its wishes are not open any more");
        let told = w.auditor.get("/events?limit=100").await;
        assert!(!told.body.to_string().contains("一户不落"), "no text in an event");
        app.assert_sound().await;
    }
}

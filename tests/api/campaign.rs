//! Campaigns: prepared ahead, held by several, opened and closed by themselves; wishes in and out by rule and by hand;
//! pledges; and a report that stays as it was.

use domain::time::Instant;
use reqwest::Method;
use serde_json::{Value, json};
use server::jobs;
use tests::{
    App,
    client::{Answer, Client},
    on_both,
    world::{PASSWORD, World, child, organisation, own_passwords, resident},
};

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// A campaign of the county over the last week of November; the fields of `change` replace its own, null takes one away.
fn campaign(w: &World, change: Value) -> Value {
    let mut new = json!({
        "organisation_id": w.county, "title": "六一·点亮微心愿", "theme": "给孩子们一份惊喜，也给老人添一样用得上的东西。",
        "starts_on": "2026-11-23", "ends_on": "2026-11-27", "rule": { "categories": ["thing"], "age_bands": [] },
        "targets": { "wishes": 3, "people": 2, "hours": 10, "value_fen": 50_000 },
    });
    new.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    new.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    new
}

async fn prepared(w: &World, change: Value) -> String {
    w.county_coordinator.post("/campaigns", campaign(w, change)).await.expect(201).id()
}

async fn opened(w: &World, change: Value) -> String {
    let id = prepared(w, change).await;
    w.county_coordinator.post(&format!("/campaigns/{id}/open"), json!({})).await.expect(200);
    id
}

async fn place(by: &Client, campaign: &str, wishes: &[&str], place: &str) -> Answer {
    by.post(&format!("/campaigns/{campaign}/wishes"), json!({ "wish_ids": wishes, "place": place })).await
}

/// The ids of a campaign's list, the oldest first.
async fn listed(by: &Client, campaign: &str, place: &str) -> Vec<String> {
    let list = by.get(&format!("/campaigns/{campaign}/wishes?limit=100&place={place}")).await;
    let mut ids: Vec<String> =
        list.expect(200).items().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

/// What the wall shows of a campaign.
async fn on_wall(by: &Client, campaign: &str) -> usize {
    by.get(&format!("/wishes?limit=100&campaign_id={campaign}")).await.expect(200).items().len()
}

async fn confirmed(w: &World, wish: &str) {
    let claim = w.delivered(wish, 1).await;
    let word = json!({ "accepted": true, "method": "call" });
    w.county_coordinator.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
}

async fn kinds(app: &App, subject: &str) -> Vec<String> {
    let admin = app.public().sign_in("admin", PASSWORD).await;
    let told = admin.get(&format!("/audit/events?limit=100&subject_id={subject}")).await;
    told.expect(200).items().iter().map(|item| item["event"]["kind"].as_str().unwrap().to_owned()).collect()
}

/// Another county of the tree, with a village and who reviews there.
struct NextDoor {
    county: String,
    village: String,
    reviewer: Client,
}

impl NextDoor {
    async fn new(app: &App, w: &World) -> Self {
        let county = organisation(&w.admin, &w.city, "临溪县", "county", "government", Some("990103")).await;
        let village =
            organisation(&w.admin, &county, "柳湾村", "village", "community", Some("990103101201")).await;
        let reviewer = member(app, w, &village, "reviewer").await;
        Self { county, village, reviewer }
    }

    /// A wish on the wall that the village collected.
    async fn published(&self, w: &World) -> String {
        let of = resident(&w.admin, &self.village).await;
        let wish = w.wish(json!({ "beneficiary_id": of, "organisation_id": self.village }));
        let id = w.admin.post("/wishes", wish).await.expect(201).id();
        w.admin.post(&format!("/wishes/{id}/submit"), json!({})).await.expect(200);
        let review = json!({ "decision": "publish", "urgent": true, "feasible": true, "practical": true });
        self.reviewer.post(&format!("/wishes/{id}/review"), review).await.expect(200);
        id
    }
}

/// Somebody new, with a role at an organisation.
async fn member(app: &App, w: &World, at: &str, role: &str) -> Client {
    let username = format!("next_{role}");
    let new = json!({ "username": username, "display_name": "邻村", "password": PASSWORD, "role": role });
    w.admin.post(&format!("/organisations/{at}/members"), new).await.expect(201);
    own_passwords(app).await;
    app.public().sign_in(&username, PASSWORD).await
}

fn sorted<const N: usize>(ids: [&String; N]) -> Vec<String> {
    let mut ids: Vec<String> = ids.map(Clone::clone).into();
    ids.sort();
    ids
}

on_both! {
    async fn two_counties_hold_one_list_and_what_came_of_it_stays(app) {
        let w = World::new(app).await;
        let public = app.public();
        let radio = w.published(json!({})).await;
        let unwanted = w.published(json!({})).await;
        let near = NextDoor::new(app, &w).await;
        let next_door = near.published(&w).await;
        let waiting = w.submitted(json!({ "category": "skill" })).await;
        let id = prepared(&w, json!({ "host_ids": [near.county, near.village] })).await;
        let path = format!("/campaigns/{id}");

        // While it is prepared nobody else knows of it.
        public.get(&format!("{path}/public")).await.refused(404, "not_found");
        public.get(&format!("/wishes?campaign_id={id}")).await.refused(404, "not_found");
        w.school_manager.get(&format!("/wishes?campaign_id={id}")).await.refused(404, "not_found");
        assert!(public.get("/campaigns/public").await.expect(200).items().is_empty());
        place(&w.county_coordinator, &id, &[&waiting], "in").await.expect(200);
        place(&w.county_coordinator, &id, &[&unwanted], "out").await.expect(200);
        assert_eq!(listed(&w.county_coordinator, &id, "in").await, sorted([&waiting]), "the rule waits for the first day");
        assert_eq!(on_wall(&w.county_coordinator, &id).await, 1, "its own staff see what is not published");

        // The rule takes what is open in the hosts' subtrees; another host's comes with its yes.
        w.county_coordinator.post(&format!("{path}/open"), json!({})).await.expect(200);
        assert_eq!(listed(&w.county_coordinator, &id, "in").await, sorted([&radio, &waiting]));
        assert_eq!(listed(&w.county_coordinator, &id, "out").await, sorted([&unwanted]), "what a person said goes before the rule");
        let asked = async || w.city_coordinator.get("/me/tasks?kind=answer_hosting").await.expect(200).items();
        let tasks = asked().await;
        assert_eq!((tasks.len(), &tasks[0]["campaign_id"], &tasks[0]["link"]), (1, &json!(id), &json!(format!("/console/campaigns/{id}"))));
        assert!(w.township_coordinator.get("/me/tasks?kind=answer_hosting").await.expect(200).items().is_empty());
        let says_yes = async |host: &str| {
            let yes = w.city_coordinator.post(&format!("{path}/hosts/{host}/accept"), json!({})).await;
            let hosts = yes.expect(200).body["hosts"].as_array().unwrap().clone();
            let host = hosts.iter().find(|one| one["organisation"]["id"] == *host).unwrap();
            assert_eq!(host["status"], "accepted");
            public.get(&format!("{path}/public")).await.expect(200).body["hosts"].clone()
        };
        assert_eq!(says_yes(&near.village).await, json!(["青禾县"]), "a village is not named beside its wishes");
        assert_eq!(listed(&w.county_coordinator, &id, "in").await, sorted([&radio, &waiting, &next_door]));
        assert_eq!(on_wall(&public, &id).await, 2, "what is not published is on no wall");
        assert_eq!(asked().await.len(), 1, "another host has not answered");
        assert_eq!(says_yes(&near.county).await, json!(["青禾县", "临溪县"]));
        assert!(asked().await.is_empty());

        // Published meanwhile: by the rule, by hand, and neither.
        w.publish(&waiting, json!({})).await;
        let late = w.published(json!({})).await;
        w.published(json!({ "category": "skill" })).await;
        assert_eq!(listed(&w.county_coordinator, &id, "in").await, sorted([&radio, &waiting, &next_door, &late]));
        let told = w.county_coordinator.get(&format!("/wishes/{late}/events")).await.expect(200).items();
        assert!(told.iter().any(|event| event["data"]["campaigns"] == json!([id])), "{told:#?}");
        place(&w.county_coordinator, &id, &[&late], "out").await.expect(200);
        place(&w.county_coordinator, &id, &[&unwanted], "in").await.expect(200);

        // Two units join; one brings something.
        let pledge = json!({ "claimant_id": w.team_claimant, "wishes": 2, "hours": 4 });
        let joined = w.manager.post(&format!("{path}/pledges"), pledge.clone()).await.expect(201).id();
        w.manager.post(&format!("{path}/pledges"), pledge).await.refused(409, "already_pledged");
        w.school_manager.post(&format!("{path}/pledges"), json!({ "claimant_id": w.school_claimant, "value_fen": 20_000 })).await.expect(201);
        let changed = w.manager.change(Method::PATCH, &format!("/pledges/{joined}"), "*", json!({ "wishes": 3, "hours": null })).await;
        assert_eq!(changed.expect(200).body["pledged"], json!({ "wishes": 3 }));
        confirmed(&w, &radio).await;
        confirmed(&w, &late).await;
        let own = w.manager.get(&format!("{path}/pledges")).await;
        assert_eq!(own.expect(200).items().len(), 1, "who pledged is between them and the hosts");
        assert_eq!(own.items()[0]["brought"], json!({ "wishes": 1, "hours": 1.5, "value_fen": 9900 }));
        assert_eq!(w.county_coordinator.get(&format!("{path}/pledges")).await.expect(200).items().len(), 2);

        let report = w.county_coordinator.get(&format!("{path}/report")).await.expect(200).body.clone();
        let figures = ["wishes", "waiting", "open", "under_way", "fulfilled", "ended", "people", "claimants"];
        let figures = |report: &Value| figures.map(|name| report[name].as_i64().unwrap());
        assert_eq!(figures(&report), [4, 0, 3, 0, 1, 0, 1, 1]);
        assert_eq!((&report["frozen"], &report["brought"]), (&json!(false), &json!({ "wishes": 1, "hours": 1.5, "value_fen": 9900 })));

        // It closes by itself after its last day; what came of it stays, whatever comes after.
        assert_eq!(jobs::sweep(&app.state, at("2026-11-27T15:59:59Z")).await.unwrap().campaigns_turned, 0);
        for turned in [1, 0] {
            assert_eq!(jobs::sweep(&app.state, at("2026-11-27T16:00:00Z")).await.unwrap().campaigns_turned, turned);
        }
        confirmed(&w, &waiting).await;
        let kept = w.county_coordinator.get(&format!("{path}/report")).await.expect(200).body.clone();
        assert_eq!((figures(&kept), &kept["frozen"], &kept["brought"]), (figures(&report), &json!(true), &report["brought"]));
        assert_eq!(kept["as_of"], "2026-11-27T16:00:00Z");
        assert_eq!(kept["pledges"], report["pledges"]);
        assert_eq!(kept["pledges"][0]["pledged"], json!({ "wishes": 3 }));
        let seen = public.get(&format!("{path}/public")).await;
        assert_eq!((&seen.expect(200).body["status"], &seen.body["progress"]["fulfilled"]), (&json!("closed"), &json!(1)));
        assert!(public.get("/campaigns/public").await.expect(200).items().is_empty());
        let expected = [
            "campaign_created", "campaign_wishes_placed", "campaign_wishes_placed", "campaign_opened", "campaign_gathered",
            "campaign_host_accepted", "campaign_gathered", "campaign_host_accepted", "campaign_wishes_placed", "campaign_wishes_placed", "campaign_closed",
        ];
        assert_eq!(kinds(app, &id).await, expected);
        assert_eq!(kinds(app, &joined).await, ["pledge_made", "pledge_changed"]);
        app.assert_sound().await;
    }
}

on_both! {
    async fn it_opens_on_its_first_day_and_takes_its_wishes_in_by_stretches(app) {
        let w = World::new(app).await;
        for _ in 0..201 {
            w.published(json!({})).await;
        }
        let of = child(&w.collector, &w.village).await;
        let satchel = w.published(json!({ "beneficiary_id": of, "title": "想要一个书包" })).await;
        let rule = json!({ "categories": [], "age_bands": ["10-19"] });
        let children = prepared(&w, json!({ "rule": rule })).await;
        let all = prepared(&w, json!({ "rule": { "categories": [], "age_bands": [] } })).await;
        let by_hand = prepared(&w, json!({ "rule": null, "starts_on": "2026-11-24" })).await;
        assert_eq!(jobs::sweep(&app.state, at("2026-11-22T15:59:59Z")).await.unwrap().campaigns_turned, 0);
        assert_eq!(jobs::sweep(&app.state, at("2026-11-22T16:00:00Z")).await.unwrap().campaigns_turned, 2);
        assert_eq!(listed(&w.county_coordinator, &children, "in").await, sorted([&satchel]), "only of whom the wall shows such an age");
        let report = w.county_coordinator.get(&format!("/campaigns/{all}/report")).await;
        assert_eq!(report.expect(200).body["open"], 202);
        assert_eq!(w.county_coordinator.get(&format!("/campaigns/{by_hand}")).await.expect(200).text("status"), "draft");
        // Who was away over the whole of it opens it, counts, and closes it.
        assert_eq!(jobs::sweep(&app.state, at("2026-11-27T16:00:00Z")).await.unwrap().campaigns_turned, 3);
        assert_eq!(w.county_coordinator.get(&format!("/campaigns/{by_hand}")).await.expect(200).text("status"), "closed");
        app.assert_sound().await;
    }
}

on_both! {
    async fn what_does_not_fit_is_refused_and_changes_nothing(app) {
        let w = World::new(app).await;
        let ask = async |change: Value| w.county_coordinator.post("/campaigns", campaign(&w, change)).await;
        for (change, pointer, fault) in [
            (json!({ "ends_on": "2026-11-22" }), "/ends_on", "out_of_range"),
            (json!({ "starts_on": "2026-11-10", "ends_on": "2026-11-19" }), "/ends_on", "in_past"),
            (json!({ "ends_on": "2028-11-24" }), "/ends_on", "out_of_range"),
            (json!({ "title": "心" }), "/title", "too_short"),
            (json!({ "targets": { "wishes": 0 } }), "/targets/wishes", "out_of_range"),
            (json!({ "rule": { "categories": [], "age_bands": ["7-9"] } }), "/rule/age_bands/0", "unknown"),
            (json!({ "rule": { "categories": ["thing", "thing"], "age_bands": [] } }), "/rule/categories/1", "duplicate"),
            (json!({ "host_ids": [w.other_root] }), "/host_ids/0", "unknown"),
            (json!({ "host_ids": [w.county] }), "/host_ids/0", "duplicate"),
        ] {
            let refused = ask(change).await;
            assert_eq!(refused.refused(422, "invalid").faults(), [(pointer.into(), fault.into())]);
        }
        for at in [&w.township, &w.village, &w.school] {
            let small = campaign(&w, json!({ "organisation_id": at }));
            w.admin.post("/campaigns", small).await.refused(409, "place_too_fine");
        }
        ask(json!({ "rule": { "categories": ["nonsense"], "age_bands": [] } })).await.refused(422, "unknown_category");
        let named = ask(json!({ "theme": "报名请打 13800001234。" })).await;
        assert_eq!(named.refused(409, "findings_unresolved").faults(), [("/theme".into(), "phone_number".into())]);
        assert!(w.county_coordinator.get("/campaigns").await.expect(200).items().is_empty());

        // Of another tree nothing is known; who was only asked may look and not act.
        let near = NextDoor::new(app, &w).await;
        let village = &near.village;
        let id = prepared(&w, json!({ "host_ids": [village] })).await;
        let path = format!("/campaigns/{id}");
        for doing in ["open", "cancel"] {
            let body = if doing == "open" { json!({}) } else { json!({ "reason": "下雨了" }) };
            w.stranger.post(&format!("{path}/{doing}"), body).await.refused(404, "not_found");
        }
        w.stranger.get(&path).await.refused(404, "not_found");
        w.stranger.get(&format!("{path}/pledges")).await.refused(404, "not_found");
        let neighbour = member(app, &w, village, "coordinator").await;
        let asked = neighbour.get("/campaigns").await;
        assert_eq!((asked.expect(200).items().len(), &asked.items()[0]["hosts"][0]["may_answer"]), (1, &json!(true)));
        let own = near.published(&w).await;
        place(&neighbour, &id, &[&own], "in").await.refused(403, "forbidden");
        place(&w.county_coordinator, &id, &[&own], "in").await.refused(422, "invalid");
        neighbour.post(&format!("{path}/hosts/{village}/accept"), json!({})).await.expect(200);
        neighbour.post(&format!("{path}/hosts/{village}/decline"), json!({})).await.refused(409, "host_answered");
        place(&neighbour, &id, &[&own], "in").await.expect(200);
        neighbour.change(Method::PATCH, &path, "*", json!({ "title": "换个名字" })).await.refused(403, "forbidden");
        neighbour.post(&format!("{path}/open"), json!({})).await.refused(403, "forbidden");

        // By hand: none that nobody of the hosts collected, none that has ended, not one twice, all or none.
        let met = w.published(json!({})).await;
        confirmed(&w, &met).await;
        let open = w.published(json!({})).await;
        place(&w.county_coordinator, &id, &[&open, &met], "in").await.refused(409, "wrong_status");
        place(&w.county_coordinator, &id, &[&open, &open], "in").await.refused(422, "invalid");
        place(&w.county_coordinator, &id, &[], "in").await.refused(422, "invalid");
        assert_eq!(listed(&w.county_coordinator, &id, "in").await, sorted([&own]));

        // Pledges are for open campaigns, by claimants of the tree, of something, once.
        let pledges = format!("{path}/pledges");
        let two = |claimant: &str| json!({ "claimant_id": claimant, "wishes": 2 });
        w.school_manager.post(&pledges, two(&w.school_claimant)).await.refused(404, "not_found");
        w.county_coordinator.post(&pledges, two(&w.team_claimant)).await.refused(409, "wrong_campaign_status");
        w.county_coordinator.change(Method::PATCH, &path, "\"9-campaign-zh\"", json!({ "title": "换个名字" })).await.refused(412, "stale");
        w.county_coordinator.post(&format!("{path}/close"), json!({ "reason": "提前办完" })).await.refused(409, "wrong_campaign_status");
        w.county_coordinator.post(&format!("{path}/open"), json!({})).await.expect(200);
        w.county_coordinator.post(&format!("{path}/open"), json!({})).await.refused(409, "wrong_campaign_status");
        w.county_coordinator.post(&format!("{path}/cancel"), json!({ "reason": "不办了" })).await.refused(409, "wrong_campaign_status");
        for change in [json!({ "rule": null }), json!({ "starts_on": "2026-11-24" })] {
            w.county_coordinator.change(Method::PATCH, &path, "*", change).await.refused(409, "wrong_campaign_status");
        }
        let longer = w.county_coordinator.change(Method::PATCH, &path, "*", json!({ "ends_on": "2026-12-05", "targets": {} })).await;
        assert_eq!((longer.expect(200).text("ends_on"), &longer.body["targets"]), ("2026-12-05".into(), &json!({})));
        let foreign = tests::world::claimant(&w.stranger, &w.other_root, "别处来的").await;
        w.stranger.post(&pledges, two(&foreign)).await.refused(422, "invalid");
        w.manager.post(&pledges, json!({ "claimant_id": w.team_claimant })).await.refused(422, "invalid");
        w.manager.post(&pledges, json!({ "claimant_id": w.team_claimant, "hours": 0 })).await.refused(422, "invalid");
        let given = w.manager.post(&pledges, two(&w.team_claimant)).await.expect(201).id();
        w.school_manager.post(&format!("/pledges/{given}/withdraw"), json!({})).await.refused(404, "not_found");
        w.manager.change(Method::PATCH, &format!("/pledges/{given}"), "*", json!({ "wishes": null })).await.refused(422, "invalid");
        w.manager.post(&format!("/pledges/{given}/withdraw"), json!({})).await.expect(200);
        w.manager.post(&format!("/pledges/{given}/withdraw"), json!({})).await.refused(409, "pledge_withdrawn");
        let again = w.manager.post(&pledges, two(&w.team_claimant)).await.expect(201).id();

        // Once it is closed nothing of it changes.
        w.county_coordinator.post(&format!("{path}/close"), json!({ "reason": " " })).await.refused(422, "invalid");
        let closed = w.county_coordinator.post(&format!("{path}/close"), json!({ "reason": "提前办完" })).await;
        assert_eq!((closed.expect(200).text("ended_reason"), &closed.body["may"]), ("提前办完".into(), &json!([])));
        w.school_manager.post(&pledges, two(&w.school_claimant)).await.refused(409, "wrong_campaign_status");
        w.manager.post(&format!("/pledges/{again}/withdraw"), json!({})).await.refused(409, "wrong_campaign_status");
        place(&w.county_coordinator, &id, &[&open], "in").await.refused(409, "wrong_campaign_status");
        w.county_coordinator.change(Method::PATCH, &path, "*", json!({ "title": "换个名字" })).await.refused(409, "wrong_campaign_status");
        app.assert_sound().await;
    }
}

on_both! {
    async fn a_claimant_that_joins_many_times_at_once_joins_once(app) {
        let w = World::new(app).await;
        let id = opened(&w, json!({})).await;
        let path = format!("/campaigns/{id}/pledges");
        let ask = |n: i64| {
            let (manager, path, claimant) = (w.manager.clone(), path.clone(), w.team_claimant.clone());
            tokio::spawn(async move { manager.post(&path, json!({ "claimant_id": claimant, "wishes": n })).await })
        };
        let mut joined = 0;
        for asked in (1..=8).map(ask).collect::<Vec<_>>() {
            let answer = asked.await.unwrap();
            match answer.status {
                201 => joined += 1,
                _ => drop(answer.refused(409, "already_pledged")),
            }
        }
        assert_eq!((joined, w.county_coordinator.get(&path).await.expect(200).items().len()), (1, 1));
        app.assert_sound().await;
    }
}

on_both! {
    async fn a_wish_counts_once_with_its_parts(app) {
        let w = World::new(app).await;
        let id = opened(&w, json!({})).await;
        let rice = w.published(json!({ "title": "想要三袋米", "quantity": 3 })).await;
        let body = json!({ "parts": [{ "organisation_id": w.team, "quantity": 1 }] });
        w.county_coordinator.post(&format!("/wishes/{rice}/split"), body).await.expect(200);
        assert_eq!(listed(&w.county_coordinator, &id, "in").await.len(), 2, "a part goes where the whole is");
        let claim = w.delivered(&rice, 2).await;
        w.county_coordinator.post(&format!("/claims/{claim}/confirmation"), json!({ "accepted": true, "method": "call" })).await.expect(201);
        let report = w.county_coordinator.get(&format!("/campaigns/{id}/report")).await;
        let figures = ["wishes", "open", "under_way", "fulfilled", "people"].map(|name| report.expect(200).body[name].as_i64().unwrap());
        assert_eq!(figures, [1, 0, 1, 0, 1], "not fulfilled while a part is under way");
        app.assert_sound().await;
    }
}

on_both! {
    async fn what_is_off_the_wall_is_not_in_a_campaigns_list_either(app) {
        let w = World::new(app).await;
        let id = opened(&w, json!({})).await;
        let of = resident(&w.collector, &w.village).await;
        w.published(json!({ "beneficiary_id": of })).await;
        assert_eq!(on_wall(&app.public(), &id).await, 1);
        let path = format!("/beneficiaries/{of}");
        let held = w.collector.get(&path).await.expect(200).body["consents"].as_array().unwrap().clone();
        let given = held.iter().find(|one| one["purpose"] == "publish").unwrap()["id"].as_str().unwrap();
        w.collector.post(&format!("{path}/consents/{given}/withdraw"), json!({})).await.expect(200);
        assert_eq!(on_wall(&app.public(), &id).await, 0);
        assert_eq!(app.public().get(&format!("/campaigns/{id}/public")).await.expect(200).body["progress"]["wishes"], 0);
        assert_eq!(on_wall(&w.county_coordinator, &id).await, 1, "its staff go on seeing it");
    }
}

//! Deeper needs: met on the way, handed on once the resident agreed, answered or chased; and the list of what a
//! household may be owed already.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    App,
    client::Client,
    on_both,
    world::{PASSWORD, World, child, resident},
};

async fn signed_in(app: &App, name: &str) -> Client {
    app.public().sign_in(name, PASSWORD).await
}

fn to(organisation: &str) -> Value {
    json!({ "to_organisation_id": organisation, "agreed_on": "2026-11-20" })
}

fn outside(benefit: &str, resident: &str) -> Value {
    let errand = json!({ "office": "县民政局", "agreed_on": "2026-11-19" });
    json!({ "beneficiary_id": resident, "benefit": benefit, "need": "老人八十三了，还没办", "errand": errand })
}

/// What waits for somebody of a referral.
async fn waits(who: &Client, referral: &str) -> Vec<String> {
    let all = who.get("/me/tasks?limit=100").await.expect(200).items();
    let of = all.iter().filter(|task| task["referral_id"] == referral);
    of.map(|task| format!("{} {}", task["kind"].as_str().unwrap(), task["why"].as_str().unwrap())).collect()
}

/// What each change of a referral was, in order.
async fn kinds(app: &App, referral: &str) -> Vec<String> {
    let told =
        signed_in(app, "admin").await.get(&format!("/audit/events?limit=100&subject_id={referral}")).await;
    told.expect(200).items().iter().map(|item| item["event"]["kind"].as_str().unwrap().to_owned()).collect()
}

const NOTHING: [String; 0] = [];

on_both! {
    async fn behind_the_juicer_is_a_son_who_cannot_get_up(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({ "title": "想有一台榨汁机" })).await;
        let claim = w.claimed(&wish, 1).await;
        let noted = json!({ "claim_id": claim, "need": "儿子卧床两年，没有护理补贴，也没有人换手" });
        w.manager.post("/referrals", noted.clone()).await.refused(409, "wrong_claim_status");
        let brought = json!({ "items": [{ "name": "榨汁机", "quantity": 1, "value_fen": 19_900 }], "hours": 1 });
        w.manager.post(&format!("/claims/{claim}/deliveries"), brought).await.expect(201);

        // Who brought it notes what they saw; they hand nothing on themselves.
        let mut at_once = noted.clone();
        at_once["errand"] = to(&w.township);
        w.manager.post("/referrals", at_once).await.refused(403, "forbidden");
        w.school_manager.post("/referrals", noted.clone()).await.refused(404, "not_found");
        let made = w.manager.post("/referrals", noted).await;
        let (id, path) = (made.expect(201).id(), format!("/referrals/{}", made.id()));
        assert_eq!((&made.body["resident"], &made.body["may"]), (&json!({ "name": "谢**" }), &json!([])));
        assert_eq!(waits(&w.collector, &id).await, ["send_referral need_noted"]);
        assert_eq!(made.text("due_at"), "2026-11-25T15:59:59.999999Z", "three working days to hand it on");
        w.township_coordinator.get(&path).await.expect(200);
        w.school_manager.get(&path).await.refused(404, "not_found");
        w.manager.post(&format!("{path}/send"), to(&w.township)).await.refused(403, "forbidden");

        // The staff hand it on, once the resident agreed, to somebody of the same tree.
        let send = format!("{path}/send");
        let faults = async |body: Value| w.collector.post(&send, body).await.refused(422, "invalid").faults();
        let fault = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
        assert_eq!(faults(to(&w.other_root)).await, fault("/to_organisation_id", "unknown"));
        assert_eq!(faults(to(&w.village)).await, fault("/to_organisation_id", "unknown"));
        assert_eq!(faults(json!({ "agreed_on": "2026-11-20" })).await, fault("/office", "required"));
        assert_eq!(faults(json!({ "office": "残联", "agreed_on": "2026-11-21" })).await, fault("/agreed_on", "in_future"));
        let sent = w.collector.post(&send, to(&w.school)).await;
        assert_eq!(sent.expect(200).text("due_at"), "2026-12-11T15:59:59.999999Z", "fifteen working days to answer");
        w.collector.post(&send, to(&w.school)).await.refused(409, "wrong_referral_status");
        assert_eq!(waits(&w.collector, &id).await, NOTHING);

        // Whoever is asked sees whom to help; the look is on record. Those beside them see nothing.
        let hire = json!({ "username": "nurse", "display_name": "学校的护士", "password": PASSWORD, "role": "coordinator" });
        w.admin.post(&format!("/organisations/{}/members", w.school), hire).await.expect(201);
        tests::world::own_passwords(app).await;
        let nurse = signed_in(app, "nurse").await;
        assert_eq!(waits(&nurse, &id).await, ["answer_referral referred"]);
        let read = nurse.get(&path).await;
        assert_eq!((&read.expect(200).body["need"], &read.body["resident"]), (&json!("儿子卧床两年，没有护理补贴，也没有人换手"), &json!({ "name": "谢**" })));
        w.collector.post(&format!("{path}/details"), json!({})).await.refused(403, "forbidden");
        w.collector.post(&format!("{path}/answer"), json!({ "outcome": "granted", "answer": "批了" })).await.refused(403, "forbidden");
        nurse.post(&format!("{path}/close"), json!({ "reason": "不归我们管" })).await.refused(403, "forbidden");
        let shown = nurse.post(&format!("{path}/details"), json!({})).await;
        assert_eq!(shown.expect(200).text("address"), "何家坪村三组十二号");
        let looks = w.collector.get(&format!("/beneficiaries/{}/disclosures", w.resident)).await.expect(200).items();
        assert_eq!((&looks[0]["by"]["display_name"], &looks[0]["purpose"]), (&json!("学校的护士"), &json!("refer")));

        // Their answer ends it; who noted it learns what came of it, and no more.
        let stale = format!("{path}/answer");
        let answer = json!({ "outcome": "granted", "answer": "护理补贴下月起发，每周二有人来换手" });
        nurse.change(Method::POST, &stale, "\"1-referral\"", answer.clone()).await.refused(412, "stale");
        nurse.post(&stale, answer.clone()).await.expect(200);
        nurse.post(&stale, answer).await.refused(409, "wrong_referral_status");
        nurse.post(&format!("{path}/details"), json!({})).await.refused(409, "wrong_referral_status");
        let told = w.manager.get(&path).await;
        assert_eq!((&told.expect(200).body["outcome"], told.body.get("answer")), (&json!("granted"), None));
        assert_eq!(w.collector.get(&path).await.expect(200).text("answer"), "护理补贴下月起发，每周二有人来换手");
        assert_eq!(w.manager.get("/referrals?over=true").await.expect(200).items().len(), 1);
        assert_eq!(w.collector.get("/referrals").await.expect(200).items().len(), 0);
        assert_eq!(kinds(app, &id).await, ["referral_noted", "referral_sent", "referral_answered"]);
    }
}

on_both! {
    async fn what_is_owed_already_is_asked_for_once_and_chased(app) {
        let w = World::new(app).await;
        let list = w.collector.get(&format!("/organisations/{}/benefits", w.village)).await.expect(200).items();
        assert_eq!((list.len(), &list[4]["word"], &list[4]["organisation_id"]), (10, &json!("高龄津贴"), &json!(w.city)));

        // The county gives it from 75 on; its villages inherit that.
        let path = format!("/organisations/{}/benefits/高龄津贴", w.county);
        let ours = json!({ "hint": "年满 75 岁", "office": "县民政局", "sort": 5 });
        let set = w.admin.change(Method::PUT, &path, "*", ours.clone()).await;
        assert_eq!(set.expect(200).body["version"], 1);
        let etag = set.header("etag");
        let changed = w.admin.change(Method::PUT, &path, &etag, ours.clone()).await;
        assert_eq!(changed.expect(200).body["version"], 2);
        w.admin.change(Method::PUT, &path, &etag, ours).await.refused(412, "stale");
        w.admin.change(Method::PUT, &path, "*", json!({ "hint": "", "office": "县民政局", "sort": 5 })).await.refused(422, "invalid");
        let list = w.collector.get(&format!("/organisations/{}/benefits", w.village)).await.expect(200).items();
        assert_eq!((list.len(), &list[0]["hint"]), (10, &json!("年满 75 岁")));
        let off = json!({ "hint": "不再单列", "office": "县住建局", "sort": 90, "active": false });
        w.admin.change(Method::PUT, &format!("/organisations/{}/benefits/危房改造", w.county), "*", off).await.expect(200);
        w.collector.post("/referrals", outside("危房改造", &w.resident)).await.refused(422, "invalid");
        w.collector.post("/referrals", outside("彩票", &w.resident)).await.refused(422, "invalid");

        // Asked for once at a time, also by two at once.
        let (one, two) = tokio::join!(
            w.collector.post("/referrals", outside("高龄津贴", &w.resident)),
            w.coordinator.post("/referrals", outside("高龄津贴", &w.resident)),
        );
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{:?} {:?}", one.body, two.body);
        let (made, refused) = if one.status == 201 { (one, two) } else { (two, one) };
        refused.refused(409, "already_referred");
        let (id, path) = (made.id(), format!("/referrals/{}", made.id()));
        assert_eq!((made.text("office"), made.text("status")), ("县民政局".into(), "sent".into()));
        let mut nameless = outside("低保", &w.resident);
        nameless["errand"]["office"] = json!(" ");
        let faults = w.collector.post("/referrals", nameless).await.refused(422, "invalid").faults();
        assert_eq!(faults, [("/errand/office".to_owned(), "required".to_owned())]);
        let other = resident(&w.collector, &w.village).await;
        w.collector.post("/referrals", outside("高龄津贴", &other)).await.expect(201);

        // No answer in time: the coordinators are told, and write down what the office says.
        assert_eq!(waits(&w.coordinator, &id).await, NOTHING);
        app.state.clock.advance(22 * 86_400);
        let (collector, coordinator) = (signed_in(app, "collector").await, signed_in(app, "coordinator").await);
        assert_eq!(waits(&coordinator, &id).await, ["referral_overdue not_answered"]);
        assert_eq!(coordinator.get(&path).await.expect(200).body["overdue"], true);
        let answer = json!({ "outcome": "not_entitled", "answer": "户口不在本县，要回原籍办" });
        signed_in(app, "township").await.get(&path).await.expect(200);
        collector.post(&format!("{path}/answer"), answer).await.expect(200);
        assert_eq!(waits(&coordinator, &id).await, NOTHING);
        let again = collector.post("/referrals", outside("高龄津贴", &w.resident)).await.expect(201).id();
        let close = format!("/referrals/{again}/close");
        collector.post(&close, json!({ "reason": "" })).await.refused(422, "invalid");
        collector.post(&close, json!({ "reason": "本人不想再跑了" })).await.expect(200);
        collector.post(&close, json!({ "reason": "本人不想再跑了" })).await.refused(409, "wrong_referral_status");
        assert_eq!(kinds(app, &again).await, ["referral_noted", "referral_sent", "referral_closed"]);
    }
}

on_both! {
    async fn of_who_is_erased_no_need_is_left_and_a_child_is_not_shown(app) {
        let w = World::new(app).await;
        let of = resident(&w.collector, &w.village).await;
        let tie = json!({ "beneficiary_id": of, "claimant_id": w.team_claimant, "rhythm": { "every": 1, "unit": "month" } });
        let pairing = w.coordinator.post("/pairings", tie).await.expect(201).id();
        let noted = json!({ "pairing_id": pairing, "need": "药费太重" });
        w.manager.post("/referrals", noted.clone()).await.refused(409, "wrong_pairing_status");
        w.manager.post(&format!("/pairings/{pairing}/accept"), json!({})).await.expect(200);
        let id = w.manager.post("/referrals", noted).await.expect(201).id();
        let path = format!("/referrals/{id}");
        let copy = w.collector.post(&format!("/beneficiaries/{of}/copy"), json!({ "purpose": "access" })).await;
        assert_eq!((&copy.expect(200).body["referrals"][0]["need"], &copy.body["referrals"][0]["status"]), (&json!("药费太重"), &json!("noted")));
        let erase = json!({ "reason": "requested" });
        w.admin.change(Method::POST, &format!("/beneficiaries/{of}/erasure"), "*", erase).await.expect(200);
        let left = w.collector.get(&path).await;
        assert_eq!((left.expect(200).text("status"), left.text("need"), &left.body["resident"]["name"]), ("closed".into(), String::new(), &json!("")));
        assert_eq!(kinds(app, &id).await, ["referral_noted", "referral_closed"]);
        let again = json!({ "beneficiary_id": of, "need": "药费太重" });
        w.collector.post("/referrals", again).await.refused(409, "beneficiary_erased");

        let child = child(&w.collector, &w.village).await;
        let need = json!({ "beneficiary_id": child, "benefit": "困境儿童保障", "need": "父亲失联", "errand": to(&w.township) });
        let id = w.collector.post("/referrals", need).await.expect(201).id();
        w.township_coordinator.post(&format!("/referrals/{id}/details"), json!({})).await.refused(403, "approval_required");
    }
}

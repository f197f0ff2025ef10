//! Money given for wishes: reported once however often it is told, set aside by two people, spent with evidence, traced by
//! the platform that brought it, and always to the fen.

use crate::{attachments::pictures::uploaded, soundness::corrupted};
use diesel::RunQueryDsl;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    App, Kind,
    client::{Answer, Client, one_more},
    on_both,
    world::{World, organisation},
};

/// A pool at an organisation.
pub fn pool(at: &str, change: Value) -> Value {
    let mut new = json!({
        "organisation_id": at, "name": "添一物善款池", "purpose": "给老人添一样用得上的东西。", "categories": ["thing"],
        "raiser": "青禾县慈善会", "raised_on": "某公益平台", "approval_above_fen": 50_000,
    });
    new.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    new
}

/// A pool of the county.
pub async fn opened(w: &World) -> String {
    w.admin.post("/pools", pool(&w.county, json!({}))).await.expect(201).id()
}

/// A platform of an organisation that reports donations.
pub async fn program(app: &App, by: &Client, at: &str, scope: &str) -> Client {
    let new = json!({ "name": "公益平台", "scopes": [scope] });
    let id = by.post(&format!("/organisations/{at}/platforms"), new).await.expect(201).id();
    let key = by.post(&format!("/platforms/{id}/keys"), json!({ "days": 30 })).await.expect(201).text("key");
    app.public().with_token(&key)
}

/// A donation to report.
pub fn donation(pool: &str, external_id: &str, amount_fen: i64) -> Value {
    json!({
        "pool_id": pool, "external_id": external_id, "donor_ref": "u-8Zk2", "amount_fen": amount_fen, "currency": "CNY",
        "given_at": "2026-11-19T08:00:00Z",
    })
}

/// A request of a platform.
pub async fn tell(by: &Client, path: &str, body: Value) -> Answer {
    by.post_once(path, &one_more(), body).await
}

/// Reports a refund.
pub async fn refund(by: &Client, donation: &str, external_id: &str, amount_fen: i64) -> Answer {
    let body = json!({ "external_id": external_id, "amount_fen": amount_fen });
    tell(by, &format!("/donations/{donation}/refund"), body).await
}

/// Asks for money of a pool for a wish.
pub async fn ask(by: &Client, pool: &str, wish: &str, amount_fen: i64) -> Answer {
    by.post(&format!("/pools/{pool}/allocations"), json!({ "wish_id": wish, "amount_fen": amount_fen })).await
}

/// Spends of an allocation.
pub async fn spend(by: &Client, allocation: &str, amount_fen: i64, evidence: Value) -> Answer {
    let mut body = json!({ "amount_fen": amount_fen });
    body.as_object_mut().unwrap().extend(evidence.as_object().unwrap().clone());
    by.post(&format!("/allocations/{allocation}/spendings"), body).await
}

async fn reverse(by: &Client, transaction: &Value) -> Answer {
    let path = format!("/ledger/transactions/{}/reverse", transaction.as_str().unwrap());
    by.post(&path, json!({ "reason": "wrong_amount" })).await
}

/// What a pool holds: to be set aside, and set aside; everything stored is held against the entries each time.
pub async fn holds(app: &App, by: &Client, pool: &str) -> (i64, i64) {
    app.assert_sound().await;
    let seen = by.get(&format!("/pools/{pool}")).await.expect(200).body.clone();
    (seen["balance_fen"].as_i64().unwrap(), seen["allocated_fen"].as_i64().unwrap())
}

async fn to_approve(by: &Client) -> Vec<Value> {
    by.get("/me/tasks?kind=approve_allocation").await.expect(200).items()
}

/// Evidence of a purchase.
pub fn invoice() -> Value {
    json!({ "invoice_number": "24312000000123456789" })
}

on_both! {
    async fn a_gift_is_followed_from_the_platform_to_the_wish_and_back(app) {
        let w = World::new(app).await;
        let county = &w.county_coordinator;
        let platform = program(app, &w.admin, &w.county, "donations:write").await;
        let pool = opened(&w).await;

        // Many at once, each answered by itself; told again it is the same, and nothing is counted twice.
        let mut dollars = donation(&pool, "D-5", 100);
        dollars["currency"] = json!("USD");
        let items = [
            donation(&pool, "D-1", 2_000), donation(&pool, "D-2", 98_000), donation(&pool, "D-1", 2_000), donation(&pool, "D-1", 2_001),
            donation(&pool, "D-3", 0), donation(&pool, "D-4", 1_000_000_000_000_000), dollars, donation(&w.village, "D-6", 100),
        ];
        let told = tell(&platform, "/donations/bulk", json!({ "items": items })).await.expect(200).items();
        let result = |one: &Value| (one["result"].as_str().unwrap().to_owned(), one["code"].clone(), one["errors"][0]["pointer"].clone());
        let refused = |code: &str, pointer: Value| ("refused".to_owned(), json!(code), pointer);
        let fine = |word: &str| (word.to_owned(), Value::Null, Value::Null);
        assert_eq!(told.iter().map(result).collect::<Vec<_>>(), [
            fine("received"), fine("received"), fine("known"), refused("donation_differs", Value::Null),
            refused("invalid", json!("/amount_fen")), refused("invalid", json!("/amount_fen")),
            refused("invalid", json!("/currency")), refused("invalid", json!("/pool_id")),
        ]);
        let (first, second) = (told[0]["id"].as_str().unwrap(), told[1]["id"].as_str().unwrap());
        assert_eq!(tell(&platform, "/donations", donation(&pool, "D-1", 2_000)).await.expect(200).id(), first);
        tell(&platform, "/donations", donation(&pool, "D-1", 5)).await.refused(409, "donation_differs");
        assert_eq!(holds(app, county, &pool).await, (100_000, 0));

        // A second person above the limit, counted over all that one wish has.
        let wish = w.published(json!({})).await;
        let small = ask(county, &pool, &wish, 40_000).await.expect(201).body.clone();
        assert_eq!(small["status"], "granted");
        let large = ask(county, &pool, &wish, 20_000).await.expect(201).body.clone();
        assert_eq!(large["wish_title"], "想要一台收音机");
        assert_eq!((&large["status"], &large["may"]), (&json!("pending"), &json!(["release_allocation"])));
        assert_eq!(holds(app, county, &pool).await, (60_000, 40_000), "nothing moved before the second yes");
        let (small, large) = (small["id"].as_str().unwrap(), large["id"].as_str().unwrap());
        assert!(to_approve(county).await.is_empty(), "who asked is not told");
        let waits = to_approve(&w.city_coordinator).await;
        assert_eq!((waits.len(), &waits[0]["allocation_id"], &waits[0]["why"]), (1, &json!(large), &json!("money_asked")));
        assert_eq!((&waits[0]["wish"]["id"], &waits[0]["link"]), (&json!(wish), &json!(format!("/console/pools/{pool}"))));
        let approve = format!("/allocations/{large}/approve");
        county.post(&approve, json!({})).await.refused(403, "own_allocation");
        w.coordinator.post(&approve, json!({})).await.refused(404, "not_found");
        let approved = w.city_coordinator.post(&approve, json!({})).await;
        assert_eq!(approved.expect(200).body["approved_by"]["display_name"], "city");
        assert!(to_approve(&w.city_coordinator).await.is_empty(), "it is done");
        w.city_coordinator.post(&approve, json!({})).await.refused(409, "wrong_allocation_status");
        assert_eq!(holds(app, county, &pool).await, (40_000, 60_000));

        // Spent with evidence: a picture of this wish, or an invoice.
        let picture = uploaded(&w.collector, &format!("/wishes/{wish}")).await;
        let spent = spend(county, small, 30_000, json!({ "attachment_id": picture })).await;
        assert_eq!((&spent.expect(201).body["remaining_fen"], &spent.body["spent_fen"]), (&json!(10_000), &json!(30_000)));
        spend(county, small, 10_001, invoice()).await.refused(409, "allocation_short");
        let other = w.published(json!({})).await;
        let elsewhere = uploaded(&w.collector, &format!("/wishes/{other}")).await;
        for (evidence, pointer) in [
            (json!({ "attachment_id": elsewhere }), "/attachment_id"),
            (json!({}), "/attachment_id"),
            (json!({ "attachment_id": picture, "invoice_number": "12345678" }), "/invoice_number"),
            (json!({ "invoice_number": "谢某某" }), "/invoice_number"),
        ] {
            let refused = spend(county, small, 1, evidence).await;
            assert_eq!(refused.refused(422, "invalid").faults()[0].0, pointer);
        }
        spend(county, small, 10_000, invoice()).await.expect(201);
        assert_eq!(holds(app, county, &pool).await, (40_000, 20_000));

        // What a donor is told: 30,000 of 100,000, then 10,000 of 70,000; nobody named, and no place finer than the county.
        let trace = platform.get(&format!("/donations/{first}/trace")).await;
        let part = &trace.expect(200).body["parts"][0];
        assert_eq!((&part["category"]["code"], &part["place"], &part["wishes"]), (&json!("thing"), &json!("青禾县"), &json!(1)));
        assert_eq!((&part["amount_fen"], &trace.body["unspent_fen"]), (&json!(800), &json!(1_200)));
        for secret in ["桃坪", "何家坪", "谢", "收音机", &wish] {
            assert!(!trace.body.to_string().contains(secret), "{secret}");
        }

        // Refunds: once, no more than was given, and not of what is set aside.
        assert_eq!(refund(&platform, first, "R-1", 1_000).await.expect(200).body["refunded_fen"], 1_000);
        assert_eq!(refund(&platform, first, "R-1", 1_000).await.expect(200).body["refunded_fen"], 1_000);
        refund(&platform, first, "R-1", 999).await.refused(409, "donation_differs");
        refund(&platform, first, "R-2", 1_001).await.refused(409, "refund_above_gift");
        refund(&platform, first, "R-3", 0).await.refused(422, "invalid");
        refund(&platform, second, "R-4", 98_000).await.refused(409, "pool_short");
        assert_eq!(holds(app, county, &pool).await, (39_000, 20_000));

        // What is not needed goes back; what was written down wrongly is reversed, once, by an administrator.
        county.post(&format!("/allocations/{large}/release"), json!({})).await.expect(200);
        county.post(&format!("/allocations/{large}/release"), json!({})).await.refused(409, "wrong_allocation_status");
        let all = county.get(&format!("/pools/{pool}/transactions")).await.expect(200).items();
        let bought = all.iter().find(|one| one["kind"] == "spent" && one["amount_fen"] == 10_000).unwrap();
        assert_eq!(bought["invoice_number"], "24312000000123456789");
        reverse(county, &bought["id"]).await.refused(403, "forbidden");
        let moved = reverse(&w.admin, &bought["id"]).await;
        assert_eq!((&moved.expect(201).body["kind"], &moved.body["reverses"]), (&json!("spent"), &bought["id"]));
        reverse(&w.admin, &bought["id"]).await.refused(409, "already_reversed");
        reverse(&w.admin, &moved.body["id"]).await.refused(409, "not_reversible");
        let gift = all.iter().find(|one| one["donation_id"] == *second).unwrap();
        reverse(&w.admin, &gift["id"]).await.refused(409, "pool_short");
        assert_eq!(holds(app, county, &pool).await, (59_000, 10_000));

        // The resident's own copy says what was asked for their wish.
        let copy = w.collector.post(&format!("/beneficiaries/{}/copy", w.resident), json!({ "purpose": "access" })).await;
        let wishes = copy.expect(200).body["wishes"].as_array().unwrap().clone();
        let told = &wishes.iter().find(|one| one["id"] == *wish).unwrap()["allocations"];
        assert_eq!((told.as_array().unwrap().len(), &told[0]["spent_fen"], &told[1]["status"]), (2, &json!(30_000), &json!("released")));

        // Everybody sees the sums, an auditor each transaction.
        let books = app.public().get(&format!("/pools/{pool}/books")).await.expect(200).body.clone();
        let sums = json!({ "received_fen": 100_000, "refunded_fen": 1_000, "allocated_fen": 60_000, "released_fen": 20_000, "spent_fen": 30_000 });
        assert_eq!((&books["total"], &books["balance_fen"], &books["organisation"]), (&sums, &json!(59_000), &json!("青禾县")));
        assert_eq!((&books["raiser"], &books["months"][0]["month"]), (&json!("青禾县慈善会"), &json!("2026-11")));
        assert_eq!(books["categories"], json!([{ "category": { "code": "thing", "name_zh": "添一物", "name_en": "A thing" }, "wishes": 1, "spent_fen": 30_000 }]));
        for secret in ["桃坪", "何家坪", "谢", "u-8Zk2", "D-1", "county", &wish] {
            assert!(!books.to_string().contains(secret), "{secret}");
        }
        let file = w.auditor.request(Method::GET, &format!("/pools/{pool}/ledger.csv")).send().await.unwrap();
        assert_eq!(file.headers()["content-type"], "text/csv; charset=utf-8");
        let file = file.text().await.unwrap();
        let lines: Vec<&str> = file.trim_end().lines().collect();
        assert_eq!(lines.len(), 1 + 9, "{file}");
        assert!(lines[9].contains("\"590.00\"") && lines[9].contains("wrong_amount"), "{file}");
        assert!(file.contains("R-1") && !file.contains("u-8Zk2"), "{file}");
    }
}

on_both! {
    async fn those_who_come_at_once_never_take_more_than_there_is(app) {
        let w = World::new(app).await;
        let platform = program(app, &w.admin, &w.county, "donations:write").await;
        let pool = opened(&w).await;
        let sent: Vec<_> = (0..6).map(|_| {
            let (platform, body) = (platform.clone(), donation(&pool, "D-1", 10_000));
            tokio::task::spawn_local(async move { tell(&platform, "/donations", body).await })
        }).collect();
        let mut statuses = Vec::new();
        for answer in sent {
            statuses.push(answer.await.unwrap().status);
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200, 200, 200, 200, 201], "one row, however often it is told");
        assert_eq!(holds(app, &w.admin, &pool).await, (10_000, 0));

        let wish = w.published(json!({})).await;
        let asked: Vec<_> = (0..6).map(|_| {
            let (by, pool, wish) = (w.county_coordinator.clone(), pool.clone(), wish.clone());
            tokio::task::spawn_local(async move { ask(&by, &pool, &wish, 3_000).await })
        }).collect();
        let mut won = Vec::new();
        for answer in asked {
            let answer = answer.await.unwrap();
            match answer.status {
                201 => won.push(answer.id()),
                _ => drop(answer.refused(409, "pool_short")),
            }
        }
        assert_eq!((won.len(), holds(app, &w.admin, &pool).await), (3, (1_000, 9_000)));

        let bought: Vec<_> = (0..4).map(|_| {
            let (by, of) = (w.county_coordinator.clone(), won[0].clone());
            tokio::task::spawn_local(async move { spend(&by, &of, 2_000, invoice()).await.status })
        }).collect();
        let mut statuses = Vec::new();
        for answer in bought {
            statuses.push(answer.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409]);
        assert_eq!(holds(app, &w.admin, &pool).await, (1_000, 7_000));
    }
}

on_both! {
    async fn a_pool_is_of_those_who_answer_for_it(app) {
        let w = World::new(app).await;
        let platform = program(app, &w.admin, &w.county, "donations:write").await;
        for (at, change, status, code, pointer) in [
            (&w.village, json!({}), 409, "place_too_fine", None),
            (&w.county, json!({ "raiser": " " }), 422, "invalid", Some("/raiser")),
            (&w.county, json!({ "raised_on": "" }), 422, "invalid", Some("/raised_on")),
            (&w.county, json!({ "categories": ["nothing"] }), 422, "invalid", Some("/categories/0")),
            (&w.county, json!({ "campaign_id": w.village }), 422, "invalid", Some("/campaign_id")),
            (&w.county, json!({ "approval_above_fen": -1 }), 422, "invalid", Some("/approval_above_fen")),
            (&w.county, json!({ "purpose": "打 13800138000 找谢小满" }), 409, "findings_unresolved", Some("/purpose")),
        ] {
            let refused = w.admin.post("/pools", pool(at, change)).await;
            assert_eq!(refused.refused(status, code).faults().first().map(|fault| fault.0.as_str()), pointer);
        }
        let id = opened(&w).await;
        w.stranger.get(&format!("/pools/{id}")).await.refused(404, "not_found");
        assert!(w.stranger.get("/pools").await.expect(200).items().is_empty());

        // Another tree's platform knows nothing of it; another platform of the same county nothing of the gift.
        let far = program(app, &w.stranger, &w.other_root, "donations:write").await;
        let refused = tell(&far, "/donations", donation(&id, "D-1", 100)).await;
        assert_eq!(refused.refused(422, "invalid").faults()[0].0, "/pool_id");
        let gift = tell(&platform, "/donations", donation(&id, "D-1", 60_000)).await.expect(201).id();
        let near = program(app, &w.admin, &w.county, "donations:write").await;
        for other in [&far, &near] {
            other.get(&format!("/donations/{gift}/trace")).await.refused(404, "not_found");
            refund(other, &gift, "R-1", 1).await.refused(404, "not_found");
        }
        let reader = program(app, &w.admin, &w.county, "wishes:read").await;
        tell(&reader, "/donations", donation(&id, "D-2", 100)).await.refused(403, "insufficient_scope");
        platform.post("/donations", donation(&id, "D-2", 100)).await.refused(400, "bad_idempotency_key");

        // For wishes that live, of its purpose, within its organisation.
        let county = &w.county_coordinator;
        let wish = w.published(json!({})).await;
        let outside = w.published(json!({ "category": "skill" })).await;
        ask(county, &id, &outside, 100).await.refused(409, "outside_purpose");
        ask(county, &id, &w.submitted(json!({})).await, 100).await.refused(409, "wrong_status");
        let elsewhere = organisation(&w.admin, &w.city, "邻县", "county", "government", Some("990103")).await;
        let elsewhere = w.admin.post("/pools", pool(&elsewhere, json!({}))).await.expect(201).id();
        let theme = json!({ "organisation_id": w.county, "title": "重阳·点亮微心愿", "theme": "给老人添一样用得上的东西。", "starts_on": "2026-11-20", "ends_on": "2026-11-27" });
        let campaign = county.post("/campaigns", theme).await.expect(201).id();
        let bound = w.admin.post("/pools", pool(&w.county, json!({ "campaign_id": campaign }))).await.expect(201).id();
        for (pool, wish) in [(&id, &w.village), (&elsewhere, &wish), (&bound, &wish)] {
            assert_eq!(ask(&w.admin, pool, wish, 100).await.refused(422, "invalid").faults()[0].0, "/wish_id");
        }
        let place = json!({ "wish_ids": [wish], "place": "in" });
        county.post(&format!("/campaigns/{campaign}/wishes"), place).await.expect(200);
        county.post(&format!("/campaigns/{campaign}/open"), json!({})).await.expect(200);
        let seen = app.public().get(&format!("/campaigns/{campaign}/public")).await.expect(200).body["pools"].clone();
        assert_eq!(seen.as_array().unwrap().len(), 1, "a citizen finds the books by the campaign");
        app.public().get(&format!("/pools/{}/books", seen[0]["id"].as_str().unwrap())).await.expect(200);
        ask(&w.admin, &bound, &wish, 100).await.refused(409, "pool_short");
        for amount in [0, -1, 1_000_000_000_000_000] {
            assert_eq!(ask(county, &id, &wish, amount).await.refused(422, "invalid").faults()[0].0, "/amount_fen");
        }
        let waits = ask(county, &id, &wish, 60_000).await.expect(201).id();
        county.post(&format!("/allocations/{waits}/release"), json!({})).await.expect(200);
        let listed = county.get(&format!("/pools/{id}/allocations")).await.expect(200).items();
        assert_eq!(listed[0]["status"], "declined");

        // Closed: nothing new, and what was given goes back.
        let closed = w.admin.change(Method::PATCH, &format!("/pools/{id}"), "*", json!({ "active": false })).await;
        assert_eq!(closed.expect(200).body["version"], 2);
        tell(&platform, "/donations", donation(&id, "D-2", 100)).await.refused(409, "pool_closed");
        ask(county, &id, &wish, 100).await.refused(409, "pool_closed");
        refund(&platform, &gift, "R-1", 60_000).await.expect(200);
        let gone = county.get(&format!("/pools/{id}/donations")).await.expect(200).items();
        assert_eq!((&gone[0]["refunded_fen"], gone.len(), gone[0].get("donor_ref")), (&json!(60_000), 1, None));
        assert_eq!(holds(app, county, &id).await, (0, 0));
    }
}

/// What is changed by hand, and what is found.
const CORRUPTIONS: [(&str, &str); 6] = [
    ("UPDATE pools SET balance_fen = balance_fen + 1", "balance is"),
    ("UPDATE pools SET allocated_fen = allocated_fen - 1", "allocated is"),
    ("UPDATE allocations SET spent_fen = spent_fen - 1", "spent is"),
    ("UPDATE donations SET amount_fen = amount_fen + 1", "amount is"),
    ("UPDATE donations SET refunded_fen = 1", "refunded is"),
    (
        "INSERT INTO ledger_entries SELECT transaction_id, 'spent', account_id, 5 FROM ledger_entries WHERE account_kind = 'pool'",
        "its entries sum to",
    ),
];

/// What the database itself refuses.
const REFUSED: [&str; 10] = [
    "UPDATE ledger_entries SET amount_fen = amount_fen + 1",
    "DELETE FROM ledger_entries",
    "UPDATE ledger_transactions SET amount_fen = amount_fen + 1",
    "DELETE FROM ledger_transactions",
    "UPDATE pools SET balance_fen = -1",
    "UPDATE pools SET allocated_fen = -1",
    "UPDATE allocations SET remaining_fen = remaining_fen + amount_fen",
    "UPDATE allocations SET approved_by = asked_by",
    "UPDATE donations SET refunded_fen = amount_fen + 1",
    "INSERT INTO donations SELECT id || 'x', version, pool_id, platform_id, external_id, donor_ref, amount_fen, currency, given_at, refunded_fen, reversed_at, created_at, updated_at FROM donations",
];

on_both! {
    async fn one_row_that_was_tampered_with_is_found_or_refused(app) {
        let w = World::new(app).await;
        let platform = program(app, &w.admin, &w.county, "donations:write").await;
        let pool = opened(&w).await;
        tell(&platform, "/donations", donation(&pool, "D-1", 10_000)).await.expect(201);
        let wish = w.published(json!({})).await;
        let of = ask(&w.county_coordinator, &pool, &wish, 3_000).await.expect(201).id();
        spend(&w.county_coordinator, &of, 1_000, invoice()).await.expect(201);
        let refused = REFUSED.map(|sql| (sql, "refused by the database"));
        let mut unseen = Vec::new();
        for (sql, told) in CORRUPTIONS.into_iter().chain(refused) {
            let findings = corrupted(app, sql).await;
            if !findings.iter().any(|finding| finding.contains(told)) {
                unseen.push((sql, findings));
            }
        }
        assert!(unseen.is_empty(), "{unseen:#?}");

        // Who takes the database's own guard away is found all the same.
        let unguarded = match app.database.kind() {
            Kind::Sqlite => "DROP TRIGGER ledger_entries_stay",
            Kind::Postgres => "DROP TRIGGER ledger_entries_stay ON ledger_entries",
        };
        let open = move |tx: &mut store::Conn| Ok::<_, store::StoreError>(diesel::sql_query(unguarded).execute(tx)?);
        app.state.db.write(open).await.unwrap();
        for sql in [
            "UPDATE ledger_entries SET amount_fen = amount_fen + 1 WHERE account_kind = 'pool'",
            "UPDATE ledger_entries SET amount_fen = -amount_fen",
            "UPDATE ledger_entries SET account_kind = 'spent' WHERE account_kind = 'pool'",
        ] {
            let findings = corrupted(app, sql).await;
            assert!(findings.iter().any(|finding| finding.contains("invariant 6")), "{sql}: {findings:?}");
        }
    }
}

//! Canaries: a unique value in every personal field, and then none of them anywhere but in front of those
//! who are entitled to it.

use super::erasure::holds;
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    io::Write,
    sync::{Arc, Mutex, OnceLock},
};
use tests::{
    App, Kind,
    client::{Client, send},
    run_with,
    smtp::{Mood, Post, send_to},
    world::World,
};

/// What the server logged in this process.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        let writer = log.clone();
        let _ = tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::DEBUG)
            .with_writer(move || writer.clone())
            .try_init();
        log
    })
}

/// With the check character of GB 11643, so that it is accepted.
const ID_NUMBER: &str = "431202193107230019";
const PHONE: &str = "07006172839";
const BORN: &str = "1931-07-23";
const EMAIL: &str = "canary-worker@mail.example.org";
const NEW_EMAIL: &str = "canary-next@mail.example.org";

const TEXTS: [&str; 30] = [
    "CANARY-TIE",
    "CANARY-INCOME",
    "CANARY-HEALTH",
    "CANARY-TREATMENT",
    "CANARY-BENEFITS",
    "CANARY-HANDOVER",
    "CANARY-THANKS",
    "CANARY-PAUSE",
    "CANARY-NAME",
    "CANARY-ADDRESS",
    "CANARY-HARDSHIP",
    "CANARY-GUARDIAN",
    "CANARY-RELATION",
    "CANARY-DETAILS",
    "CANARY-TOLD",
    "CANARY-REVIEW",
    "CANARY-DISPATCH",
    "CANARY-DECLINE",
    "CANARY-RELEASE",
    "CANARY-DELIVERY",
    "CANARY-SENTBACK",
    "CANARY-REASON",
    "CANARY-INSTRUCTION",
    "CANARY-COMMENT",
    "CANARY-ENDING",
    "CANARY-OUTCOME",
    "CANARY-NEWDETAILS",
    "CANARY-NEWADDRESS",
    "CANARY-LOOK",
    "CANARY-ANSWER",
];

fn canaries() -> impl Iterator<Item = &'static str> {
    TEXTS.into_iter().chain([PHONE, BORN, number(), EMAIL, NEW_EMAIL])
}

fn number() -> &'static str {
    static NUMBER: OnceLock<String> = OnceLock::new();
    NUMBER.get_or_init(|| {
        const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        let body = &ID_NUMBER[..17];
        let sum: u32 = body.chars().zip(WEIGHTS).map(|(c, w)| c.to_digit(10).unwrap() * w).sum();
        format!("{body}{}", char::from(b"10X98765432"[sum as usize % 11]))
    })
}

/// Each request with a key of its own, so that answers are stored too.
async fn act(by: &Client, path: &str, body: Value) -> tests::client::Answer {
    let key = format!("key-{path}");
    let answer = send(by.request(Method::POST, path).header("Idempotency-Key", key).json(&body)).await;
    assert!(answer.status < 300, "{path}: {:#}", answer.body);
    answer
}

struct Lived {
    ids: Vec<String>,
    claim: String,
}

/// A resident with everything told, and wishes that pass every private text.
async fn live(app: &App, w: &World) -> Lived {
    let consent = |purpose: &str| {
        json!({ "purpose": purpose, "given_by": "guardian", "given_on": "2026-11-01",
                "guardian_name": "CANARY-GUARDIAN", "relation": "CANARY-RELATION" })
    };
    let consents = ["collect", "publish", "share_with_claimant"].map(consent);
    let resident = act(&w.collector, "/beneficiaries", json!({
        "name": "CANARY-NAME", "phone": PHONE, "address": "CANARY-ADDRESS", "id_number": number(),
        "birth_date": BORN, "hardships": ["CANARY-HARDSHIP"], "organisation_id": w.village, "consents": consents,
    })).await.id();
    let path = format!("/beneficiaries/{resident}");
    w.collector
        .change(Method::PATCH, &path, "*", json!({ "address": "CANARY-NEWADDRESS" }))
        .await
        .expect(200);
    let shown = act(&w.collector, &format!("{path}/reveal"), json!({ "purpose": "visit" })).await;
    assert_eq!(shown.text("name"), "CANARY-NAME", "the entitled do see them");
    let private = json!({
        "beneficiary_id": resident, "details": "CANARY-DETAILS", "told_by": "relative", "told_by_note": "CANARY-TOLD",
        "quantity": 2,
    });
    let wish = act(&w.collector, "/wishes", w.wish(private.clone())).await.id();
    let wish_path = format!("/wishes/{wish}");
    act(&w.collector, &format!("{wish_path}/submit"), json!({})).await;
    let back = json!({ "decision": "return", "note": "CANARY-REVIEW" });
    w.reviewer.post(&format!("{wish_path}/review"), back).await.expect(200);
    w.collector
        .change(Method::PATCH, &wish_path, "*", json!({ "details": "CANARY-NEWDETAILS" }))
        .await
        .expect(200);
    w.collector.post(&format!("{wish_path}/submit"), json!({})).await.expect(200);
    w.publish(&wish, json!({})).await;

    let up = json!({ "reason": "CANARY-REASON" });
    let up = act(&w.coordinator, &format!("{wish_path}/escalations"), up).await.id();
    let instruction = json!({ "instruction": "CANARY-INSTRUCTION" });
    act(&w.township_coordinator, &format!("/escalations/{up}/return"), instruction).await;

    act(
        &w.coordinator,
        &format!("{wish_path}/pause"),
        json!({ "reason": "CANARY-PAUSE", "until": "2026-12-04" }),
    )
    .await;
    let dispatch = json!({ "claimant_id": w.team_claimant, "quantity": 2, "note": "CANARY-DISPATCH" });
    let claim = act(&w.coordinator, &format!("{wish_path}/dispatches"), dispatch.clone()).await.id();
    act(&w.manager, &format!("/claims/{claim}/decline"), json!({ "reason": "CANARY-DECLINE" })).await;
    let claim = w.claimed(&wish, 2).await;
    act(&w.manager, &format!("/claims/{claim}/release"), json!({ "reason": "CANARY-RELEASE" })).await;
    let claim = w.claimed(&wish, 2).await;
    let delivery = json!({ "note": "CANARY-DELIVERY", "hours": 1.0 });
    act(&w.manager, &format!("/claims/{claim}/deliveries"), delivery.clone()).await;
    let no = json!({ "accepted": false, "method": "call", "note": "CANARY-SENTBACK" });
    act(&w.coordinator, &format!("/claims/{claim}/confirmation"), no).await;
    w.manager.post(&format!("/claims/{claim}/deliveries"), delivery).await.expect(201);
    let yes = json!({ "accepted": true, "method": "call" });
    w.coordinator.post(&format!("/claims/{claim}/confirmation"), yes).await.expect(201);
    act(
        &w.collector,
        &format!("{wish_path}/feedback"),
        json!({ "satisfaction": 4, "comment": "CANARY-COMMENT" }),
    )
    .await;

    let other = act(&w.coordinator, "/wishes", w.wish(private)).await.id();
    let ending = json!({ "reason": "CANARY-ENDING", "outcome": "CANARY-OUTCOME" });
    act(&w.coordinator, &format!("/wishes/{other}/withdraw"), ending).await;
    look(app, w).await;
    let pairing = pair(app, w, &resident).await;
    w.collector.post("/beneficiaries/search", json!({ "phone": PHONE })).await.expect(200);
    let seen = w.coordinator.get(&wish_path).await;
    assert_eq!(seen.expect(200).text("details"), "CANARY-NEWDETAILS", "staff read what they wrote");
    assert_eq!(seen.text("told_by_note"), "CANARY-TOLD");
    let history = w.coordinator.get(&format!("{wish_path}/events?limit=100")).await.body.to_string();
    assert!(history.contains("CANARY-REASON") && history.contains("CANARY-INSTRUCTION"), "{history}");
    Lived { ids: vec![resident, wish, other, up, pairing], claim }
}

/// The household is visited, handed over, and visited no more.
async fn pair(app: &App, w: &World, resident: &str) -> String {
    let tie = json!({ "beneficiary_id": resident, "claimant_id": w.team_claimant, "note": "CANARY-TIE",
                      "rhythm": { "every": 1, "unit": "month" } });
    let id = act(&w.coordinator, "/pairings", tie).await.id();
    let path = format!("/pairings/{id}");
    act(&w.manager, &format!("{path}/accept"), json!({})).await;
    let found = json!({ "visited_on": "2026-11-20", "income": "CANARY-INCOME", "health": "CANARY-HEALTH",
                        "treatment": "CANARY-TREATMENT", "benefits": "CANARY-BENEFITS" });
    let visit = act(&w.manager, &format!("{path}/visits"), found.clone()).await.id();
    act(&w.manager, &format!("/visits/{visit}/correct"), found).await;
    let next = json!({ "username": "next", "display_name": "next", "password": tests::world::PASSWORD, "role": "manager" });
    let next =
        w.admin.post(&format!("/organisations/{}/members", w.team), next).await.expect(201).text("user_id");
    tests::world::own_passwords(app).await;
    let over = json!({ "responsible_id": next, "note": "CANARY-HANDOVER" });
    let seen = act(&w.manager, &format!("{path}/hand-over"), over).await;
    assert_eq!(seen.body["hand_overs"][0]["note"], "CANARY-HANDOVER", "the entitled do see them");
    act(&w.coordinator, &format!("{path}/end"), json!({ "reason": "other", "thanks": "CANARY-THANKS" }))
        .await;
    id
}

/// A child of the village is asked about, and the answer is no.
async fn look(app: &App, w: &World) {
    let child = tests::world::child(&w.collector, &w.village).await;
    let officer = json!({ "username": "officer", "display_name": "officer", "password": tests::world::PASSWORD, "role": "child_officer" });
    w.admin.post(&format!("/organisations/{}/members", w.village), officer).await.expect(201);
    tests::world::own_passwords(app).await;
    let officer = w.admin.sign_in("officer", tests::world::PASSWORD).await;
    let wanted = json!({ "purpose": "visit", "reason": "CANARY-LOOK" });
    let asked = act(&w.collector, &format!("/beneficiaries/{child}/look-requests"), wanted).await.id();
    let no = json!({ "reason": "CANARY-ANSWER" });
    act(&officer, &format!("/look-requests/{asked}/decline"), no).await;
}

/// Every address that is read, filled with every id there is: none tells any of these.
async fn crawl(app: &App, by: &Client, ids: &[String], untold: &[&str]) -> usize {
    let document = app.public().get("/api/v1/openapi.json").await.body.clone();
    let mut asked = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        if operations.get("get").is_none() {
            continue;
        }
        let path = path.strip_prefix("/api/v1").unwrap();
        for id in ids {
            let filled: String = path
                .split('/')
                .map(|part| if part.starts_with('{') { id } else { part })
                .collect::<Vec<_>>()
                .join("/");
            let answer = by.get(&filled).await;
            assert!(answer.status < 500, "{filled}: {:#}", answer.body);
            asked += 1;
            let (body, headers) = (answer.body.to_string(), format!("{:?}", answer.headers));
            for canary in untold {
                assert!(
                    !body.contains(canary) && !headers.contains(canary),
                    "{filled} tells {canary}: {body}"
                );
            }
            if !path.contains('{') {
                break;
            }
        }
    }
    asked
}

/// A worker is told at one address, and wants to be told at another, whose letters come back: the mail server
/// repeats the address that it refuses.
async fn write_to(app: &App, w: &World, post: &Post) {
    let sweep = async || server::jobs::sweep(&app.state, app.state.clock.now()).await.unwrap();
    let ask = async |address: &str| {
        let body = json!({ "address": address, "current_password": tests::world::PASSWORD });
        w.collector.change(Method::PUT, "/me/email", "*", body).await.expect(200);
        sweep().await
    };
    assert_eq!(ask(EMAIL).await.mailed, 1);
    let code = post.taken()[0].code();
    w.collector.post("/me/email/confirmation", json!({ "code": code })).await.expect(200);
    post.mood(Mood::Says("RCPT", 550));
    app.state.clock.advance(60);
    assert_eq!(ask(NEW_EMAIL).await.failed, 1);
    let shown = w.collector.get("/me/email").await;
    assert_eq!(
        (shown.text("address"), &shown.body["pending"]["address"]),
        (EMAIL.to_owned(), &json!(NEW_EMAIL))
    );
    assert_eq!(w.admin.get("/mails").await.items().len(), 1);
}

fn look_everywhere(kind: Kind) {
    let (log, post) = (log(), Post::open());
    run_with(
        kind,
        |config| send_to(config, post.url()),
        async |app| {
            let w = World::new(&app).await;
            write_to(&app, &w, &post).await;
            let lived = live(&app, &w).await;
            let bytes = app.database.bytes();
            for canary in canaries() {
                assert!(!holds(&bytes, canary.as_bytes()), "{canary} can be read in the database");
            }
            let mut ids = lived.ids;
            ids.extend([lived.claim, w.village.clone(), w.team_claimant.clone()]);
            let all: Vec<_> = canaries().collect();
            for by in [&app.public(), &w.stranger, &w.school_manager] {
                let asked = crawl(&app, by, &ids, &all).await;
                assert!(asked > 60, "{asked}");
            }
            crawl(&app, &w.admin, &ids, &[EMAIL, NEW_EMAIL]).await;
            let logged = log.0.lock().unwrap().clone();
            assert!(!logged.is_empty(), "something is logged");
            for canary in canaries() {
                assert!(!holds(&logged, canary.as_bytes()), "{canary} was logged");
            }
            let metrics = format!("{}/metrics", app.base);
            let metrics = reqwest::get(metrics).await.unwrap().text().await.unwrap();
            assert!(canaries().all(|canary| !metrics.contains(canary)));
        },
    );
}

mod none_is_stored_logged_or_told {
    use super::*;

    #[test]
    fn sqlite() {
        look_everywhere(Kind::Sqlite);
    }

    #[test]
    fn postgres() {
        look_everywhere(Kind::Postgres);
    }
}

//! A day of 37 collectors over one list: three of ten edits meet another's, answers are lost and asked for again, the same household is
//! called on by two. Nobody's words are lost, nothing is written twice, and no household is entered twice.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use std::{cell::Cell, collections::BTreeSet};
use tests::{
    App,
    client::{Answer, Client},
    on_both,
    world::{PASSWORD, World, own_passwords},
};

const COLLECTORS: usize = 37;

/// So many wishes are on the list in the morning.
const WISHES: usize = 24;

/// So often each of them changes one.
const EDITS: usize = 4;

async fn enter(app: &App, w: &World) -> Vec<Client> {
    let mut all = Vec::new();
    for n in 0..COLLECTORS {
        let name = format!("wangge{n:02}");
        let member =
            json!({ "username": name, "display_name": name, "password": PASSWORD, "role": "collector" });
        w.admin.post(&format!("/organisations/{}/members", w.village), member).await.expect(201);
    }
    own_passwords(app).await;
    for n in 0..COLLECTORS {
        all.push(app.public().sign_in(&format!("wangge{n:02}"), PASSWORD).await);
    }
    all
}

/// An identity number that holds, by a number.
fn id_number(n: usize) -> String {
    let bare = format!("11010519491231{:03}", n % 1000);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        bare.chars().zip(weights).map(|(digit, weight)| digit.to_digit(10).unwrap() * weight).sum();
    format!(
        "{bare}{}",
        ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][usize::try_from(sum % 11).unwrap()]
    )
}

/// Sent, the answer lost, and sent again under the same key: until somebody says what became of it.
async fn once(by: &Client, path: &str, key: &str, body: Value) -> Answer {
    let (first, again) =
        tokio::join!(by.post_once(path, key, body.clone()), by.post_once(path, key, body.clone()));
    for answer in [first, again] {
        if ![409, 503].contains(&answer.status) || answer.body["code"] == "beneficiary_known" {
            return answer;
        }
    }
    loop {
        let answer = by.post_once(path, key, body.clone()).await;
        if answer.status != 503 && answer.body["code"] != "idempotency_running" {
            return answer;
        }
    }
}

/// Calls on a household: a resident whom a colleague entered meanwhile is theirs, and not another.
async fn calls_on(by: &Client, w: &World, n: usize, door: usize) -> String {
    let resident = json!({
        "name": format!("居民{door}"), "id_number": id_number(door), "phone": format!("138000{door:05}"),
        "hardships": [], "organisation_id": w.village,
        "consents": [{ "purpose": "collect", "given_by": "self", "given_on": "2026-11-20" }],
    });
    let made = once(by, "/beneficiaries", &format!("door-{n}"), resident.clone()).await;
    match made.status {
        201 => made.id(),
        // Who loses by a moment is told who it is when they ask again.
        _ => match made.refused(409, "beneficiary_known").body["existing_id"].as_str() {
            Some(id) => id.to_owned(),
            None => {
                let again = once(by, "/beneficiaries", &format!("again-{n}"), resident).await;
                again.refused(409, "beneficiary_known").text("existing_id")
            }
        },
    }
}

/// Reads it, again while the server is too busy to tell.
async fn seen_now(by: &Client, path: &str) -> Value {
    loop {
        let answer = by.get(path).await;
        if answer.status != 503 {
            return answer.expect(200).body.clone();
        }
    }
}

/// Adds a word to a field over what was seen, and again over what somebody wrote meanwhile.
async fn adds(by: &Client, seen: &Value, field: &str, mark: &str, met: &Cell<usize>) {
    let path = format!("/wishes/{}", seen["id"].as_str().unwrap());
    let mut base = seen.clone();
    loop {
        let said = base[field].as_str().map(|said| format!("{said} ")).unwrap_or_default();
        let mine = json!({ field: format!("{said}{mark}") });
        let answer = by.change(Method::PATCH, &path, &format!("\"{}-\"", base["version"]), mine).await;
        match answer.status {
            200 => return,
            412 => met.set(met.get() + 1),
            _ => {
                answer.refused(503, "unavailable");
            }
        }
        base = seen_now(by, &path).await;
    }
}

on_both! {
    async fn thirty_seven_collectors_lose_no_word_and_enter_no_household_twice(app) {
        let w = World::new(app).await;
        let collectors = enter(app, &w).await;
        let before = w.collector.get("/beneficiaries?limit=100").await.items().len();

        // In the morning: each door is called on by one, and three of ten by two at once.
        let doors: Vec<usize> = (0..COLLECTORS).map(|n| if n % 10 < 3 { n + 10 - 10 * (n / 10 % 2) } else { n }).collect();
        let calls = collectors.iter().zip(&doors).enumerate().map(|(n, (by, door))| calls_on(by, &w, n, *door));
        let met_with = join_all(calls).await;
        let (households, residents): (BTreeSet<usize>, BTreeSet<&String>) = (doors.iter().copied().collect(), met_with.iter().collect());
        assert!(households.len() < COLLECTORS - 5, "{doors:?}");
        assert_eq!(residents.len(), households.len(), "who was called on by two is one");
        let known = w.collector.get("/beneficiaries?limit=100").await.items();
        assert_eq!(known.len() - before, households.len());
        let homes: BTreeSet<String> = known.iter().map(|one| one["household_id"].to_string()).collect();
        assert_eq!(homes.len(), known.len(), "and so is their household");

        // Each writes down a wish, whose answer is lost.
        let new = |n: usize| w.wish(json!({ "beneficiary_id": met_with[n], "title": format!("想要第{n}样东西") }));
        let made = join_all(collectors.iter().enumerate().map(|(n, by)| {
            let wish = new(n);
            async move { once(by, "/wishes", &format!("wish-{n}"), wish).await.expect(201).id() }
        })).await;
        assert_eq!(made.iter().collect::<BTreeSet<_>>().len(), COLLECTORS);
        assert_eq!(w.collector.get("/wishes?status=draft&limit=100").await.items().len(), COLLECTORS);

        // In the afternoon: all change the same list, as they saw it at noon.
        let list = made.iter().take(WISHES).map(|id| {
            let path = format!("/wishes/{id}");
            let by = &w.collector;
            async move { seen_now(by, &path).await }
        });
        let noon = join_all(list).await;
        let met = Cell::new(0);
        let fields = ["details", "told_by_note"];
        let mut marks = Vec::new();
        for n in 0..COLLECTORS * EDITS {
            // Three of ten go where others do.
            let place = if n % 10 < 3 { n % 3 } else { n % WISHES };
            marks.push((n, place, fields[n / WISHES % 2], format!("记{n:03}")));
        }
        let edits = marks.iter().map(|(n, place, field, mark)| adds(&collectors[n % COLLECTORS], &noon[*place], field, mark, &met));
        join_all(edits).await;
        assert!(met.get() >= COLLECTORS * EDITS * 3 / 10, "{} edits met another's", met.get());
        let mut written = 0;
        for (place, seen) in noon.iter().enumerate() {
            let now = w.collector.get(&format!("/wishes/{}", seen["id"].as_str().unwrap())).await.body;
            let here = marks.iter().filter(|(_, at, ..)| *at == place);
            for (_, _, field, mark) in here.clone() {
                assert_eq!(now[*field].as_str().unwrap().matches(mark.as_str()).count(), 1, "{mark} in {field}");
            }
            assert_eq!(now["version"].as_i64().unwrap() - seen["version"].as_i64().unwrap(), i64::try_from(here.count()).unwrap(), "a change for each edit");
            written += 1;
        }
        assert_eq!(written, WISHES);
    }
}

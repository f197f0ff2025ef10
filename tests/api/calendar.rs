//! Working days: what is installed is what the notices say, who may correct it, and what a correction moves.

use domain::access::Actor;
use reqwest::Method;
use serde_json::{Value, json};
use server::{State, app::Context, problem::Failure};
use tests::{App, on_both, world::World};

fn off(date: &str) -> Value {
    json!({ "date": date, "working": false, "name": "春节" })
}

fn table(days: impl Into<Value>) -> Value {
    json!({ "source": "国办发明电〔2026〕某号", "days": days.into() })
}

/// The working days of a year, of what was answered.
fn worked(year: &Value) -> usize {
    let first =
        chrono::NaiveDate::from_ymd_opt(year["year"].as_i64().unwrap().try_into().unwrap(), 1, 1).unwrap();
    let days =
        first.iter_days().take_while(|day| chrono::Datelike::year(day) == chrono::Datelike::year(&first));
    let special = |day: &chrono::NaiveDate| {
        let found = year["days"].as_array().unwrap().iter().find(|one| one["date"] == day.to_string());
        found.map(|one| one["working"].as_bool().unwrap())
    };
    let week = |day: &chrono::NaiveDate| chrono::Datelike::weekday(day).num_days_from_monday() < 5;
    days.filter(|day| special(day).unwrap_or_else(|| week(day))).count()
}

on_both! {
    async fn the_installed_years_are_those_of_the_notices(app) {
        let w = World::new(app).await;
        // Counted by hand: days of the year, less weekends, less the public holidays of the law.
        for (year, source, days) in [
            (2024, "国办发明电〔2023〕7号", 251),
            (2025, "国办发明电〔2024〕12号", 248),
            (2026, "国办发明电〔2025〕7号", 248),
        ] {
            let seen = w.collector.get(&format!("/calendar/{year}")).await;
            seen.expect(200);
            assert_eq!((&seen.body["known"], &seen.body["source"]), (&json!(true), &json!(source)));
            assert_eq!(worked(&seen.body), days, "{year}");
            assert_eq!(seen.body["changeable"], false);
        }
        let seen = w.admin.get("/calendar/2026").await;
        let on: Vec<&str> = seen.body["days"].as_array().unwrap().iter()
            .filter(|day| day["working"] == true).map(|day| day["date"].as_str().unwrap()).collect();
        assert_eq!(on, ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]);
        assert_eq!(seen.body["changeable"], true);
        let unknown = w.collector.get("/calendar/2027").await;
        assert_eq!((&unknown.expect(200).body["known"], &unknown.body["days"]), (&json!(false), &json!([])));
        for year in ["1999", "2101"] {
            w.admin.get(&format!("/calendar/{year}")).await.refused(404, "not_found");
            w.admin.change(Method::PUT, &format!("/calendar/{year}"), "*", table([off("1999-02-16")])).await.refused(404, "not_found");
        }
    }
}

/// By when something must be done that is due within a working day, as a server tells it.
async fn tomorrow(state: &State, at: &str) -> String {
    let (cx, at) = (Context::new(state, Actor::default()), at.parse().unwrap());
    let read = move |tx: &mut store::Conn| {
        let line = store::organisation::line(tx, at)?.unwrap();
        Ok::<_, Failure>(cx.terms(tx, &line)?.within(1).date().to_string())
    };
    state.db.read(read).await.unwrap()
}

async fn draft_due(w: &World) -> String {
    let made = w.collector.post("/wishes", w.wish(json!({}))).await;
    made.expect(201).text("due_at")
}

async fn notes(app: &App) -> Vec<String> {
    let vault = app.state.vault.clone();
    app.state.db.read(move |tx| server::app::check::check(tx, &vault)).await.unwrap().notes
}

on_both! {
    async fn a_year_is_entered_and_corrected_whole_and_moves_what_is_told_from_then_on(app) {
        // Thursday, 31 December 2026: three working days for a review lead into a year without a table.
        app.state.clock.set("2026-12-31T04:00:00Z".parse().unwrap());
        let w = World::new(app).await;
        let before = draft_due(&w).await;
        assert_eq!(before, "2027-01-05T15:59:59.999999Z", "weekends alone are counted");
        let told = notes(app).await;
        assert!(told.len() == 1 && told[0].contains("1 wishes are due in 2027"), "{told:?}");
        let other = tests::open(&app.database, app.state.clock.clone());
        assert_eq!(tomorrow(&other, &w.village).await, "2027-01-01");

        let put = async |seen: &str, body: Value| w.admin.change(Method::PUT, "/calendar/2027", seen, body).await;
        let first = put("\"0-calendar\"", table([off("2027-01-01")])).await;
        assert_eq!((first.expect(200).body["known"].clone(), first.body["version"].clone()), (json!(true), json!(1)));
        assert_eq!(draft_due(&w).await, "2027-01-06T15:59:59.999999Z");
        assert_eq!(tomorrow(&other, &w.village).await, "2027-01-04", "another server counts by it at once");
        assert_eq!(notes(app).await, Vec::<String>::new());
        // Corrected: the Saturday after is worked.
        put("\"0-calendar\"", table([off("2027-01-01")])).await.refused(412, "stale");
        let make_up = json!({ "date": "2027-01-02", "working": true, "name": "元旦" });
        put(&first.header("etag"), table([make_up, off("2027-01-01")])).await.expect(200);
        assert_eq!(tomorrow(&other, &w.village).await, "2027-01-02");
        let read = w.collector.get("/calendar/2027").await;
        assert_eq!(read.body["days"][0]["date"], "2027-01-01", "in order");
        // What was told stays.
        let listed = w.collector.get("/wishes?limit=100").await.items();
        assert!(listed.iter().any(|wish| wish["due_at"] == before.as_str()), "{before}");
        let history = w.admin.get("/events?limit=100").await.items();
        let changes = history.iter().filter(|event| event["kind"] == "calendar_changed").count();
        assert_eq!(changes, 2);
    }
}

on_both! {
    async fn a_table_that_cannot_be_is_refused_with_its_fields_and_nothing_changes(app) {
        let w = World::new(app).await;
        let seen = w.admin.get("/calendar/2026").await;
        let put = async |body: Value| w.admin.change(Method::PUT, "/calendar/2026", "*", body).await;
        let day = |date: &str, working: bool| json!({ "date": date, "working": working, "name": "春节" });
        for (days, pointer, code) in [
            (json!([]), "/days", "required"),
            (json!([day("2026-02-16", false), day("2026-02-16", false)]), "/days/1/date", "duplicate"),
            (json!([day("2025-02-17", false)]), "/days/0/date", "out_of_range"),
            (json!([day("2026-02-16", true)]), "/days/0/date", "as_usual"),
            (json!([day("2026-02-15", false)]), "/days/0/date", "as_usual"),
            (json!([json!({ "date": "2026-02-16", "working": false, "name": "" })]), "/days/0/name", "required"),
        ] {
            let refused = put(table(days)).await;
            assert_eq!(refused.refused(422, "invalid").faults(), [(pointer.to_owned(), code.to_owned())]);
        }
        let nameless = put(json!({ "source": " ", "days": [day("2026-02-16", false)] })).await;
        assert_eq!(nameless.refused(422, "invalid").faults(), [("/source".to_owned(), "required".to_owned())]);
        assert_eq!(put(table([json!({ "date": "2026-02-30", "working": false, "name": "春节" })])).await.status / 100, 4);
        let without = w.admin.request(Method::PUT, "/calendar/2026").json(&table([off("2026-02-16")]));
        tests::client::send(without).await.refused(428, "precondition_required");
        w.coordinator.change(Method::PUT, "/calendar/2026", "*", table([off("2026-02-16")])).await.refused(403, "forbidden");
        assert_eq!(w.admin.get("/calendar/2026").await.body, seen.body);
    }
}

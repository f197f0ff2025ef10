//! Notices by e-mail: an address is proved by a code, a working day's morning tells how much waits, and what the mail
//! server does not take is tried again or laid aside.

use domain::time::Instant;
use reqwest::Method;
use serde_json::{Value, json};
use server::jobs;
use std::time::Duration;
use tests::{
    App, Kind,
    client::{Answer, Client, send},
    on_both, open_with, run_with,
    smtp::{Mood, Post, Taken, send_to},
    world::{PASSWORD, World},
};

const ADDRESS: &str = "reviewer@mail.example.org";

/// Monday, 23 November 2026, 09:00 in China.
const MORNING: &str = "2026-11-23T01:00:00Z";

/// Runs a body on both databases, with a mail server.
macro_rules! with_post {
    (async fn $name:ident($app:ident, $post:ident) $body:block) => {
        mod $name {
            use super::*;

            async fn body($app: &App, $post: &Post) $body

            fn on(kind: Kind) {
                let post = Post::open();
                run_with(kind, |config| send_to(config, post.url()), async |app| body(&app, &post).await);
            }

            #[test]
            fn sqlite() {
                on(Kind::Sqlite);
            }

            #[test]
            fn postgres() {
                on(Kind::Postgres);
            }
        }
    };
}

async fn sweep(app: &App) -> jobs::Swept {
    jobs::sweep(&app.state, app.state.clock.now()).await.unwrap()
}

/// Moves the clock on to an instant.
fn turn(app: &App, to: &str) {
    let to: Instant = to.parse().unwrap();
    app.state.clock.advance((to.micros() - app.state.clock.now().micros()) / 1_000_000);
}

async fn ask(who: &Client, address: &str) -> Answer {
    who.change(Method::PUT, "/me/email", "*", json!({ "address": address, "current_password": PASSWORD }))
        .await
}

async fn confirm(who: &Client, code: &str) -> Answer {
    who.post("/me/email/confirmation", json!({ "code": code })).await
}

/// The one letter that was sent by now.
async fn letter(app: &App, post: &Post) -> Taken {
    sweep(app).await;
    let mut taken = post.taken();
    assert_eq!(taken.len(), 1, "{taken:#?}");
    taken.remove(0)
}

/// Goes the whole way.
async fn set_up(app: &App, post: &Post, who: &Client, address: &str) {
    ask(who, address).await.expect(200);
    let code = letter(app, post).await.code();
    confirm(who, &code).await.expect(200);
}

async fn signed_in(app: &App, username: &str) -> Client {
    app.public().sign_in(username, PASSWORD).await
}

fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

with_post! {
    async fn an_address_counts_once_its_code_came_back(app, post) {
        let w = World::new(app).await;
        let (who, nothing) = (&w.reviewer, json!({ "available": true }));
        let first = who.get("/me/email").await;
        assert_eq!((&first.expect(200).body, first.header("cache-control").as_str()), (&nothing, "no-store"));
        let body = |address: &str, password: &str| json!({ "address": address, "current_password": password });
        for bad in ["", "a", "a@b", "a@mail.example.org\nBcc: b@mail.example.org", "某某@例子.中国"] {
            let refused = who.change(Method::PUT, "/me/email", "*", body(bad, PASSWORD)).await;
            assert_eq!(refused.refused(422, "invalid").faults(), [("/address".to_owned(), "format".to_owned())], "{bad}");
        }
        let refused = who.change(Method::PUT, "/me/email", "*", body(ADDRESS, "不是这一个")).await;
        assert_eq!(refused.refused(422, "invalid").faults()[0].0, "/current_password");
        let unseen = send(who.request(Method::PUT, "/me/email").json(&body(ADDRESS, PASSWORD))).await;
        unseen.refused(428, "precondition_required");
        assert_eq!(sweep(app).await.mailed, 0, "what was refused sends nothing");

        let asked = who.change(Method::PUT, "/me/email", &first.header("etag"), body(ADDRESS, PASSWORD)).await;
        assert_eq!(asked.expect(200).body["pending"]["tries_left"], 5);
        assert_eq!((&asked.body["pending"]["address"], asked.body.get("address")), (&json!(ADDRESS), None));
        app.state.clock.advance(60);
        let stale = who.change(Method::PUT, "/me/email", &first.header("etag"), body(ADDRESS, PASSWORD)).await;
        stale.refused(412, "stale");
        let sent = letter(app, post).await;
        assert_eq!((sent.to.as_str(), sent.header("To")), (ADDRESS, ADDRESS));
        assert_eq!(sent.header("Auto-Submitted"), "auto-generated");
        confirm(who, &wrong(&sent.code())).await.refused(422, "invalid");
        assert_eq!(who.get("/me/email").await.body["pending"]["tries_left"], 4);
        confirm(&w.collector, &sent.code()).await.refused(409, "email_code_over");
        let typed = format!("{} {}", &sent.code()[..3], &sent.code()[3..]);
        let done = confirm(who, &typed).await;
        assert_eq!((&done.expect(200).body["address"], done.body.get("pending")), (&json!(ADDRESS), None));
        confirm(who, &sent.code()).await.refused(409, "email_code_over");
        let told = w.admin.get("/audit/events?kind=email_confirmed").await;
        assert!(told.items().len() == 1 && !told.body.to_string().contains("mail.example.org"), "{:#}", told.body);

        who.change(Method::DELETE, "/me/email", &first.header("etag"), Value::Null).await.refused(412, "stale");
        who.change(Method::DELETE, "/me/email", &done.header("etag"), Value::Null).await.expect(204);
        who.change(Method::DELETE, "/me/email", "*", Value::Null).await.refused(404, "not_found");
        assert_eq!(who.get("/me/email").await.body, nothing);
        assert_eq!(w.admin.get("/audit/events?kind=email_removed").await.items().len(), 1);
    }
}

with_post! {
    async fn codes_can_neither_be_guessed_nor_sent_without_end(app, post) {
        let w = World::new(app).await;
        ask(&w.reviewer, ADDRESS).await.expect(200);
        let early = ask(&w.reviewer, ADDRESS).await;
        early.refused(429, "too_many_attempts");
        assert_eq!(early.header("retry-after"), "60");
        let first = letter(app, post).await.code();
        for _ in 0..5 {
            confirm(&w.reviewer, &wrong(&first)).await.refused(422, "invalid");
        }
        confirm(&w.reviewer, &first).await.refused(409, "email_code_over");

        app.state.clock.advance(60);
        ask(&w.reviewer, ADDRESS).await.expect(200);
        let second = letter(app, post).await.code();
        confirm(&w.reviewer, &first).await.refused(422, "invalid");
        app.state.clock.advance(29 * 60);
        // Of two letters on their way, the one with the code before says nothing any more.
        let who = signed_in(app, "reviewer").await;
        app.state.clock.advance(60);
        confirm(&who, &second).await.refused(409, "email_code_over");
        ask(&who, ADDRESS).await.expect(200);
        app.state.clock.advance(60);
        ask(&who, ADDRESS).await.expect(200);
        let fourth = letter(app, post).await.code();
        // Taking it away forgets no count.
        who.change(Method::DELETE, "/me/email", "*", Value::Null).await.expect(204);
        confirm(&who, &fourth).await.refused(409, "email_code_over");
        app.state.clock.advance(60);
        ask(&who, ADDRESS).await.expect(200);
        app.state.clock.advance(60);
        ask(&who, ADDRESS).await.refused(429, "too_many_attempts");
        // Whoever else uses it, or did, is nobody's business.
        ask(&signed_in(app, "collector").await, ADDRESS).await.expect(200);
        assert_eq!(sweep(app).await.mailed, 2);
    }
}

with_post! {
    async fn a_digest_goes_out_once_a_working_day_to_whom_something_waits(app, post) {
        let w = World::new(app).await;
        set_up(app, post, &w.reviewer, ADDRESS).await;
        set_up(app, post, &w.auditor, "auditor@mail.example.org").await;
        set_up(app, post, &w.township_coordinator, "township@mail.example.org").await;
        w.submitted(json!({ "title": "想要一台收音机" })).await;
        w.submitted(json!({})).await;
        let members = w.admin.get(&format!("/organisations/{}/members", w.township)).await.items();
        let member = members.iter().find(|one| one["username"] == "township").unwrap();
        let shut = format!("/organisations/{}/members/{}/disable", w.township, member["id"].as_str().unwrap());
        w.admin.post(&shut, json!({})).await.expect(204);
        // The weekend, and a Monday that the calendar makes free.
        let days = json!([{ "date": "2026-11-23", "working": false, "name": "本地假" }]);
        w.admin.change(Method::PUT, "/calendar/2026", "*", json!({ "source": "通知", "days": days })).await.expect(200);
        for (day, sent) in [("2026-11-21", 0), ("2026-11-23", 0)] {
            turn(app, &format!("{day}T01:00:00Z"));
            assert_eq!(sweep(app).await.mailed, sent, "{day}");
        }
        turn(app, "2026-11-24T00:29:00Z");
        assert_eq!(sweep(app).await.mailed, 0, "before half past eight");
        turn(app, "2026-11-24T00:31:00Z");
        let others = [(); 2].map(|()| open_with(&app.database, app.state.clock.clone(), |config| send_to(config, post.url())));
        let now = app.state.clock.now();
        let (a, b, c) = tokio::join!(jobs::sweep(&app.state, now), jobs::sweep(&others[0], now), jobs::sweep(&others[1], now));
        assert_eq!([a, b, c].map(|swept| swept.unwrap().mailed).iter().sum::<usize>(), 1);
        let taken = post.taken();
        assert_eq!(taken.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), [ADDRESS], "one letter, to whom something waits");
        let letter = &taken[0];
        assert!(letter.text.contains("待审核 2\n") && letter.text.contains("to review: 2\n"), "{}", letter.text);
        assert!(letter.text.contains("https://wish.example.org/account/tasks\n"), "{}", letter.text);
        assert_eq!(letter.header("List-Unsubscribe"), "<https://wish.example.org/account>");
        assert!(!letter.text.contains("收音机") && !letter.text.contains("reviewer"), "{}", letter.text);

        app.state.clock.advance(3600);
        assert_eq!(sweep(app).await.mailed, 0, "once a day");
        turn(app, "2026-11-25T00:31:00Z");
        let next = self::letter(app, post).await;
        assert_ne!(next.header("Message-ID"), letter.header("Message-ID"));
        signed_in(app, "reviewer").await.change(Method::DELETE, "/me/email", "*", Value::Null).await.expect(204);
        turn(app, "2026-11-26T00:31:00Z");
        assert_eq!((sweep(app).await.mailed, post.taken().len()), (0, 0));
    }
}

with_post! {
    async fn who_is_called_in_an_emergency_gets_one_letter(app, post) {
        let w = World::new(app).await;
        set_up(app, post, &w.school_manager, ADDRESS).await;
        set_up(app, post, &w.manager, "team@mail.example.org").await;
        set_up(app, post, &w.auditor, "auditor@mail.example.org").await;
        ask(&w.coordinator, "unproved@mail.example.org").await.expect(200);
        letter(app, post).await;
        let second = json!({ "kind": "unit", "display_name": "另一个班", "organisation_id": w.school, "skills": [], "region_codes": [], "capacity": 5 });
        w.admin.post("/claimants", second).await.expect(201);
        let wishes = [w.published(json!({ "title": "一床被子" })).await, w.published(json!({})).await];
        let call = |circles: Value| json!({
            "organisation_id": w.county, "title": "洪水过后", "due_at": "2026-12-01T10:00:00Z", "wish_ids": wishes, "circles": circles,
        });
        let of = |id: &str, whom: &str| json!({ "organisation_id": id, "whom": whom });
        let both = call(json!([of(&w.school, "units"), of(&w.county, "everybody"), of(&w.team, "persons")]));
        let id = w.county_coordinator.post("/emergency-calls", both).await.expect(201).id();
        assert_eq!(sweep(app).await.mailed, 2, "one each, in however many circles, for however many claimants and wishes");
        let taken = post.taken();
        let mut to: Vec<&str> = taken.iter().map(|letter| letter.to.as_str()).collect();
        to.sort_unstable();
        assert_eq!(to, [ADDRESS, "team@mail.example.org"], "not who reads, and not who proved no address");
        let letter = &taken[0];
        assert!(letter.text.contains("有 1 户急着等人帮忙，最晚 2026-12-01 要办好"), "{}", letter.text);
        assert!(letter.text.contains("urgently wait for help: 1, by 2026-12-01"), "{}", letter.text);
        assert!(letter.text.contains(&format!("https://wish.example.org/account/emergency/{id}\n")), "{}", letter.text);
        assert!(!letter.text.contains("被子") && !letter.text.contains("洪水"), "{}", letter.text);
        assert_eq!(sweep(app).await.mailed, 0);

        // More wishes: only who came to the circles since is written to.
        set_up(app, post, &w.reviewer, "late@mail.example.org").await;
        let late = json!({ "kind": "person", "display_name": "后来的人", "username": "reviewer", "organisation_id": w.team, "skills": [], "region_codes": [], "capacity": 5 });
        w.admin.post("/claimants", late).await.expect(201);
        for expected in [vec!["late@mail.example.org"], vec![]] {
            let more = json!({ "wish_ids": [w.published(json!({})).await] });
            w.county_coordinator.post(&format!("/emergency-calls/{id}/wishes"), more).await.expect(200);
            sweep(app).await;
            assert_eq!(post.taken().iter().map(|letter| letter.to.clone()).collect::<Vec<_>>(), expected);
        }

        // Where the call is over before a letter goes, none goes.
        let next = w.county_coordinator.post("/emergency-calls", call(json!([of(&w.school, "units")]))).await.expect(201).id();
        w.county_coordinator.post(&format!("/emergency-calls/{next}/close"), json!({ "reason": "重复了" })).await.expect(200);
        assert_eq!((sweep(app).await.mailed, post.taken().len()), (0, 0));
    }
}

with_post! {
    async fn what_the_mail_server_cannot_take_now_is_tried_again(app, post) {
        let w = World::new(app).await;
        set_up(app, post, &w.reviewer, ADDRESS).await;
        w.submitted(json!({})).await;
        turn(app, MORNING);
        for (mood, why, reply) in [
            (Mood::Says("RCPT", 451), "deferred", json!(451)),
            // RFC 4954: about our account, and not about the letter.
            (Mood::Says("MAIL", 530), "sign_in", json!(530)),
            (Mood::HangsUp, "not_reached", Value::Null),
        ] {
            post.mood(mood);
            let swept = sweep(app).await;
            assert_eq!((swept.mailed, swept.failed), (0, 1), "{mood:?}");
            assert_eq!(sweep(app).await.failed, 0, "not at once");
            let waiting = signed_in(app, "admin").await.get("/mails?laid_aside=false").await.items();
            assert_eq!((&waiting[0]["failure"], &waiting[0]["reply"]), (&json!(why), &reply), "{mood:?}");
            assert_eq!(waiting[0]["to"]["name"], "reviewer");
            app.state.clock.advance(300);
        }
        let lost = post.taken();
        post.mood(Mood::Takes);
        let admin = signed_in(app, "admin").await;
        let sent = letter(app, post).await;
        assert_eq!(lost[0].header("Message-ID"), sent.header("Message-ID"), "whoever got both can tell");
        assert_eq!(admin.get("/mails").await.items().len(), 0, "what is sent is gone");
    }
}

with_post! {
    async fn what_is_refused_is_laid_aside_for_an_administrator(app, post) {
        let w = World::new(app).await;
        set_up(app, post, &w.reviewer, ADDRESS).await;
        w.submitted(json!({})).await;
        turn(app, MORNING);
        post.mood(Mood::Says("RCPT", 550));
        assert_eq!(sweep(app).await.failed, 1);
        app.state.clock.advance(7200);
        assert_eq!(sweep(app).await.failed, 0, "it would be refused again");
        let (admin, coordinator) = (signed_in(app, "admin").await, signed_in(app, "township").await);
        let aside = admin.get("/mails?laid_aside=true").await;
        let one = &aside.items()[0];
        assert_eq!((&one["kind"], &one["failure"], &one["reply"]), (&json!("digest"), &json!("refused"), &json!(550)));
        assert!(!aside.body.to_string().contains("mail.example.org"), "{:#}", aside.body);
        assert_eq!(coordinator.get("/mails").await.items().len(), 0);
        let retry = format!("/mails/{}/retry", one["id"].as_str().unwrap());
        coordinator.post(&retry, json!({})).await.refused(403, "forbidden");
        signed_in(app, "stranger").await.post(&retry, json!({})).await.refused(404, "not_found");
        admin.post(&retry, json!({})).await.expect(200);
        admin.post(&retry, json!({})).await.refused(409, "wrong_job_status");
        assert_eq!(sweep(app).await.failed, 1);
        post.mood(Mood::Takes);
        admin.post(&retry, json!({})).await.expect(200);
        assert_eq!(letter(app, post).await.to, ADDRESS);

        // One whose day is over is of no use, and is forgotten after a while.
        turn(app, "2026-11-24T00:31:00Z");
        post.mood(Mood::Says("RCPT", 550));
        assert_eq!(sweep(app).await.failed, 1);
        turn(app, "2026-11-25T00:00:00Z");
        let admin = signed_in(app, "admin").await;
        let late = admin.get("/mails?laid_aside=true").await.items();
        admin.post(&format!("/mails/{}/retry", late[0]["id"].as_str().unwrap()), json!({})).await.refused(409, "mail_over");
        app.state.clock.advance(31 * 86_400);
        sweep(app).await;
        let admin = signed_in(app, "admin").await;
        assert!(admin.get("/mails?laid_aside=true").await.items().iter().all(|mail| mail["id"] != late[0]["id"]));
    }
}

with_post! {
    async fn a_letter_whose_taker_died_is_taken_again_when_its_lease_is_over(app, post) {
        let w = World::new(app).await;
        ask(&w.reviewer, ADDRESS).await.expect(200);
        let now = app.state.clock.now();
        let taken = app.state.db.write(move |tx| store::mail::take(tx, now, now.plus_seconds(180), 10)).await.unwrap();
        assert_eq!(taken.len(), 1);
        app.state.clock.advance(179);
        assert_eq!(sweep(app).await.mailed, 0);
        app.state.clock.advance(1);
        let code = letter(app, post).await.code();
        let late = taken[0].clone();
        assert!(!app.state.db.write(move |tx| store::mail::finish(tx, &late)).await.unwrap());
        confirm(&w.reviewer, &code).await.expect(200);
    }
}

with_post! {
    async fn a_silent_mail_server_keeps_only_letters_waiting(app, post) {
        let w = World::new(app).await;
        ask(&w.reviewer, ADDRESS).await.expect(200);
        post.mood(Mood::Silent);
        let (sweep, page) = tokio::join!(sweep(app), async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            w.collector.get("/me/tasks").await
        });
        page.expect(200);
        assert_eq!(sweep.failed, 1);
        assert_eq!(w.admin.get("/mails").await.items()[0]["failure"], "timed_out");
    }
}

on_both! {
    async fn without_a_mail_server_nobody_is_written_to(app) {
        let w = World::new(app).await;
        assert_eq!(w.reviewer.get("/me/email").await.expect(200).body, json!({ "available": false }));
        ask(&w.reviewer, ADDRESS).await.refused(409, "mail_off");
    }
}

#[test]
fn nothing_is_said_to_a_mail_server_without_the_tls_that_was_asked_for() {
    let post = Post::open();
    let url = format!("{}?tls=required", post.url());
    run_with(
        Kind::Sqlite,
        |config| send_to(config, url),
        async |app| {
            let w = World::new(&app).await;
            ask(&w.reviewer, ADDRESS).await.expect(200);
            assert_eq!(sweep(&app).await.failed, 1);
            assert_eq!(post.taken(), []);
            assert_eq!(w.admin.get("/mails").await.items()[0]["failure"], "setup");
        },
    );
}

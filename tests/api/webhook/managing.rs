//! Who enters webhooks, where they may lead, what is seen of them, and sending once more.

use super::*;
use hostile::{HOSTILE_HOSTS, HOSTILE_URLS};

with_receiver! {
    async fn no_webhook_leads_inside_however_it_is_written(app, receiver) {
        let (w, platform, hook, _) = stage(app, receiver).await;
        platform.program.change(Method::DELETE, &format!("/webhooks/{hook}"), "*", json!({})).await.expect(204);
        let at = format!("/platforms/{}/webhooks", platform.id);
        let hosts = HOSTILE_HOSTS.iter().map(|host| format!("https://{host}/"));
        let urls: Vec<String> = hosts.chain(HOSTILE_URLS.iter().map(|url| (*url).to_owned())).collect();
        assert!(urls.len() >= 60);
        let mut names = Vec::new();
        for url in &urls {
            let answer = platform.post(&at, json!({ "url": url })).await;
            match answer.status {
                // A name leads somewhere when it is called, and then it is asked again.
                201 => names.push(answer.body["webhook"]["id"].as_str().unwrap().to_owned()),
                _ => assert_eq!(answer.refused(422, "invalid").faults()[0].0, "/url", "{url}"),
            }
        }
        assert!((1..=4).contains(&names.len()), "names of this machine: {}", names.len());
        w.published(json!({})).await;
        assert_eq!(sweep(app).await, 0);
        for id in &names {
            let tried = &platform.log(id).await[0]["attempts"][0];
            assert!(["not_called", "not_reached"].contains(&tried["trouble"].as_str().unwrap()), "{tried}");
        }
        // What an administrator changes is looked at, too.
        let changed = platform.patch(&names[0], json!({ "url": "https://169.254.169.254/" })).await;
        assert_eq!(changed.refused(422, "invalid").faults(), [("/url".to_owned(), "not_called".to_owned())]);
        assert!(receiver.got().is_empty());
    }
}

with_receiver! {
    async fn a_platform_manages_its_own_and_knows_of_no_other(app, receiver) {
        let (w, platform, hook, _) = stage(app, receiver).await;
        let other = Platform::new(app, &w, &ALL).await;
        let reads = Platform::new(app, &w, &["wishes:read", "events:read"]).await;
        reads.program.get(&format!("/platforms/{}/webhooks", reads.id)).await.refused(403, "insufficient_scope");
        reads.program.get(&format!("/webhooks/{hook}")).await.refused(403, "insufficient_scope");
        let path = format!("/webhooks/{hook}");
        for at in [path.clone(), format!("{path}/deliveries"), format!("/platforms/{}/webhooks", platform.id)] {
            other.program.get(&at).await.refused(404, "not_found");
        }
        for act in ["secrets", "pings"] {
            other.post(&format!("{path}/{act}"), json!({})).await.refused(404, "not_found");
        }
        other.patch(&hook, json!({ "active": false })).await.refused(404, "not_found");
        other.program.change(Method::DELETE, &path, "*", json!({})).await.refused(404, "not_found");
        w.stranger.get(&path).await.refused(404, "not_found");
        w.auditor.get(&path).await.expect(200);
        w.county_coordinator.get(&path).await.refused(403, "forbidden");
        // Once must be once for a program: it says which request it is.
        let at = format!("/platforms/{}/webhooks", platform.id);
        let new = json!({ "url": receiver.url() });
        platform.program.post(&at, new.clone()).await.refused(400, "bad_idempotency_key");
        let first = platform.program.post_once(&at, "k-1", new.clone()).await;
        let again = platform.program.post_once(&at, "k-1", new.clone()).await;
        assert_eq!((first.expect(201).text("secret"), again.header("idempotency-replayed").as_str()), (again.text("secret"), "true"));
        let theirs = other.program.post_once(&format!("/platforms/{}/webhooks", other.id), "k-1", new).await;
        assert_ne!(theirs.expect(201).text("secret"), first.text("secret"), "a key is its platform's own");
    }
}

with_receiver! {
    async fn a_webhook_is_changed_as_it_was_seen_and_gone_when_removed(app, receiver) {
        let (w, platform, hook, secret) = stage(app, receiver).await;
        let path = format!("/webhooks/{hook}");
        let seen = w.admin.get(&path).await.expect(200).clone();
        assert!(!seen.body.to_string().contains(&secret) && seen.header("cache-control") == "no-store");
        let tag = seen.header("etag");
        let kinds = json!({ "kinds": ["wish_shared", "wish_unshared"] });
        w.admin.change(Method::PATCH, &path, &tag, kinds.clone()).await.expect(200);
        w.admin.change(Method::PATCH, &path, &tag, kinds).await.refused(412, "stale");
        send(w.admin.request(Method::PATCH, &path).json(&json!({}))).await.refused(428, "precondition_required");
        let wrong = platform.patch(&hook, json!({ "kinds": ["wish_shared", "wish_created", "wish_shared"] })).await;
        let pointers: Vec<_> = wrong.refused(422, "invalid").faults().into_iter().map(|(pointer, _)| pointer).collect();
        assert_eq!(pointers, ["/kinds/1", "/kinds/2"]);
        for _ in 1..5 {
            platform.hook(&receiver.url()).await;
        }
        let new = json!({ "url": receiver.url() });
        platform.post(&format!("/platforms/{}/webhooks", platform.id), new).await.refused(409, "too_many_webhooks");
        platform.program.change(Method::DELETE, &path, "*", json!({})).await.expect(204);
        platform.program.get(&path).await.refused(404, "not_found");
        assert_eq!(platform.program.get(&format!("/platforms/{}/webhooks", platform.id)).await.items().len(), 4);
        let told: Vec<(Value, Value)> = w.admin.get("/events?limit=100").await.items().into_iter()
            .filter(|event| event["subject"] == "webhook" && event["subject_id"] == *hook)
            .map(|event| (event["kind"].clone(), event["number"].clone())).collect();
        let kinds = ["webhook_created", "webhook_updated", "webhook_removed"];
        assert_eq!(told, kinds.iter().zip(1..).map(|(kind, n)| (json!(kind), json!(n))).collect::<Vec<_>>());
    }
}

with_receiver! {
    async fn what_was_sent_is_sent_again_by_itself_or_by_its_time(app, receiver) {
        let (w, platform, hook, _) = stage(app, receiver).await;
        fulfilled(&w).await;
        assert_eq!(sweep(app).await, 4);
        let log = platform.log(&hook).await;
        let one = log[0]["id"].as_str().unwrap();
        let again = platform.post(&format!("/webhook-deliveries/{one}/replay"), json!({})).await;
        assert_eq!((&again.expect(200).body["state"], &again.body["message_id"]), (&json!("pending"), &log[0]["message_id"]));
        platform.post(&format!("/webhook-deliveries/{one}/replay"), json!({})).await.refused(409, "wrong_job_status");
        assert_eq!(sweep(app).await, 1);
        let got = receiver.got();
        assert_eq!(got[4].id(), log[0]["message_id"].as_str().unwrap());
        let attempts = platform.log(&hook).await[0]["attempts"].as_array().unwrap().len();
        assert_eq!(attempts, 2, "each time is in the log");
        app.state.clock.advance(60);
        fulfilled(&w).await;
        assert_eq!(sweep(app).await, 4);
        let (since, until) = ("2026-11-20T08:00:00Z", "2026-11-20T08:00:30Z");
        let range = json!({ "since": since, "until": until });
        let replayed = platform.post(&format!("/webhooks/{hook}/replays"), range).await;
        assert_eq!(replayed.expect(200).body["replayed"], 4, "of that minute, and no other");
        assert_eq!(sweep(app).await, 4);
        assert_in_order(&receiver.got()[9..]);
        // The log is kept for thirty days.
        app.pass_days(31).await;
        assert!(w.admin.get(&format!("/webhooks/{hook}")).await.status == 401, "a token lives for minutes");
        let admin = app.public().sign_in("admin", tests::world::PASSWORD).await;
        assert!(admin.get(&format!("/webhooks/{hook}/deliveries")).await.expect(200).items().is_empty());
    }
}

with_receiver! {
    async fn a_test_is_sent_at_once(app, receiver) {
        let w = World::new(app).await;
        let platform = Platform::new(app, &w, &ALL[1..]).await;
        let (hook, secret) = platform.hook(&receiver.url()).await;
        let planned = platform.post(&format!("/webhooks/{hook}/pings"), json!({})).await;
        assert_eq!((&planned.expect(201).body["kind"], &planned.body["state"]), (&json!("ping"), &json!("pending")));
        assert_eq!(platform.see(&hook).await["waiting"], 1);
        assert_eq!(sweep(app).await, 1);
        let got = receiver.got();
        assert!(got[0].is_signed_with(&secret));
        assert_eq!((&got[0].says()["type"], &got[0].says()["data"]), (&json!("ping"), &json!({})));
        // Shut out, it is sent nothing.
        platform.post(&format!("/webhooks/{hook}/pings"), json!({})).await.expect(201);
        let out = json!({ "active": false });
        w.admin.change(Method::PATCH, &format!("/platforms/{}", platform.id), "*", out).await.expect(200);
        assert_eq!(sweep(app).await, 0);
        assert_eq!(receiver.got().len(), 1);
    }
}

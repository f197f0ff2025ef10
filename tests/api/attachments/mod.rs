//! Pictures: who may add, see and remove them, what the consent decides, and what is left of one that went.

mod hostile;
pub mod pictures;
mod sealing;

use image::ImageFormat::Jpeg;
use pictures::{exif, halves, look, photo, remove, upload, uploaded, with_segment};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Kind,
    client::{Client, send},
    on_both, run_with,
    world::{World, resident},
};

/// A claim that is worked on, and its wish.
async fn working(w: &World) -> (String, String) {
    let wish = w.published(json!({})).await;
    let claim = w.claimed(&wish, 1).await;
    (wish, claim)
}

async fn ids(by: &Client, of: &str) -> Vec<String> {
    let listed = by.get(&format!("{of}/attachments")).await;
    listed.expect(200).items().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

async fn photo_consent(w: &World, of: &str, withdrawn: bool) {
    let path = format!("/beneficiaries/{of}");
    if !withdrawn {
        let anew = json!({ "purpose": "photo", "given_by": "self", "given_on": "2026-11-20" });
        w.collector.post(&format!("{path}/consents"), anew).await.expect(201);
        return;
    }
    let known = w.collector.get(&path).await;
    let given = known.expect(200).body["consents"].as_array().unwrap().clone();
    let live =
        given.iter().find(|one| one["purpose"] == "photo" && one.get("withdrawn_on").is_none()).unwrap();
    let path = format!("{path}/consents/{}/withdraw", live["id"].as_str().unwrap());
    w.collector.post(&path, json!({})).await.expect(200);
}

on_both! {
    async fn a_delivery_is_shown_to_those_entitled_and_every_look_is_recorded(app) {
        let w = World::new(app).await;
        let (wish, claim) = working(&w).await;
        let (of_claim, of_wish) = (format!("/claims/{claim}"), format!("/wishes/{wish}"));
        let made = upload(&w.manager, &of_claim, "image/jpeg", photo()).await;
        made.expect(201);
        let id = made.id();
        assert_eq!(made.header("location"), format!("/api/v1/attachments/{id}"));
        assert_eq!((&made.body["width"], &made.body["height"], &made.body["purpose"]), (&json!(640), &json!(480), &json!("delivery_evidence")));
        let second = uploaded(&w.manager, &of_claim).await;
        let before = uploaded(&w.collector, &of_wish).await;

        let delivery = |ids: Value| json!({ "note": "装好了", "attachment_ids": ids });
        let path = format!("/claims/{claim}/deliveries");
        let strange = w.manager.post(&path, delivery(json!([id, id, before]))).await;
        strange.refused(422, "invalid");
        let fault = |at: &str, code: &str| (format!("/attachment_ids/{at}"), code.to_owned());
        assert_eq!(strange.faults(), [fault("1", "duplicate"), fault("2", "unknown")]);
        w.manager.post(&path, delivery(json!([id]))).await.expect(201);
        let seen = w.coordinator.get(&of_claim).await;
        assert_eq!(seen.expect(200).body["delivery"]["attachment_ids"], json!([id]));
        upload(&w.manager, &of_claim, "image/jpeg", photo()).await.refused(409, "wrong_claim_status");

        assert_eq!(ids(&w.coordinator, &of_wish).await, [id.clone(), second.clone(), before.clone()]);
        assert_eq!(ids(&w.coordinator, &of_claim).await, [id.clone(), second.clone()]);
        assert_eq!(ids(&w.manager, &of_claim).await, [id.clone(), second]);
        w.manager.get(&format!("{of_wish}/attachments")).await.refused(403, "forbidden");
        assert_eq!(look(&w.manager, &before, "").await.0, 404, "a picture of the home is for staff");

        let (status, headers, bytes) = look(&w.coordinator, &id, "").await;
        assert_eq!(status, 200);
        for (name, value) in [
            ("content-type", "image/jpeg"),
            ("cache-control", "private, no-store"),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "sandbox; default-src 'none'; frame-ancestors 'none'"),
            ("cross-origin-resource-policy", "same-origin"),
            ("etag", "\"1-full-zh\""),
        ] {
            assert_eq!(headers[name], value);
        }
        assert_eq!(headers["content-disposition"], format!("inline; filename=\"{id}.jpg\""));
        assert_eq!(bytes.len(), usize::try_from(made.body["size"].as_i64().unwrap()).unwrap());
        let same = w.coordinator.request(Method::GET, &format!("/attachments/{id}")).header("If-None-Match", "\"1-full-zh\"");
        assert_eq!(same.send().await.unwrap().status(), 304);
        for other in [&w.stranger, &w.school_manager] {
            assert_eq!(look(other, &id, "").await.0, 404);
            other.get(&format!("{of_claim}/attachments")).await.refused(404, "not_found");
        }
        assert_eq!(look(&app.public(), &id, "").await.0, 401);
        assert_eq!(look(&w.coordinator, &id, "?size=huge").await.0, 422);

        // One a person and day; who uploaded it looks unrecorded.
        look(&w.coordinator, &id, "?size=thumbnail").await;
        look(&w.manager, &id, "").await;
        look(&w.auditor, &id, "?size=thumbnail").await;
        let told = w.collector.get(&format!("/beneficiaries/{}/disclosures", w.resident)).await;
        let told: Vec<(Value, Value)> =
            told.expect(200).items().iter().map(|one| (one["scope"].clone(), one["by"]["display_name"].clone())).collect();
        assert_eq!(told, [(json!("photo"), json!("auditor")), (json!("photo"), json!("coordinator"))]);
        app.pass_days(1).await;
        let (public, password) = (app.public(), tests::world::PASSWORD);
        let (coordinator, collector) = (public.sign_in("coordinator", password).await, public.sign_in("collector", password).await);
        look(&coordinator, &id, "").await;
        let told = collector.get(&format!("/beneficiaries/{}/disclosures", w.resident)).await;
        assert_eq!(told.items().len(), 3, "the next day is another look");

        let kinds = |events: &tests::client::Answer| -> Vec<String> {
            events.items().iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
        };
        let history = coordinator.get(&format!("{of_wish}/events?limit=100")).await;
        assert_eq!(kinds(&history).iter().filter(|kind| *kind == "attachment_added").count(), 3);
        let public = app.public().get(&format!("{of_wish}/events?limit=100")).await;
        assert!(!kinds(&public).iter().any(|kind| kind.starts_with("attachment")));
    }
}

on_both! {
    async fn nothing_is_taken_in_or_shown_without_the_consent(app) {
        let w = World::new(app).await;
        let (wish, claim) = working(&w).await;
        let (of_claim, of_wish) = (format!("/claims/{claim}"), format!("/wishes/{wish}"));
        let id = uploaded(&w.manager, &of_claim).await;
        photo_consent(&w, &w.resident, true).await;
        for (by, to) in [(&w.manager, &of_claim), (&w.collector, &of_wish)] {
            upload(by, to, "image/jpeg", photo()).await.refused(409, "consent_missing");
        }
        for by in [&w.manager, &w.coordinator, &w.admin, &w.auditor] {
            assert_eq!(look(by, &id, "").await.0, 404, "hidden from everybody at once");
            assert_eq!(look(by, &id, "?size=thumbnail").await.0, 404);
            assert_eq!(ids(by, &of_claim).await, Vec::<String>::new());
        }
        assert_eq!(ids(&w.coordinator, &of_wish).await, Vec::<String>::new());
        photo_consent(&w, &w.resident, false).await;
        assert_eq!(look(&w.coordinator, &id, "").await.0, 200);
        // A consent that runs out hides as one that was taken back does.
        photo_consent(&w, &w.resident, true).await;
        let limited = json!({ "purpose": "photo", "given_by": "self", "given_on": "2026-11-20", "expires_on": "2026-11-21" });
        w.collector.post(&format!("/beneficiaries/{}/consents", w.resident), limited).await.expect(201);
        assert_eq!(look(&w.coordinator, &id, "").await.0, 200);
        app.state.clock.advance(2 * 86_400);
        let again = app.public().sign_in("coordinator", tests::world::PASSWORD).await;
        assert_eq!(look(&again, &id, "").await.0, 404);
        // What nobody sees can still be removed for good.
        remove(&again, &id).await.expect(204);
    }
}

on_both! {
    async fn who_gave_the_share_back_sees_no_more_of_it(app) {
        let w = World::new(app).await;
        let (_, claim) = working(&w).await;
        let of_claim = format!("/claims/{claim}");
        let id = uploaded(&w.manager, &of_claim).await;
        w.manager.post(&format!("{of_claim}/release"), json!({ "reason": "办不成" })).await.expect(200);
        assert_eq!(look(&w.manager, &id, "").await.0, 404);
        assert_eq!(ids(&w.manager, &of_claim).await, Vec::<String>::new());
        assert_eq!(look(&w.coordinator, &id, "").await.0, 200);

        let (_, claim) = working(&w).await;
        let of_claim = format!("/claims/{claim}");
        let id = uploaded(&w.manager, &of_claim).await;
        w.manager.post(&format!("{of_claim}/deliveries"), json!({ "note": "好了" })).await.expect(201);
        let word = json!({ "accepted": true, "method": "call" });
        w.coordinator.post(&format!("{of_claim}/confirmation"), word).await.expect(201);
        app.state.clock.advance(29 * 86_400);
        let manager = app.public().sign_in("manager", tests::world::PASSWORD).await;
        assert_eq!(look(&manager, &id, "").await.0, 200);
        app.state.clock.advance(2 * 86_400);
        let manager = app.public().sign_in("manager", tests::world::PASSWORD).await;
        assert_eq!(look(&manager, &id, "").await.0, 404, "time-boxed");
    }
}

on_both! {
    async fn a_retry_adds_one_picture_and_gives_the_same_answer(app) {
        let w = World::new(app).await;
        let (_, claim) = working(&w).await;
        let of_claim = format!("/claims/{claim}");
        let path = format!("{of_claim}/attachments");
        let post = async |bytes: Vec<u8>| {
            let request = w.manager.request(Method::POST, &path).header("Idempotency-Key", "one");
            send(request.header("Content-Type", "image/jpeg").body(bytes)).await
        };
        let first = post(photo()).await;
        let again = post(photo()).await;
        assert_eq!((first.expect(201).id(), &first.body), (again.expect(201).id(), &again.body));
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(ids(&w.manager, &of_claim).await.len(), 1);
        post(halves(100, 100, Jpeg)).await.refused(422, "idempotency_mismatch");
        w.manager.post(&format!("{of_claim}/deliveries"), json!({ "note": "好了" })).await.expect(201);
        // The same answer, although another picture would not be taken in any more.
        assert_eq!(post(photo()).await.expect(201).body, first.body);
    }
}

on_both! {
    async fn who_uploaded_it_takes_it_back_and_the_holder_removes_any(app) {
        let w = World::new(app).await;
        let (wish, claim) = working(&w).await;
        let of_claim = format!("/claims/{claim}");
        let mut all = Vec::new();
        for _ in 0..3 {
            all.push(uploaded(&w.manager, &of_claim).await);
        }
        let path = format!("/attachments/{}", all[0]);
        send(w.manager.request(Method::DELETE, &format!("{path}?reason=wrong_picture"))).await
            .refused(428, "precondition_required");
        for bad in [path.clone(), format!("{path}?reason=erased"), format!("{path}?reason=谢某某")] {
            send(w.manager.request(Method::DELETE, &bad).header("If-Match", "*")).await.expect(422);
        }
        let stale = format!("{path}?reason=wrong_picture");
        send(w.manager.request(Method::DELETE, &stale).header("If-Match", "\"2-full-zh\"")).await.refused(412, "stale");
        remove(&w.collector, &all[0]).await.refused(403, "forbidden");
        remove(&w.stranger, &all[0]).await.refused(404, "not_found");
        remove(&w.manager, &all[0]).await.expect(204);
        remove(&w.manager, &all[0]).await.refused(404, "not_found");
        assert_eq!(look(&w.manager, &all[0], "").await.0, 404);

        let delivery = json!({ "note": "好了", "attachment_ids": [all[1], all[2]] });
        w.manager.post(&format!("{of_claim}/deliveries"), delivery).await.expect(201);
        remove(&w.manager, &all[1]).await.refused(409, "wrong_claim_status");
        remove(&w.coordinator, &all[1]).await.expect(204);
        let left = w.coordinator.get(&of_claim).await;
        assert_eq!(left.expect(200).body["delivery"]["attachment_ids"], json!([all[2]]));
        let history = w.coordinator.get(&format!("/wishes/{wish}/events?limit=100")).await;
        let removed: Vec<Value> = history.items().iter().filter(|event| event["kind"] == "attachment_removed").map(|event| event["data"]["removal"].clone()).collect();
        assert_eq!(removed, [json!("wrong_picture"), json!("wrong_picture")]);
    }
}

on_both! {
    async fn a_picture_stands_upright(app) {
        let w = World::new(app).await;
        let (_, claim) = working(&w).await;
        let turned = with_segment(&halves(400, 200, Jpeg), 0xE1, &exif(6));
        let made = upload(&w.manager, &format!("/claims/{claim}"), "image/jpeg", turned).await;
        assert_eq!((&made.expect(201).body["width"], &made.body["height"]), (&json!(200), &json!(400)));
        let (_, _, bytes) = look(&w.manager, &made.id(), "").await;
        let picture = image::load_from_memory(&bytes).unwrap().into_rgb8();
        let (top, bottom) = (picture.get_pixel(100, 20).0, picture.get_pixel(100, 380).0);
        assert!(top[0] > 180 && top[2] < 80 && bottom[2] > 180 && bottom[0] < 80, "{top:?} {bottom:?}");
    }
}

on_both! {
    async fn there_is_room_for_a_dozen(app) {
        let w = World::new(app).await;
        let (wish, claim) = working(&w).await;
        let small = || halves(20, 20, Jpeg);
        for (by, to) in [(&w.manager, format!("/claims/{claim}")), (&w.collector, format!("/wishes/{wish}"))] {
            for _ in 0..12 {
                upload(by, &to, "image/jpeg", small()).await.expect(201);
            }
            upload(by, &to, "image/jpeg", small()).await.refused(409, "too_many_pictures");
        }
        let ended = w.submitted(json!({})).await;
        w.coordinator.post(&format!("/wishes/{ended}/withdraw"), json!({ "reason": "不要了" })).await.expect(200);
        upload(&w.collector, &format!("/wishes/{ended}"), "image/jpeg", small()).await.refused(409, "wrong_status");
        let unknown = resident(&w.collector, &w.village).await;
        photo_consent(&w, &unknown, true).await;
        let wish = w.published(json!({ "beneficiary_id": unknown })).await;
        upload(&w.collector, &format!("/wishes/{wish}"), "image/jpeg", small()).await.refused(409, "consent_missing");
    }
}

fn a_day_allows_so_many(kind: Kind) {
    run_with(
        kind,
        |config| config.uploads_per_day = 2,
        async |app| {
            let w = World::new(&app).await;
            let (wish, claim) = working(&w).await;
            let of_claim = format!("/claims/{claim}");
            let id = uploaded(&w.manager, &of_claim).await;
            remove(&w.manager, &id).await.expect(204);
            uploaded(&w.manager, &of_claim).await;
            let refused = upload(&w.manager, &of_claim, "image/jpeg", photo()).await;
            assert_eq!(refused.refused(429, "upload_quota").header("retry-after"), "3600");
            uploaded(&w.collector, &format!("/wishes/{wish}")).await;
            app.state.clock.advance(86_401);
            let manager = app.public().sign_in("manager", tests::world::PASSWORD).await;
            uploaded(&manager, &of_claim).await;
        },
    );
}

#[test]
fn a_day_allows_so_many_on_sqlite() {
    a_day_allows_so_many(Kind::Sqlite);
}

#[test]
fn a_day_allows_so_many_on_postgres() {
    a_day_allows_so_many(Kind::Postgres);
}

fn a_second_factor_is_asked_for(kind: Kind) {
    run_with(
        kind,
        |config| config.require_totp = Some(true),
        async |app| {
            let w = World::new(&app).await;
            let (_, claim) = working(&w).await;
            let id = uploaded(&w.manager, &format!("/claims/{claim}")).await;
            assert_eq!(look(&w.coordinator, &id, "").await.0, 403);
        },
    );
}

#[test]
fn a_second_factor_is_asked_for_on_sqlite() {
    a_second_factor_is_asked_for(Kind::Sqlite);
}

#[test]
fn a_second_factor_is_asked_for_on_postgres() {
    a_second_factor_is_asked_for(Kind::Postgres);
}

on_both! {
    async fn a_picture_goes_a_year_after_its_upload_once_its_wish_has_ended(app) {
        let w = World::new(app).await;
        let (_, claim) = working(&w).await;
        let brought = uploaded(&w.manager, &format!("/claims/{claim}")).await;
        w.manager.post(&format!("/claims/{claim}/deliveries"), json!({ "note": "装好了", "attachment_ids": [brought] })).await.expect(201);
        let word = json!({ "accepted": true, "method": "call" });
        w.coordinator.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
        let waits = w.published(json!({})).await;
        let wanted = uploaded(&w.collector, &format!("/wishes/{waits}")).await;
        let admin = async || app.public().sign_in("admin", tests::world::PASSWORD).await;

        app.pass_days(364).await;
        let by = admin().await;
        assert_eq!(look(&by, &brought, "").await.0, 200, "the last day of the year");
        app.pass_days(1).await;
        let by = admin().await;
        assert_eq!(look(&by, &brought, "").await.0, 404);
        assert_eq!(look(&by, &wanted, "").await.0, 200, "its wish still waits");
        let runs = by.get("/retention/runs?limit=1").await;
        let photos = runs.items()[0]["counts"].as_array().unwrap().iter().find(|one| one["class"] == "photo").unwrap()["count"].clone();
        assert_eq!(photos, 1);
    }
}

//! How long a refused sign-in takes must not tell who exists.

use serde_json::json;
use std::time::{Duration, Instant};
use tests::{
    App, on_both,
    world::{PASSWORD, World},
};

/// As many tries of each kind; `WISHLIGHT_TEST_TRIES=500` for the whole measure (ASVS 5.0, 6.3.8).
fn tries() -> usize {
    std::env::var("WISHLIGHT_TEST_TRIES").ok().and_then(|text| text.parse().ok()).unwrap_or(10)
}

/// How long a refusal takes, and how many hashes.
async fn refused(app: &App, username: &str) -> (Duration, u64) {
    // Nobody waits for failures before: what is measured is the check.
    app.state.clock.advance(3601);
    let (before, began) = (app.state.passwords.hashed(), Instant::now());
    let who = json!({ "username": username, "password": "不是这一句" });
    app.public().post("/auth/login", who).await.refused(401, "wrong_credentials");
    (began.elapsed(), app.state.passwords.hashed() - before)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

on_both! {
    async fn a_wrong_password_and_an_unknown_name_take_the_same_work(app) {
        let w = World::new(app).await;
        let members = format!("/organisations/{}/members", w.village);
        let listed = w.admin.get(&members).await.items();
        let shut_out = listed.iter().find(|one| one["username"] == "coordinator").unwrap()["id"].as_str().unwrap();
        w.admin.post(&format!("{members}/{shut_out}/disable"), json!({})).await.expect(204);
        let mut times = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..tries() {
            // In turn, so that a machine that grows slower is so for all.
            for (who, times) in ["collector", "nobody.here", "coordinator"].into_iter().zip(&mut times) {
                let (took, hashes) = refused(app, who).await;
                assert_eq!(hashes, 1, "{who}");
                times.push(took);
            }
        }
        let [wrong, unknown, disabled] = times.map(median);
        let apart = |other: Duration| 100.0 * (other.as_secs_f64() / wrong.as_secs_f64() - 1.0);
        eprintln!(
            "medians of {} tries: wrong password {wrong:?}, unknown name {unknown:?} ({:+.1} %), disabled {disabled:?} ({:+.1} %)",
            tries(), apart(unknown), apart(disabled),
        );
        // The right password of somebody who is shut out takes as long, too.
        let (before, who) = (app.state.passwords.hashed(), json!({ "username": "coordinator", "password": PASSWORD }));
        app.public().post("/auth/login", who).await.refused(401, "wrong_credentials");
        assert_eq!(app.state.passwords.hashed() - before, 1);
    }
}

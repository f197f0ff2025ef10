//! What every answer carries, who may use a cookie, and how much one caller may ask.

use reqwest::Method;
use serde_json::json;
use server::config::Config;
use std::fs;
use tests::{
    App, Kind,
    client::send,
    on_both, run_with,
    world::{PASSWORD, World},
};

/// On both databases, with other settings.
pub fn with(change: impl Fn(&mut Config) + Copy, body: impl AsyncFn(App) + Copy) {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        run_with(kind, change, body);
    }
}

#[test]
fn answers_carry_the_headers_that_keep_browsers_careful() {
    let folder = std::env::temp_dir().join(format!("wishlight-pages-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("index.html"), "<!doctype html><p>点亮微心愿").unwrap();
    let change = |config: &mut Config| {
        config.static_dir = Some(folder.clone());
        config.public_url = Some("https://wish.example.org".to_owned());
    };
    run_with(Kind::Sqlite, change, async |app| {
        let client = tests::client::http();
        let get = async |path: &str| {
            client.get(format!("{}{path}", app.base)).send().await.unwrap().headers().clone()
        };
        for path in [
            "/",
            "/console",
            "/api/v1/problems",
            "/api/v1/me",
            "/api/v1/nothing",
            "/healthz/live",
            "/swagger-ui/",
        ] {
            let headers = get(path).await;
            let is = |name: &str, value: &str| assert_eq!(headers[name], value, "{path}: {name}");
            is("x-content-type-options", "nosniff");
            is("cross-origin-opener-policy", "same-origin");
            is("cross-origin-resource-policy", "same-origin");
            is("strict-transport-security", "max-age=31536000; includeSubDomains");
            let csp = headers["content-security-policy"].to_str().unwrap();
            assert!(csp.contains("frame-ancestors 'none'"), "{path}: {csp}");
            assert!(csp.contains("default-src 'none'") || csp.contains("object-src 'none'"), "{path}: {csp}");
            assert!(
                !csp.contains("unsafe-eval") && !csp.contains("script-src 'unsafe-inline'"),
                "{path}: {csp}"
            );
            assert!(
                ["no-referrer", "same-origin"].contains(&headers["referrer-policy"].to_str().unwrap()),
                "{path}"
            );
        }
        let page = get("/").await;
        let csp = page["content-security-policy"].to_str().unwrap();
        assert!(csp.contains("script-src 'self';") && !csp.contains("unsafe-inline"), "{csp}");
        assert!(csp.contains("require-trusted-types-for 'script'"), "{csp}");
        assert_eq!(get("/api/v1/me").await["cache-control"], "no-store");
    });
    fs::remove_dir_all(&folder).unwrap();
    run_with(
        Kind::Sqlite,
        |_| {},
        async |app| {
            let answer = app.public().get("/problems").await;
            assert!(
                !answer.headers.contains_key("strict-transport-security"),
                "without TLS it would lock people out"
            );
        },
    );
}

on_both! {
    async fn a_cookie_counts_only_from_our_own_site(app) {
        let _world = World::new(app).await;
        let login = json!({ "username": "collector", "password": PASSWORD, "session": "cookie" });
        let host = app.base.clone();
        let post = |path: &str, name: &str, value: &str| {
            app.public().request(Method::POST, path).header(name.to_owned(), value.to_owned())
        };
        for (name, value) in [
            ("Origin", "https://evil.example"), ("Origin", "null"), ("Origin", "http://127.0.0.1.evil.example"),
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"),
        ] {
            send(post("/auth/login", name, value).json(&login)).await.refused(403, "forbidden");
        }
        let signed_in = send(post("/auth/login", "Origin", &host).json(&login)).await;
        assert!(signed_in.expect(200).body["refresh_token"].is_null(), "no script reads it");
        let cookie = signed_in.header("set-cookie");
        for part in ["__Host-wishlight_refresh=", "Path=/", "Secure", "HttpOnly", "SameSite=Strict", "Max-Age=604800"] {
            assert!(cookie.contains(part), "{part}: {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        let token = cookie.split(';').next().unwrap().to_owned();
        for path in ["/auth/refresh", "/auth/logout"] {
            for (name, value) in [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")] {
                let forged = post(path, name, value).header("Cookie", &token).json(&json!({}));
                send(forged).await.refused(403, "forbidden");
            }
        }
        let renewed = send(post("/auth/refresh", "Origin", &host).header("Cookie", &token).json(&json!({}))).await;
        let next = renewed.expect(200).header("set-cookie");
        assert!(!next.starts_with(&token) && renewed.body["refresh_token"].is_null());
        let next = next.split(';').next().unwrap();
        let out = send(post("/auth/logout", "Origin", &host).header("Cookie", next).json(&json!({}))).await;
        assert!(out.expect(204).header("set-cookie").contains("Max-Age=0"));
        let over = send(post("/auth/refresh", "Origin", &host).header("Cookie", next).json(&json!({}))).await;
        over.refused(401, "session_ended");
    }
}

#[test]
fn who_asks_too_much_is_told_how_long_to_wait_and_others_are_not() {
    let change = |config: &mut Config| {
        config.rate_limit_per_minute = 300;
        config.rate_limit_route_per_minute = 60;
    };
    with(change, async |app| {
        let w = World::new(&app).await;
        let first = w.collector.get("/categories").await;
        assert_eq!(
            first.expect(200).header("ratelimit-policy"),
            "\"default\";q=300;w=60, \"route\";q=60;w=60"
        );
        let state = first.header("ratelimit");
        assert!(state.contains("\"route\";r=59;t=1"), "{state}");
        let mut refused = None;
        for _ in 0..200 {
            let answer = w.collector.get("/categories").await;
            if answer.status != 200 {
                refused = Some(answer);
                break;
            }
        }
        let refused = refused.unwrap();
        refused.refused(429, "rate_limited");
        let wait: u64 = refused.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        let state = refused.header("ratelimit");
        assert!(state.contains(&format!("\"route\";r=0;t={wait}")), "{state}");
        assert!(refused.header("content-type").contains("problem+json"));
        // Another route, another caller, and the public are not affected.
        w.collector.get("/problems").await.expect(200);
        w.reviewer.get("/categories").await.expect(200);
        app.public().get("/categories").await.expect(200);
        // A made-up token does not make one somebody else: the address is counted.
        let before = app.public().get("/problems").await.header("ratelimit");
        let forged = app.public().with_token("forged").get("/problems").await.header("ratelimit");
        let left = |state: &str| {
            state.split("r=").nth(1).unwrap().split(';').next().unwrap().parse::<u32>().unwrap()
        };
        assert!(left(&forged) <= left(&before), "{before} then {forged}");
        tokio::time::sleep(std::time::Duration::from_secs(wait)).await;
        w.collector.get("/categories").await.expect(200);
    });
}

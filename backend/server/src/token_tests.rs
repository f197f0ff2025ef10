//! Tokens that somebody else made up, one for each trick that is known.

use super::*;
use crate::config::{Config, Hidden};
use serde_json::{Value, json};

const NOW: i64 = 1_790_000_000;

fn at(seconds: i64) -> Instant {
    Instant::from_micros(seconds * 1_000_000)
}

fn secrets(seed: u8) -> Secrets {
    let hex: String = (0..32_u8).map(|i| format!("{:02x}", i.wrapping_mul(7).wrapping_add(seed))).collect();
    let keys = Some(Hidden("1:yOfIvJCEcCfQ8WWr2DeXw2pM0bMBDXeQPzIYDGUSx5w=".to_owned()));
    let config = Config { secret_key: Some(Hidden(hex)), key_encryption_keys: keys, ..Config::default() };
    Secrets::open(&config).ok().unwrap()
}

fn tokens() -> Tokens {
    Tokens::new(&secrets(1), 600)
}

fn good_header() -> Value {
    serde_json::to_value(tokens().header()).unwrap()
}

fn good_claims() -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": uuid::Uuid::from_u128(1), "sid": uuid::Uuid::from_u128(2),
        "stamp": "s", "iat": NOW, "nbf": NOW, "exp": NOW + 600,
    })
}

fn with(mut value: Value, changes: Value) -> Value {
    for (name, change) in changes.as_object().unwrap() {
        match change {
            Value::Null => value.as_object_mut().unwrap().remove(name),
            change => value.as_object_mut().unwrap().insert(name.clone(), change.clone()),
        };
    }
    value
}

/// Signs whatever is given with the real key, as an attacker who found a way to have it signed would.
fn signed(header: &Value, claims: &Value, key: &[u8]) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(hmac(key, &[text.as_bytes()]));
    format!("{text}.{signature}")
}

fn ours(header: &Value, claims: &Value) -> String {
    signed(header, claims, &secrets(1).key(Use::AccessToken))
}

fn holds(token: &str) -> bool {
    tokens().read(token, at(NOW)).is_ok()
}

#[test]
fn what_we_issue_we_read() {
    let (user, session) = (UserId(uuid::Uuid::from_u128(1)), SessionId(uuid::Uuid::from_u128(2)));
    let token = tokens().issue(user, session, ("s", false), at(NOW)).unwrap();
    let claims = tokens().read(&token, at(NOW)).unwrap();
    assert_eq!((claims.sub, claims.sid, claims.stamp.as_str()), (user, session, "s"));
    assert!(tokens().read(&token, at(NOW + 629)).is_ok(), "clocks may differ by 30 s");
    assert!(tokens().read(&token, at(NOW - 30)).is_ok());
    assert!(tokens().read(&token, at(NOW + 630)).is_err());
    assert!(tokens().read(&token, at(NOW - 31)).is_err());
    assert!(holds(&ours(&good_header(), &good_claims())), "the forger of these tests can forge");
}

#[test]
fn forged_headers_are_refused() {
    for change in [
        json!({"alg": "none"}),
        json!({"alg": "None"}),
        json!({"alg": "HS384"}),
        json!({"alg": "HS512"}),
        json!({"alg": "RS256"}),
        json!({"alg": "ES256"}),
        json!({"alg": "EdDSA"}),
        json!({"alg": null}),
        json!({"typ": "JWT"}),
        json!({"typ": "at+JWT2"}),
        json!({"typ": "refresh+jwt"}),
        json!({"typ": null}),
        json!({"kid": "../../../../dev/null"}),
        json!({"kid": "' OR 1=1 --"}),
        json!({"kid": ""}),
        json!({"kid": null}),
        json!({"jku": "https://evil.example/keys.json"}),
        json!({"x5u": "https://evil.example/cert.pem"}),
        json!({"jwk": {"kty": "oct", "k": "AAAA"}}),
        json!({"x5c": ["AAAA"]}),
        json!({"crit": ["exp"]}),
        json!({"cty": "JWT"}),
        json!({"zip": "DEF"}),
        json!({"b64": false}),
    ] {
        let header = with(good_header(), change);
        assert!(!holds(&ours(&header, &good_claims())), "{header}");
    }
}

#[test]
fn forged_claims_are_refused() {
    for change in [
        json!({"exp": NOW - 30}),
        json!({"exp": NOW - 100_000}),
        json!({"exp": null}),
        json!({"exp": NOW + 601}),
        json!({"exp": i64::MAX}),
        json!({"exp": (NOW + 600).to_string()}),
        json!({"exp": -1}),
        json!({"nbf": NOW + 31}),
        json!({"nbf": null}),
        json!({"iat": NOW + 31, "exp": NOW + 631}),
        json!({"iat": NOW - 100_000}),
        json!({"iss": "evil"}),
        json!({"iss": null}),
        json!({"iss": [ISSUER, "evil"]}),
        json!({"aud": "wishlight-refresh"}),
        json!({"aud": [AUDIENCE, "evil"]}),
        json!({"aud": null}),
        json!({"sub": "admin"}),
        json!({"sub": null}),
        json!({"sid": null}),
        json!({"stamp": null}),
        json!({"stamp": 7}),
        json!({"role": "admin"}),
    ] {
        let claims = with(good_claims(), change);
        assert!(!holds(&ours(&good_header(), &claims)), "{claims}");
    }
}

#[test]
fn forged_signatures_and_shapes_are_refused() {
    let (header, claims) = (good_header(), good_claims());
    let good = ours(&header, &claims);
    let (text, signature) = good.rsplit_once('.').unwrap();
    let other = ours(&header, &with(claims.clone(), json!({"stamp": "t"})));
    let (other_text, _) = other.rsplit_once('.').unwrap();
    let refresh = tokens().refresh().ok().unwrap().token;
    for forged in [
        signed(&header, &claims, b""),
        signed(&header, &claims, b"secret"),
        signed(&header, &claims, &secrets(2).key(Use::AccessToken)),
        signed(&header, &claims, &secrets(1).key(Use::RefreshToken)),
        format!("{other_text}.{signature}"),
        format!("{text}."),
        text.to_owned(),
        format!("{good}."),
        format!("{good}.x"),
        format!("{good}A"),
        format!(" {good}"),
        good.replace('.', ".."),
        good.to_uppercase(),
        URL_SAFE_NO_PAD.encode(&good),
        refresh,
        String::new(),
        "..".to_owned(),
        "null".to_owned(),
        "a.b.c".repeat(10_000),
    ] {
        assert!(!holds(&forged), "{forged:.80}");
    }
}

#[test]
fn refresh_tokens_are_random_and_have_one_successor() {
    let tokens = tokens();
    let (one, two) = (tokens.refresh().ok().unwrap(), tokens.refresh().ok().unwrap());
    assert!(one.token != two.token && one.digest != two.digest);
    assert_eq!(tokens.refresh_digest(&one.token), Some(one.digest));
    assert_eq!(one.token.len(), 43);
    for bad in ["", "a", &one.token[1..], &format!("{}A", one.token), "!!"] {
        assert_eq!(tokens.refresh_digest(bad), None);
    }
    let next = tokens.refresh_after(&one.digest);
    assert!(next == tokens.refresh_after(&one.digest) && next != tokens.refresh_after(&two.digest));
    assert_eq!(tokens.refresh_digest(&next.token), Some(next.digest));
}

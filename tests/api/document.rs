//! The document of the API is the committed one, is complete, and every operation has its rule.

use serde_json::Value;
use server::openapi;
use std::{fs, path::Path, process::Command};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn document() -> Value {
    serde_json::from_str(&openapi::print(&openapi::document()).unwrap()).unwrap()
}

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            found.push((method.clone(), path.clone(), operation.clone()));
        }
    }
    found
}

#[test]
fn the_committed_document_is_current() {
    let committed = fs::read_to_string(root().join("openapi/openapi.json")).unwrap();
    let current = openapi::print(&openapi::document()).unwrap();
    assert!(
        committed == current,
        "openapi/openapi.json is not what the routes say: run `make openapi` and look at the difference"
    );
}

#[test]
fn every_operation_is_described_and_has_a_rule() {
    let document = document();
    let mut acts: Vec<String> = Vec::new();
    for (method, path, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap().to_owned();
        let at = format!("{method} {path} ({id})");
        assert!(domain::access::act_of(&id).is_some(), "{at}: no row in the access table");
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{at}: no summary");
        assert!(operation["tags"].as_array().is_some_and(|tags| tags.len() == 1), "{at}: no tag");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{at}: no success");
        for status in ["400", "500", "503"] {
            assert!(responses.contains_key(status), "{at}: {status} is not described");
        }
        acts.push(id);
    }
    for act in domain::access::Act::ALL {
        assert!(
            acts.iter().any(|id| id == act.operation_id()),
            "{}: a rule without an operation",
            act.operation_id()
        );
    }
}

#[test]
fn requests_refuse_unknown_fields() {
    let document = document();
    for (method, path, operation) in operations(&document) {
        let Some(schema) = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str()
        else {
            continue;
        };
        let name = schema.rsplit('/').next().unwrap();
        let schema = &document["components"]["schemas"][name];
        assert_eq!(schema["additionalProperties"], false, "{method} {path}: {name}");
    }
}

/// `domain` stays pure: what it must not depend on is not in its tree.
#[test]
fn the_rules_depend_on_no_database_and_no_server() {
    for forbidden in ["diesel", "actix-web", "tokio", "reqwest", "getrandom"] {
        let tree = Command::new(env!("CARGO"))
            .args(["tree", "--offline", "-p", "wishlight-domain", "-e", "normal", "--prefix", "none"])
            .current_dir(root())
            .output()
            .unwrap();
        let text = String::from_utf8(tree.stdout).unwrap();
        assert!(text.starts_with("wishlight-domain"), "{}", String::from_utf8_lossy(&tree.stderr));
        assert!(
            !text.lines().any(|line| line.starts_with(&format!("{forbidden} "))),
            "domain depends on {forbidden}"
        );
    }
}

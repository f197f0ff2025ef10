//! Requests about signing in, and about one's own account.

use super::{Ask, Stage};
use reqwest::Method;
use serde_json::{Value, json};
use tests::world::PASSWORD;

impl Stage<'_> {
    pub(super) async fn of_sessions(&self, name: &str) -> Option<Ask> {
        Some(match name {
            "login" => Ask::post("/auth/login", json!({ "username": "collector", "password": PASSWORD }), ""),
            "refresh" => {
                Ask::post("/auth/refresh", json!({ "refresh_token": self.refresh_token().await }), "")
            }
            // Of its own session, not of the caller's.
            "logout" => Ask { invalid: true, ..Ask::post("/auth/logout", json!({ "refresh_token": 1 }), "") },
            // With what is no code: none of these is about a thing, and all of them change the caller.
            "login_totp" => {
                Ask { invalid: true, ..Ask::post("/auth/totp", json!({ "mfa_token": "x", "code": 1 }), "") }
            }
            "confirm_totp" => {
                Ask { invalid: true, ..Ask::post("/me/totp/confirmation", json!({ "code": 1 }), "") }
            }
            "enrol_totp" => {
                Ask { invalid: true, ..Ask::post("/me/totp", json!({ "current_password": 1 }), "") }
            }
            "get_sign_in_options" => Ask::get("/auth/options", ""),
            "begin_provider_login" => {
                Ask { invalid: true, ..Ask::post("/auth/provider", json!({ "x": 1 }), "") }
            }
            "finish_provider_login" => {
                Ask { invalid: true, ..Ask::post("/auth/provider/return", json!({ "code": 1 }), "") }
            }
            "list_sessions" => Ask::get("/me/sessions", ""),
            // Of somebody else, whoever that is.
            "end_session" => {
                let nobodys = "/me/sessions/01900000-0000-7000-8000-00000000beef";
                Ask { changes: false, ..Ask::new(Method::DELETE, nobodys, Value::Null, "") }
            }
            "end_other_sessions" => Ask::post("/me/sessions/end-others", json!({}), ""),
            "list_identities" => Ask::get("/me/identities", ""),
            "begin_identity_link" => {
                Ask { invalid: true, ..Ask::post("/me/identities", json!({ "current_password": 1 }), "") }
            }
            "link_identity" => {
                Ask { invalid: true, ..Ask::post("/me/identities/return", json!({ "code": 1 }), "") }
            }
            // Of somebody else, whoever that is.
            "unlink_identity" => {
                let nobodys = "/me/identities/01900000-0000-7000-8000-00000000beef";
                Ask { changes: false, ..Ask::new(Method::DELETE, nobodys, Value::Null, "") }
            }
            "get_my_email" => Ask::get("/me/email", ""),
            "put_my_email" => {
                Ask { invalid: true, ..Ask::new(Method::PUT, "/me/email", json!({ "address": 1 }), "") }
            }
            "confirm_my_email" => {
                Ask { invalid: true, ..Ask::post("/me/email/confirmation", json!({ "code": 1 }), "") }
            }
            // Nobody has one.
            "delete_my_email" => {
                Ask { changes: false, ..Ask::new(Method::DELETE, "/me/email", Value::Null, "") }
            }
            "get_me" => Ask::get("/me", ""),
            "change_password" => {
                let weak = json!({ "current_password": PASSWORD, "new_password": "12345678" });
                Ask { invalid: true, ..Ask::post("/me/password", weak, "") }
            }
            "list_problems" => Ask::get("/problems", ""),
            "get_problem" => Ask::get("/problems/not_found", ""),
            _ => return None,
        })
    }
}

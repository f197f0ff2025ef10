//! Requests about organisations with what is set for them, and about claimants.

use super::{Ask, Stage};
use reqwest::Method;
use serde_json::{Value, json};
use tests::world::{PASSWORD, organisation};

impl Stage<'_> {
    pub(super) async fn of_organisations(&self, name: &str) -> Option<Ask> {
        let w = self.w;
        let at = format!("/organisations/{}", w.village);
        let n = self.number();
        let below =
            async |name: String| organisation(&w.admin, &w.village, &name, "unit", "team", None).await;
        Some(match name {
            "list_organisations" => Ask::get("/organisations?limit=100", &w.village),
            "get_organisation" => Ask::get(at, &w.village),
            "create_organisation" => {
                let new = json!({ "name": format!("第{n}组"), "kind": "team", "level": "unit", "parent_id": w.village });
                Ask::post("/organisations", new, &w.village)
            }
            "update_organisation" => Ask::new(Method::PATCH, at, json!({ "name": "何家坪村" }), &w.village),
            "delete_organisation" => {
                let id = below(format!("空组{n}")).await;
                Ask::new(Method::DELETE, format!("/organisations/{id}"), Value::Null, &id)
            }
            "list_policy_changes" => Ask::get(format!("{at}/policy/changes"), &w.village),
            "get_policy" => Ask::get(format!("{at}/policy"), &w.village),
            "put_policy" => {
                Ask::new(Method::PUT, format!("{at}/policy"), json!({ "review_days": 3 }), &w.village)
            }
            "get_calendar" => Ask::get("/calendar/2026", ""),
            "put_calendar" => {
                let day = json!({ "date": "2030-02-04", "working": false, "name": "春节" });
                Ask::new(Method::PUT, "/calendar/2030", json!({ "source": "通知", "days": [day] }), "")
            }
            "list_members" => Ask::get(format!("{at}/members"), &w.village),
            "create_member" => {
                let new = json!({ "username": format!("new{n}"), "display_name": "新来的", "password": PASSWORD, "role": "collector" });
                Ask::post(format!("{at}/members"), new, &w.village)
            }
            "delete_member" => {
                let new = json!({ "username": format!("gone{n}"), "display_name": "要走的", "password": PASSWORD, "role": "collector" });
                let id = w.admin.post(&format!("{at}/members"), new).await.expect(201).id();
                Ask::new(Method::DELETE, format!("{at}/members/{id}"), Value::Null, &w.village)
            }
            "disable_member" | "enable_member" | "reset_password" => {
                let new = json!({ "username": format!("out{n}"), "display_name": "离岗的", "password": PASSWORD, "role": "collector" });
                let id = w.admin.post(&format!("{at}/members"), new).await.expect(201).id();
                let act = match name {
                    "reset_password" => "password-reset",
                    _ => name.split('_').next().unwrap(),
                };
                Ask::post(format!("{at}/members/{id}/{act}"), json!({}), &w.village)
            }
            "reset_totp" => {
                let new = json!({ "username": format!("lost{n}"), "display_name": "丢了手机的", "password": PASSWORD, "role": "collector" });
                let id = w.admin.post(&format!("{at}/members"), new).await.expect(201).id();
                let entered = format!("lost{n}");
                let enrol = move |tx: &mut store::Conn| {
                    let user = store::user::by_name(tx, &entered)?.unwrap();
                    store::second_factor::begin(tx, user.id, "sealed", user_since())
                };
                self.app.state.db.write(enrol).await.unwrap();
                Ask::post(format!("{at}/members/{id}/totp-reset"), json!({}), &w.village)
            }
            "list_categories" => Ask::get(format!("{at}/categories"), &w.village),
            "create_category" => Ask::post(
                format!("{at}/categories"),
                json!({ "code": format!("own_{n}"), "name_zh": "新类" }),
                &w.village,
            ),
            "update_category" => {
                let code = format!("own_{n}");
                let new = json!({ "code": code, "name_zh": "旧类" });
                w.admin.post(&format!("{at}/categories"), new).await.expect(201);
                Ask::new(
                    Method::PATCH,
                    format!("{at}/categories/{code}"),
                    json!({ "name_zh": "改类" }),
                    &w.village,
                )
            }
            "list_wall_categories" => Ask::get("/categories", ""),
            "check_public_text" => Ask::post(
                "/public-text-checks",
                json!({ "organisation_id": w.village, "title": "想听戏" }),
                &w.village,
            ),
            "find_likenesses" => Ask::post(
                "/likenesses",
                json!({ "organisation_id": w.village, "name": "某甲", "title": "想听戏" }),
                &w.village,
            ),
            _ => return None,
        })
    }

    pub(super) async fn of_claimants(&self, name: &str) -> Option<Ask> {
        let w = self.w;
        let at = format!("/claimants/{}", w.team_claimant);
        Some(match name {
            "list_claimants" => Ask::get("/claimants?limit=100", &w.team_claimant),
            "create_claimant" => {
                let new = json!({ "kind": "unit", "display_name": "又一支队", "organisation_id": w.team, "skills": [], "region_codes": [], "capacity": 3 });
                Ask::post("/claimants", new, &w.team)
            }
            "get_claimant" => Ask::get(at, &w.team_claimant),
            "get_claimant_record" => Ask::get(format!("{at}/record"), &w.team_claimant),
            "update_claimant" => Ask::new(Method::PATCH, at, json!({ "skills": ["理发"] }), &w.team_claimant),
            _ => return None,
        })
    }
}

fn user_since() -> domain::time::Instant {
    domain::time::Instant::from_micros(0)
}

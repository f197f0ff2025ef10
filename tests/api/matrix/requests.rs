//! How each operation is asked for: a request that would succeed for somebody who may, about a thing of
//! the village or of its team.

mod campaigns;
mod circles;
mod duties;
mod emergencies;
mod exports;
mod figures;
mod honours;
mod imports;
mod jobs;
mod ledger;
mod looks;
mod merges;
mod organisations;
mod pairings;
mod pictures;
mod plans;
mod platforms;
mod posts;
mod referrals;
mod sessions;
mod waiting;
mod webhooks;

use reqwest::Method;
use serde_json::{Value, json};
use std::cell::Cell;
use tests::{
    App,
    client::Client,
    world::{PASSWORD, World, claimant, resident},
};
use tokio::sync::OnceCell;

/// A request, and the id of the thing that it is about.
pub struct Ask {
    pub method: Method,
    pub path: String,
    pub body: Value,
    /// A file in place of a body, and its media type.
    pub file: Option<(&'static str, &'static [u8])>,
    pub about: String,
    /// Success uses the thing up.
    pub changes: bool,
    /// Its body is not valid on purpose: what it would change is the caller.
    pub invalid: bool,
}

impl Ask {
    fn new(method: Method, path: impl Into<String>, body: Value, about: &str) -> Self {
        let (path, about) = (path.into(), about.to_owned());
        Self { changes: method != Method::GET, method, path, body, about, file: None, invalid: false }
    }

    fn get(path: impl Into<String>, about: &str) -> Self {
        Self::new(Method::GET, path, Value::Null, about)
    }

    fn post(path: impl Into<String>, body: Value, about: &str) -> Self {
        Self::new(Method::POST, path, body, about)
    }

    /// Whether the same can be asked about a thing that does not exist.
    pub fn can_be_nothing(&self, answer: &tests::client::Answer) -> bool {
        let named = self.path.contains(&self.about) || self.body.to_string().contains(&self.about);
        !self.about.is_empty() && named && answer.status >= 400
    }

    /// The same about a thing that does not exist.
    pub fn about_nothing(&self, nothing: &str) -> Self {
        let body = self.body.to_string().replace(&self.about, nothing);
        Self {
            method: self.method.clone(),
            path: self.path.replace(&self.about, nothing),
            body: serde_json::from_str(&body).unwrap(),
            about: nothing.to_owned(),
            ..*self
        }
    }
}

/// One grey pixel.
const PIXEL: &[u8] = include_bytes!("pixel.png");

/// What requests are made about.
pub struct Stage<'a> {
    app: &'a App,
    w: &'a World,
    open: String,
    submitted: String,
    claim: String,
    escalation: String,
    picture: String,
    job: String,
    mail: String,
    waiting: String,
    plan: String,
    reporter: OnceCell<Client>,
    count: Cell<u32>,
}

impl<'a> Stage<'a> {
    /// With one of each.
    pub async fn new(app: &'a App, w: &'a World) -> Self {
        let open = w.published(json!({ "quantity": 900 })).await;
        let claim = w.claimed(&open, 1).await;
        let submitted = w.submitted(json!({})).await;
        let stage = Self {
            app,
            w,
            open,
            submitted,
            claim,
            escalation: String::new(),
            picture: String::new(),
            job: String::new(),
            mail: String::new(),
            waiting: String::new(),
            plan: String::new(),
            reporter: OnceCell::new(),
            count: Cell::new(0),
        };
        stage.program().await;
        let (escalation, picture) = (stage.escalation().await, stage.picture().await);
        let (job, waiting) = (stage.job().await, stage.waiting().await);
        let (plan, mail) = (stage.plan().await, stage.mail().await);
        Self { escalation, picture, job, mail, waiting, plan, ..stage }
    }

    fn number(&self) -> u32 {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }

    async fn escalation(&self) -> String {
        let wish = self.w.submitted(json!({})).await;
        let path = format!("/wishes/{wish}/escalations");
        self.w.coordinator.post(&path, json!({ "reason": "办不成" })).await.expect(201).id()
    }

    async fn team(&self) -> String {
        let name = format!("第{}支队", self.number());
        claimant(&self.w.admin, &self.w.team, &name).await
    }

    /// A claim that waits for the team's answer.
    async fn proposed(&self) -> String {
        let ask = json!({ "claimant_id": self.team().await, "quantity": 1 });
        let path = format!("/wishes/{}/dispatches", self.open);
        self.w.coordinator.post(&path, ask).await.expect(201).id()
    }

    /// A claim of the team that is being worked on.
    async fn active(&self) -> String {
        let ask = json!({ "claimant_id": self.team().await, "quantity": 1 });
        let path = format!("/wishes/{}/claims", self.open);
        self.w.manager.post(&path, ask).await.expect(201).id()
    }

    /// A claim that the team has delivered.
    async fn delivered(&self) -> String {
        let claim = self.active().await;
        self.w.manager.post(&format!("/claims/{claim}/deliveries"), delivery()).await.expect(201);
        claim
    }

    async fn fulfilled(&self) -> String {
        let wish = self.w.published(json!({})).await;
        let ask = json!({ "claimant_id": self.team().await, "quantity": 1 });
        let claim = self.w.manager.post(&format!("/wishes/{wish}/claims"), ask).await.expect(201).id();
        self.w.manager.post(&format!("/claims/{claim}/deliveries"), delivery()).await.expect(201);
        let word = json!({ "accepted": true, "method": "call" });
        self.w.collector.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
        wish
    }

    /// A wish that left the wall when the consent was taken back, which was given anew since.
    async fn hidden(&self) -> String {
        let resident = resident(&self.w.collector, &self.w.village).await;
        let wish = self.w.published(json!({ "beneficiary_id": resident })).await;
        let at = format!("/beneficiaries/{resident}/consents");
        let known = self.w.collector.get(&format!("/beneficiaries/{resident}")).await;
        let given = known.expect(200).body["consents"].as_array().unwrap().clone();
        let given = given.iter().find(|one| one["purpose"] == "publish").unwrap();
        let path = format!("{at}/{}/withdraw", given["id"].as_str().unwrap());
        self.w.collector.post(&path, json!({})).await.expect(200);
        let anew = json!({ "purpose": "publish", "given_by": "self", "given_on": "2026-11-20" });
        self.w.collector.post(&at, anew).await.expect(201);
        wish
    }

    async fn refresh_token(&self) -> String {
        let who = json!({ "username": "collector", "password": PASSWORD });
        self.app.public().post("/auth/login", who).await.expect(200).text("refresh_token")
    }

    /// The request of a row.
    pub async fn ask(&self, name: &str) -> Ask {
        let area = name.split(' ').next().unwrap_or_default();
        let found = match area.rsplit('_').next().unwrap_or_default() {
            _ if area.contains("emergency") || area.contains("called") => self.of_emergencies(name).await,
            _ if name.contains("webhook") => self.of_webhooks(name).await,
            _ if [
                "pool",
                "donation",
                "allocation",
                "spending",
                "transaction",
                "ledger",
                "statement",
                "difference",
            ]
            .iter()
            .any(|noun| area.contains(noun)) =>
            {
                self.of_ledger(name).await
            }
            _ if name.contains("platform") || name.contains("shared") => self.of_platforms(name).await,
            _ if ["skill", "circle", "application", "suspend", "reinstate"]
                .iter()
                .any(|word| area.contains(word)) =>
            {
                self.of_circles(name).await
            }
            _ if area.contains("export") && !area.contains("commendation") => self.of_exports(name).await,
            _ if ["doubles", "merge", "compare", "apart", "distinction"]
                .iter()
                .any(|word| area.contains(word)) =>
            {
                self.of_merges(name).await
            }
            _ if area.contains("import") => self.of_imports(name).await,
            _ if area.contains("referral") || area.contains("benefit") => self.of_referrals(name).await,
            _ if area.contains("duty") || area.contains("duties") => self.of_duties(name).await,
            _ if ["certificate", "commendation", "leaderboard"].iter().any(|noun| area.contains(noun)) => {
                self.of_honours(name).await
            }
            _ if area.contains("report_template") || area.contains("report_sheet") => {
                self.of_figures(name).await
            }
            "figures" | "report" | "reports" | "signals"
                if !["wall", "campaign"].iter().any(|of| area.contains(of)) =>
            {
                self.of_figures(name).await
            }
            _ if ["campaign", "hosting", "pledge"].iter().any(|noun| area.contains(noun)) => {
                self.of_campaigns(name).await
            }
            _ if ["post", "shift", "sign_up", "attendance"].iter().any(|noun| area.contains(noun)) => {
                self.of_posts(name).await
            }
            "wish" | "wishes" | "card" | "feedback" | "pauses" | "effort" | "efforts" | "check"
            | "checks" => self.of_wishes(name).await,
            "pairing" | "pairings" | "visit" | "visits" => self.of_pairings(name).await,
            "details" if name == "reveal_pairing_details" => self.of_pairings(name).await,
            "claim" | "claims" | "details" => self.of_claims(name).await,
            "attachment" | "attachments" => self.of_pictures(name).await,
            "beneficiary" | "beneficiaries" | "consent" | "disclosures" | "copy" => {
                self.of_residents(name).await
            }
            "claimant" | "claimants" | "record" => self.of_claimants(name).await,
            "escalation" | "escalations" | "events" | "statistics" | "figures" => {
                self.of_the_rest(name).await
            }
            "request" | "requests" => self.of_looks(name).await,
            "job" | "jobs" | "mail" | "mails" | "tasks" | "counts" => self.of_jobs(name).await,
            "plan" | "plans" | "lines" | "line" | "suggestions" => self.of_plans(name).await,
            "list" | "waiting" => self.of_waiting(name).await,
            "totp" if name != "reset_totp" => self.of_sessions(name).await,
            "head" | "retention" | "runs" | "pack" => self.of_the_rest(name).await,
            "identity" | "identities" | "link" | "options" | "session" | "sessions" | "email" => {
                self.of_sessions(name).await
            }
            "password" if name != "reset_password" => self.of_sessions(name).await,
            "login" | "refresh" | "logout" | "me" | "problems" | "problem" => self.of_sessions(name).await,
            _ => self.of_organisations(name).await,
        };
        assert!(found.is_some(), "no request for {name} in matrix/requests.rs");
        found.unwrap()
    }

    async fn of_residents(&self, name: &str) -> Option<Ask> {
        let w = self.w;
        let at = format!("/beneficiaries/{}", w.resident);
        let consent =
            json!({ "purpose": "share_with_platform", "given_by": "self", "given_on": "2026-11-01" });
        Some(match name {
            "list_beneficiaries" => Ask::get("/beneficiaries?limit=100", &w.resident),
            "create_beneficiary" => {
                let consents =
                    [json!({ "purpose": "collect", "given_by": "self", "given_on": "2026-11-01" })];
                let new = json!({ "name": "某甲", "birth_date": "1950-01-01", "organisation_id": w.village, "consents": consents });
                Ask::post("/beneficiaries", new, &w.village)
            }
            "get_beneficiary" => Ask::get(at, &w.resident),
            "update_beneficiary" => {
                Ask::new(Method::PATCH, at, json!({ "hardships": ["独居"] }), &w.resident)
            }
            "reveal_beneficiary" => {
                Ask::post(format!("{at}/reveal"), json!({ "purpose": "visit" }), &w.resident)
            }
            "create_access_copy" => {
                Ask::post(format!("{at}/copy"), json!({ "purpose": "access" }), &w.resident)
            }
            "search_beneficiaries" => Ask {
                changes: false,
                ..Ask::post("/beneficiaries/search", json!({ "phone": "07005550199" }), &w.resident)
            },
            "list_disclosures" => Ask::get(format!("{at}/disclosures"), &w.resident),
            "erase_beneficiary" => {
                let id = resident(&w.collector, &w.village).await;
                Ask::post(format!("/beneficiaries/{id}/erasure"), json!({ "reason": "requested" }), &id)
            }
            "create_consent" | "withdraw_consent" => {
                let id = resident(&w.collector, &w.village).await;
                let path = format!("/beneficiaries/{id}/consents");
                if name == "create_consent" {
                    return Some(Ask::post(path, consent, &id));
                }
                let given = w.collector.post(&path, consent).await;
                let given = given.expect(201).body["consents"].as_array().unwrap().clone();
                let given = given.iter().find(|one| one["purpose"] == "share_with_platform").unwrap();
                Ask::post(format!("{path}/{}/withdraw", given["id"].as_str().unwrap()), json!({}), &id)
            }
            _ => return None,
        })
    }

    async fn of_wishes(&self, name: &str) -> Option<Ask> {
        let w = self.w;
        let (open, submitted) = (&self.open, &self.submitted);
        let post = |id: &str, act: &str, body: Value| Ask::post(format!("/wishes/{id}/{act}"), body, id);
        Some(match name {
            "list_wishes" => Ask::get("/wishes?status=open&limit=100", open),
            "list_wishes of drafts" => Ask::get("/wishes?status=submitted&limit=100", submitted),
            "get_wish" => Ask::get(format!("/wishes/{open}"), open),
            "get_wish not published" => Ask::get(format!("/wishes/{submitted}"), submitted),
            "create_wish" => Ask::post("/wishes", w.wish(json!({})), &w.village),
            "update_wish" | "submit_wish" => {
                let id = w.collector.post("/wishes", w.wish(json!({}))).await.expect(201).id();
                if name == "submit_wish" {
                    return Some(post(&id, "submit", json!({})));
                }
                Ask::new(Method::PATCH, format!("/wishes/{id}"), json!({ "details": "按键大些" }), &id)
            }
            "review_wish" => {
                let review = json!({ "decision": "decline", "note": "不属于微心愿，已转民政" });
                post(&w.submitted(json!({})).await, "review", review)
            }
            "scan_wish" => Ask::get(format!("/wishes/{open}/findings"), open),
            "relist_wish" => post(&self.hidden().await, "relist", json!({})),
            "pause_wish" | "resume_wish" => {
                let id = self.w.published(json!({})).await;
                let reason = json!({ "reason": "住院", "until": "2026-12-04" });
                if name == "pause_wish" {
                    return Some(Ask::post(format!("/wishes/{id}/pause"), reason, &id));
                }
                self.w.coordinator.post(&format!("/wishes/{id}/pause"), reason).await.expect(200);
                Ask::post(format!("/wishes/{id}/resume"), json!({}), &id)
            }
            "split_wish" => {
                let id = self.w.published(json!({ "quantity": 3 })).await;
                let part = json!({ "organisation_id": self.w.team, "quantity": 1 });
                Ask::post(format!("/wishes/{id}/split"), json!({ "parts": [part] }), &id)
            }
            "put_effort" => {
                let path = format!("/wishes/{}/efforts/review", self.open);
                Ask::new(Method::PUT, path, json!({ "minutes": 20 }), &self.open)
            }
            "list_efforts" => Ask::get(format!("/wishes/{}/efforts", self.open), &self.open),
            "list_wish_pauses" => Ask::get(format!("/wishes/{}/pauses", self.open), &self.open),
            "withdraw_wish" => post(&w.submitted(json!({})).await, "withdraw", json!({ "reason": "不要了" })),
            "withdraw_wish published" => {
                post(&w.published(json!({})).await, "withdraw", json!({ "reason": "不要了" }))
            }
            "issue_card" => post(open, "card", json!({})),
            "reopen_wish" => {
                let id = self.fulfilled().await;
                let claims =
                    self.w.coordinator.get(&format!("/wishes/{id}/claims")).await.expect(200).items();
                let ask =
                    json!({ "claim_id": claims[0]["id"], "reason": "does_not_work", "note": "没有声音" });
                post(&id, "reopen", ask)
            }
            "list_spot_checks" => Ask::get(format!("/wishes/{open}/spot-checks"), open),
            "answer_spot_check" => {
                let rules = json!({ "spot_check_percent": 100 });
                let policy = format!("/organisations/{}/policy", w.village);
                w.admin.change(Method::PUT, &policy, "*", rules).await.expect(200);
                let at = format!("/wishes/{}/spot-checks", self.fulfilled().await);
                let drawn = w.coordinator.get(&at).await.expect(200).items();
                let id = drawn[0]["id"].as_str().unwrap().to_owned();
                Ask::post(format!("/spot-checks/{id}/answer"), json!({ "result": "as_reported" }), &id)
            }
            "create_feedback" => post(&self.fulfilled().await, "feedback", json!({ "satisfaction": 5 })),
            "dispatch_wish" => {
                post(open, "dispatches", json!({ "claimant_id": self.team().await, "quantity": 1 }))
            }
            "escalate_wish" => {
                post(&w.submitted(json!({})).await, "escalations", json!({ "reason": "办不成" }))
            }
            _ => return None,
        })
    }

    async fn of_claims(&self, name: &str) -> Option<Ask> {
        let (open, submitted) = (&self.open, &self.submitted);
        let post = |id: &str, act: &str, body: Value| Ask::post(format!("/claims/{id}/{act}"), body, id);
        Some(match name {
            "create_claim" => {
                let ask = json!({ "claimant_id": self.team().await, "quantity": 1 });
                Ask::post(format!("/wishes/{open}/claims"), ask, open)
            }
            "create_claims" => {
                let items = [json!({ "wish_id": open, "quantity": 1 })];
                Ask::post("/claims", json!({ "claimant_id": self.team().await, "items": items }), open)
            }
            "list_claims" => Ask::get("/claims?limit=100", &self.claim),
            "list_wish_claims" => Ask::get(format!("/wishes/{open}/claims"), open),
            "list_wish_claims not published" => Ask::get(format!("/wishes/{submitted}/claims"), submitted),
            "get_claim" => Ask::get(format!("/claims/{}", self.claim), &self.claim),
            "accept_claim" => post(&self.proposed().await, "accept", json!({})),
            "decline_claim" => post(&self.proposed().await, "decline", json!({ "reason": "太远" })),
            "release_claim" => post(&self.active().await, "release", json!({ "reason": "办不成" })),
            "contact_claim" => post(&self.active().await, "contact", json!({})),
            "deliver_claims" => {
                let claim = self.active().await;
                let body = json!({ "note": "送到了", "claims": [{ "claim_id": claim }] });
                Ask::post("/deliveries", body, &claim)
            }
            "deliver_claim" => post(&self.active().await, "deliveries", delivery()),
            "confirm_claim" => {
                post(&self.delivered().await, "confirmation", json!({ "accepted": true, "method": "call" }))
            }
            "reveal_delivery_details" => {
                post(&self.active().await, "delivery-details", json!({ "purpose": "contact" }))
            }
            _ => return None,
        })
    }

    async fn of_the_rest(&self, name: &str) -> Option<Ask> {
        let w = self.w;
        let (open, submitted) = (&self.open, &self.submitted);
        Some(match name {
            "list_wish_events" => Ask::get(format!("/wishes/{open}/events"), open),
            "list_wish_events not published" => Ask::get(format!("/wishes/{submitted}/events"), submitted),
            "list_escalations" => Ask::get("/escalations?limit=100", &self.escalation),
            "accept_escalation" => {
                let id = self.escalation().await;
                Ask::post(format!("/escalations/{id}/accept"), json!({}), &id)
            }
            "reroute_escalation" => {
                let id = self.escalation().await;
                let to = json!({ "to_id": w.other_village, "reason": "归他们管" });
                Ask::post(format!("/escalations/{id}/reroute"), to, &id)
            }
            "adopt_escalation" => {
                let wish = w.published(json!({})).await;
                let path = format!("/wishes/{wish}/escalations");
                let id = w.coordinator.post(&path, json!({ "reason": "办不成" })).await.expect(201).id();
                let ask = json!({ "claimant_id": self.team().await, "quantity": 1 });
                Ask::post(format!("/escalations/{id}/adopt"), ask, &id)
            }
            "return_escalation" => {
                let id = self.escalation().await;
                Ask::post(format!("/escalations/{id}/return"), json!({ "instruction": "再试试" }), &id)
            }
            "list_events" => Ask::get("/events?limit=100", &w.resident),
            "list_audit_events" => {
                Ask::get(format!("/audit/events?organisation_id={}", w.village), &w.village)
            }
            "get_audit_pack" => {
                Ask::get(format!("/audit/pack?year=2026&organisation_id={}", w.village), &w.village)
            }
            "preview_retention" => {
                Ask::get(format!("/retention/preview?organisation_id={}", w.village), &w.village)
            }
            "list_retention_runs" => {
                Ask::get(format!("/retention/runs?organisation_id={}", w.village), &w.village)
            }
            "get_audit_head" => Ask::get(format!("/audit/head?organisation_id={}", w.village), &w.village),
            "get_wall_figures" => Ask::get("/statistics/public", ""),
            "get_statistics" => Ask::get(format!("/statistics?organisation_id={}", w.village), &w.village),
            _ => return None,
        })
    }
}

fn delivery() -> Value {
    json!({ "items": [{ "name": "收音机", "quantity": 1, "value_fen": 9900 }] })
}

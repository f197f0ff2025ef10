//! Requests about a pool of the county, and what a platform reports to it.

use super::{Ask, Stage};
use reqwest::Method;
use serde_json::{Value, json};
use tests::client::{Client, one_more, send};

/// A statement with a row that does not read: row 2.
const STATEMENT: &[u8] = b"external_id,amount_fen,given_at\nD-1,0,2026-01-19T08:00:00Z\n";

/// More than the pool sets aside without a second person.
const MUCH: i64 = 60_000;

impl Stage<'_> {
    fn new_pool(&self) -> Value {
        json!({
            "organisation_id": self.w.county, "name": "添一物善款池", "purpose": "给老人添一样用得上的东西。",
            "raiser": "青禾县慈善会", "raised_on": "某公益平台", "approval_above_fen": 50_000,
        })
    }

    async fn pool(&self) -> String {
        self.w.admin.post("/pools", self.new_pool()).await.expect(201).id()
    }

    /// The program of the platform that asks, which is the newest at the beginning.
    pub(super) async fn program(&self) -> Client {
        let make = async || {
            let all = self.w.admin.get(&format!("/organisations/{}/platforms", self.w.county)).await.items();
            let reports = |one: &&Value| one["scopes"].to_string().contains("donations:write");
            let id = all.iter().find(reports).unwrap()["id"].as_str().unwrap().to_owned();
            let key =
                self.w.admin.post(&format!("/platforms/{id}/keys"), json!({})).await.expect(201).text("key");
            self.app.public().with_token(&key)
        };
        self.reporter.get_or_init(make).await.clone()
    }

    fn new_donation(&self, pool: &str) -> Value {
        json!({
            "pool_id": pool, "external_id": format!("D-{}", self.number()), "amount_fen": 100_000, "currency": "CNY",
            "given_at": "2026-11-19T08:00:00Z",
        })
    }

    /// A pool, and a donation in it.
    async fn donation(&self) -> (String, String) {
        let pool = self.pool().await;
        let new = self.new_donation(&pool);
        let made = self.program().await.post_once("/donations", &one_more(), new).await;
        (pool, made.expect(201).id())
    }

    fn statements_of(pool: &str) -> String {
        format!("/platform/statements?pool_id={pool}&from=2026-01-01&to=2026-01-31&count=1&total_fen=1")
    }

    /// A pool, and a statement of it with a row that does not read.
    async fn statement(&self) -> (String, String) {
        let pool = self.pool().await;
        let by = self.program().await;
        let request =
            by.request(Method::POST, &Self::statements_of(&pool)).header("Idempotency-Key", one_more());
        let made = send(request.header("Content-Type", "text/csv").body(STATEMENT)).await;
        (pool, made.expect(201).id())
    }

    /// A pool, and an allocation of it that a member of the city asked for.
    async fn allocation(&self, amount_fen: i64) -> (String, String) {
        let (pool, _) = self.donation().await;
        let ask = json!({ "wish_id": self.open, "amount_fen": amount_fen });
        let path = format!("/pools/{pool}/allocations");
        let id = self.w.city_coordinator.post(&path, ask).await.expect(201).id();
        (pool, id)
    }

    pub(super) async fn of_ledger(&self, name: &str) -> Option<Ask> {
        let act = |id: &str, act: &str, body: Value| Ask::post(format!("/allocations/{id}/{act}"), body, id);
        Some(match name {
            "create_pool" => Ask::post("/pools", self.new_pool(), &self.w.county),
            "list_pools" => Ask::get("/pools?limit=100", &self.pool().await),
            "get_pool" | "get_pool_books" | "list_donations" | "list_allocations" | "list_transactions"
            | "get_ledger_file" => {
                let (pool, _) = self.donation().await;
                let tail = match name {
                    "get_pool" => "",
                    "get_pool_books" => "/books",
                    "list_donations" => "/donations",
                    "list_allocations" => "/allocations",
                    "list_transactions" => "/transactions",
                    _ => "/ledger.csv",
                };
                Ask::get(format!("/pools/{pool}{tail}"), &pool)
            }
            "update_pool" => {
                let id = self.pool().await;
                Ask::new(Method::PATCH, format!("/pools/{id}"), json!({ "approval_above_fen": 1 }), &id)
            }
            "create_donation" => {
                let pool = self.pool().await;
                Ask::post("/donations", self.new_donation(&pool), &pool)
            }
            "create_donations" => {
                let pool = self.pool().await;
                Ask::post("/donations/bulk", json!({ "items": [self.new_donation(&pool)] }), &pool)
            }
            "refund_donation" => {
                let (_, id) = self.donation().await;
                let body = json!({ "external_id": format!("R-{}", self.number()), "amount_fen": 1 });
                Ask::post(format!("/donations/{id}/refund"), body, &id)
            }
            "get_donation_trace" => {
                let (_, id) = self.donation().await;
                Ask::get(format!("/donations/{id}/trace"), &id)
            }
            "create_statement" => {
                let pool = self.pool().await;
                let ask = Ask::post(Self::statements_of(&pool), Value::Null, &pool);
                Ask { file: Some(("text/csv", STATEMENT)), ..ask }
            }
            "list_statements" => {
                let (pool, _) = self.statement().await;
                Ask::get(format!("/pools/{pool}/statements"), &pool)
            }
            "get_statement" => {
                let (_, id) = self.statement().await;
                Ask::get(format!("/statements/{id}"), &id)
            }
            "list_differences" => {
                let (_, id) = self.statement().await;
                Ask::get(format!("/statements/{id}/differences"), &id)
            }
            "settle_difference" => {
                let (_, id) = self.statement().await;
                let note = json!({ "note": "平台补发了这一行。" });
                Ask::post(format!("/statements/{id}/differences/2/settle"), note, &id)
            }
            "create_allocation" => {
                let (pool, _) = self.donation().await;
                let body = json!({ "wish_id": self.open, "amount_fen": 1 });
                Ask::post(format!("/pools/{pool}/allocations"), body, &pool)
            }
            "approve_allocation" => act(&self.allocation(MUCH).await.1, "approve", json!({})),
            "release_allocation" => act(&self.allocation(1).await.1, "release", json!({})),
            "create_spending" => {
                let bought = json!({ "amount_fen": 1, "invoice_number": "12345678" });
                act(&self.allocation(1).await.1, "spendings", bought)
            }
            "reverse_transaction" => {
                let (pool, _) = self.allocation(1).await;
                let all = self.w.admin.get(&format!("/pools/{pool}/transactions")).await.expect(200).items();
                let id = all[0]["id"].as_str().unwrap().to_owned();
                let why = json!({ "reason": "entered_twice" });
                Ask::post(format!("/ledger/transactions/{id}/reverse"), why, &id)
            }
            _ => return None,
        })
    }
}

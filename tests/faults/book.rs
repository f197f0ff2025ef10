//! The clients' own book: what was asked, and what they were told.

use super::copies;
use serde_json::json;
use std::{
    cell::{Cell, RefCell},
    time::Duration,
};
use tests::client::Client;

/// A client that waits longer gives up.
const PATIENCE: Duration = Duration::from_secs(15);

/// One claim that was asked for.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Of which wish.
    pub wish: String,
    /// For whom.
    pub volunteer: String,
    key: String,
    /// What the client was told.
    pub fate: Fate,
}

/// What a client was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is yours: the claim's id.
    Acknowledged(String),
    /// Somebody else has it.
    Refused,
    /// Nothing, or that it may or may not have happened.
    Unknown,
}

/// Everything that was asked.
#[derive(Debug)]
pub struct Book {
    asks: RefCell<Vec<Ask>>,
    next: Cell<u64>,
    wishes: u64,
    /// How many volunteers there are.
    pub volunteers: u64,
}

impl Book {
    /// An empty one, for so many copied wishes and volunteers.
    pub fn new(wishes: u64, volunteers: u64) -> Self {
        Self { asks: RefCell::default(), next: Cell::new(0), wishes, volunteers }
    }

    /// Everything that was asked.
    pub fn asks(&self) -> Vec<Ask> {
        self.asks.borrow().clone()
    }

    /// How many were told so.
    pub fn count(&self, told: impl Fn(&Fate) -> bool) -> usize {
        self.asks.borrow().iter().filter(|ask| told(&ask.fate)).count()
    }

    /// Claims the next wish; two in a row are for the same one. False once the server is gone or all
    /// wishes were asked for.
    pub async fn claim_next(&self, claimer: &Client) -> bool {
        let number = self.next.get();
        let wish = number / 2 + 1;
        if wish > self.wishes {
            return false;
        }
        self.next.set(number + 1);
        let ask = Ask {
            wish: copies::wish(wish),
            volunteer: copies::volunteer(number % self.volunteers + 1),
            key: format!("claim-{number}"),
            fate: Fate::Unknown,
        };
        let answer = send(claimer, &ask).await;
        let (goes_on, fate) = (answer.is_some(), answer.unwrap_or(Fate::Unknown));
        self.asks.borrow_mut().push(Ask { fate, ..ask });
        goes_on
    }

    /// Sends again, with its key, whatever was not answered, and then once more. Tells how many were not
    /// answered alike both times.
    pub async fn ask_again(&self, claimer: &Client) -> usize {
        let mut torn = 0;
        for (index, ask) in self.asks().into_iter().enumerate() {
            if ask.fate == Fate::Unknown {
                let first = send(claimer, &ask).await.expect("an answer");
                let second = send(claimer, &ask).await.expect("an answer");
                torn += usize::from(first != second || first == Fate::Unknown);
                self.asks.borrow_mut()[index].fate = first;
            }
        }
        torn
    }
}

/// Asks once. `None` when the server is gone.
async fn send(claimer: &Client, ask: &Ask) -> Option<Fate> {
    let request = claimer
        .request(reqwest::Method::POST, &format!("/wishes/{}/claims", ask.wish))
        .header("Idempotency-Key", &ask.key)
        .json(&json!({ "claimant_id": ask.volunteer, "quantity": 1 }))
        .timeout(PATIENCE);
    let response = request.send().await.ok()?;
    let status = response.status().as_u16();
    let body: serde_json::Value = serde_json::from_slice(&response.bytes().await.ok()?).unwrap_or_default();
    match (status, body["id"].as_str(), body["code"].as_str()) {
        (201, Some(id), _) => Some(Fate::Acknowledged(id.to_owned())),
        (409, _, Some("quantity_exceeds_remaining")) => Some(Fate::Refused),
        (503, ..) => Some(Fate::Unknown),
        _ => panic!("{status} to {ask:?}: {body:#}"),
    }
}

//! Pictures at rest: not to be read, not to be moved, and gone with their resident.

use super::{
    pictures::{look, photo, remove, upload, uploaded},
    working,
};
use crate::privacy::holds;
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Binary};
use domain::id::AttachmentId;
use serde_json::json;
use store::{Conn, StoreError, attachment::Size};
use tests::{App, on_both, world::World};

#[derive(QueryableByName)]
struct Bytes {
    #[diesel(sql_type = Binary)]
    bytes: Vec<u8>,
}

async fn sealed(app: &App, id: &str, column: &'static str) -> Vec<u8> {
    let sql = format!("SELECT {column} AS bytes FROM attachments WHERE id = '{id}'");
    let read =
        move |tx: &mut Conn| Ok::<_, StoreError>(sql_query(sql.clone()).get_result::<Bytes>(tx)?.bytes);
    app.state.db.write(read).await.unwrap()
}

/// What is stored of a picture is put where another stands; then it is opened there.
async fn moved(app: &App, bytes: &[u8], to: &str, column: &'static str) -> Result<bool, StoreError> {
    let (id, vault) = (to.parse::<AttachmentId>().unwrap(), app.state.vault.clone());
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let literal = match app.database.url.starts_with("sqlite") {
        true => format!("X'{hex}'"),
        false => format!("'\\x{hex}'"),
    };
    let sql = format!("UPDATE attachments SET {column} = {literal} WHERE id = '{to}'");
    let size = if column == "content" { Size::Full } else { Size::Thumbnail };
    let work = move |tx: &mut Conn| {
        sql_query(sql.clone()).execute(tx)?;
        let one = store::attachment::load(tx, id)?.unwrap();
        // Put back by the error: the test goes on with what was.
        Err::<(), _>(Probe(store::attachment::shown(tx, &vault, &one, size).map(|shown| shown.is_some())))
    };
    app.state.db.write(work).await.unwrap_err().0
}

#[derive(Debug)]
struct Probe(Result<bool, StoreError>);

impl From<StoreError> for Probe {
    fn from(error: StoreError) -> Self {
        Self(Err(error))
    }
}

impl From<diesel::result::Error> for Probe {
    fn from(error: diesel::result::Error) -> Self {
        Self(Err(error.into()))
    }
}

on_both! {
    async fn what_is_kept_cannot_be_read_and_not_be_moved(app) {
        let w = World::new(app).await;
        let (_, claim) = working(&w).await;
        let of_claim = format!("/claims/{claim}");
        let (one, two) = (uploaded(&w.manager, &of_claim).await, uploaded(&w.manager, &of_claim).await);
        let (_, _, shown) = look(&w.manager, &one, "").await;
        let part = &shown[shown.len() / 2..shown.len() / 2 + 24];
        let stored = app.database.bytes();
        assert!(!holds(&stored, part), "it lies open in the database");
        let hex: String = part.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(!holds(&stored, hex.as_bytes()), "it lies open in the database");

        let (full, small) = (sealed(app, &one, "content").await, sealed(app, &one, "thumbnail").await);
        assert!(moved(app, &full, &one, "content").await.unwrap(), "in its own place it opens");
        for (bytes, to, column) in [(&full, &two, "content"), (&full, &one, "thumbnail"), (&small, &one, "content"), (&small, &two, "thumbnail")] {
            let opened = moved(app, bytes, to, column).await;
            assert!(matches!(opened, Err(StoreError::Corrupt(_))), "{column}: {opened:?}");
        }
        let mut changed = full.clone();
        let last = changed.len() - 1;
        changed[last] ^= 1;
        assert!(moved(app, &changed, &one, "content").await.is_err(), "changed by one bit");
        // The check of the whole database says so of what does not even look sealed.
        let vault = app.state.vault.clone();
        let literal = if app.database.url.starts_with("sqlite") { "X'ffd8ff'" } else { "'\\xffd8ff'" };
        let sql = format!("UPDATE attachments SET content = {literal}");
        let check = move |tx: &mut Conn| {
            sql_query(sql.clone()).execute(tx)?;
            let found = server::app::check::check(tx, &vault).unwrap().findings;
            assert!(found.iter().any(|finding| finding.contains("is not sealed")), "{found:?}");
            Err::<(), _>(Probe(Ok(true)))
        };
        app.state.db.write(check).await.unwrap_err().0.unwrap();
    }
}

on_both! {
    async fn an_erasure_takes_the_pictures_also_from_a_copy(app) {
        let w = World::new(app).await;
        let (wish, claim) = working(&w).await;
        let of_claim = format!("/claims/{claim}");
        let id = uploaded(&w.manager, &of_claim).await;
        let (copy, small) = (sealed(app, &id, "content").await, sealed(app, &id, "thumbnail").await);
        w.manager.post(&format!("{of_claim}/deliveries"), json!({ "note": "好了", "attachment_ids": [id] })).await.expect(201);
        let word = json!({ "accepted": true, "method": "call" });
        w.coordinator.post(&format!("{of_claim}/confirmation"), word).await.expect(201);
        let path = format!("/beneficiaries/{}/erasure", w.resident);
        let reason = json!({ "reason": "requested" });
        w.admin.change(reqwest::Method::POST, &path, "*", reason).await.expect(200);
        for by in [&w.manager, &w.coordinator, &w.admin] {
            assert_eq!(look(by, &id, "").await.0, 404);
            assert_eq!(look(by, &id, "?size=thumbnail").await.0, 404);
        }
        w.coordinator.get(&format!("/wishes/{wish}/attachments")).await.expect(200);
        upload(&w.collector, &format!("/wishes/{wish}"), "image/jpeg", photo()).await.expect(409);
        let (stored, tail) = (app.database.bytes(), &copy[copy.len() - 40..]);
        let hex: String = tail.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(!holds(&stored, tail) && !holds(&stored, hex.as_bytes()), "its sealed bytes are left");
        // From a backup it comes back as bytes that nothing opens.
        let sql = "UPDATE attachments SET removed_at = NULL, removal = NULL, sha256 = 'x'";
        for (bytes, column, other) in [(&copy, "content", "thumbnail"), (&small, "thumbnail", "content")] {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            let literal = if app.database.url.starts_with("sqlite") { format!("X'{hex}'") } else { format!("'\\x{hex}'") };
            let sql = format!("{sql}, {column} = {literal}, {other} = {literal}");
            let (vault, picture) = (app.state.vault.clone(), id.parse::<AttachmentId>().unwrap());
            let size = if column == "content" { Size::Full } else { Size::Thumbnail };
            let work = move |tx: &mut Conn| {
                sql_query(sql.clone()).execute(tx)?;
                let found = server::app::check::check(tx, &vault).unwrap().findings;
                assert!(found.iter().any(|finding| finding.contains("its resident was erased")), "{found:?}");
                let one = store::attachment::load(tx, picture)?.unwrap();
                Err::<(), _>(Probe(store::attachment::shown(tx, &vault, &one, size).map(|shown| shown.is_some())))
            };
            let opened = app.state.db.write(work).await.unwrap_err().0;
            assert!(matches!(opened, Err(StoreError::Erased)), "{opened:?}");
        }
    }
}

on_both! {
    async fn what_was_removed_is_gone_from_the_files(app) {
        let w = World::new(app).await;
        let (_, claim) = working(&w).await;
        let id = uploaded(&w.manager, &format!("/claims/{claim}")).await;
        let copy = sealed(app, &id, "content").await;
        let tail = &copy[copy.len() - 40..];
        let hex: String = tail.iter().map(|byte| format!("{byte:02x}")).collect();
        let is_there = || {
            let stored = app.database.bytes();
            holds(&stored, tail) || holds(&stored, hex.as_bytes())
        };
        assert!(is_there());
        remove(&w.manager, &id).await.expect(204);
        assert!(!is_there());
    }
}

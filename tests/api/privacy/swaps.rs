//! A ciphertext that is moved to another row, column or resident does not open.

use super::{admin_of, residents};
use diesel::{OptionalExtension as _, QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use domain::id::BeneficiaryId;
use store::{Conn, StoreError};
use tests::{on_both, world::World};

const COLUMNS: [&str; 6] = ["name", "phone", "address", "birth_date", "hardships", "id_number"];
const SWAPS: usize = 1000;

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Text)]
    value: String,
}

fn get(tx: &mut Conn, id: BeneficiaryId, column: &str) -> Option<String> {
    let sql =
        format!("SELECT {column} AS value FROM beneficiaries WHERE id = '{id}' AND {column} IS NOT NULL");
    sql_query(sql).get_result::<Value>(tx).optional().unwrap().map(|found| found.value)
}

fn set(tx: &mut Conn, id: BeneficiaryId, column: &str, value: &str) {
    sql_query(format!("UPDATE beneficiaries SET {column} = '{value}' WHERE id = '{id}'"))
        .execute(tx)
        .unwrap();
}

/// Not random, and yet spread: a step of a linear congruence.
fn next(seed: &mut usize, below: usize) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % below
}

on_both! {
    async fn what_is_moved_does_not_open(app) {
        let w = World::new(app).await;
        let me = w.admin.get("/me").await.expect(200).body["user"]["id"].as_str().unwrap().to_owned();
        let actor = admin_of(w.city.parse().unwrap(), &me);
        let ids = residents(&app.state, &actor, w.village.parse().unwrap(), 30).await;
        let mut seed = 20_261_122;
        let mut done = 0;
        while done < SWAPS {
            let moves: Vec<_> = std::iter::repeat_with(|| {
                let (from, to) = (ids[next(&mut seed, ids.len())], ids[next(&mut seed, ids.len())]);
                (from, COLUMNS[next(&mut seed, 5)], to, COLUMNS[next(&mut seed, 6)])
            })
            .filter(|(from, column, to, other)| (from, column) != (to, other))
            .take(50)
            .collect();
            done += moves.len();
            let vault = app.state.vault.clone();
            let work = move |tx: &mut Conn| {
                for (from, column, to, other) in &moves {
                    let moved = get(tx, *from, column).unwrap();
                    let before = get(tx, *to, other);
                    set(tx, *to, other, &moved);
                    let read = store::beneficiary::load(tx, &vault, *to);
                    assert!(matches!(read, Err(StoreError::Corrupt(_))), "{column} as {other}: {read:?}");
                    match before {
                        Some(before) => set(tx, *to, other, &before),
                        None => drop(sql_query(format!("UPDATE beneficiaries SET {other} = NULL WHERE id = '{to}'")).execute(tx).unwrap()),
                    }
                    assert!(store::beneficiary::load(tx, &vault, *to).is_ok(), "back in its place it opens");
                }
                Ok::<_, StoreError>(())
            };
            app.state.db.write(work).await.unwrap();
        }
    }
}

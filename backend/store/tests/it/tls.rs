//! PostgreSQL over TLS: with Debian's libpq, as in the shipped image, it works and is checked; with the libpq
//! that is bundled, which has no TLS, it is refused, and nothing goes over the line in clear.
//!
//! `make test` builds with the first; a plain `cargo test` with the second.

use crate::common::Fresh;
use store::{Db, OpenError, Options};

/// Where there is a server: a database on it, to be reached over TLS by whoever trusts the certificate `trusted`.
fn database(trusted: &str) -> Option<(Fresh, String)> {
    let fresh = Fresh::postgres()?;
    let url = format!("{}?sslmode=verify-full&sslrootcert={trusted}", fresh.url);
    Some((fresh, url))
}

/// The certificate of the test's server.
fn certificate() -> String {
    std::env::var("TEST_DATABASE_CA")
        .unwrap_or_else(|_| panic!("TEST_DATABASE_CA: the certificate of TEST_DATABASE_URL's server"))
}

fn refusal(url: &str) -> OpenError {
    match Db::open(url, Options::default()) {
        Ok(_) => panic!("{url} was not refused"),
        Err(error) => error,
    }
}

#[test]
#[cfg(feature = "bundled-libpq")]
fn without_tls_in_the_program_a_url_that_asks_for_it_is_refused() {
    let Some((_fresh, url)) = database(&certificate()) else { return };
    let refused = refusal(&url).to_string();
    assert!(refused.contains("SSL support is not compiled in"), "{refused}");
}

#[test]
#[cfg(not(feature = "bundled-libpq"))]
fn what_is_written_over_tls_is_there() {
    use crate::common::{create_notes, insert, run, stored};
    use diesel::{prelude::*, sql_query, sql_types::Bool};
    use store::StoreError;

    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Bool)]
        ssl: bool,
    }
    let (_fresh, url) = database(&certificate()).unwrap();
    let db = Db::open(&url, Options::default()).unwrap();
    run(async {
        create_notes(&db).await;
        db.write(|conn| insert(conn, "over tls")).await.unwrap();
        let line: Line = db
            .read(|conn| {
                let asked = sql_query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
                Ok::<_, StoreError>(asked.get_result(conn)?)
            })
            .await
            .unwrap();
        assert!(line.ssl, "the connection is in clear");
        assert_eq!(stored(&db).await, ["over tls"]);
    });
}

#[test]
#[cfg(not(feature = "bundled-libpq"))]
fn a_server_whose_certificate_nobody_trusts_is_refused() {
    let own = certificate();
    let other = std::path::PathBuf::from(&own).with_file_name("other.crt");
    let (_fresh, url) = database(&other.display().to_string()).unwrap();
    let refused = refusal(&url).to_string();
    assert!(refused.contains("certificate verify failed"), "{refused}");
}

//! Many rows at once: copies of a row that the API made, so that they are valid rows, written in SQL.

use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_types::Text};
use std::ops::RangeInclusive;

/// How many rows a transaction writes.
const BATCH: u64 = 50_000;

/// The ids of copied wishes begin so; their number follows.
pub const WISH: &str = "01990000-0000-7000-8000-";
const VOLUNTEER: &str = "01990000-0000-7000-8001-";

/// The id of a copied wish.
pub fn wish(number: u64) -> String {
    format!("{WISH}{number:012x}")
}

/// The id of a copied volunteer.
pub fn volunteer(number: u64) -> String {
    format!("{VOLUNTEER}{number:012x}")
}

/// A connection that knows what the two databases write differently.
pub enum Sql {
    /// A file.
    Sqlite(SqliteConnection),
    /// A server.
    Postgres(PgConnection),
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
}

impl Sql {
    /// Connects.
    pub fn open(url: &str) -> Self {
        match url.strip_prefix("sqlite://") {
            Some(path) => Self::Sqlite(SqliteConnection::establish(path).expect("SQLite")),
            None => Self::Postgres(PgConnection::establish(url).expect("PostgreSQL")),
        }
    }

    /// Runs one statement; tells how many rows it changed.
    pub fn run(&mut self, sql: &str) -> usize {
        let query = diesel::sql_query(sql);
        match self {
            Self::Sqlite(conn) => query.execute(conn),
            Self::Postgres(conn) => query.execute(conn),
        }
        .unwrap_or_else(|error| panic!("{error}: {sql}"))
    }

    /// Reads rows.
    pub fn rows<T>(&mut self, sql: &str) -> Vec<T>
    where
        T: QueryableByName<diesel::sqlite::Sqlite> + QueryableByName<diesel::pg::Pg> + 'static,
    {
        let query = diesel::sql_query(sql);
        match self {
            Self::Sqlite(conn) => query.load(conn),
            Self::Postgres(conn) => query.load(conn),
        }
        .unwrap_or_else(|error| panic!("{error}: {sql}"))
    }

    /// The table's columns.
    fn columns(&mut self, table: &str) -> Vec<String> {
        let sql = match self {
            Self::Sqlite(_) => format!("SELECT name FROM pragma_table_info('{table}')"),
            Self::Postgres(_) => format!(
                "SELECT column_name::text AS name FROM information_schema.columns
                 WHERE table_schema = 'public' AND table_name = '{table}'"
            ),
        };
        self.rows::<Column>(&sql).into_iter().map(|column| column.name).collect()
    }

    /// Copies the rows of `table` that meet `like` once for each number. `set` names the columns that
    /// differ and what they hold, in terms of `n.i`, the number; `without` is filled by the database.
    /// Tells how many rows that made.
    pub fn copy(
        &mut self,
        table: &str,
        like: &str,
        numbers: RangeInclusive<u64>,
        without: &str,
        set: &[(&str, String)],
    ) -> usize {
        let mut columns = self.columns(table);
        columns.retain(|column| column != without);
        let value = |column: &String| {
            let set = set.iter().find(|(name, _)| name == column);
            set.map_or_else(|| column.clone(), |(_, value)| value.clone())
        };
        let values: Vec<String> = columns.iter().map(value).collect();
        let (columns, values) = (columns.join(", "), values.join(", "));
        let (mut first, mut copied) = (*numbers.start(), 0);
        while first <= *numbers.end() {
            let last = numbers.end().min(&(first + BATCH - 1)).to_owned();
            let series = match self {
                Self::Sqlite(_) => format!(
                    "(WITH RECURSIVE s(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM s WHERE i < {last})
                      SELECT i FROM s) AS n"
                ),
                Self::Postgres(_) => format!("generate_series({first}, {last}) AS n(i)"),
            };
            copied += self.run(&format!(
                "INSERT INTO {table} ({columns}) SELECT {values} FROM {series} CROSS JOIN {table} WHERE {like}"
            ));
            first = last + 1;
        }
        copied
    }

    /// What the id of a copy is in SQL.
    pub fn hex(&self, prefix: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("'{prefix}' || printf('%012x', n.i)"),
            Self::Postgres(_) => format!("'{prefix}' || lpad(to_hex(n.i), 12, '0')"),
        }
    }

    /// Copies a wish, without its events; `set` as in [`Sql::copy`].
    pub fn copy_wishes(&mut self, like: &str, numbers: RangeInclusive<u64>, set: &[(&str, String)]) {
        let mut all = vec![("id", self.hex(WISH))];
        all.extend_from_slice(set);
        self.copy("wishes", &format!("id = '{like}'"), numbers, "number", &all);
    }

    /// Copies a volunteer.
    pub fn copy_volunteers(&mut self, like: &str, numbers: RangeInclusive<u64>) {
        let id = self.hex(VOLUNTEER);
        self.copy("claimants", &format!("id = '{like}'"), numbers, "", &[("id", id)]);
    }
}

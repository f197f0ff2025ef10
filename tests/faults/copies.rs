//! Many rows at once: copies of a row that the API made, so that they are valid rows, written in SQL.

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection,
    sql_types::Text,
};
use std::ops::RangeInclusive;

/// How many rows a transaction writes.
const BATCH: u64 = 50_000;

/// The ids of copied wishes begin so; their number follows.
pub const WISH: &str = "01990000-0000-7000-8000-";
const VOLUNTEER: &str = "01990000-0000-7000-8001-";
const RESIDENT: &str = "01990000-0000-7000-8003-";
const HOUSEHOLD: &str = "01990000-0000-7000-8004-";
/// So many wishes in a row are one resident's.
pub const WISHES_EACH: u64 = 3;

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
            Some(path) => {
                let mut conn = SqliteConnection::establish(path).expect("SQLite");
                // The server writes as well: its jobs do not wait until somebody asks for something.
                conn.batch_execute("PRAGMA busy_timeout = 60000").expect("a setting");
                Self::Sqlite(conn)
            }
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
        self.hex_of(prefix, "n.i")
    }

    fn hex_of(&self, prefix: &str, number: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("'{prefix}' || printf('%012x', {number})"),
            Self::Postgres(_) => format!("'{prefix}' || lpad(to_hex({number}), 12, '0')"),
        }
    }

    /// Copies the resident of a wish, in a household each, so that there are enough for so many wishes; whom a wish is
    /// for, for [`Sql::copy_wishes`]. `at` says where they live, in terms of `n.i`. What is sealed of them does not open.
    pub fn copy_residents(&mut self, like: &str, wishes: u64, at: &str) -> (&'static str, String) {
        let numbers = 0..=wishes / WISHES_EACH;
        let (resident, household) = (self.hex(RESIDENT), self.hex(HOUSEHOLD));
        let (place, nothing) = (("organisation_id", at.to_owned()), "NULL".to_owned());
        let of = format!("(SELECT beneficiary_id FROM wishes WHERE id = '{like}')");
        let own = format!("id = (SELECT household_id FROM beneficiaries WHERE id = {of})");
        self.copy("households", &own, numbers.clone(), "", &[("id", household.clone()), place.clone()]);
        let set = [("id", resident.clone()), ("household_id", household), place];
        let set = [&set[..], &[("phone_index", nothing.clone()), ("id_number_index", nothing)]].concat();
        self.copy("beneficiaries", &format!("id = {of}"), numbers.clone(), "", &set);
        let key = [("beneficiary_id", resident)];
        self.copy("data_keys", &format!("beneficiary_id = {of}"), numbers, "", &key);
        ("beneficiary_id", self.hex_of(RESIDENT, &format!("(n.i / {WISHES_EACH})")))
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

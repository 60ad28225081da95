//! The entries of state in a file, as a service keeps them beside the log: each with a checksum, which is looked at.

use std::path::Path;

use rusqlite::Connection;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

pub(crate) struct Copy {
    connection: Connection,
}

impl Copy {
    pub(crate) fn create(path: &Path) -> Self {
        let connection = Connection::open(path).expect("a file");
        connection
            .execute_batch(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;
                 CREATE TABLE entries (key BLOB PRIMARY KEY, value BLOB NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID; BEGIN",
            )
            .expect("a table");
        Self { connection }
    }

    pub(crate) fn write(&mut self, changes: dedup::Changes) {
        let mut put = self
            .connection
            .prepare_cached("INSERT OR REPLACE INTO entries VALUES (?1, ?2, ?3)")
            .expect("SQL");
        let mut delete = self.connection.prepare_cached("DELETE FROM entries WHERE key = ?1").expect("SQL");
        for (key, value) in changes {
            match value {
                Some(value) => put.execute((&key, &value, sum(&key, &value))).expect("written"),
                None => delete.execute([key]).expect("deleted"),
            };
        }
    }

    pub(crate) fn close(self) {
        self.connection.execute_batch("COMMIT").expect("written");
    }
}

/// Reads all entries of a file.
pub(crate) fn each(path: &Path, mut take: impl FnMut(&[u8], &[u8])) {
    let connection = Connection::open(path).expect("a file");
    let mut statement = connection.prepare("SELECT key, value, sum FROM entries").expect("SQL");
    let mut rows = statement.query([]).expect("rows");
    while let Some(row) = rows.next().expect("a row") {
        let blob = |place: usize| row.get_ref(place).expect("a column").as_blob().expect("bytes");
        let (key, value) = (blob(0), blob(1));
        assert_eq!(row.get::<_, i64>(2).expect("a sum"), sum(key, value), "a damaged entry");
        take(key, value);
    }
}

fn sum(key: &[u8], value: &[u8]) -> i64 {
    xxh3_64_with_seed(value, xxh3_64(key)).cast_signed()
}

//! One partition's state as a file on this machine's disk: so much of it need not be read from Kafka at a restart.
//!
//! The file is a database that one process holds at a time. It stands for a place in the state topic: all that is
//! committed up to there. When in doubt it is thrown away, for the topic has everything.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::changes::Changes;
use super::place::Place;
use super::spool::Spool;

/// The version of the tables below. Another one is thrown away.
const VERSION: i64 = 2;

/// How long to wait for a file that another process is about to close.
const BUSY_TIMEOUT: Duration = Duration::from_secs(1);

/// `sum` is over key and value, since a database does not see that a disk has changed a row; `place` holds one row at
/// the most, `as_of` in milliseconds; `staged` has changes in the order in which they were made while they are sorted.
const TABLES: &str = "
CREATE TABLE entries (key BLOB PRIMARY KEY, value BLOB NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE place (id INTEGER PRIMARY KEY, last INTEGER NOT NULL, witness INTEGER NOT NULL, as_of INTEGER NOT NULL);
CREATE TABLE staged (id INTEGER PRIMARY KEY, key BLOB NOT NULL, value BLOB);
";

/// The last change of each key that is staged, by key. Keys alone are sorted: a database sorts much in a file of its own,
/// outside the data directory.
const LATEST_STAGED: &str = "
SELECT staged.key, staged.value FROM (SELECT key, max(id) AS id FROM staged GROUP BY key ORDER BY key) AS latest
CROSS JOIN staged ON staged.id = latest.id";

/// The file, held by this process.
pub(in crate::kafka) struct Copy {
    connection: Connection,
    path: PathBuf,
    /// Changes that wait to be sorted in.
    spool: Option<Spool>,
}

/// A copy is of no use.
#[derive(Debug, thiserror::Error)]
pub(in crate::kafka) enum CopyError {
    /// The database can't be read or written.
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
    /// The file of what waits to be sorted in can't be read or written.
    #[error(transparent)]
    Spool(#[from] std::io::Error),
    /// An entry is not what was written.
    #[error("an entry is damaged")]
    Damaged,
}

impl Copy {
    /// Opens or makes the file; none when another process holds it.
    ///
    /// # Errors
    /// When the file can't be made.
    pub(in crate::kafka) fn open(path: &Path) -> Result<Option<Self>, CopyError> {
        match Self::try_open(path) {
            Ok(copy) => Ok(Some(copy)),
            Err(error) if is_busy(&error) => Ok(None),
            Err(error) => {
                tracing::info!("the copy {} is of no use and made anew: {error}", path.display());
                remove(path);
                Ok(Some(Self::try_open(path)?))
            }
        }
    }

    fn try_open(path: &Path) -> rusqlite::Result<Self> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // What a power cut takes away is read from the topic again.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "journal_size_limit", 16 << 20)?;
        // From here on the file is ours.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version != VERSION {
            let tables: i64 =
                transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
            if tables > 0 {
                return Err(rusqlite::Error::InvalidQuery);
            }
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
        }
        transaction.commit()?;
        Ok(Self { connection, path: path.to_owned(), spool: None })
    }

    /// What the file stands for; none when it is empty.
    pub(in crate::kafka) fn place(&self) -> Result<Option<Place>, CopyError> {
        let place = |row: &rusqlite::Row<'_>| {
            let (last, witness): (i64, i64) = (row.get(0)?, row.get(1)?);
            let as_of = Timestamp::from_millisecond(row.get(2)?).unwrap_or(Timestamp::MIN);
            Ok(Place { last: last.cast_unsigned(), witness: witness.cast_unsigned(), as_of })
        };
        Ok(self.connection.query_row("SELECT last, witness, as_of FROM place", [], place).optional()?)
    }

    /// Hands out all entries.
    ///
    /// # Errors
    /// The outer one when the file can't be read, the inner one is that of `take`.
    pub(in crate::kafka) fn each<E>(
        &self,
        mut take: impl FnMut(&[u8], &[u8]) -> Result<(), E>,
    ) -> Result<Result<(), E>, CopyError> {
        let mut statement = self.connection.prepare("SELECT key, value, sum FROM entries")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let blob = |place| row.get_ref(place)?.as_blob().map_err(|_| CopyError::Damaged);
            let (key, value) = (blob(0)?, blob(1)?);
            if row.get::<_, i64>(2)? != sum(key, value) {
                return Err(CopyError::Damaged);
            }
            if let Err(error) = take(key, value) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }

    /// Takes changes in, up to `place` where that is known, after those that are staged.
    ///
    /// Changes may be ahead of the place: the topic is read from the place on, and tells the same again.
    ///
    /// # Errors
    /// When the file can't be written: it is as it was.
    pub(in crate::kafka) fn write(
        &mut self,
        changes: &Changes,
        place: Option<&Place>,
    ) -> Result<(), CopyError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut put = transaction.prepare_cached("INSERT OR REPLACE INTO entries VALUES (?1, ?2, ?3)")?;
            let mut delete = transaction.prepare_cached("DELETE FROM entries WHERE key = ?1")?;
            let mut change = |key: &[u8], value: Option<&[u8]>| match value {
                Some(value) => put.execute((key, value, sum(key, value))),
                None => delete.execute([key]),
            };
            // Both in the order of the table: neighbours share a page.
            if let Some(spool) = &mut self.spool {
                let mut stage = transaction.prepare("INSERT INTO staged (key, value) VALUES (?1, ?2)")?;
                spool.each(|key, value| stage.execute((key, value)).map(drop).map_err(CopyError::from))?;
                let mut staged = transaction.prepare(LATEST_STAGED)?;
                let mut rows = staged.query([])?;
                while let Some(row) = rows.next()? {
                    let (key, value) = (row.get_ref(0)?, row.get_ref(1)?);
                    let key = key.as_blob().map_err(|_| CopyError::Damaged)?;
                    change(key, value.as_blob_or_null().map_err(|_| CopyError::Damaged)?)?;
                }
            }
            for (key, value) in changes.latest() {
                change(key, value)?;
            }
            if self.spool.is_some() {
                transaction.execute("DELETE FROM staged", [])?;
            }
            if let Some(Place { last, witness, as_of }) = place {
                let row = (last.cast_signed(), witness.cast_signed(), as_of.as_millisecond());
                transaction
                    .prepare_cached("INSERT OR REPLACE INTO place VALUES (1, ?1, ?2, ?3)")?
                    .execute(row)?;
            }
        }
        transaction.commit()?;
        self.spool = None;
        Ok(())
    }

    /// Puts changes down as they come, without sorting them in: that is done once for all, by the next
    /// [`Copy::write`].
    ///
    /// # Errors
    /// When the file can't be written.
    pub(in crate::kafka) fn stage(&mut self, changes: &Changes) -> Result<(), CopyError> {
        let spool = match &mut self.spool {
            Some(spool) => spool,
            none => none.insert(Spool::create(&self.path.with_extension("spool"))?),
        };
        Ok(spool.add(changes)?)
    }

    /// Whether it has no entries.
    ///
    /// # Errors
    /// When the file can't be read.
    pub(in crate::kafka) fn is_empty(&self) -> Result<bool, CopyError> {
        let some = "SELECT EXISTS (SELECT 1 FROM entries) OR EXISTS (SELECT 1 FROM place)";
        Ok(!self.connection.query_row(some, [], |row| row.get::<_, bool>(0))?)
    }

    /// Closes the file and removes it.
    pub(in crate::kafka) fn discard(self) {
        drop(self.connection);
        remove(&self.path);
    }

    /// The file's name.
    pub(in crate::kafka) fn path(&self) -> &Path {
        &self.path
    }
}

fn sum(key: &[u8], value: &[u8]) -> i64 {
    xxh3_64_with_seed(value, xxh3_64_with_seed(key, 0)).cast_signed()
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Removes the file, and what a database keeps beside it.
fn remove(path: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        // It may not be there; what can't be removed can't be opened either, and that is told.
        let _ = std::fs::remove_file(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn changes<const N: usize>(entries: [(&str, Option<&str>); N]) -> Changes {
        let mut changes = Changes::default();
        for (key, value) in entries {
            changes.push(key.as_bytes(), value.map(str::as_bytes));
        }
        changes
    }

    fn entries(copy: &Copy) -> BTreeMap<String, String> {
        let mut entries = BTreeMap::new();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let done = copy.each(|key, value| {
            entries.insert(text(key), text(value));
            Ok::<(), ()>(())
        });
        done.unwrap().unwrap();
        entries
    }

    fn place() -> Place {
        Place { last: 7, witness: u64::MAX, as_of: "2026-01-01T12:00:00Z".parse().unwrap() }
    }

    #[test]
    fn a_copy_keeps_what_it_took_until_it_is_discarded() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("0.sqlite");
        {
            let mut copy = Copy::open(&path).unwrap().unwrap();
            assert_eq!(copy.place().unwrap(), None);
            copy.write(&changes([("a", Some("1")), ("b", Some("2"))]), None).unwrap();
            copy.write(&changes([("a", Some("3")), ("b", None)]), Some(&place())).unwrap();
        }
        let copy = Copy::open(&path).unwrap().unwrap();
        assert_eq!(entries(&copy), BTreeMap::from([("a".into(), "3".into())]));
        assert_eq!(copy.place().unwrap(), Some(place()));
        assert!(!copy.is_empty().unwrap());
        copy.discard();
        let copy = Copy::open(&path).unwrap().unwrap();
        assert!(copy.is_empty().unwrap());
    }

    #[test]
    fn what_is_staged_is_sorted_in_with_the_next_write_and_before_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("0.sqlite");
        let mut copy = Copy::open(&path).unwrap().unwrap();
        copy.stage(&changes([("b", Some("1")), ("a", Some("1")), ("c", Some("1"))])).unwrap();
        copy.stage(&changes([("a", Some("2")), ("c", None), ("d", Some(""))])).unwrap();
        assert!(entries(&copy).is_empty());
        copy.write(&changes([("b", Some("3"))]), Some(&place())).unwrap();
        let expected = [("a", "2"), ("b", "3"), ("d", "")].map(|(key, value)| (key.into(), value.into()));
        assert_eq!(entries(&copy), BTreeMap::from(expected));
        copy.stage(&changes([("e", Some("1"))])).unwrap();
        drop(copy);
        let mut copy = Copy::open(&path).unwrap().unwrap();
        copy.write(&changes([]), None).unwrap();
        assert_eq!(entries(&copy).len(), 3, "what a process left behind before it was sorted in is not");
    }

    #[test]
    fn one_holds_it_at_a_time_and_what_is_no_copy_is_made_anew() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("0.sqlite");
        std::fs::write(&path, "not a database, but long enough to be looked at as if it were one").unwrap();
        let held = Copy::open(&path).unwrap().unwrap();
        assert!(Copy::open(&path).unwrap().is_none());
        drop(held);
        assert!(Copy::open(&path).unwrap().is_some());
    }

    #[test]
    fn a_row_that_the_disk_has_changed_is_no_entry() {
        let dir = tempfile::tempdir().unwrap();
        let mut copy = Copy::open(&dir.path().join("0.sqlite")).unwrap().unwrap();
        copy.write(&changes([("a", Some("1"))]), None).unwrap();
        copy.connection.execute("UPDATE entries SET value = CAST('2' AS BLOB)", []).unwrap();
        let read = copy.each(|_, _| Ok::<(), ()>(()));
        assert!(matches!(read, Err(CopyError::Damaged)), "{read:?}");
    }
}

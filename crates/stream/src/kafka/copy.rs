//! One partition's state as a file on this machine's disk: so much of it need not be read from Kafka at a restart.
//!
//! The file is a database that one process holds at a time. It stands for a place in the state topic: all that is
//! committed up to there. When in doubt it is thrown away, for the topic has everything.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior};

/// Changes of state by the runner's keys, in the order in which they were made: many, in little memory.
#[derive(Default)]
pub(super) struct Changes {
    /// Keys and values, one after the other.
    bytes: Vec<u8>,
    /// Where each key begins, where its value does, and whether there is one: none deletes.
    places: Vec<(usize, usize, bool)>,
}

impl Changes {
    pub(super) fn push(&mut self, key: &[u8], value: Option<&[u8]>) {
        let at = self.bytes.len();
        self.bytes.extend_from_slice(key);
        self.places.push((at, self.bytes.len(), value.is_some()));
        self.bytes.extend_from_slice(value.unwrap_or_default());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The bytes of keys and values, and what it takes to tell them apart.
    pub(super) fn weight_bytes(&self) -> usize {
        self.bytes.len() + self.places.len() * size_of::<(usize, usize, bool)>()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        let ends = self.places.iter().skip(1).map(|(next, ..)| *next).chain([self.bytes.len()]);
        self.places.iter().zip(ends).map(|(&(key, value, is_there), end)| {
            let value = (self.bytes.get(value..end).unwrap_or_default(), value);
            (self.bytes.get(key..value.1).unwrap_or_default(), is_there.then_some(value.0))
        })
    }

    /// The last change of each key, by key.
    fn latest(&self) -> Vec<(&[u8], Option<&[u8]>)> {
        let mut changes: Vec<_> = self.iter().collect();
        // Stable: changes of one key stay in order.
        changes.sort_by_key(|(key, _)| *key);
        changes.reverse();
        changes.dedup_by_key(|(key, _)| *key);
        changes.reverse();
        changes
    }
}

/// The version of the tables below. Another one is thrown away.
const VERSION: i64 = 1;

/// How long to wait for a file that another process is about to close.
const BUSY_TIMEOUT: Duration = Duration::from_secs(1);

/// `place` holds one row at the most; `as_of` in milliseconds.
const TABLES: &str = "
CREATE TABLE entries (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE place (id INTEGER PRIMARY KEY, last INTEGER NOT NULL, key BLOB NOT NULL, hash INTEGER NOT NULL,
  as_of INTEGER NOT NULL);
";

/// A place in a partition of a state topic, known by the last record before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// That record's offset.
    pub(super) last: u64,
    /// That record's key.
    pub(super) key: Vec<u8>,
    /// Over that record's key and value.
    pub(super) hash: u64,
    /// Whatever is behind it was written later than this.
    pub(super) as_of: Timestamp,
}

impl Place {
    /// The place behind a record, as of then.
    pub(super) fn behind(last: u64, key: &[u8], value: Option<&[u8]>, as_of: Timestamp) -> Self {
        Self { last, key: key.to_vec(), hash: hash_of(key, value), as_of }
    }

    /// Whether what is missing here can be had from a topic that holds the offsets from `start` to before `end`, and
    /// keeps tombstones for so long.
    ///
    /// Without knowing how long, only when nothing but the end of this place's own transaction follows.
    pub(super) fn is_in_reach(&self, start: u64, end: u64, now: Timestamp, kept: Option<Duration>) -> bool {
        if !(start..end).contains(&self.last) {
            return false;
        }
        let nothing_follows = end - self.last <= 2;
        let age = now.duration_since(self.as_of);
        // Clocks go wrong: half is enough. One that was set back says nothing.
        let young =
            kept.and_then(|kept| SignedDuration::try_from(kept / 2).ok()).is_some_and(|kept| age < kept);
        nothing_follows || (young && age >= SignedDuration::ZERO)
    }
}

pub(super) fn hash_of(key: &[u8], value: Option<&[u8]>) -> u64 {
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    hash.update(&key.len().to_le_bytes());
    hash.update(key);
    if let Some(value) = value {
        hash.update(&[1]);
        hash.update(value);
    }
    hash.digest()
}

/// The file, held by this process.
pub(super) struct Copy {
    connection: Connection,
    path: PathBuf,
}

impl Copy {
    /// Opens or makes the file; none when another process holds it.
    ///
    /// # Errors
    /// When the file can't be made.
    pub(super) fn open(path: &Path) -> rusqlite::Result<Option<Self>> {
        match Self::try_open(path) {
            Ok(copy) => Ok(Some(copy)),
            Err(error) if is_busy(&error) => Ok(None),
            Err(error) => {
                tracing::info!("the copy {} is of no use and made anew: {error}", path.display());
                remove(path);
                Self::try_open(path).map(Some)
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
        Ok(Self { connection, path: path.to_owned() })
    }

    /// What the file stands for; none when it is empty.
    pub(super) fn place(&self) -> rusqlite::Result<Option<Place>> {
        let place = |row: &rusqlite::Row<'_>| {
            let last: i64 = row.get(0)?;
            let hash: i64 = row.get(2)?;
            let as_of = Timestamp::from_millisecond(row.get(3)?).unwrap_or(Timestamp::MIN);
            Ok(Place { last: last.cast_unsigned(), key: row.get(1)?, hash: hash.cast_unsigned(), as_of })
        };
        self.connection.query_row("SELECT last, key, hash, as_of FROM place", [], place).optional()
    }

    /// Hands out all entries.
    ///
    /// # Errors
    /// The outer one when the file can't be read, the inner one is that of `take`.
    pub(super) fn each<E>(
        &self,
        mut take: impl FnMut(&[u8], &[u8]) -> Result<(), E>,
    ) -> rusqlite::Result<Result<(), E>> {
        let mut statement = self.connection.prepare("SELECT key, value FROM entries")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (key, value) = (row.get_ref(0)?, row.get_ref(1)?);
            if let Err(error) = take(key.as_blob()?, value.as_blob()?) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }

    /// Takes changes in, up to `place` where that is known.
    ///
    /// Changes may be ahead of the place: the topic is read from the place on, and tells the same again.
    pub(super) fn write(&mut self, changes: &Changes, place: Option<&Place>) -> rusqlite::Result<()> {
        // In the order of the table: neighbours share a page.
        let latest = changes.latest();
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut put = transaction.prepare_cached("INSERT OR REPLACE INTO entries VALUES (?1, ?2)")?;
            let mut delete = transaction.prepare_cached("DELETE FROM entries WHERE key = ?1")?;
            for (key, value) in latest {
                match value {
                    Some(value) => put.execute((key, value))?,
                    None => delete.execute([key])?,
                };
            }
            if let Some(Place { last, key, hash, as_of }) = place {
                let row = (last.cast_signed(), key, hash.cast_signed(), as_of.as_millisecond());
                transaction
                    .prepare_cached("INSERT OR REPLACE INTO place VALUES (1, ?1, ?2, ?3, ?4)")?
                    .execute(row)?;
            }
        }
        transaction.commit()
    }

    /// Empties the file.
    pub(super) fn clear(&mut self) -> rusqlite::Result<()> {
        self.connection.execute_batch("BEGIN IMMEDIATE; DELETE FROM place; DELETE FROM entries; COMMIT")
    }

    /// The file's name.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Removes the file, and what a database keeps beside it.
pub(super) fn remove(path: &Path) {
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

    #[test]
    fn of_changes_of_a_key_the_last_one_counts() {
        let changes =
            changes([("b", Some("1")), ("a", Some("")), ("b", None), ("c", Some("2")), ("a", Some("3"))]);
        let text = |(key, value): (&[u8], Option<&[u8]>)| {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            (text(key), value.map(text))
        };
        let expected = [("a", Some("3")), ("b", None), ("c", Some("2"))];
        let expected = expected.map(|(key, value)| (key.to_owned(), value.map(str::to_owned)));
        assert_eq!(changes.latest().into_iter().map(text).collect::<Vec<_>>(), expected);
        assert_eq!(changes.iter().nth(1).map(text), Some(("a".into(), Some(String::new()))));
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

    fn noon() -> Timestamp {
        "2026-01-01T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_copy_keeps_what_it_took_until_it_is_cleared() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("0.sqlite");
        let place = Place::behind(7, b"b", None, noon());
        {
            let mut copy = Copy::open(&path).unwrap().unwrap();
            assert_eq!(copy.place().unwrap(), None);
            copy.write(&changes([("a", Some("1")), ("b", Some("2"))]), None).unwrap();
            copy.write(&changes([("a", Some("3")), ("b", None)]), Some(&place)).unwrap();
        }
        let mut copy = Copy::open(&path).unwrap().unwrap();
        assert_eq!(entries(&copy), BTreeMap::from([("a".into(), "3".into())]));
        assert_eq!(copy.place().unwrap(), Some(place));
        copy.clear().unwrap();
        assert_eq!((entries(&copy).len(), copy.place().unwrap()), (0, None));
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
    fn a_place_is_in_reach_while_no_tombstone_can_be_missed() {
        let hour = Duration::from_secs(3_600);
        let place = Place::behind(10, b"k", Some(b"v"), noon());
        let later = |minutes: i64| noon() + SignedDuration::from_mins(minutes);
        let reach = |start, end, minutes, kept| place.is_in_reach(start, end, later(minutes), kept);
        assert!(reach(0, 50, 29, Some(hour)));
        assert!(!reach(0, 50, 31, Some(hour)), "tombstones may be gone");
        assert!(!reach(0, 50, 29, None), "nobody knows how long they are kept");
        assert!(!reach(0, 50, -1, Some(hour)), "the clock was set back");
        assert!(reach(0, 12, 1_000_000, None), "nothing was written since but the end of its transaction");
        assert!(!reach(11, 50, 1, Some(hour)), "the log begins behind it");
        assert!(!reach(0, 10, 1, Some(hour)), "the log is another one");
    }

    #[test]
    fn a_tombstone_is_no_empty_value() {
        assert_ne!(hash_of(b"k", None), hash_of(b"k", Some(b"")));
        assert_ne!(hash_of(b"k", Some(b"v")), hash_of(b"kv", Some(b"")));
    }
}

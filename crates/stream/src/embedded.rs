//! The log in one SQLite file, for one process: the default.
//!
//! `khabar.db` in the data directory, in WAL mode with `synchronous=FULL`: what is committed survives
//! a kill and a power cut. One *runner* holds the file ([`Store::open_as_runner`], a lock beside it);
//! other commands read and append beside it in short transactions ([`Store::open`]).
//!
//! - `layout` is the file's tables and their version.
//! - `log` writes and reads records in them.
//! - `backend` is the [`crate::backend::Backend`] of one stage; `access` the reader and appender.
//! - `retention` keeps the file bounded.
//!
//! A record's row id is its place: topic, partition and offset in one number, so that a partition is
//! one run of the file's tree, appended at its end and dropped from its start.

mod access;
mod backend;
mod layout;
mod lock;
mod log;
mod retention;

use std::collections::HashMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::backend::Backend;
use crate::fault::{Fault, FaultKind};
use crate::signal::Signal;
use crate::topics::Catalogue;

pub use access::{EmbeddedAppender, EmbeddedReader};
pub use retention::Swept;

/// The name of the file in the data directory.
pub const FILE_NAME: &str = "khabar.db";

/// How the file is opened and kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How long a transaction waits for another to end.
    pub busy_timeout_ms: u64,
    /// How much of the file each stage keeps in memory.
    pub cache_kib: u32,
    /// How long replaced records of compacted topics are still there to be read.
    pub compaction_lag_ms: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { busy_timeout_ms: 10_000, cache_kib: 8 * 1024, compaction_lag_ms: 24 * 60 * 60 * 1000 }
    }
}

/// The embedded log of a data directory.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    catalogue: Catalogue,
    settings: Settings,
    /// Who is told when a topic has new records.
    subscribers: Mutex<HashMap<String, Vec<Signal>>>,
    /// Which file it is on its disk, whatever stands under its path later.
    inode: OnceLock<u64>,
    /// Held as long as the store is, by its runner.
    _lock: Option<lock::Lock>,
}

impl Store {
    /// Opens, or makes, the store in `dir` to run stages on it.
    ///
    /// # Errors
    /// [`FaultKind::Misconfigured`] when another runner holds it (and which), when it was written by a
    /// newer version or is no store of khabar's, and when it can't be read or written.
    pub fn open_as_runner(dir: &Path, catalogue: Catalogue, settings: Settings) -> Result<Arc<Self>, Fault> {
        make_dir(dir)?;
        let lock = lock::Lock::of_runner(dir)?;
        Self::open_with(dir, catalogue, settings, Some(lock))
    }

    /// Opens, or makes, the store in `dir` to read and append beside a runner.
    ///
    /// # Errors
    /// As above, but for the runner.
    pub fn open(dir: &Path, catalogue: Catalogue, settings: Settings) -> Result<Arc<Self>, Fault> {
        make_dir(dir)?;
        Self::open_with(dir, catalogue, settings, None)
    }

    fn open_with(
        dir: &Path,
        catalogue: Catalogue,
        settings: Settings,
        lock: Option<lock::Lock>,
    ) -> Result<Arc<Self>, Fault> {
        let path = dir.join(FILE_NAME);
        let store = Self {
            path,
            catalogue,
            settings,
            subscribers: Mutex::default(),
            inode: OnceLock::new(),
            _lock: lock,
        };
        // What is not a store is left as it is.
        let file = store.open_file()?;
        // In one transaction: another process may be making the tables right now.
        let snapshot = file.unchecked_transaction().map_err(|error| fault_of(&store.path, &error))?;
        layout::recognise(&snapshot, &store.path)?;
        drop(snapshot);
        let mut connection = store.connect_raw()?;
        layout::prepare(&mut connection, &store.catalogue, &store.path)?;
        if let Ok(file) = std::fs::metadata(&store.path) {
            store.inode.get_or_init(|| file.ino());
        }
        Ok(Arc::new(store))
    }

    /// The backend of `stage`, which reads the topic `input`. `signal` rings when there may be more.
    ///
    /// # Errors
    /// When the file can't be opened or there is no such topic.
    pub fn backend(
        self: &Arc<Self>,
        stage: &str,
        input: &str,
        signal: Signal,
    ) -> Result<Box<dyn Backend>, Fault> {
        Ok(Box::new(backend::EmbeddedBackend::open(Arc::clone(self), stage, input, signal)?))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn open_file(&self) -> Result<Connection, Fault> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || -> rusqlite::Result<Connection> {
            let connection = Connection::open_with_flags(&self.path, flags)?;
            connection.busy_timeout(Duration::from_millis(self.settings.busy_timeout_ms))?;
            Ok(connection)
        };
        open().map_err(|error| fault_of(&self.path, &error))
    }

    fn connect_raw(&self) -> Result<Connection, Fault> {
        let connection = self.open_file()?;
        let set_up = || -> rusqlite::Result<()> {
            connection.pragma_update(None, "journal_mode", "wal")?;
            connection.pragma_update(None, "synchronous", "full")?;
            connection.pragma_update(None, "cache_size", -i64::from(self.settings.cache_kib))?;
            // A large transaction must not leave a large WAL behind for good.
            connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
            connection.set_prepared_statement_cache_capacity(64);
            Ok(())
        };
        set_up().map_err(|error| fault_of(&self.path, &error))?;
        Ok(connection)
    }

    /// Checks that the file is still the one that was opened: what is written to a file that was removed
    /// is seen by nobody, and lost when this process ends.
    fn check_file(&self) -> Result<(), Fault> {
        let now = std::fs::metadata(&self.path).ok().map(|file| file.ino());
        if now == self.inode.get().copied() {
            return Ok(());
        }
        let path = self.path.display();
        let message = format!(
            "the store {path} was removed or replaced while it was in use: put it back, or start again to begin anew"
        );
        Err(Fault::new(FaultKind::Misconfigured, message))
    }

    fn connect(&self) -> Result<log::Log, Fault> {
        log::Log::open(self.connect_raw()?, &self.path, &self.catalogue)
    }

    fn subscribe(&self, topic: &str, signal: Signal) {
        let mut subscribers = self.subscribers.lock().unwrap_or_else(PoisonError::into_inner);
        let subscribers = subscribers.entry(topic.to_owned()).or_default();
        // Readers come and go.
        subscribers.retain(|signal| !signal.is_forgotten());
        subscribers.push(signal);
    }

    fn announce<'a>(&self, topics: impl Iterator<Item = &'a str>) {
        let subscribers = self.subscribers.lock().unwrap_or_else(PoisonError::into_inner);
        topics.filter_map(|topic| subscribers.get(topic)).flatten().for_each(Signal::ring);
    }
}

fn make_dir(dir: &Path) -> Result<(), Fault> {
    std::fs::create_dir_all(dir).map_err(|error| {
        let message = format!(
            "the data directory {} can't be made: {error}. Choose another with `store.dir` or KHABAR_STORE__DIR",
            dir.display()
        );
        Fault::new(FaultKind::Misconfigured, message)
    })
}

/// What a failure of SQLite means for the runner.
fn fault_of(path: &Path, error: &rusqlite::Error) -> Fault {
    let code = error.sqlite_error_code();
    let path = path.display();
    let (kind, way_out) = match code {
        Some(ErrorCode::DiskFull) => (FaultKind::StorageFull, "free space on its disk, or move `store.dir`"),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed) => {
            (FaultKind::Unavailable, "another command holds it for long")
        }
        Some(ErrorCode::OperationInterrupted | ErrorCode::OperationAborted | ErrorCode::SchemaChanged) => {
            (FaultKind::Unavailable, "it passes by itself")
        }
        Some(ErrorCode::SystemIoFailure | ErrorCode::OutOfMemory) => {
            (FaultKind::Unavailable, "look at its disk")
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            (FaultKind::Misconfigured, "this user must be able to write it and its directory")
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            (FaultKind::Misconfigured, "it is not a store, or a broken one: move it away to start anew")
        }
        _ => (FaultKind::Misconfigured, "see the reason"),
    };
    Fault::new(kind, format!("the store {path}: {error}: {way_out}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::{Commit, Cursor};
    use crate::topics::CatalogueSettings;

    fn failure(code: std::ffi::c_int) -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None)
    }

    #[test]
    fn what_passes_by_itself_stops_no_stage() {
        use rusqlite::ffi;
        let path = Path::new("khabar.db");
        let passing = [ffi::SQLITE_BUSY, ffi::SQLITE_LOCKED, ffi::SQLITE_PROTOCOL, ffi::SQLITE_INTERRUPT];
        for code in passing.into_iter().chain([ffi::SQLITE_ABORT, ffi::SQLITE_SCHEMA, ffi::SQLITE_IOERR]) {
            assert_eq!(fault_of(path, &failure(code)).kind, FaultKind::Unavailable, "{code}");
        }
        for code in [ffi::SQLITE_CORRUPT, ffi::SQLITE_READONLY, ffi::SQLITE_NOTADB] {
            assert_eq!(fault_of(path, &failure(code)).kind, FaultKind::Misconfigured, "{code}");
        }
    }

    #[test]
    fn a_commit_that_failed_says_whether_anything_can_be_in_the_file() {
        use log::WriteError::{AtCommit, Before};
        use rusqlite::ffi::{SQLITE_BUSY, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_IOERR};
        let dir = tempfile::tempdir().unwrap();
        let catalogue = Catalogue::khabar(&CatalogueSettings::default());
        let store = Store::open(dir.path(), catalogue, Settings::default()).unwrap();
        let log = store.connect().unwrap();
        for code in [SQLITE_BUSY, SQLITE_FULL] {
            assert!(matches!(log.failed(&AtCommit(failure(code))), Commit::Aborted(_)), "{code}");
        }
        assert!(matches!(log.failed(&Before(failure(SQLITE_IOERR))), Commit::Aborted(_)));
        assert!(matches!(log.failed(&AtCommit(failure(SQLITE_CORRUPT))), Commit::Failed(_)));
        match log.failed(&AtCommit(failure(SQLITE_IOERR))) {
            Commit::Restore(fault) => assert_eq!(fault.kind, FaultKind::OutcomeUnknown),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn readers_that_are_gone_are_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let catalogue = Catalogue::khabar(&CatalogueSettings::default());
        let store = Store::open(dir.path(), catalogue, Settings::default()).unwrap();
        let kept = store.reader("articles", Cursor::default()).unwrap();
        for _ in 0..10 {
            store.reader("articles", Cursor::default()).unwrap();
        }
        assert_eq!(
            store.subscribers.lock().unwrap()["articles"].len(),
            2,
            "one lives, the last is not missed yet"
        );
        drop(kept);
    }
}

//! What a test knows of a backend.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use stream::backend::{Appender, Backend, Cursor, Reader};
use stream::embedded::{Settings, Store};
use stream::topics::{Catalogue, DEAD_LETTERS, TopicSpec, state_of};
use stream::{Fault, Output, Signal};

/// The stage's name.
pub(super) const STAGE: &str = "puppet";
/// The topic that the puppet reads.
pub(super) const WORK: &str = "work";
/// The topic that it writes.
pub(super) const OUT: &str = "out";
/// Partitions of each topic.
pub(super) const PARTITIONS: u32 = 2;
/// The largest record of [`OUT`].
pub(super) const MAX_OUT_BYTES: usize = 4096;
/// The largest entry of the stage's state.
pub(super) const MAX_STATE_BYTES: usize = 2048;

/// A log of one's own, with the topics above, empty.
pub(super) trait Log: Sized {
    /// Whether several processes may run the stage side by side.
    const SHARED: bool;

    fn new() -> Self;

    /// Says to another process where this log is.
    fn address(&self) -> String;

    /// The log at the address that another process gave.
    fn at(address: &str) -> Self;

    /// The stage's connection to the log, in a process of its own.
    fn backend(&self, signal: Signal) -> Result<Box<dyn Backend>, Fault>;

    /// A reader of a topic from its beginning.
    fn reader(&self, topic: &str) -> Box<dyn Reader>;

    /// Appends to the topics, all or nothing.
    fn append(&self, outputs: Vec<Output>);
}

pub(super) fn catalogue() -> Catalogue {
    let topic = |name: &str, max_record_bytes: usize| TopicSpec {
        name: name.to_owned(),
        partitions: PARTITIONS,
        compact: false,
        retention_ms: None,
        retention_bytes: None,
        drop_consumed: false,
        max_record_bytes: max_record_bytes as u64,
    };
    Catalogue::new([
        TopicSpec { drop_consumed: true, ..topic(WORK, 1 << 20) },
        topic(OUT, MAX_OUT_BYTES),
        topic(DEAD_LETTERS, 1 << 20),
        TopicSpec { compact: true, ..topic(&state_of(STAGE), MAX_STATE_BYTES) },
    ])
}

/// The embedded log. Each call opens the file anew, as another process would.
pub(super) struct Embedded {
    dir: PathBuf,
    /// Removes the directory; none where another process does.
    _own: Option<tempfile::TempDir>,
}

impl Embedded {
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    fn beside(&self) -> Arc<Store> {
        Store::open(&self.dir, catalogue(), Settings::default()).unwrap()
    }
}

impl Log for Embedded {
    const SHARED: bool = false;

    fn new() -> Self {
        let own = tempfile::tempdir().unwrap();
        Self { dir: own.path().to_owned(), _own: Some(own) }
    }

    fn address(&self) -> String {
        format!("embedded {}", self.dir.to_str().unwrap())
    }

    fn at(address: &str) -> Self {
        Self { dir: address.into(), _own: None }
    }

    fn backend(&self, signal: Signal) -> Result<Box<dyn Backend>, Fault> {
        let store = Store::open_as_runner(&self.dir, catalogue(), Settings::default())?;
        store.backend(STAGE, WORK, signal)
    }

    fn reader(&self, topic: &str) -> Box<dyn Reader> {
        Box::new(self.beside().reader(topic, Cursor::default()).unwrap())
    }

    fn append(&self, outputs: Vec<Output>) {
        self.beside().appender().unwrap().append(outputs).unwrap();
    }
}

use std::path::{Path, PathBuf};
use std::sync::Arc;

use stream::backend::{Appender, Backend, Cursor, Reader};
use stream::embedded::{Settings, Store};
use stream::{Fault, Output, Signal};

use super::{Log, STAGE, WORK, catalogue};

/// The embedded log. Each call opens the file anew, as another process would.
pub(in crate::promises) struct Embedded {
    dir: PathBuf,
    /// Removes the directory; none where another process does.
    _own: Option<tempfile::TempDir>,
}

impl Embedded {
    pub(in crate::promises) fn dir(&self) -> &Path {
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

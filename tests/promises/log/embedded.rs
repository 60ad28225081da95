use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::channel;

use stream::backend::{Appender, Backend, Cursor, Reader};
use stream::embedded::{Settings, Store};
use stream::{Fault, Output, Signal};

use super::super::workshop::PATIENCE;
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

    /// Opens the store as its runner, or says why not.
    pub(in crate::promises) fn open(&self) -> Result<Arc<Store>, Fault> {
        Store::open_as_runner(&self.dir, catalogue(), Settings::default())
    }

    /// Waits until nobody holds the store.
    fn wait_until_free(&self) {
        let (freed, free) = channel();
        let lock = self.dir.join("runner.lock");
        std::thread::spawn(move || {
            let locked = File::open(lock).and_then(|file| file.lock());
            freed.send(locked)
        });
        free.recv_timeout(PATIENCE).expect("somebody holds the store").unwrap();
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
        // While another test of this process starts a child, the child has all its open files, the lock of
        // a runner that has ended just now among them.
        let store = loop {
            match self.open() {
                Err(fault) if fault.message.contains("held by another runner") => self.wait_until_free(),
                opened => break opened?,
            }
        };
        store.backend(STAGE, WORK, signal)
    }

    fn reader(&self, topic: &str) -> Box<dyn Reader> {
        Box::new(self.beside().reader(topic, Cursor::default()).unwrap())
    }

    fn append(&self, outputs: Vec<Output>) {
        self.beside().appender().unwrap().append(outputs).unwrap();
    }
}

//! Where jobs are done, and watched.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use stream::runner::Worker;
use tokio::sync::watch;

use super::puppet::{Errand, Puppet, work};

/// How long a test waits for what must come.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// Does jobs at once, or holds them while it is closed.
pub(super) struct Workshop {
    open: watch::Sender<bool>,
    book: Mutex<Book>,
    written: Condvar,
}

/// What the workshop has seen.
#[derive(Debug, Default, Clone)]
pub(super) struct Book {
    /// Jobs in the order in which they were started.
    pub(super) started: Vec<Errand>,
    /// Jobs that run now, by order key.
    running: BTreeMap<String, usize>,
    /// The most jobs that ran at once.
    pub(super) most_at_once: usize,
    /// The most jobs of one order that ran at once.
    pub(super) most_of_one_order: usize,
}

impl Book {
    pub(super) fn running(&self) -> usize {
        self.running.values().sum()
    }
}

/// Notes that a job has ended, however it ended.
struct Running(Arc<Workshop>, String);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.write(|book| {
            if let Some(running) = book.running.get_mut(&self.1) {
                *running -= 1;
            }
        });
    }
}

impl Workshop {
    pub(super) fn opened() -> Arc<Self> {
        Arc::new(Self { open: watch::Sender::new(true), book: Mutex::default(), written: Condvar::new() })
    }

    pub(super) fn closed() -> Arc<Self> {
        let workshop = Self::opened();
        workshop.open.send_replace(false);
        workshop
    }

    /// Lets the jobs that were held, and all others, come to their end.
    pub(super) fn open(&self) {
        self.open.send_replace(true);
    }

    pub(super) fn worker(self: &Arc<Self>) -> Worker<Puppet> {
        let workshop = Arc::clone(self);
        Arc::new(move |job| {
            let workshop = Arc::clone(&workshop);
            async move {
                let _running = workshop.begin(&job);
                let mut open = workshop.open.subscribe();
                // The sender is as old as the workshop.
                let _ = open.wait_for(|open| *open).await;
                work(&job);
            }
            .boxed()
        })
    }

    pub(super) fn book(&self) -> Book {
        self.book.lock().unwrap().clone()
    }

    /// Waits until the book says so.
    pub(super) fn wait_until(&self, what: &str, so: impl Fn(&Book) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        let mut book = self.book.lock().unwrap();
        while !so(&book) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{what}: not within {PATIENCE:?}: {book:?}");
            book = self.written.wait_timeout(book, left).unwrap().0;
        }
    }

    fn begin(self: &Arc<Self>, job: &Errand) -> Running {
        self.write(|book| {
            book.started.push(job.clone());
            let of_order = book.running.entry(job.key.clone()).or_default();
            *of_order += 1;
            book.most_of_one_order = book.most_of_one_order.max(*of_order);
            book.most_at_once = book.most_at_once.max(book.running());
        });
        Running(Arc::clone(self), job.key.clone())
    }

    fn write(&self, write: impl FnOnce(&mut Book)) {
        write(&mut self.book.lock().unwrap());
        self.written.notify_all();
    }
}

//! A backend with a watch on it: what it is asked, and how long each answer takes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use stream::backend::{Backend, Commit, Polled, Room, TakeEntry, Transaction};
use stream::{Fault, Output};

/// The longest that anything here may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// What was seen so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// When partitions came.
    pub(crate) assigned_at: Option<Instant>,
    /// How often some did.
    pub(crate) assignments: u32,
    /// When the runner was ready for the first time.
    pub(crate) ready_at: Option<Instant>,
    /// When the first record was handed out.
    pub(crate) begun_at: Option<Instant>,
    /// When the last commit returned.
    pub(crate) committed_at: Option<Instant>,
    /// The next offset of each partition, as committed.
    positions: BTreeMap<u32, u64>,
    /// How many transactions were committed.
    pub(crate) commits: u32,
    /// Spent in polls since the first record.
    pub(crate) polling: Duration,
    /// Spent in commits.
    pub(crate) committing: Duration,
}

impl Seen {
    /// How many input records are committed, of an input that begins at offset 0.
    pub(crate) fn committed(&self) -> u64 {
        self.positions.values().sum()
    }
}

/// Tells what was seen, and waits for it.
#[derive(Default)]
pub(crate) struct Watch {
    seen: Mutex<Seen>,
    changed: Condvar,
}

impl Watch {
    /// Waits until it is so.
    pub(crate) fn wait_until(&self, so: impl Fn(&Seen) -> bool) -> Seen {
        let seen = self.seen.lock().expect("nobody panics with it");
        let (seen, timeout) =
            self.changed.wait_timeout_while(seen, PATIENCE, |seen| !so(seen)).expect("nobody panics with it");
        assert!(!timeout.timed_out(), "the runner did not get there within {PATIENCE:?}: {seen:?}");
        seen.clone()
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.seen.lock().expect("nobody panics with it"));
        self.changed.notify_all();
    }
}

/// The backend.
pub(crate) struct Watched {
    pub(crate) inner: Box<dyn Backend>,
    pub(crate) watch: Arc<Watch>,
}

impl Backend for Watched {
    fn partitions(&self, topic: &str) -> Option<u32> {
        self.inner.partitions(topic)
    }

    fn poll(&mut self, room: Room, paused: &BTreeSet<u32>) -> Result<Polled, Fault> {
        let started = Instant::now();
        let polled = self.inner.poll(room, paused)?;
        let now = Instant::now();
        self.watch.change(|seen| {
            if !polled.assigned.is_empty() {
                seen.assigned_at.get_or_insert(now);
                seen.assignments += 1;
            }
            if seen.begun_at.is_some() {
                seen.polling += now - started;
            } else if !polled.records.is_empty() {
                // With the poll that brought it: the peer's clock begins with its first record too.
                seen.begun_at = Some(started);
                seen.polling += now - started;
            }
        });
        Ok(polled)
    }

    fn restore(&mut self, partition: u32, entry: &mut TakeEntry<'_>) -> Result<(), Fault> {
        self.inner.restore(partition, entry)
    }

    fn write_ahead(&mut self, partition: u32, outputs: &[Output]) {
        self.inner.write_ahead(partition, outputs);
    }

    fn commit(&mut self, transaction: &Transaction) -> Commit {
        let started = Instant::now();
        let outcome = self.inner.commit(transaction);
        let now = Instant::now();
        if let Commit::Committed = outcome {
            self.watch.change(|seen| {
                let positions = transaction.steps.iter();
                seen.positions
                    .extend(positions.filter_map(|(partition, step)| Some((*partition, step.position?))));
                seen.commits += 1;
                seen.committing += now - started;
                seen.committed_at = Some(now);
            });
        }
        outcome
    }

    fn reset(&mut self) -> Result<(), Fault> {
        self.inner.reset()
    }

    fn connected(&self) -> bool {
        self.inner.connected()
    }

    fn close(&mut self) {
        self.inner.close();
    }
}

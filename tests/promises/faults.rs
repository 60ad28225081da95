//! A backend around a backend: it crashes or reports faults where a script says so, and is watched.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant;

use stream::backend::{Backend, Commit, Polled, Room, TakeEntry, Transaction};
use stream::{Fault, FaultKind, Output, Remedy};

use super::workshop::PATIENCE;

/// A step of the runner at its backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Moment {
    /// Before a poll.
    Poll,
    /// A poll has brought records.
    Polled,
    /// Before a partition's state is restored.
    Restore,
    /// The state was restored.
    Restored,
    /// Before a transaction is committed: nothing of it is in the log.
    Commit,
    /// It was committed, and the runner does not know yet.
    Committed,
    /// Before the backend starts anew.
    Reset,
}

/// Told of each moment and how many there were of it, this one included; answers with what goes wrong.
pub(super) type Script = Box<dyn FnMut(Moment, u32) -> Result<(), Fault> + Send>;

/// All goes well.
pub(super) fn fine() -> Script {
    Box::new(|_, _| Ok(()))
}

/// The process dies at the `nth` time that `moment` comes.
pub(super) fn crash_at(moment: Moment, nth: u32) -> Script {
    Box::new(move |now, count| if (now, count) == (moment, nth) { crash() } else { Ok(()) })
}

/// The process dies when it is told to.
pub(super) fn crash_when(told: &Arc<AtomicBool>) -> Script {
    let told = Arc::clone(told);
    Box::new(move |_, _| if told.load(Ordering::SeqCst) { crash() } else { Ok(()) })
}

/// The thread ends here: nothing is closed, nothing handed back.
fn crash() -> ! {
    resume_unwind(Box::new(Crash))
}

/// What a crash unwinds with.
pub(super) struct Crash;

/// A fault of `kind` each of the first `times` times that `moment` comes.
pub(super) fn fail_at(moment: Moment, times: u32, kind: FaultKind) -> Script {
    Box::new(move |now, count| match now == moment && count <= times {
        true => Err(Fault::new(kind, format!("{now:?} fails for the test"))),
        false => Ok(()),
    })
}

/// What the wrapped backend was seen to do.
#[derive(Debug, Default, Clone)]
pub(super) struct Seen {
    /// How often each moment came.
    pub(super) moments: BTreeMap<Moment, u32>,
    /// The partitions that the last poll paused.
    pub(super) paused: BTreeSet<u32>,
    /// The offsets handed out, by partition: once or again.
    pub(super) polled: BTreeMap<u32, BTreeSet<u64>>,
    /// Records handed out since the last commit.
    gathered: u64,
    /// The most records handed out between two commits.
    pub(super) most_records: u64,
    /// Records handed out before the last commit.
    pub(super) committed_records: usize,
}

impl Seen {
    pub(super) fn polled_records(&self) -> usize {
        self.polled.values().map(BTreeSet::len).sum()
    }
}

/// Where what was seen is written down.
#[derive(Debug, Default)]
pub(super) struct Watch {
    seen: Mutex<Seen>,
    written: Condvar,
}

impl Watch {
    pub(super) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until it was seen.
    pub(super) fn wait_until(&self, what: &str, so: impl Fn(&Seen) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = self.seen.lock().unwrap();
        while !so(&seen) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{what}: not within {PATIENCE:?}: {seen:?}");
            seen = self.written.wait_timeout(seen, left).unwrap().0;
        }
    }

    fn write<T>(&self, write: impl FnOnce(&mut Seen) -> T) -> T {
        let answer = write(&mut self.seen.lock().unwrap());
        self.written.notify_all();
        answer
    }
}

pub(super) struct Faulty {
    inner: Box<dyn Backend>,
    script: Script,
    watch: Arc<Watch>,
}

impl Faulty {
    pub(super) fn new(inner: Box<dyn Backend>, script: Script, watch: Arc<Watch>) -> Self {
        Self { inner, script, watch }
    }

    fn come(&mut self, moment: Moment) -> Result<(), Fault> {
        let count = self.watch.write(|seen| {
            let count = seen.moments.entry(moment).or_default();
            *count += 1;
            *count
        });
        (self.script)(moment, count)
    }
}

fn not_committed(fault: Fault) -> Commit {
    match fault.remedy() {
        Remedy::Retry => Commit::Aborted(fault),
        Remedy::Restore => Commit::Restore(fault),
        Remedy::Stop => Commit::Failed(fault),
    }
}

impl Backend for Faulty {
    fn partitions(&self, topic: &str) -> Option<u32> {
        self.inner.partitions(topic)
    }

    fn poll(&mut self, room: Room, paused: &BTreeSet<u32>) -> Result<Polled, Fault> {
        self.come(Moment::Poll)?;
        let polled = self.inner.poll(room, paused)?;
        self.watch.write(|seen| {
            seen.paused.clone_from(paused);
            for record in &polled.records {
                seen.polled.entry(record.partition).or_default().insert(record.offset);
                seen.gathered += 1;
            }
        });
        if !polled.records.is_empty() {
            self.come(Moment::Polled)?;
        }
        Ok(polled)
    }

    fn restore(&mut self, partition: u32, entry: &mut TakeEntry<'_>) -> Result<(), Fault> {
        self.come(Moment::Restore)?;
        self.inner.restore(partition, entry)?;
        self.come(Moment::Restored)
    }

    fn write_ahead(&mut self, partition: u32, outputs: &[Output]) {
        self.inner.write_ahead(partition, outputs);
    }

    fn commit(&mut self, transaction: &Transaction) -> Commit {
        if let Err(fault) = self.come(Moment::Commit) {
            return not_committed(fault);
        }
        let commit = self.inner.commit(transaction);
        if !matches!(commit, Commit::Committed) {
            return commit;
        }
        self.watch.write(|seen| {
            let gathered = std::mem::take(&mut seen.gathered);
            seen.committed_records = seen.polled_records();
            seen.most_records = seen.most_records.max(gathered);
        });
        match self.come(Moment::Committed) {
            Ok(()) => Commit::Committed,
            Err(fault) => Commit::Restore(fault),
        }
    }

    fn reset(&mut self) -> Result<(), Fault> {
        self.come(Moment::Reset)?;
        self.inner.reset()
    }

    fn connected(&self) -> bool {
        self.inner.connected()
    }

    fn close(&mut self) {
        self.inner.close();
    }
}

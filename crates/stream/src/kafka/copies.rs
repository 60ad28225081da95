//! The copies of a stage's state on this machine's disk, and the thread that writes them.
//!
//! Changes gather in memory and are written every now and then, later ones over earlier ones of the same key. What was
//! not written when a process dies is read from the topic. A copy that can't be written, or not fast enough, is given
//! up: nothing waits for it for long.

mod changes;
mod copy;
mod place;
mod spool;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};

pub(super) use changes::Changes;
pub(super) use copy::{Copy, CopyError};
pub(super) use place::{Place, Witness};

/// The copies that this process holds.
pub(super) struct Copies {
    dir: PathBuf,
    shared: Arc<Shared>,
    /// Closed when the writer has ended.
    ended: mpsc::Receiver<()>,
    /// The longest that anything here waits for the disk.
    patience: Duration,
}

/// When and how much is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub(super) interval: Duration,
    /// Of all copies together.
    pub(super) max_pending_bytes: usize,
}

struct Shared {
    pace: Pace,
    book: Mutex<Book>,
    /// Rung when there is more to do than to wait.
    due: Condvar,
    /// Rung when a copy has been written.
    written: Condvar,
}

#[derive(Default)]
struct Book {
    open: BTreeMap<u32, Open>,
    /// Partitions are being restored: nothing is written that has time.
    waiting: bool,
    /// Something waits until less pends.
    crowded: bool,
    /// Given up: closed by the writer, for that takes a while.
    gone: Vec<Copy>,
    closing: bool,
}

/// Reads all that a partition's topic has into its empty copy, and says up to where.
pub(super) type Fill = Box<dyn FnOnce(&mut Copy) -> Result<Option<Place>, String> + Send>;

struct Open {
    /// None while it is being written.
    copy: Option<Copy>,
    /// What is to be done first of all.
    fill: Option<Fill>,
    pending: Changes,
    /// It is written at once.
    urgent: bool,
    place: Option<Place>,
    since: Instant,
    /// Written once more, then let go.
    closing: bool,
}

impl Open {
    fn of(copy: Copy) -> Self {
        Self {
            copy: Some(copy),
            fill: None,
            pending: Changes::default(),
            urgent: false,
            place: None,
            since: Instant::now(),
            closing: false,
        }
    }
}

impl Copies {
    /// The copies in a folder, which is made. Nothing waits longer than `patience` for the disk.
    ///
    /// # Errors
    /// When it can't be made, or no thread.
    pub(super) fn open(dir: PathBuf, pace: Pace, patience: Duration) -> std::io::Result<Self> {
        std::fs::create_dir_all(&dir)?;
        let (due, written) = (Condvar::new(), Condvar::new());
        let shared = Arc::new(Shared { pace, book: Mutex::default(), due, written });
        let (alive, ended) = mpsc::channel::<()>();
        let writer = Arc::clone(&shared);
        std::thread::Builder::new().name("state-copies".to_owned()).spawn(move || {
            let _alive = alive;
            writer.write_until_closed();
        })?;
        Ok(Self { dir, shared, ended, patience })
    }

    /// A partition's copy, to be read; none when another process holds it or it can't be had. Nothing is written until
    /// [`Copies::go_on`], where it has time: that would take from those who wait.
    pub(super) fn take(&self, partition: u32) -> Option<Copy> {
        self.shared.book().waiting = true;
        let path = self.dir.join(format!("{partition}.sqlite"));
        if let Some(held) = self.take_back(partition) {
            if held.is_none() {
                tracing::info!("the copy {} is still being written: going without", path.display());
            }
            return held;
        }
        match Copy::open(&path) {
            Ok(Some(copy)) => return Some(copy),
            Ok(None) => {
                tracing::info!("the copy {} is held by another process: going without", path.display());
            }
            Err(error) => tracing::warn!("no copy of state in {}: {error}", path.display()),
        }
        None
    }

    /// The copy that this process held already, or none where its disk takes too long; what pends for it is in the
    /// topic too.
    fn take_back(&self, partition: u32) -> Option<Option<Copy>> {
        let is_written = |book: &mut Book| book.open.get(&partition).is_some_and(|open| open.copy.is_none());
        let book = self.shared.book();
        let waited = self.shared.written.wait_timeout_while(book, self.patience, is_written);
        let mut book = waited.unwrap_or_else(PoisonError::into_inner).0;
        book.open.remove(&partition).map(|open| open.copy)
    }

    /// From now on changes of this partition are written into its copy; first these, up to `place`. Waits while too
    /// much pends for others.
    pub(super) fn keep(&self, partition: u32, copy: Copy, pending: Changes, place: Option<Place>) {
        let half = self.shared.pace.max_pending_bytes / 2;
        let too_much = |book: &mut Book| {
            let pends = book.pending_bytes();
            // What waits has no time any more.
            book.crowded = pends > 0 && pends + pending.weight_bytes() > half;
            if book.crowded {
                self.shared.due.notify_one();
            }
            book.crowded
        };
        let waited = self.shared.written.wait_timeout_while(self.shared.book(), self.patience, too_much);
        let mut book = waited.unwrap_or_else(PoisonError::into_inner).0;
        book.crowded = false;
        let urgent = !pending.is_empty();
        book.open.insert(partition, Open { pending, urgent, place, ..Open::of(copy) });
        drop(book);
        self.shared.due.notify_one();
    }

    /// The same for an empty copy, which is filled first.
    pub(super) fn keep_and_fill(&self, partition: u32, copy: Copy, fill: Fill) {
        let open = Open { fill: Some(fill), urgent: true, ..Open::of(copy) };
        self.shared.book().open.insert(partition, open);
        self.shared.due.notify_one();
    }

    /// All are restored.
    pub(super) fn go_on(&self) {
        self.shared.book().waiting = false;
        self.shared.due.notify_one();
    }

    /// Changes were committed. Where the place is not known it stays where it was.
    pub(super) fn add<'a>(
        &self,
        partition: u32,
        changes: impl Iterator<Item = (&'a Vec<u8>, &'a Option<bytes::Bytes>)>,
        place: Option<Place>,
    ) {
        let max_bytes = self.shared.pace.max_pending_bytes;
        let mut book = self.shared.book();
        let Some(open) = book.open.get_mut(&partition) else { return };
        for (key, value) in changes {
            open.pending.push(key, value.as_deref());
        }
        open.place = place.or(open.place.take());
        let pending_bytes = book.pending_bytes();
        if pending_bytes > max_bytes {
            let most = book.open.iter().max_by_key(|(_, open)| open.pending.weight_bytes());
            let partition = most.map_or(partition, |(partition, _)| *partition);
            book.give_up(partition, "its disk is too slow");
        }
        if pending_bytes > max_bytes / 2 {
            self.shared.due.notify_one();
        }
    }

    /// The partition is no longer ours: its copy is written once more and let go.
    pub(super) fn let_go(&self, partition: u32) {
        if let Some(open) = self.shared.book().open.get_mut(&partition) {
            open.closing = true;
            self.shared.due.notify_one();
        }
    }

    /// The same for all.
    pub(super) fn let_all_go(&self) {
        let mut book = self.shared.book();
        book.waiting = false;
        book.open.values_mut().for_each(|open| open.closing = true);
        drop(book);
        self.shared.due.notify_one();
    }
}

impl Drop for Copies {
    fn drop(&mut self) {
        self.let_all_go();
        self.shared.book().closing = true;
        self.shared.due.notify_one();
        if self.ended.recv_timeout(self.patience) == Err(mpsc::RecvTimeoutError::Timeout) {
            tracing::info!(
                "a copy of state is not written to its end: the rest is read from Kafka next time"
            );
        }
    }
}

impl Book {
    fn pending_bytes(&self) -> usize {
        self.open.values().map(|open| open.pending.weight_bytes()).sum()
    }

    /// The copy stays where it is; the topic has the rest.
    fn give_up(&mut self, partition: u32, why: impl std::fmt::Display) {
        if let Some(open) = self.open.remove(&partition) {
            self.gone.extend(open.copy);
            tracing::warn!(partition, "a copy of state is given up until the next start: {why}");
        }
    }

    /// A partition whose copy is to be written now, or else how long that has time.
    fn next(&self, pace: Pace) -> Result<u32, Duration> {
        let full = self.crowded || self.pending_bytes() >= pace.max_pending_bytes / 2;
        let wait = |open: &Open| {
            if self.waiting && !open.closing && !full {
                pace.interval
            } else if open.closing || open.urgent || full {
                Duration::ZERO
            } else {
                pace.interval.saturating_sub(open.since.elapsed())
            }
        };
        let used = |open: &Open| open.closing || open.urgent || !open.pending.is_empty();
        let used = self.open.iter().filter(|(_, open)| used(open));
        // The one with the most of those that have no time.
        let soonest = used.map(|(partition, open)| {
            (wait(open), std::cmp::Reverse(open.pending.weight_bytes()), *partition)
        });
        match soonest.min() {
            Some((Duration::ZERO, _, partition)) => Ok(partition),
            Some((wait, ..)) => Err(wait),
            None => Err(pace.interval),
        }
    }
}

impl Shared {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_until_closed(&self) {
        while let Some((mut book, partition)) = self.due() {
            let Some(open) = book.open.get_mut(&partition) else { continue };
            let Some(mut copy) = open.copy.take() else { continue };
            if open.closing && open.fill.is_some() {
                // Nobody waits for it to be filled.
                let closed = book.open.remove(&partition);
                drop(book);
                drop((closed, copy));
                continue;
            }
            (open.since, open.urgent) = (Instant::now(), false);
            let fill = open.fill.take();
            let (changes, place) = match fill {
                // What pends is behind what is read now.
                Some(_) => (Changes::default(), None),
                None => (std::mem::take(&mut open.pending), open.place.take()),
            };
            drop(book);
            let filled = fill.map_or(Ok(None), |fill| fill(&mut copy));
            let written = filled.and_then(|filled| {
                copy.write(&changes, place.or(filled).as_ref()).map_err(|error| error.to_string())
            });
            drop(changes);
            let mut book = self.book();
            let mut closed = None;
            // Gone when nobody waited for it.
            if let Some(open) = book.open.get_mut(&partition) {
                open.copy = Some(copy);
                match written {
                    // To fill it was cut short.
                    Err(error) if open.closing => {
                        tracing::debug!(partition, "a copy of state is let go: {error}");
                        closed = book.open.remove(&partition);
                    }
                    Err(error) => book.give_up(partition, error),
                    Ok(()) if open.closing && open.pending.is_empty() => {
                        closed = book.open.remove(&partition)
                    }
                    Ok(()) => {}
                }
            }
            // To close a file takes a while: nobody waits for the book meanwhile.
            drop(book);
            self.written.notify_all();
            drop(closed);
        }
    }

    /// Waits until a partition's copy is to be written; none when all are and no more will come.
    fn due(&self) -> Option<(MutexGuard<'_, Book>, u32)> {
        let mut book = self.book();
        loop {
            let gone = std::mem::take(&mut book.gone);
            if !gone.is_empty() {
                drop(book);
                drop(gone);
                book = self.book();
            }
            match book.next(self.pace) {
                Ok(partition) => return Some((book, partition)),
                Err(_) if book.closing => return None,
                Err(wait) => {
                    let waited = self.due.wait_timeout(book, wait);
                    book = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use jiff::Timestamp;

    const LONG: Duration = Duration::from_secs(60);

    fn copies(dir: &std::path::Path, max_pending_bytes: usize) -> Copies {
        Copies::open(dir.to_owned(), Pace { interval: LONG, max_pending_bytes }, LONG).unwrap()
    }

    fn add(copies: &Copies, key: &str, value: &'static str, last: u64) {
        let changes = BTreeMap::from([(key.into(), Some(Bytes::from_static(value.as_bytes())))]);
        let place = Place { last, witness: 1, as_of: Timestamp::UNIX_EPOCH };
        copies.add(0, changes.iter(), Some(place));
    }

    fn keys_and_last(copies: &Copies) -> (Vec<String>, Option<u64>) {
        let copy = copies.take(0).unwrap();
        let mut keys = Vec::new();
        let take = |key: &[u8], _: &[u8]| {
            keys.push(String::from_utf8_lossy(key).into_owned());
            Ok::<(), ()>(())
        };
        copy.each(take).unwrap().unwrap();
        (keys, copy.place().unwrap().map(|place| place.last))
    }

    #[test]
    fn what_is_let_go_is_written_first() {
        let dir = tempfile::tempdir().unwrap();
        let first = copies(dir.path(), 1 << 20);
        first.keep(0, first.take(0).unwrap(), Changes::default(), None);
        add(&first, "a", "1", 7);
        add(&first, "b", "1", 9);
        drop(first);
        let second = copies(dir.path(), 1 << 20);
        assert_eq!(keys_and_last(&second), (vec!["a".into(), "b".into()], Some(9)));
    }

    #[test]
    fn a_copy_that_is_taken_back_is_as_it_was_last_written() {
        let dir = tempfile::tempdir().unwrap();
        let copies = copies(dir.path(), 1 << 20);
        copies.keep(0, copies.take(0).unwrap(), Changes::default(), None);
        add(&copies, "a", "1", 7);
        // What pends is dropped with its place: the topic has both.
        assert_eq!(keys_and_last(&copies), (vec![], None));
        add(&copies, "b", "1", 9);
        assert_eq!(keys_and_last(&copies), (vec![], None), "nobody keeps it");
    }

    #[test]
    fn a_copy_that_falls_behind_is_given_up_where_it_stands() {
        let dir = tempfile::tempdir().unwrap();
        let copies = copies(dir.path(), 1_000);
        copies.keep(0, copies.take(0).unwrap(), Changes::default(), None);
        add(&copies, "a", "1", 7);
        let long: &'static str = "0123456789".repeat(100).leak();
        add(&copies, "b", long, 9);
        add(&copies, "c", "1", 11);
        assert_eq!(keys_and_last(&copies), (vec![], None), "it never stands for what it lacks");
    }

    #[test]
    fn what_is_too_much_at_once_is_written_one_after_the_other_while_partitions_are_restored() {
        let dir = tempfile::tempdir().unwrap();
        let first = copies(dir.path(), 2_000);
        let begun = Instant::now();
        for partition in [0, 1] {
            let copy = first.take(partition).unwrap();
            let mut pending = Changes::default();
            pending.push(b"a", Some(&[7; 700]));
            first.keep(partition, copy, pending, None);
        }
        assert!(begun.elapsed() < LONG, "the second waited for what nobody wrote");
        drop(first);
        let second = copies(dir.path(), 2_000);
        for partition in [0, 1] {
            assert!(!second.take(partition).unwrap().is_empty().unwrap(), "{partition}");
        }
    }

    #[test]
    fn what_is_let_go_before_it_was_filled_is_not_filled() {
        let dir = tempfile::tempdir().unwrap();
        let copies = copies(dir.path(), 1 << 20);
        let (tell, filled) = mpsc::channel();
        let fill =
            Box::new(move |_: &mut Copy| tell.send(()).map(|()| None).map_err(|error| error.to_string()));
        copies.keep_and_fill(0, copies.take(0).unwrap(), fill);
        copies.let_go(0);
        drop(copies);
        assert_eq!(filled.try_recv(), Err(mpsc::TryRecvError::Disconnected));
    }
}

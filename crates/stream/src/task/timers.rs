//! Timers of one task: one a key.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

#[derive(Debug, Default)]
pub(crate) struct Timers {
    by_key: HashMap<Vec<u8>, Timestamp>,
    queue: BTreeSet<(Timestamp, Vec<u8>)>,
}

impl Timers {
    /// Sets the timer under `key`; none takes it back.
    pub(crate) fn set(&mut self, key: &[u8], at: Option<Timestamp>) {
        if let Some(before) = self.by_key.remove(key) {
            self.queue.remove(&(before, key.to_vec()));
        }
        if let Some(at) = at {
            self.by_key.insert(key.to_vec(), at);
            self.queue.insert((at, key.to_vec()));
        }
    }

    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        self.queue.first().map(|(at, _)| *at)
    }

    /// The key of the first timer that is due. It stays until it is set again or taken back.
    pub(crate) fn due(&self, now: Timestamp) -> Option<Vec<u8>> {
        let (at, key) = self.queue.first()?;
        (*at <= now).then(|| key.clone())
    }
}

//! The keyed state of one stage on one partition, as it is in memory.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// Keys and values of a stage's own making, counted in bytes.
///
/// It holds what handlers have answered, whether or not that is committed yet: the runner retries
/// an aborted transaction as it stands, and restores everything from the log when it can't.
#[derive(Debug, Default)]
pub struct State {
    entries: HashMap<Box<[u8]>, Box<[u8]>, RandomState>,
    bytes: usize,
}

impl State {
    /// The value under `key`.
    pub fn get(&self, key: &[u8]) -> Option<&[u8]> {
        self.entries.get(key).map(AsRef::as_ref)
    }

    /// All keys and values, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.entries.iter().map(|(key, value)| (key.as_ref(), value.as_ref()))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The bytes of all keys and values.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Sets the value under `key`; none deletes it.
    pub(crate) fn set(&mut self, key: &[u8], value: Option<&[u8]>) {
        let before = match value {
            Some(value) => {
                let before = self.entries.insert(key.into(), value.into());
                self.bytes += value.len() + if before.is_none() { key.len() } else { 0 };
                before
            }
            None => self.entries.remove(key).inspect(|_| self.bytes -= key.len()),
        };
        self.bytes -= before.map_or(0, |value| value.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_follow_every_change() {
        let mut state = State::default();
        state.set(b"key", Some(b"value"));
        assert_eq!(state.bytes(), 8);
        state.set(b"key", Some(b"v"));
        assert_eq!(state.bytes(), 4);
        state.set(b"other", None);
        assert_eq!(state.bytes(), 4);
        state.set(b"key", None);
        assert_eq!((state.bytes(), state.len()), (0, 0));
    }
}

//! The keyed state of one stage on one partition, as it is in memory: in a form of the stage's own
//! ([`Keep`]), or as it came ([`State`]).

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// The form in which a stage keeps its keyed state in memory. Nothing else does: what it does not
/// keep of an entry is in the log alone.
///
/// It holds what handlers have answered, whether or not that is committed yet: the runner retries
/// an aborted transaction as it stands, and restores everything from the log when it can't. What a
/// handler that rejected or crashed did never gets here.
pub trait Keep: Send + 'static {
    /// Sets the value under `key`; none deletes it, also where there is none. A later change of a key
    /// stands for an earlier.
    ///
    /// The changes of one key come in order; the keys come in any order, those of one handler too, and
    /// what is kept must not depend on it. An entry that can't be read is kept in mind until
    /// [`Stage::check`](crate::Stage::check) asks.
    fn set(&mut self, key: &[u8], value: Option<&[u8]>);

    /// The restore is over, if of nothing: called once, after its last entry and before
    /// [`Stage::check`](crate::Stage::check). What is cheaper to build in bulk is built here.
    fn restored(&mut self) {}

    /// How many entries there are.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes that the entries take, as they are kept here.
    fn bytes(&self) -> usize;
}

/// Keys and values as they came, counted in bytes.
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
}

impl Keep for State {
    fn set(&mut self, key: &[u8], value: Option<&[u8]>) {
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

    fn len(&self) -> usize {
        self.entries.len()
    }

    /// The bytes of all keys and values.
    fn bytes(&self) -> usize {
        self.bytes
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

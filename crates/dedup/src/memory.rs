use std::collections::HashMap;

/// Where the index keeps what it knows: keyed state, such as a stage's.
///
/// Reads see the writes before them. The index holds nothing between two calls, so what a memory
/// rolls back is forgotten.
pub trait Memory {
    /// The value under `key`.
    fn get(&self, key: &[u8]) -> Option<&[u8]>;
    /// Sets the value under `key`.
    fn put(&mut self, key: Vec<u8>, value: Vec<u8>);
    /// Deletes the value under `key`, if there is one.
    fn delete(&mut self, key: Vec<u8>);
}

impl Memory for HashMap<Vec<u8>, Vec<u8>> {
    fn get(&self, key: &[u8]) -> Option<&[u8]> {
        HashMap::get(self, key).map(Vec::as_slice)
    }

    fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.insert(key, value);
    }

    fn delete(&mut self, key: Vec<u8>) {
        self.remove(&key);
    }
}

/// A value in the memory that this version cannot read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MemoryError {
    /// Written by a later version.
    #[error("the state's {what} has format {format}, this version reads up to {known}: run a newer version")]
    NewerFormat {
        /// What kind of value it is.
        what: &'static str,
        /// Its format.
        format: u8,
        /// The newest format that this version reads.
        known: u8,
    },
    /// Cut short or otherwise damaged.
    #[error(
        "the state's {what} is damaged: {bytes} bytes do not read as one; restore the state from its log"
    )]
    Damaged {
        /// What kind of value it is.
        what: &'static str,
        /// The length of the value.
        bytes: usize,
    },
}

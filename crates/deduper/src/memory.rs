use dedup::Memory;
use stream::{Context, NoJob};

/// The state of a stage as the memory of its index.
pub(crate) struct StageMemory<'c, 'a>(pub(crate) &'c mut Context<'a, NoJob>);

impl Memory for StageMemory<'_, '_> {
    fn get(&self, key: &[u8]) -> Option<&[u8]> {
        self.0.get(key)
    }

    fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.0.put(key, value);
    }

    fn delete(&mut self, key: Vec<u8>) {
        self.0.delete(key);
    }
}

use dedup::{Index, StateError};
use stream::Keep;

/// The state of the stage in memory: the index of stories seen, which its entries come down to.
#[derive(Debug)]
pub struct Stories(pub(crate) Index);

impl Stories {
    pub(crate) fn new(settings: dedup::Settings) -> Self {
        Self(Index::new(settings))
    }

    /// Whether all entries can be read.
    pub(crate) fn check(&self) -> Result<(), (&[u8], &StateError)> {
        self.0.check()
    }
}

impl Default for Stories {
    fn default() -> Self {
        Self::new(dedup::Settings::default())
    }
}

impl Keep for Stories {
    fn set(&mut self, key: &[u8], value: Option<&[u8]>) {
        self.0.set(key, value);
    }

    fn restored(&mut self) {
        self.0.restored();
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn bytes(&self) -> usize {
        self.0.bytes()
    }
}

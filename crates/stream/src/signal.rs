//! Wakes a thread that has nothing to do.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// A bell: rung from any thread, heard by the one that waits. A ring before the wait is not lost.
#[derive(Debug, Clone, Default)]
pub struct Signal(Arc<(Mutex<bool>, Condvar)>);

impl Signal {
    /// Rings.
    pub fn ring(&self) {
        let (rung, bell) = &*self.0;
        *rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        bell.notify_one();
    }

    /// Whether nobody else holds this bell: it would ring for nothing.
    pub(crate) fn is_forgotten(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }

    /// Waits for a ring, at most this long, and takes it.
    pub fn wait(&self, at_most: Duration) {
        let (rung, bell) = &*self.0;
        let guard = rung.lock().unwrap_or_else(PoisonError::into_inner);
        let mut guard = match bell.wait_timeout_while(guard, at_most, |rung| !*rung) {
            Ok((guard, _)) => guard,
            Err(poisoned) => poisoned.into_inner().0,
        };
        *guard = false;
    }
}

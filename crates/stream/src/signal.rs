//! Wakes a thread that has nothing to do.

use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// A bell: rung from any thread, heard by the one that waits. A ring before the wait is not lost.
#[derive(Debug, Clone, Default)]
pub struct Signal(Arc<Bell>);

#[derive(Debug, Default)]
struct Bell {
    rung: Mutex<bool>,
    heard: Condvar,
    closed: OnceLock<Instant>,
}

impl Signal {
    /// Rings.
    pub fn ring(&self) {
        *self.0.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.heard.notify_one();
    }

    /// Rings, and tells for good that a stop was asked for: whoever waits for something else may look.
    pub fn close(&self) {
        self.0.closed.get_or_init(Instant::now);
        self.ring();
    }

    /// When a stop was asked for, if one was.
    pub fn closed_at(&self) -> Option<Instant> {
        self.0.closed.get().copied()
    }

    /// Whether nobody else holds this bell: it would ring for nothing.
    pub(crate) fn is_forgotten(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }

    /// Waits for a ring, at most this long, and takes it.
    pub fn wait(&self, at_most: Duration) {
        let guard = self.0.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let mut guard = match self.0.heard.wait_timeout_while(guard, at_most, |rung| !*rung) {
            Ok((guard, _)) => guard,
            Err(poisoned) => poisoned.into_inner().0,
        };
        *guard = false;
    }
}

//! Pauses after faults: doubled from one to the next, up to a bound, and gone with a success.

use std::time::{Duration, Instant};

#[derive(Debug)]
pub(super) struct Backoff {
    min: Duration,
    max: Duration,
    failures: u32,
    until: Option<Instant>,
}

impl Backoff {
    pub(super) fn new(min_ms: u64, max_ms: u64) -> Self {
        let (min, max) = (Duration::from_millis(min_ms), Duration::from_millis(max_ms));
        Self { min, max, failures: 0, until: None }
    }

    /// Begins the next pause; says how long it is.
    pub(super) fn failed(&mut self) -> Duration {
        let pause = self.min.saturating_mul(1 << self.failures.min(16)).min(self.max);
        self.failures = self.failures.saturating_add(1);
        self.until = Some(Instant::now() + pause);
        pause
    }

    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
        self.until = None;
    }

    /// Whether no pause is under way.
    pub(super) fn over(&self) -> bool {
        self.left().is_none()
    }

    /// What is left of the pause.
    pub(super) fn left(&self) -> Option<Duration> {
        let left = self.until?.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_bound_and_begin_anew() {
        let mut backoff = Backoff::new(100, 350);
        let pauses: Vec<u128> = (0..4).map(|_| backoff.failed().as_millis()).collect();
        assert_eq!(pauses, [100, 200, 350, 350]);
        assert!(!backoff.over());
        backoff.succeeded();
        assert!(backoff.over());
        assert_eq!(backoff.failed().as_millis(), 100);
    }
}

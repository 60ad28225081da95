//! How long a call that blocks may go on.

use std::time::{Duration, Instant};

use rdkafka::error::KafkaError;

use super::client::fault_of;
use crate::fault::{Fault, FaultKind};
use crate::signal::Signal;

/// How long a call may still take once a stop was asked for: enough for a cluster that answers, and the process ends in
/// time when none does.
const CLOSING_TIMEOUT: Duration = Duration::from_secs(2);

/// The longest that a call waits without looking whether a stop was asked for.
const SLICE: Duration = Duration::from_millis(500);

/// How long one question to the brokers may take before it is asked again.
pub(super) const QUESTION_TIMEOUT: Duration = Duration::from_secs(1);

/// How soon to try again what the brokers could not do just now.
pub(super) const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The end of one call: its own deadline, or soon after a stop was asked for, whichever comes first.
pub(super) struct Limit {
    signal: Signal,
    begun: Instant,
    timeout: Duration,
    /// The timeout counts from here.
    progress: Instant,
}

impl Limit {
    /// A call that begins now and may take as long.
    pub(super) fn new(signal: &Signal, timeout: Duration) -> Self {
        let begun = Instant::now();
        Self { signal: signal.clone(), begun, timeout, progress: begun }
    }

    /// The timeout begins anew. What a stop allows does not.
    pub(super) fn progressed(&mut self) {
        self.progress = Instant::now();
    }

    /// What is left; zero when it is over.
    pub(super) fn left(&self) -> Duration {
        let left = self.timeout.saturating_sub(self.progress.elapsed());
        let Some(closed) = self.signal.closed_at() else { return left };
        left.min(CLOSING_TIMEOUT.saturating_sub(self.begun.max(closed).elapsed()))
    }

    /// What is left, at most as long as nobody looks whether a stop was asked for.
    pub(super) fn slice(&self) -> Duration {
        self.left().min(SLICE)
    }

    pub(super) fn is_over(&self) -> bool {
        self.left().is_zero()
    }

    /// Asks the brokers until they answer or it is over.
    pub(super) fn ask<T>(
        &self,
        what: &str,
        mut question: impl FnMut(Duration) -> Result<T, KafkaError>,
    ) -> Result<T, Fault> {
        loop {
            match question(self.left().min(QUESTION_TIMEOUT)) {
                Ok(answer) => return Ok(answer),
                Err(error) => {
                    let fault = fault_of(what, &error);
                    if fault.kind != FaultKind::Unavailable || self.is_over() {
                        return Err(fault);
                    }
                }
            }
            pause(LOOK_AGAIN);
        }
    }
}

/// Waits for what nobody rings for.
pub(super) fn pause(length: Duration) {
    Signal::default().wait(length);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_cuts_what_is_left_and_progress_does_not_give_it_back() {
        let signal = Signal::default();
        let hour = Duration::from_secs(3_600);
        let mut limit = Limit::new(&signal, hour);
        assert!(limit.left() > CLOSING_TIMEOUT);
        assert!(limit.slice() <= SLICE);
        signal.close();
        limit.progressed();
        assert!(limit.left() <= CLOSING_TIMEOUT);
        assert!(Limit::new(&signal, Duration::ZERO).is_over());
    }
}

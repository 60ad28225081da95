use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// When any host last answered: tells an outage of our own from another's.
///
/// The name service and the network say the same words for "that host is gone" and "we are cut
/// off". What tells them apart is whether anybody else still answers.
#[derive(Debug)]
pub(crate) struct Contact {
    start: Instant,
    outage_after: Duration,
    /// Milliseconds from `start` to the last answer, plus 1; 0 before the first.
    last: AtomicU64,
}

impl Contact {
    pub(crate) fn new(outage_after: Duration) -> Self {
        Self { start: Instant::now(), outage_after, last: AtomicU64::new(0) }
    }

    /// A host has answered.
    pub(crate) fn answered(&self) {
        let now = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.fetch_max(now.saturating_add(1), Ordering::Relaxed);
    }

    /// Whether nobody has answered for so long that a failure to reach a host is likely our own.
    pub(crate) fn is_lost(&self) -> bool {
        match self.last.load(Ordering::Relaxed) {
            0 => true,
            last => self.start.elapsed() > Duration::from_millis(last - 1) + self.outage_after,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn contact_is_lost_when_nobody_answers_for_long_enough() {
        let contact = Contact::new(Duration::from_secs(30));
        assert!(contact.is_lost(), "nobody has answered yet");
        contact.answered();
        tokio::time::advance(Duration::from_secs(29)).await;
        assert!(!contact.is_lost());
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(contact.is_lost());
        contact.answered();
        assert!(!contact.is_lost());
    }
}

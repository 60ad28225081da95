use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// When to try again, and what to remember: the table `[fetcher]` of the configuration. The counts
/// hold for one partition of `entries`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// How often a link is tried before its entry becomes a dead letter; tries that failed by an
    /// outage of our own not counted.
    pub max_attempts: u32,
    /// The pause after the first failed try. Each further one doubles it.
    pub retry_base_seconds: u32,
    /// The longest pause between two tries, where the host names none.
    pub retry_max_seconds: u32,
    /// The longest pause that a host may ask for with `Retry-After`.
    pub max_retry_after_seconds: u32,
    /// The pause after a try that failed by an outage of our own.
    pub outage_retry_seconds: u32,
    /// How long after its first try an entry is tried again at most, whatever the reasons.
    pub max_retry_hours: u32,
    /// How many entries may wait for another try. Those beyond count as running jobs, which pauses
    /// the input when they are too many.
    pub max_waiting_retries: usize,
    /// How many fetches from one host are under way at most, those included that wait for their turn
    /// with the host: a host with many entries must not take all the room for jobs.
    pub lanes_per_host: u32,
    /// How often an entry may be sent on to another host.
    pub max_host_changes: u8,
    /// How long a page is remembered after its last fetch, so that it is not published again while
    /// it stays the same.
    pub page_memory_hours: u32,
    /// How many pages are remembered; the one not fetched for the longest time goes first.
    pub max_remembered_pages: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_attempts: 5,
            retry_base_seconds: 60,
            retry_max_seconds: 6 * 60 * 60,
            max_retry_after_seconds: 24 * 60 * 60,
            outage_retry_seconds: 30,
            max_retry_hours: 72,
            max_waiting_retries: 10_000,
            lanes_per_host: 4,
            max_host_changes: 5,
            page_memory_hours: 7 * 24,
            max_remembered_pages: 20_000,
        }
    }
}

impl Settings {
    pub(crate) fn page_memory(&self) -> SignedDuration {
        SignedDuration::from_hours(self.page_memory_hours.into())
    }

    pub(crate) fn max_retry_time(&self) -> SignedDuration {
        SignedDuration::from_hours(self.max_retry_hours.into())
    }
}

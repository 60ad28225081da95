use serde::{Deserialize, Serialize};

/// How feeds are polled: the table `[poller]` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Seconds between two polls of a feed that has no interval of its own.
    pub poll_interval_seconds: u64,
    /// By how much intervals differ from feed to feed, in percent either way.
    pub jitter_percent: u64,
    /// First polls of feeds that are added together are spread over this many seconds.
    pub first_poll_spread_seconds: u64,
    /// The longest wait after failures.
    pub max_backoff_seconds: u64,
    /// The longest `Retry-After` that is honoured.
    pub max_retry_after_seconds: u64,
    /// How long to wait after an outage on our own side.
    pub outage_retry_seconds: u64,
    /// A permanent redirect is kept as the feed's address when it has held this long.
    pub move_after_seconds: u64,
    /// How many failures in a row at a kept address send a feed back to its first one.
    pub move_back_failures: u32,
    /// The largest feed document.
    pub max_feed_bytes: usize,
    /// The most entries of a document that are read.
    pub max_feed_entries: usize,
    /// How many entries of a feed are remembered, those seen last first. Entries of the current
    /// document always are.
    pub seen_max_entries: usize,
    /// The largest entry record. A larger one goes out without the feed's own content or summary:
    /// its page is fetched all the same.
    pub max_entry_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            poll_interval_seconds: 15 * 60,
            jitter_percent: 10,
            first_poll_spread_seconds: 0,
            max_backoff_seconds: 24 * 3600,
            max_retry_after_seconds: 24 * 3600,
            outage_retry_seconds: 60,
            move_after_seconds: 24 * 3600,
            move_back_failures: 3,
            max_feed_bytes: 8 << 20,
            max_feed_entries: 2_000,
            seen_max_entries: 5_000,
            max_entry_bytes: 900 << 10,
        }
    }
}

impl Settings {
    pub(crate) fn schedule(&self) -> feed::Schedule {
        feed::Schedule {
            interval_seconds: self.poll_interval_seconds,
            max_backoff_seconds: self.max_backoff_seconds,
            max_retry_after_seconds: self.max_retry_after_seconds,
            jitter_percent: self.jitter_percent,
        }
    }

    pub(crate) fn limits(&self) -> feed::Limits {
        feed::Limits {
            max_bytes: self.max_feed_bytes,
            max_entries: self.max_feed_entries,
            ..feed::Limits::default()
        }
    }
}

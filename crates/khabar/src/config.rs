//! The configuration: one file, overridden by `KHABAR_…` variables, overridden by flags.
//!
//! Every setting has a default, so an empty file is a configuration. A name that is not known is an
//! error with the file, the line and the nearest known name.

mod environment;
mod load;
mod nearest;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use anyhow::{Result, bail, ensure};
use serde::{Deserialize, Serialize};
use stream::{embedded, runner, topics::CatalogueSettings};
use telemetry::{HttpSettings, LogSettings};

pub use load::{Loaded, load};

/// All settings. Each table is documented where its type is, and in `config/khabar.toml`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the feeds come from.
    pub feeds: Feeds,
    /// How feeds are polled.
    pub poller: poller::Settings,
    /// How pages are fetched again, and remembered.
    pub fetcher: fetcher::Settings,
    /// The HTTP client of both.
    pub web: web::Settings,
    /// What one page may cost.
    pub splitter: split::Limits,
    /// How long stories are remembered.
    pub deduper: dedup::Settings,
    /// The embedded store.
    pub store: Store,
    /// Kafka, when it is used.
    pub kafka: stream::kafka::Settings,
    /// Partitions and retention of topics.
    pub topics: CatalogueSettings,
    /// Batches, jobs and back-offs of each stage.
    pub runner: runner::Settings,
    /// Metrics, health and status.
    pub http: HttpSettings,
    /// Logs.
    pub log: LogSettings,
}

/// Where the feeds come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Feeds {
    /// Lists of feeds: OPML, or text with a URL a line. Relative to the configuration file.
    pub files: Vec<PathBuf>,
    /// Feeds named here.
    pub urls: Vec<String>,
}

/// The embedded store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Store {
    /// The data directory.
    pub dir: PathBuf,
    /// How long a transaction waits for another to end.
    pub busy_timeout_ms: u64,
    /// How much of the file each stage keeps in memory.
    pub cache_kib: u32,
    /// How long replaced records of compacted topics are still there to be read.
    pub compaction_lag_ms: u64,
    /// How often what need not be kept is dropped.
    pub sweep_interval_seconds: u64,
}

impl Default for Store {
    fn default() -> Self {
        let embedded::Settings { busy_timeout_ms, cache_kib, compaction_lag_ms } =
            embedded::Settings::default();
        Self {
            dir: PathBuf::from("data"),
            busy_timeout_ms,
            cache_kib,
            compaction_lag_ms,
            sweep_interval_seconds: 60,
        }
    }
}

impl Store {
    /// The settings of the file.
    pub fn embedded(&self) -> embedded::Settings {
        let Self { busy_timeout_ms, cache_kib, compaction_lag_ms, .. } = *self;
        embedded::Settings { busy_timeout_ms, cache_kib, compaction_lag_ms }
    }
}

impl Config {
    /// Whether records go through Kafka.
    pub fn uses_kafka(&self) -> bool {
        !self.kafka.bootstrap_servers.is_empty()
    }

    /// Checks what types can't: bounds that would let nothing through.
    ///
    /// # Errors
    /// Names the setting and what it may be.
    pub fn check(&self) -> Result<()> {
        let runner = &self.runner;
        let at_least_one = [
            ("runner.batch_records", runner.batch_records as u64),
            ("runner.batch_bytes", runner.batch_bytes as u64),
            ("runner.jobs_in_flight", runner.jobs_in_flight as u64),
            ("runner.jobs_pending", runner.jobs_pending as u64),
            ("runner.retry_min_ms", runner.retry_min_ms),
            ("runner.idle_ms", runner.idle_ms),
            ("store.sweep_interval_seconds", self.store.sweep_interval_seconds),
            ("topics.max_page_bytes", self.topics.max_page_bytes),
        ];
        for (name, value) in at_least_one {
            ensure!(value > 0, "{name} is 0, and nothing would ever move: set it to at least 1");
        }
        let grace = runner.stop_grace_ms;
        ensure!(
            grace <= 8_000,
            "runner.stop_grace_ms is {grace}: at most 8000, for the process must end within 10 s"
        );
        if self.web.max_body_bytes as u64 > self.topics.max_page_bytes {
            let (body, page) = (self.web.max_body_bytes, self.topics.max_page_bytes);
            bail!(
                "web.max_body_bytes is {body}, and topics.max_page_bytes {page}: pages would be fetched that \
                 fit no topic. Raise the second or lower the first"
            );
        }
        for url in &self.feeds.urls {
            crate::feed_list::check_url(url)?;
        }
        Ok(())
    }
}

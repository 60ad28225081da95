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

/// The largest page that may be configured.
const MAX_PAGE_BYTES: u64 = 256 << 20;

/// The most partitions of a topic, as in the embedded store.
const MAX_PARTITIONS: u32 = 4_096;

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
    /// Rules for single sites.
    pub sites: Sites,
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

/// Rules for single sites, read again when they change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sites {
    /// The folder with a `.toml` file for each; none where it is missing. Relative to the configuration
    /// file, or without one to `config`.
    pub dir: PathBuf,
    /// Files that change are read again when nothing has changed for so long.
    pub settle_ms: u64,
    /// How often the folder is looked at, for file systems that tell of no changes.
    pub look_interval_seconds: u64,
    /// The most files.
    pub max_files: usize,
}

impl Default for Sites {
    fn default() -> Self {
        Self { dir: PathBuf::from("sites"), settle_ms: 200, look_interval_seconds: 5, max_files: 1000 }
    }
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

    fn check_deduper(&self) -> Result<()> {
        let dedup::Settings { jaccard, containment, max_stories, max_also_at, .. } = self.deduper;
        for (name, share) in [("jaccard", jaccard), ("containment", containment)] {
            ensure!(
                (0.2..=1.0).contains(&share),
                "deduper.{name} is {share}: 0.2 to 1 are allowed, as 0.6 for 60 %"
            );
        }
        let most = dedup::Settings::MOST_STORIES;
        ensure!(
            max_stories <= most,
            "deduper.max_stories is {max_stories}: at most {most}; more partitions remember more stories"
        );
        let most = dedup::Settings::MOST_ALSO_AT;
        ensure!(max_also_at <= most, "deduper.max_also_at is {max_also_at}: at most {most}");
        Ok(())
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
            ("runner.retry_max_ms", runner.retry_max_ms),
            ("poller.poll_interval_seconds", self.poller.poll_interval_seconds),
            ("poller.max_feed_bytes", self.poller.max_feed_bytes as u64),
            ("fetcher.max_attempts", self.fetcher.max_attempts.into()),
            ("fetcher.lanes_per_host", self.fetcher.lanes_per_host.into()),
            ("splitter.max_bytes", self.splitter.max_bytes as u64),
            ("splitter.max_stories", self.splitter.max_stories as u64),
            ("sites.look_interval_seconds", self.sites.look_interval_seconds),
            ("sites.max_files", self.sites.max_files as u64),
            ("deduper.max_stories", self.deduper.max_stories),
            ("deduper.max_mib", self.deduper.max_mib),
            ("http.max_connections", self.http.max_connections as u64),
            ("kafka.held_records", self.kafka.held_records as u64),
            ("kafka.commit_timeout_ms", self.kafka.commit_timeout_ms),
            ("kafka.connect_timeout_ms", self.kafka.connect_timeout_ms),
            ("kafka.restore_timeout_ms", self.kafka.restore_timeout_ms),
        ];
        for (name, value) in at_least_one {
            ensure!(value > 0, "{name} is 0, and nothing would ever move: set it to at least 1");
        }
        if let Some(name) = self.web.zero() {
            bail!("web.{name} is 0, and nothing could ever be fetched: set it to at least 1");
        }
        for host in &self.web.allow_private_hosts {
            ensure!(
                model::host_key(&format!("http://{host}/")).as_deref() == Some(&host.to_lowercase()),
                "web.allow_private_hosts: `{host}` is no host: give a name or an address, without scheme, port or \
                 network mask"
            );
        }
        self.check_deduper()?;
        let topics = &self.topics;
        let partitions = [
            ("host_partitions", topics.host_partitions),
            ("page_partitions", topics.page_partitions),
            ("story_partitions", topics.story_partitions),
            ("article_partitions", topics.article_partitions),
        ];
        for (name, count) in partitions {
            ensure!(
                (1..=MAX_PARTITIONS).contains(&count),
                "topics.{name} is {count}: 1 to {MAX_PARTITIONS} are allowed"
            );
        }
        ensure!(
            self.http.listen.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()),
            "http.listen is `{}`: host:port is expected, as in 127.0.0.1:7070",
            self.http.listen
        );
        ensure!(!self.store.dir.as_os_str().is_empty(), "store.dir is empty: name a directory");
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
        ensure!(
            self.topics.max_page_bytes <= MAX_PAGE_BYTES,
            "topics.max_page_bytes is {}: at most {MAX_PAGE_BYTES}, for a page is held in memory several times",
            self.topics.max_page_bytes
        );
        let (feed, body) = (self.poller.max_feed_bytes, self.web.max_body_bytes);
        ensure!(
            feed <= body,
            "poller.max_feed_bytes is {feed}, and web.max_body_bytes {body}: no feed could ever be that large. \
             Raise the second or lower the first"
        );
        for url in &self.feeds.urls {
            crate::feed_list::feed_url(url)?;
        }
        Ok(())
    }
}

//! All metrics by name, and the recorder that keeps them.
//!
//! Names follow Prometheus' conventions: `_total` for counters, base units (seconds, bytes) in the
//! name. Labels have few values each: a stage, an outcome, a kind; never a URL, a host or a feed.

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use crate::process;

/// The upper bounds in seconds of what takes a moment: a commit, a request.
const MOMENTS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// The upper bounds in seconds of an article's way, from a moment to the day that a long outage
/// makes of it.
const JOURNEYS: &[f64] = &[
    0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 14_400.0, 86_400.0,
];

/// What a metric counts or shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Counts up, from 0 at the start of the process.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Observations sorted into buckets by these upper bounds.
    Histogram(Buckets),
}

/// The upper bounds of a histogram's buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Buckets {
    /// 1 ms to 1 minute.
    Moments,
    /// 100 ms to a day.
    Journeys,
}

impl Buckets {
    /// The bounds in seconds, ascending.
    pub fn bounds(self) -> &'static [f64] {
        match self {
            Self::Moments => MOMENTS,
            Self::Journeys => JOURNEYS,
        }
    }
}

/// A metric that khabar has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// Its name in Prometheus.
    pub name: &'static str,
    /// What it counts or shows.
    pub kind: Kind,
    /// Its labels' names.
    pub labels: &'static [&'static str],
    /// What it means, in a sentence.
    pub help: &'static str,
}

const fn counter(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric { name, kind: Kind::Counter, labels, help }
}

const fn gauge(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric { name, kind: Kind::Gauge, labels, help }
}

const fn histogram(
    name: &'static str,
    buckets: Buckets,
    labels: &'static [&'static str],
    help: &'static str,
) -> Metric {
    Metric { name, kind: Kind::Histogram(buckets), labels, help }
}

/// Every metric that any crate of khabar records.
#[rustfmt::skip]
pub const METRICS: &[Metric] = &[
    // Every stage
    counter("khabar_records_in_total", &["stage"], "Input records that a stage has taken and committed."),
    counter("khabar_records_out_total", &["stage", "topic"], "Records that a stage has emitted and committed."),
    counter("khabar_dead_letters_total", &["stage", "reason"], "Records that were set aside as dead letters."),
    counter("khabar_commits_total", &["stage", "outcome"], "Transactions by how they ended."),
    histogram("khabar_commit_seconds", Buckets::Moments, &["stage"], "How long a transaction's commit took."),
    gauge("khabar_lag_records", &["stage", "partition"], "Records of an input partition that are not yet consumed."),
    gauge("khabar_jobs_in_flight", &["stage"], "Jobs that run now."),
    gauge("khabar_jobs_pending", &["stage"], "Jobs that are known and have not ended, the running ones included."),
    counter("khabar_faults_total", &["stage", "kind"], "Faults of the surroundings: what made a stage try again, start anew from its last commit, or stop a partition."),
    gauge("khabar_state_entries", &["stage"], "Entries of keyed state that a stage keeps."),
    gauge("khabar_state_bytes", &["stage"], "Bytes of keyed state that a stage keeps: keys and values, or what it makes of them in memory."),
    counter("khabar_restored_entries_total", &["stage", "from"], "Entries of state that were read when partitions were taken over: from the topic, or from the copy on this disk."),
    gauge("khabar_partitions", &["stage"], "Input partitions that are assigned to this process."),
    counter("khabar_restarts_total", &["stage"], "Starts of a stage after a fault or a crash."),
    // Polling
    counter("khabar_polls_total", &["outcome"], "Polls of feeds by outcome."),
    counter("khabar_feed_entries_total", &["kind"], "Entries that polled feeds held: new, changed, or without a link to fetch."),
    // HTTP requests to the world
    counter("khabar_http_requests_total", &["outcome"], "HTTP requests by outcome."),
    histogram("khabar_http_seconds", Buckets::Moments, &[], "How long an HTTP request took, to the last byte of its answer."),
    counter("khabar_http_bytes_total", &[], "Bytes of HTTP bodies received, after decompression."),
    // Fetching and splitting
    counter("khabar_fetches_total", &["outcome"], "Fetches of pages by outcome."),
    counter("khabar_pages_total", &["outcome"], "Pages that were split, by outcome."),
    counter("khabar_stories_total", &[], "Stories cut out of pages."),
    counter("khabar_site_rules_loads_total", &["outcome"], "Changes of the rules of sites, by whether they were taken or, for a mistake in them, refused."),
    gauge("khabar_site_rules", &[], "Files of rules of sites that are in force."),
    // Publication
    counter("khabar_articles_total", &["kind"], "Published articles: new ones, revisions and withdrawals."),
    counter("khabar_duplicates_total", &[], "Stories recognised as duplicates of an article."),
    counter("khabar_copies_total", &[], "Counts of an article's copies that were published."),
    counter("khabar_stories_forgotten_total", &["reason"], "Stories that the deduper forgot: not seen for the window's length, or the longest unseen where there was no room for more."),
    histogram("khabar_article_delay_seconds", Buckets::Journeys, &[], "Time from the fetch of a page to the publication of its article."),
    histogram("khabar_end_to_end_seconds", Buckets::Journeys, &[], "Time from the poll that saw an entry to the commit of its article."),
    // The embedded store
    gauge("khabar_store_bytes", &["kind"], "Size of the embedded store's files."),
];

/// The process has a metrics recorder already: there can be one only.
#[derive(Debug, thiserror::Error)]
#[error("the metrics recorder is installed already")]
pub struct InstalledError;

/// What has been recorded. A handle: clones read the same recorder.
#[derive(Clone)]
pub struct Metrics {
    handle: PrometheusHandle,
}

impl Metrics {
    /// Makes a recorder with [`METRICS`] described and hands it to the `metrics` crate's macros for
    /// the whole process.
    ///
    /// # Errors
    /// When the process has a recorder already.
    pub fn install() -> Result<Self, InstalledError> {
        let (recorder, metrics) = Self::detached();
        ::metrics::set_global_recorder(recorder).map_err(|_| InstalledError)?;
        Ok(metrics)
    }

    /// The same without installing it: record with `metrics::with_local_recorder`.
    pub fn detached() -> (PrometheusRecorder, Self) {
        let recorder = METRICS.iter().fold(PrometheusBuilder::new(), with_buckets).build_recorder();
        ::metrics::with_local_recorder(&recorder, || METRICS.iter().for_each(describe));
        let handle = recorder.handle();
        (recorder, Self { handle })
    }

    /// Everything recorded so far and the metrics of the process itself, in Prometheus' text format
    /// (version 0.0.4). Reads `/proc`: not to be called on an async thread.
    pub fn render(&self) -> String {
        let mut text = self.handle.render();
        process::render(&mut text);
        text
    }

    /// Sorts the observations made since the last call into their buckets. Memory grows by them
    /// until then, so this is called every few seconds; [`Server::run`](crate::Server::run) does.
    pub fn upkeep(&self) {
        self.handle.run_upkeep();
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

fn with_buckets(builder: PrometheusBuilder, metric: &Metric) -> PrometheusBuilder {
    let Kind::Histogram(buckets) = metric.kind else { return builder };
    let matcher = Matcher::Full(metric.name.to_owned());
    // The one error is an empty list of bounds, and no list here is empty.
    #[expect(clippy::expect_used)]
    builder.set_buckets_for_metric(matcher, buckets.bounds()).expect("buckets have bounds")
}

fn describe(metric: &Metric) {
    match metric.kind {
        Kind::Counter => ::metrics::describe_counter!(metric.name, metric.help),
        Kind::Gauge => ::metrics::describe_gauge!(metric.name, metric.help),
        Kind::Histogram(_) => ::metrics::describe_histogram!(metric.name, metric.help),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn names_are_unique_and_follow_the_conventions() {
        let names: BTreeSet<_> = METRICS.iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), METRICS.len());
        for metric in METRICS {
            assert_eq!(metric.name.ends_with("_total"), metric.kind == Kind::Counter, "{}", metric.name);
            let seconds = metric.name.ends_with("_seconds");
            assert_eq!(seconds, matches!(metric.kind, Kind::Histogram(_)), "{}", metric.name);
            assert!(metric.name.starts_with("khabar_") && metric.help.ends_with('.'), "{}", metric.name);
        }
        for buckets in [Buckets::Moments, Buckets::Journeys] {
            assert!(buckets.bounds().is_sorted() && !buckets.bounds().is_empty());
        }
    }

    #[test]
    fn shows_what_was_recorded() {
        let (recorder, metrics) = Metrics::detached();
        ::metrics::with_local_recorder(&recorder, || {
            ::metrics::counter!("khabar_polls_total", "outcome" => "ok").increment(2);
            ::metrics::gauge!("khabar_lag_records", "stage" => "poller", "partition" => "0").set(7.0);
            ::metrics::histogram!("khabar_http_seconds").record(0.003);
            ::metrics::histogram!("khabar_end_to_end_seconds").record(90.0);
        });
        metrics.upkeep();
        let text = metrics.render();
        // The recorder keeps no order between metrics.
        let mut blocks: Vec<_> = text.trim_end().split("\n\n").filter(|b| !b.contains("process_")).collect();
        blocks.sort_unstable();
        insta::assert_snapshot!(blocks.join("\n\n"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn shows_the_process() {
        let (_, metrics) = Metrics::detached();
        let text = metrics.render();
        for name in [
            "process_cpu_seconds_total",
            "process_start_time_seconds",
            "process_resident_memory_bytes",
            "process_virtual_memory_bytes",
            "process_threads",
            "process_open_fds",
            "process_max_fds",
        ] {
            let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            let value: f64 = value.unwrap_or_else(|| panic!("{name} is missing in {text}")).parse().unwrap();
            assert!(value > 0.0 || name == "process_cpu_seconds_total", "{name} {value}");
        }
    }

    /// Every name that a crate gives to the macros of `metrics` has its line in the table, with the
    /// right macro.
    #[test]
    fn the_table_holds_every_metric_of_the_workspace() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut found = 0;
        for source in sources(crates) {
            let text = fs::read_to_string(&source).unwrap();
            for (macro_name, kind) in
                [("counter!(", "Counter"), ("gauge!(", "Gauge"), ("histogram!(", "Histogram")]
            {
                for rest in text.split(macro_name).skip(1) {
                    let Some(rest) = rest.trim_start().strip_prefix("\"khabar_") else { continue };
                    let name = format!("khabar_{}", rest.split('"').next().unwrap());
                    let metric = METRICS.iter().find(|metric| metric.name == name);
                    let metric = metric.unwrap_or_else(|| panic!("{name} of {source:?} is not in METRICS"));
                    assert!(
                        format!("{:?}", metric.kind).starts_with(kind),
                        "{name} of {source:?} is no {kind}"
                    );
                    found += 1;
                }
            }
        }
        assert!(found >= 4, "this file alone has four");
    }

    fn sources(folder: &Path) -> Vec<std::path::PathBuf> {
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files.extend(sources(&path));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
        files
    }
}

//! An installation: a home with a configuration that lets the services ask servers of a test, in a hurry.

use super::kafka::{Kafka, unique};
use super::process::{Home, Running};

/// A file of settings for feeds at `urls` on this machine, with `more` settings.
pub(crate) fn configure(home: &Home, urls: &[String], more: &str) {
    let config = format!(
        "\
[feeds]
urls = {urls:?}

[poller]
poll_interval_seconds = 1
jitter_percent = 0

[web]
allow_private_hosts = [\"127.0.0.1\"]
min_host_delay_ms = 0
max_per_host = 4

[deduper]
copies_interval_seconds = 1

{more}"
    );
    home.write("khabar.toml", config);
}

/// The services, all in one process over the embedded store in `data`.
pub(crate) fn run(home: &Home) -> Running {
    home.khabar(["run", "--config", "khabar.toml"]).start()
}

/// Settings for topics of one's own on `kafka`, and the prefix of their names. What a dead process held is free again
/// soon.
pub(crate) fn on_kafka(kafka: &Kafka) -> (String, String) {
    let prefix = format!("{}.", unique("khabar"));
    let settings = format!(
        "\
[kafka]
bootstrap_servers = {:?}
prefix = {prefix:?}
session_timeout_ms = 2000
transaction_timeout_ms = 3000
client = {{ \"socket.timeout.ms\" = \"3000\" }}

[topics]
host_partitions = 3
page_partitions = 3
story_partitions = 3
article_partitions = 3
",
        kafka.bootstrap()
    );
    (settings, prefix)
}

//! `khabar config check`.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use stream::embedded::FILE_NAME;
use stream::kafka::Cluster;
use stream::topics::Catalogue;

use crate::config::Loaded;
use crate::output::stdout;
use crate::{feed_list, sites};

pub(super) fn run(file: Option<&Path>, show: bool) -> Result<()> {
    let Loaded { config, file } = super::configuration(file, &[])?;
    let feeds = feed_list::configured(&config.feeds)?;
    let sites = sites::read(&config.sites)?;
    if config.uses_kafka() {
        // Nothing is asked of the brokers.
        Cluster::new(config.kafka.clone(), Catalogue::khabar(&config.topics))?;
    }
    let mut out = stdout();
    if show {
        write!(out, "{}", toml::to_string_pretty(&config).context("the configuration can't be printed")?)?;
        return Ok(out.flush()?);
    }
    let source = file.map_or("no file: defaults".to_owned(), |file| file.display().to_string());
    let log = match config.uses_kafka() {
        true => format!("Kafka at {}", config.kafka.bootstrap_servers),
        false => format!("the embedded store {}", config.store.dir.join(FILE_NAME).display()),
    };
    writeln!(out, "the configuration is sound ({source})")?;
    writeln!(out, "records go through {log}")?;
    writeln!(out, "{} feeds are named by it", feeds.len())?;
    if !sites.is_empty() {
        let files = if sites.len() == 1 { "file" } else { "files" };
        writeln!(out, "{} {files} of rules for sites in {}", sites.len(), config.sites.dir.display())?;
    }
    writeln!(out, "metrics and health will be on http://{}/", config.http.listen)?;
    Ok(out.flush()?)
}

//! `khabar feeds`: the list of feeds.

use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use model::Feed;

use crate::cli::{FeedsCommand, TableFormat};
use crate::config::Loaded;
use crate::feed_list::{self, BY_COMMAND};
use crate::journal::Journal;
use crate::output::stdout;

pub(super) fn run(file: Option<&Path>, command: FeedsCommand) -> Result<()> {
    let Loaded { config, .. } = super::quiet_configuration(file)?;
    let journal = Journal::open_beside(&config)?;
    match command {
        FeedsCommand::Add { urls, title, poll_interval_seconds } => {
            let mut feeds = Vec::new();
            for url in urls {
                let feed = Feed::new(feed_list::feed_url(&url)?, BY_COMMAND);
                feeds.push(Feed { title: title.clone(), poll_interval_seconds, ..feed });
            }
            add(&journal, feeds)
        }
        FeedsCommand::Import { file } => add(&journal, imported(&file)?),
        FeedsCommand::List { format } => list(&journal, format),
        FeedsCommand::Remove { feeds } => remove(&journal, &feeds),
        FeedsCommand::Sync { prune } => {
            let done = feed_list::reconcile(&journal, &config.feeds, prune)?;
            say(&format!("{} added, {} changed, {} removed", done.added, done.changed, done.removed))?;
            match done.orphans {
                0 => Ok(()),
                n => say(&format!("{n} are in no list any more: `khabar feeds sync --prune` removes them")),
            }
        }
        FeedsCommand::Export => {
            let feeds: Vec<Feed> = known(&journal)?;
            let mut out = stdout();
            out.write_all(feed::opml::write(&feeds).as_bytes())?;
            Ok(out.flush()?)
        }
    }
}

fn imported(file: &Path) -> Result<Vec<Feed>> {
    let mut feeds = match file.to_str() {
        Some("-") => {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).context("standard input can't be read")?;
            feed_list::parse_list(&bytes, "standard input")?
        }
        _ => feed_list::read_list(file)?,
    };
    // What is imported is the user's own from now on: no later `sync --prune` may take it away.
    feeds.iter_mut().for_each(|feed| BY_COMMAND.clone_into(&mut feed.origin));
    Ok(feeds)
}

fn add(journal: &Journal, feeds: Vec<Feed>) -> Result<()> {
    if feeds.is_empty() {
        return say("there are no feeds in it");
    }
    let known = feed_list::known(journal)?;
    let mut appender = journal.appender()?;
    let (mut outputs, mut lines) = (Vec::new(), Vec::new());
    for feed in feeds {
        let word = match known.get(&feed.id) {
            Some((same, _)) if *same == feed => {
                lines.push(format!("known    {}  {}", feed.id, feed.url));
                continue;
            }
            Some(_) => "changed",
            None => "added",
        };
        lines.push(format!("{word:8} {}  {}", feed.id, feed.url));
        outputs.push(feed_list::output(appender.as_ref(), &feed)?);
    }
    appender.append(outputs)?;
    lines.iter().try_for_each(|line| say(line))
}

fn remove(journal: &Journal, names: &[String]) -> Result<()> {
    let known = feed_list::known(journal)?;
    let mut tombstones = Vec::new();
    for name in names {
        let url = feed_list::feed_url(name).unwrap_or_else(|_| name.clone());
        let is_it = |feed: &Feed| feed.url == url || feed.id.to_string() == *name;
        match known.values().find(|(feed, _)| is_it(feed)) {
            Some((feed, partition)) => tombstones.push(feed_list::tombstone(feed.id, *partition)),
            None => bail!("there is no feed `{name}`: `khabar feeds list` shows what there is"),
        }
    }
    let removed = tombstones.len();
    journal.appender()?.append(tombstones)?;
    say(&format!("removed {removed}"))
}

fn list(journal: &Journal, format: TableFormat) -> Result<()> {
    let feeds = known(journal)?;
    let mut out = stdout();
    for feed in &feeds {
        match format {
            TableFormat::Ndjson => {
                serde_json::to_writer(&mut out, feed)?;
                writeln!(out)?;
            }
            TableFormat::Table => {
                let title = feed.title.as_deref().unwrap_or("");
                writeln!(out, "{}  {}  {title}", feed.id, feed.url)?;
            }
        }
    }
    out.flush()?;
    if feeds.is_empty() {
        crate::output::complain("there are no feeds yet: add one with `khabar feeds add URL`");
    }
    Ok(())
}

/// The feeds in the order of their URLs.
fn known(journal: &Journal) -> Result<Vec<Feed>> {
    let mut feeds: Vec<Feed> = feed_list::known(journal)?.into_values().map(|(feed, _)| feed).collect();
    feeds.sort_by(|a, b| a.url.cmp(&b.url));
    Ok(feeds)
}

fn say(line: &str) -> Result<()> {
    let mut out = stdout();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

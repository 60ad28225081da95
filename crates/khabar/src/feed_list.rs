//! Lists of feeds: read from files, reconciled with the topic `feeds`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
use model::{Feed, Id};
use stream::backend::Appender;
use stream::{Output, partition_of, topics::FEEDS};
use url::Url;

use crate::config::Feeds;
use crate::journal::Journal;

/// Records read at once.
const READ_BATCH: usize = 1_000;

/// The origin of feeds that were added by hand.
pub const BY_COMMAND: &str = "command";

/// The origin of feeds named in the configuration itself.
const BY_CONFIGURATION: &str = "configuration";

/// The longest address that is taken, as in `web.max_url_bytes` at its default.
const MAX_URL_BYTES: usize = 8 << 10;

/// The address of a feed in the one form that it is kept in, so that the same feed is not polled twice:
/// without spaces around it, default port and fragment.
///
/// # Errors
/// Says why it can't be polled.
pub fn feed_url(url: &str) -> Result<String> {
    let shown = || url.chars().take(200).flat_map(char::escape_debug).collect::<String>();
    let mut parsed = Url::parse(url.trim()).map_err(|error| {
        let hint =
            if url.contains("://") { "" } else { "; a feed's address begins with https:// or http://" };
        anyhow!("`{}` is not a URL: {error}{hint}", shown())
    })?;
    ensure!(
        matches!(parsed.scheme(), "http" | "https") && parsed.host().is_some(),
        "`{}` can't be polled: only http and https can",
        shown()
    );
    let host = parsed.host_str().unwrap_or_default();
    ensure!(
        parsed.username().is_empty() && parsed.password().is_none(),
        "the address of a feed on {host} holds a user or a password: these would not be sent, and would stand in \
         logs and lists; leave them out"
    );
    parsed.set_fragment(None);
    ensure!(
        parsed.as_str().len() <= MAX_URL_BYTES,
        "`{}…` has more than {MAX_URL_BYTES} bytes: no feed's address is that long",
        shown()
    );
    Ok(parsed.into())
}

/// Reads a list: OPML, or text with a URL a line (`#` begins a comment).
///
/// # Errors
/// When it is neither; names the line or the outline.
pub fn parse_list(bytes: &[u8], origin: &str) -> Result<Vec<Feed>> {
    let begins_as_xml = bytes.iter().find(|b| !b.is_ascii_whitespace() && b.is_ascii()) == Some(&b'<');
    if begins_as_xml {
        let list = feed::opml::read(bytes, origin).with_context(|| format!("the list {origin}"))?;
        for refused in &list.refused {
            let reason = feed_url(refused).err().map_or(String::new(), |error| format!(": {error}"));
            tracing::warn!(list = origin, "left out of the list{reason}");
        }
        let kept = |feed: Feed| match feed_url(&feed.url) {
            Ok(url) => Some(Feed { id: Feed::id_of(&url), url, ..feed }),
            Err(reason) => {
                tracing::warn!(list = origin, "left out of the list: {reason}");
                None
            }
        };
        return Ok(list.feeds.into_iter().filter_map(kept).collect());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| {
        anyhow!("the list {origin} is neither OPML nor text in UTF-8 with the URL of a feed a line")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines =
        text.lines().enumerate().map(|(at, line)| (at + 1, line.split(" #").next().unwrap_or("").trim()));
    let urls = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    urls.map(|(at, url)| {
        let url = feed_url(url).with_context(|| format!("{origin}:{at}"))?;
        Ok(Feed::new(url, origin))
    })
    .collect()
}

/// Reads a list from a file.
///
/// # Errors
/// When it can't be read or understood.
pub fn read_list(file: &Path) -> Result<Vec<Feed>> {
    let name = file.display().to_string();
    let bytes =
        std::fs::read(file).map_err(|error| anyhow!("the list of feeds {name} can't be read: {error}"))?;
    parse_list(&bytes, &name)
}

/// The feeds that the configuration names.
///
/// # Errors
/// When a list can't be read.
pub fn configured(settings: &Feeds) -> Result<Vec<Feed>> {
    let named = settings.urls.iter().map(|url| Ok(Feed::new(feed_url(url)?, BY_CONFIGURATION)));
    let mut feeds: Vec<Feed> = named.collect::<Result<_>>().context("feeds.urls")?;
    for file in &settings.files {
        feeds.extend(read_list(file).context("feeds.files")?);
    }
    Ok(feeds)
}

/// The feeds in the topic, and the partition of each.
///
/// # Errors
/// When the log can't be read.
pub fn known(journal: &Journal) -> Result<BTreeMap<Id, (Feed, u32)>> {
    let mut feeds = BTreeMap::new();
    journal.each(FEEDS, READ_BATCH, |record| {
        let Some(id) = std::str::from_utf8(&record.key).ok().and_then(|key| key.parse::<Id>().ok()) else {
            return Ok(());
        };
        match record.value.as_deref().map(serde_json::from_slice::<Feed>) {
            Some(Ok(feed)) => drop(feeds.insert(id, (feed, record.partition))),
            Some(Err(error)) => tracing::warn!(%id, "a record in `feeds` is no feed: {error}"),
            None => drop(feeds.remove(&id)),
        }
        Ok(())
    })?;
    Ok(feeds)
}

/// What a reconciliation has written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Feeds that were not known.
    pub added: usize,
    /// Feeds that had changed.
    pub changed: usize,
    /// Feeds that no list names any more.
    pub removed: usize,
    /// Feeds that no list names any more, and that were kept.
    pub orphans: usize,
}

/// Brings the topic up to the configuration's lists. Feeds added by hand are left alone.
///
/// # Errors
/// When a list or the log can't be read, or the log can't be written.
pub fn reconcile(journal: &Journal, settings: &Feeds, prune: bool) -> Result<Reconciled> {
    let wanted = configured(settings)?;
    if wanted.is_empty() && !prune {
        return Ok(Reconciled::default());
    }
    let known = known(journal)?;
    let mut appender = journal.appender()?;
    let mut outputs = Vec::new();
    let mut done = Reconciled::default();
    let mut named = BTreeMap::new();
    for feed in wanted {
        // The first list that names a feed decides.
        named.entry(feed.id).or_insert(feed);
    }
    for feed in named.values() {
        match known.get(&feed.id) {
            Some((same, _)) if same == feed || same.origin == BY_COMMAND => continue,
            Some(_) => done.changed += 1,
            None => done.added += 1,
        }
        outputs.push(output(appender.as_ref(), feed)?);
    }
    for (feed, partition) in known.values() {
        if named.contains_key(&feed.id) || feed.origin == BY_COMMAND {
            continue;
        }
        if prune {
            done.removed += 1;
            outputs.push(tombstone(feed.id, *partition));
        } else {
            done.orphans += 1;
        }
    }
    appender.append(outputs)?;
    Ok(done)
}

/// The record that defines a feed.
///
/// # Errors
/// When its URL has no host, or the topic is missing.
pub fn output(appender: &dyn Appender, feed: &Feed) -> Result<Output> {
    let Some(host) = model::host_key(&feed.url) else { bail!("`{}` names no host", feed.url) };
    let partitions = appender.partitions(FEEDS).ok_or_else(|| anyhow!("the topic `{FEEDS}` is missing"))?;
    Ok(Output {
        topic: FEEDS.to_owned(),
        partition: partition_of(host.as_bytes(), partitions),
        key: feed.id.to_string().into_bytes(),
        headers: model::json_headers("feed"),
        value: Some(serde_json::to_vec(feed)?.into()),
    })
}

/// The record that removes a feed.
pub fn tombstone(id: Id, partition: u32) -> Output {
    let key = id.to_string().into_bytes();
    Output { topic: FEEDS.to_owned(), partition, key, headers: Vec::new(), value: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_list_has_a_url_a_line() {
        let text =
            b"\xef\xbb\xbf# my feeds\nhttps://a.example/rss\n\n  http://b.example/atom  # the second\n";
        let feeds = parse_list(text, "list.txt").unwrap();
        let urls: Vec<&str> = feeds.iter().map(|feed| feed.url.as_str()).collect();
        assert_eq!(urls, ["https://a.example/rss", "http://b.example/atom"]);
    }

    #[test]
    fn a_bad_line_is_named() {
        let error = parse_list(b"https://a.example/rss\nnews.example\n", "list.txt").unwrap_err();
        let said = format!("{error:#}");
        assert!(said.starts_with("list.txt:2: `news.example` is not a URL"), "{said}");
        assert!(feed_url("ftp://a.example/").is_err());
    }

    #[test]
    fn a_feed_has_one_address_and_no_password() {
        assert_eq!(feed_url(" HTTPS://A.example:443/rss#top ").unwrap(), "https://a.example/rss");
        let said = feed_url("https://user:secret@a.example/rss").unwrap_err().to_string();
        assert!(!said.contains("secret") && said.contains("a.example"), "{said}");
        let said = feed_url("http://a.example\u{1b}[31m").unwrap_err().to_string();
        assert!(!said.contains('\u{1b}'), "{said}");
    }
}

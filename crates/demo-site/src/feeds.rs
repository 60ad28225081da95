//! Writes RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::page::{Version, escape};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Format {
    Rss,
    Atom,
    Json,
}

impl Format {
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Json => "application/feed+json",
        }
    }
}

/// What a feed says of itself.
pub(crate) struct Head<'a> {
    pub(crate) title: &'a str,
    pub(crate) lang: &'a str,
    /// The site's address, without a slash at its end.
    pub(crate) home: &'a str,
    /// The feed's own path.
    pub(crate) path: &'a str,
}

/// One entry.
pub(crate) struct Entry<'a> {
    pub(crate) url: String,
    pub(crate) path: &'a str,
    pub(crate) lang: &'a str,
    pub(crate) version: &'a Version,
}

/// The feed document, newest entry first.
pub(crate) fn write(format: Format, head: &Head<'_>, entries: &[Entry<'_>], updated: Timestamp) -> String {
    match format {
        Format::Rss => rss(head, entries, updated),
        Format::Atom => atom(head, entries, updated),
        Format::Json => json_feed(head, entries),
    }
}

/// The date as RSS has it: `Mon, 02 Mar 2026 15:00:00 +0000`.
fn rfc2822_date(time: Timestamp) -> String {
    // Fails only on years beyond 9999, which the catalogue does not have.
    rfc2822::to_string(&time.to_zoned(TimeZone::UTC)).unwrap_or_default()
}

/// `<name>text</name>` on a line of its own; nothing for an empty text.
fn element(name: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<{name}>{}</{name}>\n", escape(text)) }
}

fn rss(head: &Head<'_>, entries: &[Entry<'_>], updated: Timestamp) -> String {
    let items: String = entries
        .iter()
        .map(|entry| {
            let version = entry.version;
            [
                "<item>\n".to_owned(),
                element("title", &version.title),
                element("link", &entry.url),
                format!("<guid isPermaLink=\"true\">{}</guid>\n", escape(&entry.url)),
                element("pubDate", &rfc2822_date(version.published)),
                element("dc:creator", &version.author),
                element("description", &version.summary),
                "</item>\n".to_owned(),
            ]
            .concat()
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n\
         {}<link>{}/</link>\n{}{}{}{items}</channel>\n</rss>\n",
        element("title", head.title),
        escape(head.home),
        element("description", head.title),
        element("language", head.lang),
        element("lastBuildDate", &rfc2822_date(updated)),
    )
}

fn atom(head: &Head<'_>, entries: &[Entry<'_>], updated: Timestamp) -> String {
    let items: String = entries
        .iter()
        .map(|entry| {
            let version = entry.version;
            let author = element("name", &version.author);
            [
                "<entry>\n".to_owned(),
                // The identity outlives the address: it does not name the port.
                element("id", &format!("tag:harrowby-courier.example,2026:{}", entry.path)),
                element("title", &version.title),
                format!("<link rel=\"alternate\" href=\"{}\"/>\n", escape(&entry.url)),
                element("published", &version.published.to_string()),
                element("updated", &version.updated.to_string()),
                if author.is_empty() { String::new() } else { format!("<author>{author}</author>\n") },
                element("summary", &version.summary),
                "</entry>\n".to_owned(),
            ]
            .concat()
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <id>tag:harrowby-courier.example,2026:feed</id>\n{}{}\
         <link rel=\"self\" href=\"{home}{}\"/>\n<link rel=\"alternate\" href=\"{home}/\"/>\n\
         {}{items}</feed>\n",
        escape(head.lang),
        element("title", head.title),
        element("updated", &updated.to_string()),
        escape(head.path),
        // An entry without an author has the feed's.
        format_args!("<author>{}</author>\n", element("name", head.title).trim_end()),
        home = escape(head.home),
    )
}

fn json_feed(head: &Head<'_>, entries: &[Entry<'_>]) -> String {
    let items: Vec<_> = entries
        .iter()
        .map(|entry| {
            let version = entry.version;
            json!({
                "id": entry.url,
                "url": entry.url,
                "title": version.title,
                "summary": version.summary,
                "language": entry.lang,
                "authors": [{ "name": version.author }],
                "date_published": version.published.to_string(),
                "date_modified": version.updated.to_string(),
            })
        })
        .collect();
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": head.title,
        "home_page_url": format!("{}/", head.home),
        "feed_url": format!("{}{}", head.home, head.path),
        "items": items,
    });
    format!("{feed:#}\n")
}

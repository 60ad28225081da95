//! What feed-rs read, in our words.

use feed_rs::model::{Category, Content, Entry, Feed, FeedType, Link, Person};
use jiff::Timestamp;
use model::EntryText;
use url::Url;

use crate::{Document, Hints, Item, links, plain};

/// More authors or categories than this an item does not have in earnest.
const MAX_LIST: usize = 100;

/// More hubs than this a feed does not have in earnest.
const MAX_HUBS: usize = 10;

/// The document that `feed` is; relative links stand against its site, else against `base`.
pub(crate) fn document(feed: Feed, base: Option<&Url>) -> Document {
    let link = page(&feed.links, base);
    let site = link.as_deref().and_then(|link| Url::parse(link).ok());
    let reading = Reading {
        // Atom: the feed's authors are those of entries that name none. A podcast's owner is not.
        authors: if feed.feed_type == FeedType::Atom { names(&feed.authors) } else { Vec::new() },
        format: feed.feed_type,
        base: site.as_ref().or(base),
    };
    Document {
        title: feed.title.and_then(|title| reading.title(&title.content)),
        language: feed.language.as_deref().and_then(plain::spaced),
        self_url: related(&feed.links, "self", base).next(),
        hubs: related(&feed.links, "hub", base).take(MAX_HUBS).collect(),
        hints: Hints { ttl_minutes: feed.ttl, ..Hints::default() },
        entries: feed.entries.into_iter().map(|entry| reading.item(entry)).collect(),
        link,
        ..Document::default()
    }
}

/// What holds for all entries of a feed.
struct Reading<'a> {
    format: FeedType,
    base: Option<&'a Url>,
    authors: Vec<String>,
}

impl Reading<'_> {
    fn item(&self, entry: Entry) -> Item {
        let is_rss = matches!(self.format, FeedType::RSS0 | FeedType::RSS2);
        let id = entry.id.trim().to_owned();
        let link = page(&entry.links, self.base)
            // Atom: content that is elsewhere.
            .or_else(|| {
                let source =
                    entry.content.as_ref()?.src.as_ref().filter(|_| self.format == FeedType::Atom)?;
                links::resolve(&source.href, self.base)
            })
            // RSS: an id is an address too, unless it says that it is not, which feed-rs does not tell.
            .or_else(|| links::resolve(&id, None).filter(|_| is_rss));
        let mut authors = names(&entry.authors);
        if authors.is_empty() {
            authors.clone_from(&self.authors);
        }
        // Where RSS says nothing of a change, feed-rs repeats the date of publication.
        let updated = entry.updated.filter(|at| !is_rss || Some(*at) != entry.published);
        let mut item = Item {
            id,
            link,
            text: EntryText {
                title: entry.title.and_then(|title| self.title(&title.content)),
                authors,
                categories: categories(&entry.categories),
                summary: entry.summary.and_then(|summary| filled(summary.content)),
                content: entry.content.and_then(text),
                published_at: entry.published.and_then(timestamp),
                updated_at: updated.and_then(timestamp),
            },
        };
        item.settle_id();
        item
    }

    /// A title as plain text, which JSON's is already. Other formats say what theirs is, and are wrong.
    fn title(&self, title: &str) -> Option<String> {
        if self.format == FeedType::JSON { plain::spaced(title) } else { plain::title(title) }
    }
}

/// The page among `links`: the format's own link, else an alternate, best one of HTML.
fn page(links: &[Link], base: Option<&Url>) -> Option<String> {
    let is_html = |link: &&Link| link.media_type.as_deref().is_none_or(|kind| kind.contains("html"));
    let own =
        links.iter().filter(|link| link.rel.is_none() && link.target.is_none() && link.media_type.is_none());
    let alternates = || links.iter().filter(|link| link.rel.as_deref() == Some("alternate"));
    own.chain(alternates().filter(is_html))
        .chain(alternates())
        .find_map(|link| links::resolve(&link.href, base))
}

fn related<'a>(links: &'a [Link], rel: &'a str, base: Option<&'a Url>) -> impl Iterator<Item = String> + 'a {
    links
        .iter()
        .filter(move |link| link.rel.as_deref() == Some(rel))
        .filter_map(move |link| links::resolve(&link.href, base))
}

fn names(persons: &[Person]) -> Vec<String> {
    distinct(persons.iter().filter_map(|person| {
        let name = person.name.as_deref().or(person.email.as_deref())?.trim();
        // Of `mail (Name)`, feed-rs leaves the brackets.
        let bare = name.strip_prefix('(').and_then(|name| name.strip_suffix(')'));
        plain::title(bare.unwrap_or(name))
    }))
}

fn categories(categories: &[Category]) -> Vec<String> {
    let name = |category: &Category| plain::title(category.label.as_deref().unwrap_or(&category.term));
    distinct(categories.iter().filter_map(name))
}

fn distinct(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for value in values.take(MAX_LIST) {
        if !list.contains(&value) {
            list.push(value);
        }
    }
    list
}

/// The content, unless it is base64 of something binary.
fn text(content: Content) -> Option<String> {
    let kind = content.content_type.as_str().to_ascii_lowercase();
    let is_text = kind.starts_with("text/") || kind.contains("xhtml") || kind.ends_with("xml");
    content.body.filter(|_| is_text).and_then(filled)
}

fn filled(text: String) -> Option<String> {
    let trimmed = text.trim();
    match trimmed.len() {
        0 => None,
        length if length == text.len() => Some(text),
        _ => Some(trimmed.to_owned()),
    }
}

fn timestamp(at: chrono::DateTime<chrono::Utc>) -> Option<Timestamp> {
    Timestamp::from_microsecond(at.timestamp_micros()).ok()
}

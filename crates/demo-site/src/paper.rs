//! One publisher: its pages and its feed as they stand in an edition.

use jiff::Timestamp;

use crate::feeds::{self, Entry, Format, Head};
use crate::page::{Page, Publisher, edition_time};

/// One publisher's pages, served under `base`.
#[derive(Debug)]
pub(crate) struct Paper {
    pub(crate) publisher: Publisher,
    /// `http://127.0.0.1:PORT`, without a slash at its end.
    pub(crate) base: String,
    /// For how many editions an entry stays in the feed after it came or changed.
    pub(crate) feed_editions: u32,
    pub(crate) pages: Vec<Page>,
}

/// A document and what its headers say of it.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
    /// Where the document can be asked for by condition.
    pub(crate) validators: Option<Validators>,
    pub(crate) slow: bool,
}

/// By what a client can tell that a document has not changed (RFC 9110, section 8.8).
#[derive(Debug)]
pub(crate) struct Validators {
    /// With its quotes.
    pub(crate) etag: String,
    pub(crate) last_modified: Timestamp,
}

impl Paper {
    fn format(&self) -> Format {
        match self.publisher {
            Publisher::Wadi => Format::Rss,
            Publisher::Courier => Format::Atom,
            Publisher::Meridian => Format::Json,
        }
    }

    fn head(&self) -> Head<'_> {
        let (title, lang) = match self.publisher {
            Publisher::Wadi => ("صحيفة الوادي", "ar"),
            Publisher::Courier => ("The Harrowby Courier", "en"),
            Publisher::Meridian => ("Meridian", "mul"),
        };
        Head { title, lang, home: &self.base, path: self.feed_path() }
    }

    /// The path of the feed.
    pub(crate) fn feed_path(&self) -> &'static str {
        match self.format() {
            Format::Rss => "/rss.xml",
            Format::Atom => "/atom.xml",
            Format::Json => "/feed.json",
        }
    }

    /// The feed's URL.
    pub(crate) fn feed_url(&self) -> String {
        format!("{}{}", self.base, self.feed_path())
    }

    /// A page's URL.
    pub(crate) fn url_of(&self, page: &Page) -> String {
        format!("{}{}", self.base, page.path)
    }

    /// What is at `path` in `edition`; none where there is nothing.
    pub(crate) fn document(&self, path: &str, edition: u32) -> Option<Document> {
        if path == self.feed_path() {
            return Some(self.feed(edition));
        }
        let page = self.pages.iter().find(|page| page.path == path)?;
        let version = page.version(edition)?;
        Some(Document {
            content_type: page.content_type(version),
            body: page.render(version, &self.base)?,
            validators: None,
            slow: page.slow,
        })
    }

    fn feed(&self, edition: u32) -> Document {
        // A feed without news keeps the validators of the edition that last had some.
        let changed = self.pages.iter().filter_map(|page| page.changed_in(edition)).max().unwrap_or(1);
        let mut entries: Vec<Entry<'_>> = self
            .pages
            .iter()
            .filter_map(|page| {
                let age = edition - page.changed_in(edition)?;
                let version = page.version(edition).filter(|_| age < self.feed_editions)?;
                Some(Entry { url: self.url_of(page), path: &page.path, lang: page.lang, version })
            })
            .collect();
        entries.sort_by(|a, b| b.version.updated.cmp(&a.version.updated).then_with(|| a.path.cmp(b.path)));
        let format = self.format();
        let last_modified = edition_time(changed);
        let text = feeds::write(format, &self.head(), &entries, last_modified);
        Document {
            content_type: format.content_type().to_owned(),
            body: text.into_bytes(),
            validators: Some(Validators { etag: format!("\"edition-{changed}\""), last_modified }),
            slow: false,
        }
    }
}

//! Reads RSS 2.0, 1.0 (RDF) and 0.9x, Atom and JSON feeds, the broken ones too, and OPML lists.
//!
//! Everything here is pure: bytes and the time come in as arguments, nothing is fetched, and no
//! input panics. The reading itself is feed-rs's; ours is what it takes before and after:
//!
//! ```text
//! bytes ─ decode ─▶ text ─┬──────────▶ reader (feed-rs) ─ mapping ─▶ Document ─ identity ─▶ which
//!                         │               ▲    │ refuses                           entries are these?
//!                         └─ mend ◀───────┼────┘
//!                              └──────────┘
//! ```
//!
//! - `decode` turns bytes of any charset into text without control characters.
//! - `xml` and `json` hand it to `reader`, which is feed-rs, as it came: when it is well-formed and
//!   within the limits. A document that feed-rs refuses, or of which it finds fewer entries than there
//!   are, is mended and read once more; [`Document::repaired`] says so.
//! - `mend` writes a sound document of a broken one: feed-rs gives a whole feed up over one bare `&`, a
//!   lost end tag, or a number where JSON Feed wants text. It works over the tokens of `markup`, which
//!   never fails: a bare `&` or `<` is text, an open tag at the end is the end. A feed that breaks off
//!   keeps its complete entries.
//! - `mapping` puts what was read into our words: links absolute, titles plain, dates as moments.
//! - [`identities`] says which entry an item is, and whether it changed.
//! - [`next_poll`] says when to ask again.
//! - [`opml`] reads and writes lists of feeds.
//!
//! ```
//! let rss = b"<rss version='2.0'><channel><title>Q & A</title>
//!   <item><guid>7</guid><link>/seven</link><title>Seven</title></item></channel></rss>";
//! let limits = feed::Limits::default();
//! let document = feed::parse(rss, None, Some("https://a.example/feed"), &limits)?;
//! assert_eq!(document.title.as_deref(), Some("Q & A"));
//! assert_eq!(document.entries[0].link.as_deref(), Some("https://a.example/seven"));
//! assert!(document.repaired);
//! # Ok::<(), feed::ParseError>(())
//! ```

mod dates;
mod decode;
mod document;
mod hints;
mod html;
mod identity;
mod json;
mod links;
mod mapping;
mod markup;
mod mend;
pub mod opml;
mod plain;
mod reader;
mod schedule;
mod xml;

pub use dates::parse_date;
pub use document::{Document, Hints, Item};
pub use identity::{Identity, Repeats, entry_id, fingerprint, identities};
pub use schedule::{Attempt, Schedule, first_poll, next_poll};

/// What a document may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The largest document, in bytes. A larger one is refused.
    pub max_bytes: usize,
    /// The most entries that are read; the rest is counted in [`Document::left_out`].
    pub max_entries: usize,
    /// The deepest nesting of elements outside of texts. A deeper document is refused.
    pub max_depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 16 << 20, max_entries: 2_000, max_depth: 100 }
    }
}

/// Why a document is not a feed that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// There is nothing but white space.
    #[error("the document is empty")]
    Empty,
    /// It is a web page.
    #[error("this is a web page, not a feed; {}", html::advice(.feeds))]
    Html {
        /// The feeds that the page names, as absolute addresses where a base was known.
        feeds: Vec<String>,
    },
    /// It is larger than [`Limits::max_bytes`].
    #[error("the document has {bytes} bytes, and {max_bytes} are allowed: raise the size limit to read it")]
    TooLarge {
        /// The document's size.
        bytes: usize,
        /// The limit.
        max_bytes: usize,
    },
    /// Its elements nest deeper than [`Limits::max_depth`].
    #[error("the document nests deeper than {max_depth} elements: no feed does, and it is not read further")]
    TooDeep {
        /// The limit.
        max_depth: usize,
    },
    /// It is a feed, but neither as it came nor mended one that can be read.
    #[error("the feed can't be read, not even mended: {reason}")]
    Unreadable {
        /// What the reader says.
        reason: String,
    },
    /// It is something else.
    #[error("this is {found}, not a feed: RSS, Atom or JSON Feed is expected")]
    NotAFeed {
        /// What it is, as far as can be told.
        found: String,
    },
}

/// Reads the feed in `bytes`.
///
/// `content_type` is the HTTP header, of which only the charset counts; `base_url` is where the
/// document came from, against which relative links are resolved when the document itself names no
/// base.
///
/// # Errors
/// When the document is no feed, or larger or deeper than `limits` allow. A feed that is merely
/// broken is read as far as it goes, and [`Document::repaired`] says so.
pub fn parse(
    bytes: &[u8],
    content_type: Option<&str>,
    base_url: Option<&str>,
    limits: &Limits,
) -> Result<Document, ParseError> {
    if bytes.len() > limits.max_bytes {
        return Err(ParseError::TooLarge { bytes: bytes.len(), max_bytes: limits.max_bytes });
    }
    let decoded = decode::decode(bytes, content_type);
    let text = decoded.text.trim_start();
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    let base = base_url.and_then(|url| url::Url::parse(url).ok());
    let mut document = if text.starts_with(['{', '[']) {
        json::read(text, base.as_ref(), limits)?
    } else {
        xml::read(text, base.as_ref(), limits)?
    };
    document.entries.retain(|item| !item.is_blank());
    document.repaired |= decoded.repaired;
    Ok(document)
}

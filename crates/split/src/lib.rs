//! Takes a page apart into the stories it holds. Pure: bytes in, stories out; no I/O, no clock, no
//! panics, and the same stories for the same bytes.
//!
//! ```
//! use split::{Limits, Source, split};
//!
//! let page = "<html><body><article><h1>Harbour reopens</h1><p>The harbour of Aden reopened on \
//!     Monday after two weeks of repairs, the port authority said in a statement. Three ships \
//!     were unloaded before noon, and a further five are expected to dock by the end of the \
//!     week, according to the authority's director, who thanked the crews for their \
//!     patience.</p></article></body></html>";
//! let stories = split(&Source::new(page.as_bytes()), &Limits::default())?;
//! assert_eq!(stories[0].title.as_deref(), Some("Harbour reopens"));
//! # Ok::<(), split::NoStory>(())
//! ```
//!
//! # The way of a page
//!
//! ```text
//!  bytes ─▶ decode ─▶ text ─┬─ HTML ─▶ dom ─▶ flow ─┐
//!                           └─ plain ──────▶ plain ─┤ pieces
//!                                                   ▼
//!                       parts (several stories, or one?) ─▶ draft ─▶ story
//! ```
//!
//! - [`decode`] finds the character set; [`dom`] holds the tree, bounded in depth and size.
//! - [`flow`] turns the tree into *pieces*: paragraphs, headings, list items, rules, in reading
//!   order, each knowing how much of it is link text. [`plain`] does the same for plain text.
//! - [`parts`] finds which pieces are stories: by the structure that repeats ([`unit`], [`evidence`]), by the
//!   lines where tags tell nothing ([`flat`]), or as the one part that holds the text ([`region`], [`tail`]), cut
//!   where one story follows another ([`rhythm`]). `ARCHITECTURE.md` tells how it decides.
//! - [`sites`] holds rules for the odd site that needs help; they reach the others by marks in the tree.
//! - [`draft`] takes one story's pieces and sorts them into its fields; [`labels`], [`date`],
//!   [`byline`], [`glue`], [`title`], [`keywords`], [`image`], [`links`] and [`meta`] each know one thing that this needs.
//!
//! # What is done to characters
//!
//! A page is read in the encoding that its bytes prove (a byte order mark, UTF-8), else in the one it
//! declares where the bytes agree, else in the one its letters are likeliest in; text that was encoded
//! twice is undone ([`decode`] has the order). Character references are read as browsers do, also
//! where a title is escaped twice or plain text is full of them.
//!
//! Words stay as the page spells them. White space becomes single spaces; marks that print nothing
//! (bidirectional controls, zero-width spaces, soft hyphens) and tatweel inside words go: they carry
//! no words, and copies of a report differ in them. Joiners stay where they spell (Persian, Indic
//! scripts, emoji); letters and their marks become one character, Arabic presentation forms the
//! letters they show. The table in `clean` has each with its reason.

mod briefs;
mod bulk;
mod byline;
mod clean;
mod cohesion;
mod date;
mod dateline;
mod decode;
mod dom;
mod draft;
mod evidence;
mod explain;
mod flat;
mod flow;
mod furniture;
mod glue;
mod grow;
mod image;
mod keywords;
mod labels;
mod lang;
mod limits;
mod line;
mod links;
mod markup;
mod meta;
mod parts;
mod piece;
mod plain;
mod region;
mod rhythm;
mod run;
mod signs;
mod sites;
mod sniff;
mod story;
mod tail;
mod title;
mod unit;
mod words;
mod wrapped;

use jiff::Timestamp;
use model::{EntryText, Id, Story};

pub use limits::Limits;
pub use sites::{MAX_FILE_BYTES as MAX_SITE_FILE_BYTES, Problem as SiteProblem, Site, SiteError, Sites};

/// The version of the rules; it goes into [`Story::splitter`] and counts up when they change what
/// stories come out.
pub const VERSION: u32 = 2;

/// A page, and what is known of it from outside.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The body, decoded from transfer: not compressed.
    pub bytes: &'a [u8],
    /// The `Content-Type` header.
    pub content_type: Option<&'a str>,
    /// The page's final URL.
    pub url: Option<&'a str>,
    /// When it was fetched: what "two hours ago" counts from.
    pub fetched_at: Option<Timestamp>,
    /// The feed that led to it.
    pub feed: Option<Id>,
    /// What the feed says of it.
    pub entry: Option<&'a EntryText>,
    /// The rules for its site, where there are any.
    pub site: Option<&'a Site>,
}

impl<'a> Source<'a> {
    /// A page of which nothing is known but its bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, content_type: None, url: None, fetched_at: None, feed: None, entry: None, site: None }
    }
}

/// Why a page yields no story. None of these changes by trying again with the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoStory {
    /// There is nothing but white space.
    #[error("the page is empty: nothing but white space was returned; check its address")]
    Empty,
    /// The bytes are no text.
    #[error(
        "the page is binary ({kind}), not HTML or text; give the page that links to it, or unpack it first"
    )]
    Binary {
        /// What the first bytes say it is.
        kind: &'static str,
    },
    /// It is a PDF document.
    #[error(
        "the page is a PDF document, which is not read; give its HTML page, or the text that `pdftotext` makes of it"
    )]
    Pdf,
    /// It is longer than [`Limits::max_bytes`].
    #[error(
        "the page has {bytes} bytes, more than the {max_bytes} allowed; raise the limit or leave the page out"
    )]
    TooLarge {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        max_bytes: usize,
    },
    /// There is text, but no story in it.
    #[error(
        "the page holds no running text of a story ({words} words in all): a list of links, a login or an app that loads its text by script"
    )]
    NoText {
        /// How many words the page has.
        words: usize,
    },
}

/// The stories of a page, in its order.
///
/// # Errors
/// When there is none; [`NoStory`] says why.
pub fn split(source: &Source<'_>, limits: &Limits) -> Result<Vec<Story>, NoStory> {
    let bytes = source.bytes;
    if bytes.len() > limits.max_bytes {
        return Err(NoStory::TooLarge { bytes: bytes.len(), max_bytes: limits.max_bytes });
    }
    sniff::refuse(bytes)?;
    let limits = &limits.within(bytes.len());
    let url = source.url.and_then(|url| url::Url::parse(url).ok());
    let text = decoded(source, url.as_ref());
    if text.trim().is_empty() {
        return Err(NoStory::Empty);
    }
    if sniff::is_html(&text, source.content_type) {
        story::of_html(&text, source, url.as_ref(), limits)
    } else {
        story::of_plain(&text, source, url.as_ref(), limits)
    }
}

/// The text of the page, which is found at `url`.
fn decoded<'a>(source: &Source<'a>, url: Option<&url::Url>) -> std::borrow::Cow<'a, str> {
    let tld = url.and_then(url::Url::host_str).and_then(|host| host.rsplit('.').next());
    decode::decode(source.bytes, source.content_type, tld)
}

/// How the page was read, for people: why each story opens, and what became of each block of the page.
/// Empty for a page that is refused.
pub fn explain(source: &Source<'_>, limits: &Limits) -> String {
    if source.bytes.len() > limits.max_bytes || sniff::refuse(source.bytes).is_err() {
        return String::new();
    }
    let limits = &limits.within(source.bytes.len());
    let url = source.url.and_then(|url| url::Url::parse(url).ok());
    let text = decoded(source, url.as_ref());
    if sniff::is_html(&text, source.content_type) {
        story::explain_html(&text, source, limits)
    } else {
        story::explain_plain(&text, source, limits)
    }
}

//! A story as the index looks at it.

use jiff::Timestamp;
use model::{Id, Story, comparable_url, host_key};
use xxhash_rust::xxh3::xxh3_64;

use crate::near::Shingles;
use crate::normalise::{Composed, first_words};

/// What is known of a story that comes.
pub(crate) struct Sighting {
    /// What the article's id is minted from.
    pub(crate) name: Id,
    pub(crate) place: Place,
    pub(crate) version: Version,
    pub(crate) look: Look,
    /// Hash of the normal text; none where it has no words.
    pub(crate) text: Option<u32>,
    pub(crate) shingles: Shingles,
}

/// Where a story stands, and under which words: by this it is known again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Hash of the page's URL; none of a story without one.
    pub(crate) page: Option<u64>,
    /// Hash of the story's own URL, where it is not just its page's.
    pub(crate) own: Option<u64>,
    /// Hash of the page's host.
    pub(crate) host: u32,
    /// Whether the page tells nothing else.
    pub(crate) alone: bool,
    /// Hash of the normal headline; none where it has no words.
    pub(crate) headline: Option<u32>,
    /// Hash of the first words; none where there are none.
    pub(crate) first_words: Option<u32>,
}

/// Which version of its page a story was cut from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    /// The story's place in the page; 65,535 stands for all from there on.
    pub(crate) part: u16,
    /// Whether the page is the story's own, and not one that carries it among others.
    pub(crate) home: bool,
    /// When the page was fetched, in nanoseconds since 1970.
    pub(crate) fetched_at: Option<i64>,
    /// The splitter's version.
    pub(crate) splitter: u16,
}

/// Title and text as a reader sees them, hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) title: u32,
    pub(crate) text: u32,
}

impl Sighting {
    pub(crate) fn of(story: &Story) -> Self {
        let text = Composed::of(&story.text);
        let words = text.words();
        let title = Composed::of(story.title.as_deref().unwrap_or_default());
        let headline = title.words();
        let start = first_words(&words);
        let page = story.page.url.as_deref().map(key);
        let alone = story.page.parts <= 1;
        let own = story.url.as_deref().and_then(|own| own_key(own, page.as_deref(), alone));
        let own_name = own.as_deref().or(page.as_deref().filter(|_| alone));
        let name = match (own_name, page.as_deref()) {
            (Some(own), _) => Id::of("article", &[own]),
            (None, Some(page)) => Id::of("article", &[page, &headline, start]),
            (None, None) => Id::of("article", &["", &headline, &words]),
        };
        let home = match own.as_deref() {
            Some(own) => own.split('#').next() == page.as_deref(),
            None => alone,
        };
        let hash = |words: &str| (!words.is_empty()).then(|| short(words));
        Self {
            name,
            place: Place {
                page: page.as_deref().map(url_hash),
                own: own.as_deref().map(url_hash),
                host: page.as_deref().and_then(host_key).map_or(0, |host| short(&host)),
                alone,
                headline: hash(&headline),
                first_words: hash(start),
            },
            version: Version {
                part: u16::try_from(story.page.part).unwrap_or(u16::MAX),
                home,
                fetched_at: story.fetched_at.map(nanoseconds),
                splitter: u16::try_from(story.splitter).unwrap_or(u16::MAX),
            },
            look: Look::of(&title, &text),
            text: hash(&words),
            shingles: Shingles::of(&words),
        }
    }
}

impl Look {
    fn of(title: &Composed<'_>, text: &Composed<'_>) -> Self {
        Self { title: short(&title.look_without_counters()), text: short(&text.look_without_counters()) }
    }
}

/// Hash of a page by its URL, as a [`Place`] has it.
pub(crate) fn page_hash(url: &str) -> u64 {
    url_hash(&key(url))
}

/// The beginning of the id that is minted from it. Not to be had by trial for another URL: whoever has the same is the
/// same story.
fn url_hash(url: &str) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *Id::of("article", &[url]).as_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

fn short(text: &str) -> u32 {
    (xxh3_64(text.as_bytes()) >> 32) as u32
}

impl Version {
    /// Whether this version is older than `other`, or the same: fetch time first, then splitter.
    /// Without fetch times nothing is known to be older.
    pub(crate) fn is_no_newer_than(&self, other: &Self) -> bool {
        match (self.fetched_at, other.fetched_at) {
            (Some(this), Some(that)) => (this, self.splitter) <= (that, other.splitter),
            _ => false,
        }
    }

    /// Whether the page of this was fetched before that of `other`; where that is not known, it was not.
    pub(crate) fn is_of_an_earlier_fetch_than(&self, other: &Self) -> bool {
        self.fetched_at.zip(other.fetched_at).is_some_and(|(this, that)| this < that)
    }
}

fn key(url: &str) -> String {
    comparable_url(url).unwrap_or_else(|| url.trim().to_owned())
}

/// The key of a story's own URL; none where it is merely its page's, or a site's front page, which
/// careless sites call canonical everywhere. On a page of several stories a fragment names one.
fn own_key(own: &str, page: Option<&str>, alone: bool) -> Option<String> {
    let base = key(own);
    if page != Some(base.as_str()) {
        let (_, rest) = base.split_once("://").unwrap_or(("", &base));
        return rest.contains(['/', '?']).then_some(base);
    }
    let (_, fragment) = own.split_once('#')?;
    (!alone && !fragment.is_empty()).then(|| format!("{base}#{fragment}"))
}

/// Nanoseconds since 1970, within the years 1678 to 2262.
pub(crate) fn nanoseconds(time: Timestamp) -> i64 {
    let nanoseconds = time.as_nanosecond();
    i64::try_from(nanoseconds).unwrap_or(if nanoseconds < 0 { i64::MIN } else { i64::MAX })
}

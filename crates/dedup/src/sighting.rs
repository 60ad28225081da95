use jiff::Timestamp;
use model::{Id, Story, comparable_url};

use crate::normalise::{first_words, normal, strict};
use crate::sketch::Sketch;

/// The label of identities that are a story's own address.
const OWN: &str = "own";

/// A story as the index looks at it: its identities, its version, and what its text comes down to.
pub(crate) struct Sighting {
    /// By what it can be known again, the surest first.
    pub(crate) identities: Vec<Identity>,
    /// What the article's id is minted from.
    pub(crate) name: Id,
    /// Hash of the normal text; none where it has no words.
    pub(crate) text: Option<Id>,
    pub(crate) version: Version,
    /// Whether its page tells nothing else.
    pub(crate) alone: bool,
    pub(crate) look: Look,
    pub(crate) sketch: Sketch,
}

/// One thing by which a story can be known again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) kind: IdentityKind,
    pub(crate) id: Id,
}

/// What an identity is made of; how far it is to be trusted follows from it.
///
/// | kind | made of | two stories of a page can share it |
/// |---|---|---|
/// | `Text` | page URL and all words | no: a text repeated on its page is one story |
/// | `Own` | the story's own URL, where it is not just its page's | by mistake; only with some text in common, unless on that very page |
/// | `Opening` | page URL, headline and first words | yes: "Weather. Tomorrow in …" |
/// | `FirstWords` | page URL and first words | yes |
/// | `Headline` | page URL and headline | yes: "Update"; only with some text in common |
/// | `Page` | page URL, of a page with one story | later, when the page has another |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdentityKind {
    Text,
    Own,
    Opening,
    FirstWords,
    Headline,
    Page,
}

/// Which version of which page a story was cut from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    /// The page, by its comparable URL.
    pub(crate) page: Id,
    /// The story's place in it.
    pub(crate) part: u32,
    /// Whether the page is the story's own, and not one that carries it among others.
    pub(crate) home: bool,
    /// When the page was fetched, in nanoseconds since 1970.
    pub(crate) fetched_at: Option<i64>,
    /// The splitter's version.
    pub(crate) splitter: u32,
}

/// Title and text as a reader sees them, hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) title: Id,
    pub(crate) text: Id,
}

impl Sighting {
    pub(crate) fn of(story: &Story) -> Self {
        let words = normal(&story.text);
        let title = normal(story.title.as_deref().unwrap_or_default());
        let start = first_words(&words);
        let page = story.page.url.as_deref().map(key);
        let alone = story.page.parts <= 1;
        let own = story.url.as_deref().and_then(|own| own_key(own, page.as_deref(), alone));

        let page_name = page.as_deref().unwrap_or_default();
        let mut identities = Vec::new();
        let mut add = |kind, label, parts: &[&str]| {
            if parts.iter().all(|part| !part.is_empty()) {
                identities.push(Identity { kind, id: Id::of(label, parts) });
            }
        };
        let text = (!words.is_empty()).then(|| Id::of("text", &[&words]));
        match page.is_some() {
            true => add(IdentityKind::Text, "text of a page", &[page_name, &words]),
            // Without a page its words are all there is.
            false => add(IdentityKind::Text, "text without a page", &[&words]),
        }
        add(IdentityKind::Own, OWN, &[own.as_deref().unwrap_or_default()]);
        add(IdentityKind::Opening, "opening", &[page_name, &title, start]);
        add(IdentityKind::FirstWords, "first words", &[page_name, start]);
        add(IdentityKind::Headline, "headline", &[page_name, &title]);
        if alone {
            add(IdentityKind::Page, OWN, &[page_name]);
        }

        let own_name = own.as_deref().or(page.as_deref().filter(|_| alone));
        let name = match (own_name, page.as_deref()) {
            (Some(own), _) => Id::of("article", &[own]),
            (None, Some(page)) => Id::of("article", &[page, &title, start]),
            (None, None) => Id::of("article", &["", &title, &words]),
        };
        let home = match own.as_deref() {
            Some(own) => own.split('#').next() == page.as_deref(),
            None => alone,
        };
        Self {
            identities,
            name,
            text,
            version: Version {
                page: page_id_of(page_name),
                part: story.page.part,
                home,
                fetched_at: story.fetched_at.map(nanoseconds),
                splitter: story.splitter,
            },
            alone,
            look: Look {
                title: Id::of("title", &[&strict(story.title.as_deref().unwrap_or_default())]),
                text: Id::of("text", &[&strict(&story.text)]),
            },
            sketch: Sketch::of(&words),
        }
    }
}

impl Look {
    /// What a withdrawn article looks like: nothing.
    pub(crate) fn withdrawn() -> Self {
        Self { title: Id::of("withdrawn", &["title"]), text: Id::of("withdrawn", &["text"]) }
    }

    pub(crate) fn is_withdrawn(self) -> bool {
        self == Self::withdrawn()
    }
}

/// A page, by its URL.
pub(crate) fn page_id(url: Option<&str>) -> Id {
    page_id_of(&url.map(key).unwrap_or_default())
}

fn page_id_of(comparable_url: &str) -> Id {
    Id::of("page", &[comparable_url])
}

/// The identity of the only story of a page.
pub(crate) fn only_story_id(url: &str) -> Id {
    Id::of(OWN, &[&key(url)])
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

    /// Whether this is cut from a page that carries the story among others, and `other` from the
    /// story's own page.
    pub(crate) fn is_away_from(&self, other: &Self) -> bool {
        other.home && !self.home && self.page != other.page
    }

    /// Whether both are cut from one version of one page.
    pub(crate) fn is_of_one_fetch(&self, other: &Self) -> bool {
        self.page == other.page && self.fetched_at == other.fetched_at
    }

    /// Whether the page of this was fetched before that of `other`; where that is not known, it was not.
    pub(crate) fn is_of_an_earlier_fetch_than(&self, other: &Self) -> bool {
        self.fetched_at.zip(other.fetched_at).is_some_and(|(this, that)| this < that)
    }

    /// Whether this is another part of the very page version that `other` comes from.
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        self.page == other.page
            && self.part != other.part
            && self.fetched_at == other.fetched_at
            && self.splitter == other.splitter
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

//! RSS 2.0, 1.0 and 0.9x and Atom, read in one walk over the tags.
//!
//! The walk keeps a stack of the elements that are open, each with what it means here ([`Place`]).
//! Elements with text are read whole by [`Walk::capture`], so that nothing inside them is taken for
//! the feed's own; all others are entered or passed over. An end tag closes what is open down to its
//! own element, or nothing; an item that begins inside another ends that one; an item that is still
//! open when the document breaks off is dropped.

mod capture;
mod fields;

use std::borrow::Cow;

use url::Url;

use crate::markup::{Tag, Token, Tokens, local};
use crate::{Document, Item, Limits, ParseError, html, links};

/// More hubs than this a feed does not have in earnest.
pub(crate) const MAX_HUBS: usize = 10;

/// Prefixes that are remembered; feeds declare some ten.
const MAX_PREFIXES: usize = 64;

pub(crate) fn read(text: &str, base: Option<&Url>, limits: &Limits) -> Result<Document, ParseError> {
    let mut walk = Walk::new(text, base, limits);
    while let Some(token) = walk.tokens.next() {
        match token {
            Token::Start(tag) => walk.start(tag)?,
            Token::End(name) => walk.end(name),
            Token::Text(_) | Token::CData(_) => {}
        }
    }
    walk.finish(text)
}

/// The namespaces that matter. `Core` is the format's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Space {
    Core,
    Atom,
    DublinCore,
    Content,
    Itunes,
    Syndication,
    Xhtml,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Rss,
    Atom,
}

/// What an open element means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// `rss`, `rdf:RDF`: holds channels and items.
    Root,
    /// `channel`, `feed`.
    Feed,
    /// `item`, `entry`.
    Item,
    /// Atom's `author`.
    Person,
    /// RSS' `skipHours` and `skipDays`.
    Skip,
    /// What is of no interest.
    Other,
}

struct Open<'a> {
    name: &'a str,
    place: Place,
    /// `xml:base`, resolved.
    base: Option<Url>,
}

/// An item in the making.
#[derive(Default)]
struct Draft {
    item: Item,
    /// The candidates for the item's link as given, the best last.
    links: Vec<(Preference, String)>,
    /// The `xml:base` that holds for it.
    base: Option<Url>,
}

/// How good an element is as an item's link, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Preference {
    /// RSS `guid` that is a permalink, or RDF `about`.
    Permalink,
    /// Atom link of another type than HTML, or `content src`.
    Alternate,
    /// Atom link to HTML.
    Page,
    /// The format's own link element.
    Link,
}

struct Walk<'a> {
    tokens: Tokens<'a>,
    limits: &'a Limits,
    base: Option<&'a Url>,
    format: Option<Format>,
    prefixes: Vec<(&'a str, Space)>,
    open: Vec<Open<'a>>,
    document: Document,
    drafts: Vec<Draft>,
    draft: Option<Draft>,
    /// The feed's link as given, and how good it is.
    link: Option<(Preference, String)>,
    /// Atom: authors of the feed are those of entries that name none.
    authors: Vec<String>,
    /// `sy:updatePeriod` in seconds, and `sy:updateFrequency`.
    rhythm: (Option<u64>, u64),
    /// The first element, for naming what this is instead of a feed.
    first: Option<&'a str>,
    /// What came before the feed's first tag.
    repaired: bool,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str, base: Option<&'a Url>, limits: &'a Limits) -> Self {
        Self {
            tokens: Tokens::of(text),
            limits,
            base,
            format: None,
            prefixes: Vec::new(),
            open: Vec::new(),
            document: Document::default(),
            drafts: Vec::new(),
            draft: None,
            link: None,
            authors: Vec::new(),
            rhythm: (None, 1),
            first: None,
            repaired: !text.starts_with('<'),
        }
    }

    fn place(&self) -> Option<Place> {
        self.open.last().map(|open| open.place)
    }

    fn start(&mut self, tag: Tag<'a>) -> Result<(), ParseError> {
        let own = self.learn_prefixes(&tag);
        let space = self.space_of(tag.name, own);
        let name = lower(local(tag.name));
        let Some(place) = self.place() else { return self.start_root(tag, &name) };
        let is_item = space == Space::Core && matches!(&*name, "item" | "entry");
        if is_item {
            // Whatever is open inside of the feed was not closed.
            while !matches!(self.place(), Some(Place::Root | Place::Feed) | None) {
                self.repaired = true;
                self.close();
            }
            return self.open_item(tag);
        }
        match place {
            Place::Root if space == Space::Core && name == "channel" => self.push(tag, Place::Feed),
            Place::Root | Place::Other => self.push(tag, Place::Other),
            Place::Feed => self.feed_field(tag, space, &name),
            Place::Item => self.item_field(tag, space, &name),
            Place::Person => self.person_field(tag, &name),
            Place::Skip => self.skip_field(tag, &name),
        }
    }

    /// The first element that is a feed's root; others before it are junk of a broken server.
    fn start_root(&mut self, tag: Tag<'a>, name: &str) -> Result<(), ParseError> {
        let is_first = self.first.is_none();
        self.first.get_or_insert(tag.name);
        let (format, place) = match name {
            "rss" | "rdf" => (Format::Rss, Place::Root),
            "channel" if is_first => (Format::Rss, Place::Feed),
            "feed" => (Format::Atom, Place::Feed),
            "entry" if is_first => (Format::Atom, Place::Item),
            "html" => {
                // No feed begins in here: the rest is only searched for the feeds that it names.
                self.tokens.seek(usize::MAX);
                return Ok(());
            }
            _ => return Ok(()),
        };
        self.repaired |= !is_first;
        self.format = Some(format);
        if let Some(language) = tag.attribute("xml:lang") {
            self.document.language = Some(language.into_owned());
        }
        if place == Place::Item { self.open_item(tag) } else { self.push(tag, place) }
    }

    fn open_item(&mut self, tag: Tag<'a>) -> Result<(), ParseError> {
        self.push(tag, Place::Item)?;
        let base = self.open.iter().rev().find_map(|open| open.base.clone());
        let mut draft = Draft { base, ..Draft::default() };
        if let Some(about) = tag.attribute("rdf:about") {
            draft.item.id = about.clone().into_owned();
            draft.links.push((Preference::Permalink, about.into_owned()));
        }
        if !tag.empty {
            self.draft = Some(draft);
        }
        Ok(())
    }

    /// Enters the element.
    fn push(&mut self, tag: Tag<'a>, place: Place) -> Result<(), ParseError> {
        if tag.empty {
            return Ok(());
        }
        if self.open.len() >= self.limits.max_depth {
            return Err(ParseError::TooDeep { max_depth: self.limits.max_depth });
        }
        let base = tag.attribute("xml:base").and_then(|base| self.absolute(&base));
        self.open.push(Open { name: tag.name, place, base });
        Ok(())
    }

    fn end(&mut self, name: &str) {
        let Some(at) = self.open.iter().rposition(|open| open.name.eq_ignore_ascii_case(name)) else {
            self.repaired |= !self.open.is_empty();
            return;
        };
        self.repaired |= at + 1 != self.open.len();
        while self.open.len() > at {
            self.close();
        }
    }

    /// Leaves the innermost element.
    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if open.place != Place::Item {
            return;
        }
        if let Some(draft) = self.draft.take() {
            if self.drafts.len() < self.limits.max_entries {
                self.drafts.push(draft);
            } else {
                self.document.left_out += 1;
            }
        }
    }

    /// Remembers the prefixes that `tag` declares; gives back the default namespace that it declares.
    ///
    /// Declarations are remembered for good: real feeds give a prefix one meaning.
    fn learn_prefixes(&mut self, tag: &Tag<'a>) -> Option<Space> {
        let mut own = None;
        for (name, value) in tag.attributes() {
            if name == "xmlns" {
                own = Some(Space::of_uri(&value));
            } else if let Some(prefix) = name.strip_prefix("xmlns:")
                && self.prefixes.len() < MAX_PREFIXES
                && !self.prefixes.iter().any(|(known, _)| *known == prefix)
            {
                self.prefixes.push((prefix, Space::of_uri(&value)));
            }
        }
        own
    }

    fn space_of(&self, name: &str, own: Option<Space>) -> Space {
        let space = match name.split_once(':') {
            Some((prefix, _)) => {
                let declared = self.prefixes.iter().find(|(known, _)| *known == prefix);
                declared.map_or_else(|| Space::of_prefix(prefix), |(_, space)| *space)
            }
            // A default namespace that nobody knows is the format's own, misspelt.
            None => own.filter(|space| *space != Space::Other).unwrap_or(Space::Core),
        };
        if space == Space::Atom && self.format == Some(Format::Atom) { Space::Core } else { space }
    }

    /// `link` against the bases that hold here.
    fn absolute(&self, link: &str) -> Option<Url> {
        let base = self.open.iter().rev().find_map(|open| open.base.as_ref()).or(self.base);
        match base {
            Some(base) => base.join(link).ok(),
            None => Url::parse(link).ok(),
        }
    }

    fn finish(mut self, text: &str) -> Result<Document, ParseError> {
        if self.format.is_none() {
            let first = self.first.unwrap_or_default();
            let head = text.get(..text.floor_char_boundary(512)).unwrap_or_default().to_ascii_lowercase();
            let is_page = ["html", "head", "body"].contains(&&*first.to_ascii_lowercase());
            if is_page || head.contains("<!doctype html") || head.contains("<html") {
                return Err(ParseError::Html { feeds: html::feeds(text, self.base) });
            }
            let found = match first {
                "" => "plain text or binary data".to_owned(),
                name => {
                    format!("a document that begins with <{}>", name.chars().take(40).collect::<String>())
                }
            };
            return Err(ParseError::NotAFeed { found });
        }
        // A document that only lacks its last end tags is broken too, but has lost nothing.
        self.repaired |= self.tokens.flawed || !self.open.is_empty();
        let mut document = self.document;
        document.repaired = self.repaired;
        let link = self.link.map(|(_, link)| link);
        document.link = link.and_then(|link| links::resolve(&link, self.base));
        let site = document.link.as_deref().and_then(|link| Url::parse(link).ok());
        let base = site.as_ref().or(self.base);
        let authors = self.authors;
        let drafts = self.drafts.into_iter();
        let items = drafts.map(|draft| draft.settle(base, &authors));
        document.entries = items.filter(|item| !item.is_blank()).collect();
        document.hints.skip_hours.sort_unstable();
        document.hints.skip_days.sort_unstable();
        document.hints.update_seconds = self.rhythm.0.map(|period| period / self.rhythm.1);
        Ok(document)
    }
}

impl Draft {
    fn settle(mut self, base: Option<&Url>, authors: &[String]) -> Item {
        self.links.sort_by_key(|(preference, _)| *preference);
        let base = self.base.as_ref().or(base);
        self.item.link = self.links.iter().rev().find_map(|(_, link)| links::resolve(link, base));
        if self.item.text.authors.is_empty() {
            self.item.text.authors = authors.to_vec();
        }
        self.item.settle_id();
        self.item
    }
}

impl Space {
    fn of_uri(uri: &str) -> Self {
        match uri.trim().trim_end_matches(['/', '#']) {
            "http://www.w3.org/2005/Atom" | "http://purl.org/atom/ns" => Self::Atom,
            "http://purl.org/rss/1.0" | "http://my.netscape.com/rdf/simple/0.9" => Self::Core,
            "http://www.w3.org/1999/02/22-rdf-syntax-ns" | "http://backend.userland.com/rss2" => Self::Core,
            "http://purl.org/dc/elements/1.1" | "http://purl.org/dc/terms" => Self::DublinCore,
            "http://purl.org/rss/1.0/modules/content" => Self::Content,
            "http://purl.org/rss/1.0/modules/syndication" => Self::Syndication,
            "http://www.itunes.com/dtds/podcast-1.0.dtd" => Self::Itunes,
            "http://www.w3.org/1999/xhtml" => Self::Xhtml,
            _ => Self::Other,
        }
    }

    /// What a prefix usually means, for feeds that forget to declare it.
    fn of_prefix(prefix: &str) -> Self {
        match prefix {
            "rss" | "rdf" => Self::Core,
            "atom" | "atom10" | "a10" => Self::Atom,
            "dc" | "dcterms" => Self::DublinCore,
            "content" => Self::Content,
            "sy" => Self::Syndication,
            "itunes" => Self::Itunes,
            "xhtml" => Self::Xhtml,
            _ => Self::Other,
        }
    }
}

fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

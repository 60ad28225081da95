//! OPML: lists of feeds, as other readers write and read them (<http://opml.org/spec2.opml>).
//!
//! Read over the tokens of `markup` and not with the crate `opml`: that one keeps only the attributes it
//! knows, so a feed's own poll interval would not survive an export; it refuses a list over one bare `&`
//! in an address, which are common; and it follows folders until the stack ends.

use model::Feed;
use quick_xml::escape::escape;

use crate::decode;
use crate::links;
use crate::markup::{Tag, Token, Tokens};

/// A list of feeds, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// The feeds, each once, in the list's order; folders and categories are their tags.
    pub feeds: Vec<Feed>,
    /// Addresses that are no feeds' addresses: not `http` or `https`.
    pub refused: Vec<String>,
}

/// The document is no OPML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no OPML: no <opml> element is in it. Export the list as OPML, or give one address a line")]
pub struct NotOpml;

/// The attribute in which a feed's own poll interval survives; other programs pass over it.
const INTERVAL: &str = "khabar:pollIntervalSeconds";

/// More folders than this in one another are passed over.
const MAX_DEPTH: usize = 50;

/// Reads the list in `bytes`; `origin` is where it comes from, a file's name say.
///
/// # Errors
/// When there is no `<opml>` in it. A list that is merely broken is read as far as it goes.
pub fn read(bytes: &[u8], origin: &str) -> Result<List, NotOpml> {
    let decoded = decode::decode(bytes, None);
    let mut list = List::default();
    let mut known = std::collections::HashSet::new();
    let mut is_opml = false;
    // The open outlines: a folder's name, none for a feed.
    let mut open: Vec<Option<String>> = Vec::new();
    for token in Tokens::of(&decoded.text) {
        match token {
            Token::Start(tag) if tag.name.eq_ignore_ascii_case("opml") => is_opml = true,
            Token::Start(tag) if is_opml && tag.name.eq_ignore_ascii_case("outline") => {
                let url = tag.attribute("xmlUrl");
                let name =
                    tag.attribute("title").or_else(|| tag.attribute("text")).map(|name| name.into_owned());
                let folder = name.clone().filter(|_| url.is_none());
                if let Some(url) = url {
                    match links::resolve(&url, None) {
                        Some(url) if known.insert(url.clone()) => {
                            list.feeds.push(feed(&tag, url, name, open.iter().flatten(), origin));
                        }
                        Some(_) => {}
                        None => list.refused.push(url.into_owned()),
                    }
                }
                if !tag.empty {
                    open.push(folder.filter(|_| open.len() < MAX_DEPTH));
                }
            }
            Token::End(name) if name.eq_ignore_ascii_case("outline") => _ = open.pop(),
            _ => {}
        }
    }
    if is_opml { Ok(list) } else { Err(NotOpml) }
}

fn feed<'a>(
    tag: &Tag<'_>,
    url: String,
    title: Option<String>,
    folders: impl Iterator<Item = &'a String>,
    origin: &str,
) -> Feed {
    let mut feed = Feed::new(url, origin);
    feed.title = title;
    feed.tags = folders.cloned().collect();
    let categories = tag.attribute("category").unwrap_or_default();
    for category in categories.split(',').map(|category| category.trim().trim_matches('/')) {
        if !category.is_empty() && !feed.tags.iter().any(|tag| tag == category) {
            feed.tags.push(category.to_owned());
        }
    }
    feed.poll_interval_seconds = tag.attribute(INTERVAL).and_then(|seconds| seconds.parse().ok());
    feed
}

/// The list of `feeds` as OPML 2.0: a folder for each tag, in one another where a feed has several.
pub fn write(feeds: &[Feed]) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <opml version=\"2.0\" xmlns:khabar=\"https://github.com/khabar/khabar\">\n\
         <head><title>Feeds</title></head>\n<body>\n",
    );
    let mut open: &[String] = &[];
    for feed in feeds {
        let common = open.iter().zip(&feed.tags).take_while(|(one, other)| one == other).count();
        (common..open.len()).for_each(|_| out.push_str("</outline>\n"));
        for folder in feed.tags.iter().skip(common) {
            out.push_str(&format!("<outline text=\"{}\">\n", attribute(folder)));
        }
        open = &feed.tags;
        let url = attribute(&feed.url);
        let text = feed.title.as_deref().map_or_else(|| url.clone(), attribute);
        out.push_str(&format!("<outline type=\"rss\" text=\"{text}\" "));
        if feed.title.is_some() {
            out.push_str(&format!("title=\"{text}\" "));
        }
        out.push_str(&format!("xmlUrl=\"{url}\""));
        if let Some(seconds) = feed.poll_interval_seconds {
            out.push_str(&format!(" {INTERVAL}=\"{seconds}\""));
        }
        out.push_str("/>\n");
    }
    open.iter().for_each(|_| out.push_str("</outline>\n"));
    out.push_str("</body>\n</opml>\n");
    out
}

/// `value` for an attribute, on one line.
fn attribute(value: &str) -> String {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    escape(value.as_str()).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_others_write() {
        let list = read(
            "\u{feff}<?xml version='1.0'?><OPML version='1.0'><body>
            <outline text='News &amp; more'><outline text='Near'>
              <outline type='rss' text='A' title='A & B' xmlUrl='https://a.example/feed?x=1&y=2' htmlUrl='https://a.example'></outline>
              <outline text='again' xmlurl='https://a.example/feed?x=1&amp;y=2'/>
            </outline></outline>
            <outline text='B' xmlUrl='https://b.example/feed' category='/world,politics'/>
            <outline text='C' xmlUrl='file:///etc/passwd'/>
            <outline text='broken off' xmlUrl='https://c.exa"
                .as_bytes(),
            "list.opml",
        );
        insta::assert_debug_snapshot!(list);
    }

    #[test]
    fn refuses_other_documents() {
        assert_eq!(read(b"<rss/>", "x"), Err(NotOpml));
        assert_eq!(read(b"", "x"), Err(NotOpml));
    }

    #[test]
    fn survives_any_depth_and_bytes() {
        let deep =
            format!("<opml>{}<outline xmlUrl='https://a.example/'/>", "<outline text='x'>".repeat(100_000));
        assert_eq!(read(deep.as_bytes(), "x").unwrap().feeds[0].tags.len(), MAX_DEPTH);
    }

    prop_compose! {
        fn feeds()(list in prop::collection::vec(
            ("[a-z]{1,8}", prop::option::of("[\\w&<\"']{1,8}( [\\w&>]{1,8})?"),
             prop::collection::vec("[\\w&<>\"']{1,4}", 0..4), prop::option::of(1_u64..1_000)), 0..8)) -> Vec<Feed> {
            let mut feeds: Vec<Feed> = Vec::new();
            for (path, title, tags, poll_interval_seconds) in list {
                let feed = Feed::new(format!("https://a.example/{path}?a=1&b=2"), "o");
                if !feeds.iter().any(|known| known.id == feed.id) {
                    feeds.push(Feed { title, tags, poll_interval_seconds, ..feed });
                }
            }
            feeds
        }
    }

    proptest! {
        #[test]
        fn reads_what_it_writes(feeds in feeds()) {
            let mut list = read(write(&feeds).as_bytes(), "o").unwrap();
            for (read, written) in list.feeds.iter_mut().zip(&feeds) {
                // A feed without a title is shown by its address.
                if written.title.is_none() && read.title.as_deref() == Some(&written.url) {
                    read.title = None;
                }
            }
            prop_assert_eq!(list, List { feeds, refused: Vec::new() });
        }
    }
}

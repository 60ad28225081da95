//! A web page where a feed was expected: which feeds does it name?

use url::Url;

use crate::links;
use crate::markup::{Token, Tokens};

/// More feeds than this a page does not name in earnest.
const MAX_FEEDS: usize = 20;

/// The feeds that the page `text` names in `<link rel="alternate">`, absolute where `base` is known.
pub(crate) fn feeds(text: &str, base: Option<&Url>) -> Vec<String> {
    let mut base = base.cloned();
    let mut feeds = Vec::new();
    for token in Tokens::of(text) {
        let Token::Start(tag) = token else { continue };
        if tag.name.eq_ignore_ascii_case("base") {
            let href = tag.attribute("href");
            base = href.and_then(|href| base_of(&href, base.as_ref())).or(base);
        } else if tag.name.eq_ignore_ascii_case("link") {
            let rel = tag.attribute("rel").unwrap_or_default().to_ascii_lowercase();
            let kind = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
            let is_feed =
                ["rss+xml", "atom+xml", "rdf+xml", "feed+json"].iter().any(|known| kind.contains(known));
            if !is_feed || !rel.split_ascii_whitespace().any(|rel| rel == "alternate" || rel == "feed") {
                continue;
            }
            if let Some(href) = tag.attribute("href") {
                let url = links::resolve(&href, base.as_ref()).unwrap_or_else(|| href.into_owned());
                if !feeds.contains(&url) {
                    feeds.push(url);
                }
            }
        }
        if feeds.len() == MAX_FEEDS {
            break;
        }
    }
    feeds
}

fn base_of(href: &str, base: Option<&Url>) -> Option<Url> {
    match base {
        Some(base) => base.join(href).ok(),
        None => Url::parse(href).ok(),
    }
}

/// What to do about a page that names `feeds`.
pub(crate) fn advice(feeds: &[String]) -> String {
    if feeds.is_empty() {
        "it names no feed either: look for the feed's own address on the site".to_owned()
    } else {
        format!("use a feed that it names: {}", feeds.join(", "))
    }
}

//! JSON-LD: the articles that a page's scripts describe.

use super::value::Value;
use super::{LONGEST, LONGEST_NAME};
use crate::flow::Flow;
use crate::{Limits, clean, dom, words};

/// An article of JSON-LD.
#[derive(Debug, Default, Clone)]
pub(crate) struct Item {
    /// The headline.
    pub(crate) headline: Option<String>,
    /// When published.
    pub(crate) published: Option<String>,
    /// When changed.
    pub(crate) modified: Option<String>,
    /// The authors' names.
    pub(crate) authors: Vec<String>,
    /// Keywords.
    pub(crate) keywords: Vec<String>,
    /// The publisher's name.
    pub(crate) publisher: Option<String>,
    /// Its address.
    pub(crate) url: Option<String>,
    /// The text.
    pub(crate) body: Option<String>,
    /// Images.
    pub(crate) images: Vec<String>,
}

/// Articles of one page.
const MAX_ITEMS: usize = 1000;
/// Keywords of one article, and authors.
const MAX_WORDS: usize = 100;

/// Adds the articles in `script` to `items`, in their order.
pub(super) fn read(script: &str, items: &mut Vec<Item>) {
    let trimmed = script.trim().trim_start_matches("<!--").trim_end_matches("-->").trim_end_matches(';');
    // Raw line breaks inside strings are the commonest fault.
    let value = Value::read(trimmed).or_else(|_| Value::read(&trimmed.replace(['\n', '\r', '\t'], " ")));
    let Ok(Some(value)) = value else { return };
    // Depth first, in order: the stack holds what is still to be seen, last first.
    let mut stack = vec![&value];
    while let Some(value) = stack.pop().filter(|_| items.len() < MAX_ITEMS) {
        match value {
            Value::List(values) => stack.extend(values.iter().rev()),
            Value::Object(fields) => {
                if is_article(value) {
                    items.push(item(value));
                }
                let inner = fields.iter().rev();
                let inner = inner.filter(|(name, _)| !matches!(*name, "author" | "publisher" | "image"));
                stack.extend(inner.map(|(_, value)| value));
            }
            Value::Text(_) => {}
        }
    }
}

fn is_article(value: &Value) -> bool {
    let is = |kind: &str| {
        kind.ends_with("Article")
            || matches!(
                kind,
                "BlogPosting" | "LiveBlogPosting" | "Report" | "NewsItem" | "SocialMediaPosting"
            )
    };
    match value.get("@type") {
        Some(Value::Text(kind)) => is(kind),
        Some(Value::List(kinds)) => kinds.iter().filter_map(Value::as_str).any(is),
        _ => false,
    }
}

fn item(value: &Value) -> Item {
    let text = |key: &str| {
        let text = value.get(key).and_then(Value::as_str).filter(|text| text.len() <= LONGEST);
        text.map(clean_entities).filter(|text| !text.is_empty())
    };
    Item {
        headline: ["headline", "headLine", "name"].into_iter().find_map(text),
        published: text("datePublished").or_else(|| text("dateCreated")),
        modified: text("dateModified"),
        authors: value.get("author").map(people).unwrap_or_default(),
        keywords: value.get("keywords").map(keywords).unwrap_or_default(),
        publisher: value.get("publisher").map(people).unwrap_or_default().into_iter().next(),
        url: text("url").or_else(|| match value.get("mainEntityOfPage") {
            Some(Value::Text(url)) => address(url),
            Some(page) => page.get("@id").and_then(Value::as_str).and_then(address),
            None => None,
        }),
        // With its line breaks, which part paragraphs.
        body: value
            .get("articleBody")
            .and_then(Value::as_str)
            .map(shown)
            .filter(|body| !body.trim().is_empty()),
        images: value.get("image").map(images).unwrap_or_default(),
    }
}

fn clean_entities(text: &str) -> String {
    clean::line(&clean::references::resolved(text))
}

/// A text that is given as HTML, as it would be shown.
fn shown(body: &str) -> String {
    let body = clean::references::resolved(body);
    const BLOCKS: [&str; 5] = ["<p>", "<p ", "</p>", "<br", "<div"];
    if !BLOCKS.iter().any(|block| body.contains(block)) {
        return body.into_owned();
    }
    let limits = Limits::default();
    let flow = Flow::read(&dom::parse(&body, &limits), limits.max_pieces);
    flow.pieces.into_iter().map(|piece| piece.text).collect::<Vec<_>>().join("\n")
}

/// An address, unless it is data itself.
fn address(url: &str) -> Option<String> {
    (url.len() <= LONGEST).then(|| url.to_owned())
}

/// The names of people or organisations, however they are given.
fn people(value: &Value) -> Vec<String> {
    match value {
        Value::Text(name) if !name.starts_with("http") => names(name),
        Value::Text(_) => Vec::new(),
        Value::List(values) => values.iter().take(20).flat_map(people).take(MAX_WORDS).collect(),
        Value::Object(_) => value.get("name").map(people).unwrap_or_default(),
    }
}

fn keywords(value: &Value) -> Vec<String> {
    let clean = |word: &str| Some(clean_entities(word)).filter(|word| !word.is_empty());
    let fits = |word: &&str| word.len() <= LONGEST_NAME;
    match value {
        Value::Text(list) => {
            list.split([',', ';', '،']).filter(fits).filter_map(clean).take(MAX_WORDS).collect()
        }
        Value::List(values) => {
            values.iter().filter_map(Value::as_str).filter(fits).filter_map(clean).take(MAX_WORDS).collect()
        }
        Value::Object(_) => Vec::new(),
    }
}

fn images(value: &Value) -> Vec<String> {
    match value {
        Value::Text(url) => address(url).into_iter().collect(),
        Value::List(values) => values.iter().take(10).flat_map(images).take(MAX_WORDS).collect(),
        Value::Object(_) => value.get("url").map(images).unwrap_or_default(),
    }
}

/// The names in a list such as "A. Author, B. Author and C. Author".
pub(super) fn names(list: &str) -> Vec<String> {
    let text = clean_entities(words::head(list, LONGEST));
    text.split([',', ';', '،', '、', '|'])
        .flat_map(|part| part.split(" and "))
        .flat_map(|part| part.split(" und "))
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty() && name.len() <= LONGEST_NAME)
        .take(MAX_WORDS)
        .collect()
}

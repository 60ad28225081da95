//! JSON-LD: the articles that a page's scripts describe.

use serde_json::Value;

use crate::flow::Flow;
use crate::{Limits, clean, dom};

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

/// Values looked at in one script.
const MAX_VALUES: usize = 50_000;

/// Adds the articles in `script` to `items`, in their order.
pub(super) fn read(script: &str, items: &mut Vec<Item>) {
    let trimmed = script.trim().trim_start_matches("<!--").trim_end_matches("-->").trim_end_matches(';');
    // Raw line breaks inside strings are the commonest fault.
    let Some(value) = first(trimmed).or_else(|| first(&trimmed.replace(['\n', '\r', '\t'], " "))) else {
        return;
    };
    // Depth first, in order: the stack holds what is still to be seen, last first.
    let mut stack = vec![&value];
    let mut seen = 0;
    while let Some(value) = stack.pop() {
        seen += 1;
        if seen > MAX_VALUES {
            return;
        }
        match value {
            Value::Array(values) => stack.extend(values.iter().rev()),
            Value::Object(map) => {
                if is_article(value) {
                    items.push(item(value));
                }
                let inner: Vec<&Value> = map
                    .iter()
                    .filter(|(key, _)| {
                        !matches!(
                            key.as_str(),
                            "comment"
                                | "review"
                                | "isBasedOn"
                                | "relatedLink"
                                | "citation"
                                | "author"
                                | "publisher"
                                | "image"
                                | "isPartOf"
                        )
                    })
                    .map(|(_, value)| value)
                    .filter(|value| value.is_object() || value.is_array())
                    .collect();
                stack.extend(inner.into_iter().rev());
            }
            _ => {}
        }
    }
}

/// The first value in `script`, whatever stands behind it.
fn first(script: &str) -> Option<Value> {
    serde_json::Deserializer::from_str(script).into_iter().next()?.ok()
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
        Some(Value::String(kind)) => is(kind),
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).any(is),
        _ => false,
    }
}

fn item(value: &Value) -> Item {
    let text = |key: &str| {
        value.get(key).and_then(Value::as_str).map(clean_entities).filter(|text| !text.is_empty())
    };
    Item {
        headline: ["headline", "headLine", "name"].into_iter().find_map(text),
        published: text("datePublished").or_else(|| text("dateCreated")),
        modified: text("dateModified"),
        authors: value.get("author").map(people).unwrap_or_default(),
        keywords: value.get("keywords").map(keywords).unwrap_or_default(),
        publisher: value.get("publisher").map(people).unwrap_or_default().into_iter().next(),
        url: text("url").or_else(|| match value.get("mainEntityOfPage") {
            Some(Value::String(url)) => Some(url.clone()),
            Some(page) => page.get("@id").and_then(Value::as_str).map(str::to_owned),
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

/// The names of people or organisations, however they are given.
fn people(value: &Value) -> Vec<String> {
    match value {
        Value::String(name) if !name.starts_with("http") => names(name),
        Value::Array(values) => values.iter().take(20).flat_map(people).collect(),
        Value::Object(map) => map.get("name").map(people).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn keywords(value: &Value) -> Vec<String> {
    match value {
        Value::String(list) => {
            list.split([',', ';', '،']).map(clean_entities).filter(|word| !word.is_empty()).collect()
        }
        Value::Array(values) => values
            .iter()
            .filter_map(Value::as_str)
            .map(clean_entities)
            .filter(|word| !word.is_empty())
            .collect(),
        _ => Vec::new(),
    }
}

fn images(value: &Value) -> Vec<String> {
    match value {
        Value::String(url) => vec![url.clone()],
        Value::Array(values) => values.iter().take(10).flat_map(images).collect(),
        Value::Object(map) => map.get("url").map(images).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// The names in a list such as "A. Author, B. Author and C. Author".
pub(super) fn names(list: &str) -> Vec<String> {
    let text = clean_entities(list);
    text.split([',', ';', '،', '、', '|'])
        .flat_map(|part| part.split(" and "))
        .flat_map(|part| part.split(" und "))
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

//! JSON Feed, versions 1 and 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use std::borrow::Cow;

use jiff::Timestamp;
use model::EntryText;
use serde_json::{Map, Value};
use url::Url;

use crate::{Document, Item, Limits, ParseError, links, parse_date, plain};

pub(crate) fn read(text: &str, base: Option<&Url>, limits: &Limits) -> Result<Document, ParseError> {
    let (value, repaired) = match serde_json::from_str(text) {
        Ok(value) => (value, false),
        Err(error) => match serde_json::from_str(&repair(text)) {
            Ok(value) => (value, true),
            Err(_) => return Err(ParseError::NotAFeed { found: format!("broken JSON ({error})") }),
        },
    };
    let Value::Object(feed) = value else {
        return Err(ParseError::NotAFeed { found: "a JSON array".to_owned() });
    };
    let claims = string(&feed, "version").is_some_and(|version| version.contains("jsonfeed.org"));
    let Some(items) = feed.get("items").and_then(Value::as_array).or_else(|| claims.then_some(NO_ITEMS))
    else {
        return Err(ParseError::NotAFeed { found: "JSON without `items`".to_owned() });
    };

    let link = string(&feed, "home_page_url").and_then(|url| links::resolve(&url, base));
    let site = link.as_deref().and_then(|url| Url::parse(url).ok());
    let items_base = site.as_ref().or(base);
    let authors = authors(&feed);
    let entries = items.iter().filter_map(Value::as_object);
    let mut entries: Vec<Item> =
        entries.take(limits.max_entries).map(|item| read_item(item, items_base)).collect();
    for item in &mut entries {
        if item.text.authors.is_empty() {
            item.text.authors.clone_from(&authors);
        }
        item.settle_id();
    }
    let hubs = feed.get("hubs").and_then(Value::as_array).into_iter().flatten();
    Ok(Document {
        title: string(&feed, "title").and_then(|title| plain::spaced(&title)),
        link: link.clone(),
        language: string(&feed, "language"),
        left_out: items.len().saturating_sub(limits.max_entries),
        entries,
        repaired,
        self_url: string(&feed, "feed_url").and_then(|url| links::resolve(&url, base)),
        hubs: hubs
            .filter_map(|hub| links::resolve(hub.get("url")?.as_str()?, base))
            .take(crate::xml::MAX_HUBS)
            .collect(),
        ..Document::default()
    })
}

static NO_ITEMS: &Vec<Value> = &Vec::new();

fn read_item(item: &Map<String, Value>, base: Option<&Url>) -> Item {
    let link = |name| string(item, name).and_then(|url| links::resolve(&url, base));
    let html = string(item, "content_html");
    let summary = string(item, "summary");
    let (content, summary) = match (html, string(item, "content_text")) {
        (Some(html), text) => (Some(html), summary.or(text)),
        (None, text) => (text, summary),
    };
    Item {
        id: string(item, "id").unwrap_or_default(),
        link: link("url").or_else(|| link("external_url")),
        text: EntryText {
            title: string(item, "title").and_then(|title| plain::spaced(&title)),
            authors: authors(item),
            categories: item
                .get("tags")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(text_of)
                .collect(),
            summary,
            content,
            published_at: date(item, "date_published"),
            updated_at: date(item, "date_modified"),
        },
    }
}

/// The text of a string or number, trimmed, unless empty.
fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

fn string(object: &Map<String, Value>, name: &str) -> Option<String> {
    text_of(object.get(name)?)
}

fn date(object: &Map<String, Value>, name: &str) -> Option<Timestamp> {
    parse_date(&string(object, name)?)
}

/// Names from `authors` (1.1) or `author` (1.0).
fn authors(object: &Map<String, Value>) -> Vec<String> {
    let many = object.get("authors").and_then(Value::as_array).into_iter().flatten();
    let mut names = Vec::new();
    for author in many.chain(object.get("author")) {
        let name = author.get("name").and_then(text_of).or_else(|| text_of(author));
        names.extend(name.filter(|name| !names.contains(name)));
    }
    names
}

/// `text` with control characters inside strings escaped and commas before an end removed; when it
/// breaks off, cut after its last complete item and closed.
fn repair(text: &str) -> Cow<'_, str> {
    let mut out = String::with_capacity(text.len() + 8);
    let mut open = Vec::new();
    let mut in_string = false;
    let mut escaped = false;
    // The end of the last complete value in the second level, which is an item when that is `items`.
    let mut complete = None;
    for c in text.chars() {
        if in_string {
            match c {
                c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
                c => out.push(c),
            }
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '"' => in_string = true,
            '{' => open.push('}'),
            '[' => open.push(']'),
            '}' | ']' => {
                if open.pop() != Some(c) {
                    return Cow::Borrowed(text);
                }
                let end = out.trim_end().len();
                if out.get(..end).is_some_and(|out| out.ends_with(',')) {
                    out.truncate(end - 1);
                }
            }
            _ => {}
        }
        out.push(c);
        if open.as_slice() == ['}', ']'] && c == '}' {
            complete = Some(out.len());
        }
        if open.is_empty() {
            return Cow::Owned(out);
        }
    }
    match complete {
        Some(end) => {
            out.truncate(end);
            out.push_str("]}");
            Cow::Owned(out)
        }
        None => Cow::Borrowed(text),
    }
}

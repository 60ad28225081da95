//! JSON Feed (<https://www.jsonfeed.org/version/1.1/>) as its authors meant it.
//!
//! A field of a wrong type is as good as absent, except that a number will do for text, one tag for a
//! list of tags, and a name for an author. Values stay raw, never a tree: a tree takes eighty times the
//! size of a document that was made for it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::mend::without_mail;
use crate::{Limits, ParseError};

/// A feed, mended.
pub(crate) struct Mended {
    /// The feed as JSON that feed-rs reads.
    pub(crate) json: String,
    /// How many items were left out because there are more than the limit.
    pub(crate) left_out: usize,
}

type Object<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

/// What a field's value has to be.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Texts,
    Person,
    Persons,
}

const FEED: [(&str, Kind); 5] = [
    ("home_page_url", Kind::Text),
    ("feed_url", Kind::Text),
    ("language", Kind::Text),
    ("author", Kind::Person),
    ("authors", Kind::Persons),
];

const ITEM: [(&str, Kind); 12] = [
    ("id", Kind::Text),
    ("url", Kind::Text),
    ("external_url", Kind::Text),
    ("title", Kind::Text),
    ("content_html", Kind::Text),
    ("content_text", Kind::Text),
    ("summary", Kind::Text),
    ("date_published", Kind::Text),
    ("date_modified", Kind::Text),
    ("author", Kind::Person),
    ("authors", Kind::Persons),
    ("tags", Kind::Texts),
];

pub(crate) fn mend(text: &str, limits: &Limits) -> Result<Mended, ParseError> {
    let not_a_feed = |found: String| ParseError::NotAFeed { found };
    if text.starts_with('[') {
        return Err(not_a_feed("a JSON array".to_owned()));
    }
    let whole;
    let feed: Object<'_> = match serde_json::from_str(text) {
        Ok(feed) => feed,
        Err(error) => {
            whole = closed(text);
            serde_json::from_str(&whole)
                .map_err(|_| not_a_feed(format!("JSON that can't be read ({error})")))?
        }
    };
    let claims = feed.get("version").is_some_and(|version| version.get().contains("jsonfeed.org"));
    let items = feed.get("items").and_then(|items| serde_json::from_str::<Vec<&RawValue>>(items.get()).ok());
    if items.is_none() && !claims {
        return Err(not_a_feed("JSON without `items`".to_owned()));
    }
    let items = items.unwrap_or_default();
    // feed-rs reads no feed without version and title.
    let title = feed.get("title").and_then(|title| value(title, Kind::Text));
    let mut json = format!(
        "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":{}",
        title.as_deref().unwrap_or("\"\"")
    );
    fields(&feed, &FEED, &mut json);
    json.push_str(",\"items\":[");
    let mut separator = "";
    for item in items.iter().take(limits.max_entries) {
        let Ok(item) = serde_json::from_str::<Object<'_>>(item.get()) else { continue };
        json.push_str(separator);
        // So that a comma can stand before each field.
        json.push_str("{\"_\":0");
        fields(&item, &ITEM, &mut json);
        json.push('}');
        separator = ",";
    }
    json.push_str("]}");
    Ok(Mended { json, left_out: items.len().saturating_sub(limits.max_entries) })
}

/// Writes those of `known` that `object` has.
fn fields(object: &Object<'_>, known: &[(&str, Kind)], json: &mut String) {
    for (name, kind) in known {
        if let Some(value) = object.get(*name).and_then(|raw| value(raw, *kind)) {
            json.push_str(&format!(",\"{name}\":{value}"));
        }
    }
}

/// `raw` as JSON of its `kind`.
fn value(raw: &RawValue, kind: Kind) -> Option<String> {
    let raw = raw.get();
    match kind {
        Kind::Text => text(raw).as_deref().map(quoted),
        Kind::Person => {
            let name = match serde_json::from_str::<Object<'_>>(raw) {
                Ok(person) => text(person.get("name")?.get()),
                Err(_) => text(raw),
            };
            Some(format!("{{\"name\":{}}}", quoted(&without_mail(&name?)?)))
        }
        Kind::Texts | Kind::Persons => {
            let kind = if matches!(kind, Kind::Texts) { Kind::Text } else { Kind::Person };
            let values = match serde_json::from_str::<Vec<&RawValue>>(raw) {
                Ok(values) => values.into_iter().filter_map(|raw| value(raw, kind)).collect::<Vec<_>>(),
                Err(_) => {
                    vec![quoted(&text(raw)?)].into_iter().filter(|_| matches!(kind, Kind::Text)).collect()
                }
            };
            Some(format!("[{}]", values.join(",")))
        }
    }
}

/// The text of a string or number.
fn text(raw: &str) -> Option<String> {
    match raw.as_bytes().first()? {
        b'"' => serde_json::from_str(raw).ok(),
        b'-' | b'0'..=b'9' => Some(raw.to_owned()),
        _ => None,
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// `text` with control characters inside strings escaped and commas before an end removed; when it
/// breaks off, cut after its last complete item and closed.
fn closed(text: &str) -> Cow<'_, str> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_wrong_types_are_absent_and_take_nothing_with_them() {
        let text = r#"{"title": ["x"], "authors": {"name": "no list"}, "items": [
            {"id": 1.5, "title": true, "content_text": "a", "tags": "one", "authors": ["Ada", {"url": "x", "name": "Bea"}, [3]]},
            "no item",
            {"id": "2", "title": "half \ud83d", "content_text": "b", "tags": 7, "authors": null, "author": "甲 a@b.example"}]}"#;
        let json = mend(text, &Limits::default()).unwrap().json;
        insta::assert_snapshot!(json);
        assert_eq!(crate::reader::read(&json).unwrap().entries.len(), 2);
    }
}

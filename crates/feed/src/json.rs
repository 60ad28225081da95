//! JSON Feed, versions 1 and 1.1 (<https://www.jsonfeed.org/version/1.1/>).
//!
//! Read into typed values, never into a tree: a tree takes eighty times the size of a document that
//! was made for it. A field of a wrong type is as good as absent, except that a number will do for
//! text, and a name for an author.

use std::borrow::Cow;
use std::fmt;

use model::EntryText;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use url::Url;

use crate::{Document, Item, Limits, ParseError, links, parse_date, plain};

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct JsonFeed<'a> {
    #[serde(default)]
    version: Text,
    #[serde(default)]
    title: Text,
    #[serde(default)]
    home_page_url: Text,
    #[serde(default)]
    feed_url: Text,
    #[serde(default)]
    language: Text,
    #[serde(default)]
    author: Named<NAME>,
    #[serde(default)]
    authors: List<NAME>,
    #[serde(default)]
    hubs: List<URL>,
    /// Each read on its own: one that makes no sense takes no other with it.
    #[serde(borrow)]
    items: Option<Vec<&'a RawValue>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct JsonItem {
    id: Text,
    url: Text,
    external_url: Text,
    title: Text,
    content_html: Text,
    content_text: Text,
    summary: Text,
    date_published: Text,
    date_modified: Text,
    author: Named<NAME>,
    authors: List<NAME>,
    tags: List<NAME>,
}

pub(crate) fn read(text: &str, base: Option<&Url>, limits: &Limits) -> Result<Document, ParseError> {
    let not_a_feed = |found: String| ParseError::NotAFeed { found };
    if text.starts_with('[') {
        return Err(not_a_feed("a JSON array".to_owned()));
    }
    let mended;
    let (feed, mut repaired) = match serde_json::from_str::<JsonFeed<'_>>(text) {
        Ok(feed) => (feed, false),
        Err(error) => {
            mended = repair(text);
            match serde_json::from_str(&mended) {
                Ok(feed) => (feed, true),
                Err(_) => return Err(not_a_feed(format!("JSON that can't be read ({error})"))),
            }
        }
    };
    let claims = feed.version.0.as_deref().is_some_and(|version| version.contains("jsonfeed.org"));
    if feed.items.is_none() && !claims {
        return Err(not_a_feed("JSON without `items`".to_owned()));
    }
    let items = feed.items.unwrap_or_default();
    let link = feed.home_page_url.0.and_then(|url| links::resolve(&url, base));
    let site = link.as_deref().and_then(|url| Url::parse(url).ok());
    let authors = names(feed.authors, feed.author);
    let mut entries = Vec::with_capacity(items.len().min(limits.max_entries));
    for item in items.iter().take(limits.max_entries) {
        match serde_json::from_str::<JsonItem>(item.get()) {
            Ok(item) => entries.push(settled(item, site.as_ref().or(base), &authors)),
            Err(_) => repaired = true,
        }
    }
    entries.retain(|item| !item.is_blank());
    let hubs = feed.hubs.0.into_iter().filter_map(|hub| links::resolve(&hub, base));
    Ok(Document {
        title: feed.title.0.and_then(|title| plain::spaced(&title)),
        language: feed.language.0,
        left_out: items.len().saturating_sub(limits.max_entries),
        entries,
        repaired,
        self_url: feed.feed_url.0.and_then(|url| links::resolve(&url, base)),
        hubs: hubs.take(crate::xml::MAX_HUBS).collect(),
        link,
        ..Document::default()
    })
}

fn settled(item: JsonItem, base: Option<&Url>, authors: &[String]) -> Item {
    let link = |url: Text| url.0.and_then(|url| links::resolve(&url, base));
    let (content, summary) = match (item.content_html.0, item.content_text.0) {
        (Some(html), text) => (Some(html), item.summary.0.or(text)),
        (None, text) => (text, item.summary.0),
    };
    let mut names = names(item.authors, item.author);
    if names.is_empty() {
        names = authors.to_vec();
    }
    let mut item = Item {
        id: item.id.0.unwrap_or_default(),
        link: link(item.url).or_else(|| link(item.external_url)),
        text: EntryText {
            title: item.title.0.and_then(|title| plain::spaced(&title)),
            authors: names,
            categories: item.tags.0,
            summary,
            content,
            published_at: item.date_published.0.and_then(|date| parse_date(&date)),
            updated_at: item.date_modified.0.and_then(|date| parse_date(&date)),
        },
    };
    item.settle_id();
    item
}

/// Names from `authors` (1.1) or `author` (1.0), each once.
fn names(authors: List<NAME>, author: Named<NAME>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in authors.0.into_iter().chain(author.0) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The text of a string or number, trimmed, unless empty.
#[derive(Default)]
struct Text(Option<String>);

/// The keys under which objects have the text that matters: an author's, a hub's.
const KEYS: [&str; 2] = ["name", "url"];
const NAME: usize = 0;
const URL: usize = 1;

/// The same, or of an object's text under `KEYS[KEY]`.
#[derive(Default)]
struct Named<const KEY: usize>(Option<String>);

/// The texts of a list of such, the first [`crate::MAX_LIST`] of them.
#[derive(Default)]
struct List<const KEY: usize>(Vec<String>);

struct TextVisitor {
    /// The key of an object's text; none where an object is no text.
    key: Option<&'static str>,
}

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        let text = text.trim();
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(name) = object.next_key::<Cow<'_, str>>()? {
            if self.key == Some(&*name) {
                found = object.next_value::<Text>()?.0;
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor { key: None }).map(Self)
    }
}

impl<'de, const KEY: usize> Deserialize<'de> for Named<KEY> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor { key: KEYS.get(KEY).copied() }).map(Self)
    }
}

impl<'de, const KEY: usize> Deserialize<'de> for List<KEY> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<const KEY: usize>;
        impl<'de, const KEY: usize> Visitor<'de> for ListVisitor<KEY> {
            type Value = List<KEY>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<List<KEY>, A::Error> {
                let mut texts = Vec::new();
                while texts.len() < crate::MAX_LIST
                    && let Some(Named::<KEY>(text)) = list.next_element()?
                {
                    texts.extend(text);
                }
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(List(texts))
            }

            fn visit_str<E>(self, text: &str) -> Result<List<KEY>, E> {
                let text = text.trim();
                Ok(List((!text.is_empty()).then(|| text.to_owned()).into_iter().collect()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<List<KEY>, A::Error> {
                while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(List::default())
            }

            fn visit_unit<E>(self) -> Result<List<KEY>, E> {
                Ok(List::default())
            }

            fn visit_bool<E>(self, _: bool) -> Result<List<KEY>, E> {
                Ok(List::default())
            }

            fn visit_i64<E>(self, _: i64) -> Result<List<KEY>, E> {
                Ok(List::default())
            }

            fn visit_u64<E>(self, _: u64) -> Result<List<KEY>, E> {
                Ok(List::default())
            }

            fn visit_f64<E>(self, _: f64) -> Result<List<KEY>, E> {
                Ok(List::default())
            }
        }
        deserializer.deserialize_any(ListVisitor::<KEY>)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_wrong_types_are_absent_and_take_nothing_with_them() {
        let text = r#"{"title": ["x"], "authors": {"name": "no list"}, "hubs": 7, "items": [
            {"id": 1.5, "title": true, "content_text": "a", "tags": "one", "authors": ["Ada", {"url": "x", "name": "Bea"}, 3]},
            "no item",
            {"id": "2", "title": {"deep": [1]}, "content_text": "b", "tags": 7, "authors": null, "author": "Cid"}]}"#;
        let document = read(text, None, &Limits::default()).unwrap();
        let ids: Vec<_> = document.entries.iter().map(|item| item.id.as_str()).collect();
        assert_eq!((ids, document.title, document.repaired), (vec!["1.5", "2"], None, true));
        let [one, two] = document.entries.as_slice() else { panic!("{:?}", document.entries) };
        assert_eq!((&one.text.title, &one.text.categories), (&None, &vec!["one".to_owned()]));
        assert_eq!((one.text.authors.concat(), two.text.authors.concat()), ("AdaBea3".into(), "Cid".into()));
    }
}

//! JSON as far as JSON-LD needs it: the text of known fields, and what objects are in objects.
//!
//! Numbers, unknown fields and all beyond a bound are read over without being kept, so that no script
//! becomes larger in memory than on the page.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Fields of an article that are kept with their text.
const FIELDS: [&str; 15] = [
    "@type",
    "@id",
    "headline",
    "headLine",
    "name",
    "datePublished",
    "dateCreated",
    "dateModified",
    "author",
    "keywords",
    "publisher",
    "url",
    "mainEntityOfPage",
    "articleBody",
    "image",
];
/// Objects in these are other articles than the page's.
const FOREIGN: [&str; 6] = ["comment", "review", "isBasedOn", "relatedLink", "citation", "isPartOf"];

/// Values kept of one script.
const MAX_VALUES: usize = 50_000;

/// What is kept of a value.
#[derive(Debug)]
pub(super) enum Value {
    Text(String),
    List(Box<[Value]>),
    /// Each value with its field's name; unknown fields have none.
    Object(Box<[(&'static str, Value)]>),
}

impl Value {
    /// Reads the first value in `json`, whatever stands behind it; an error where there is none, nothing where
    /// there is nothing to keep.
    pub(super) fn read(json: &str) -> serde_json::Result<Option<Self>> {
        let left = Cell::new(MAX_VALUES);
        let mut reader = serde_json::Deserializer::from_str(json);
        let value = Reader { left: &left, texts: false }.deserialize(&mut reader)?;
        Ok(value)
    }

    /// The field `name` of an object.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            // Of a field that is given twice, the last one counts.
            Self::Object(fields) => fields.iter().rev().find(|(own, _)| *own == name).map(|(_, value)| value),
            _ => None,
        }
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Reads one value, as long as some are `left` to be kept.
#[derive(Clone, Copy)]
struct Reader<'a> {
    left: &'a Cell<usize>,
    /// Whether text is kept.
    texts: bool,
}

impl Reader<'_> {
    /// Counts `value`. Where none are left, it is one around those that were kept: few, as JSON is not
    /// read to any depth.
    fn keep<E>(self, value: Value) -> Result<Option<Value>, E> {
        self.left.set(self.left.get().saturating_sub(1));
        Ok(Some(value))
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if self.left.get() == 0 {
            return deserializer.deserialize_ignored_any(IgnoredAny).map(|_| None);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        if self.texts { self.keep(Value::Text(text.to_owned())) } else { Ok(None) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(self)? {
            values.extend(value);
        }
        if values.is_empty() { Ok(None) } else { self.keep(Value::List(values.into())) }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_key_seed(FieldReader)? {
            match field {
                Field::Foreign => {
                    map.next_value::<IgnoredAny>()?;
                }
                Field::Own(name) => {
                    let value = map.next_value_seed(Self { texts: !name.is_empty(), ..self })?;
                    fields.extend(value.map(|value| (name, value)));
                }
            }
        }
        if fields.is_empty() { Ok(None) } else { self.keep(Value::Object(fields.into())) }
    }
}

/// The name of a field, empty where it is not known.
enum Field {
    Own(&'static str),
    Foreign,
}

struct FieldReader;

impl<'de> DeserializeSeed<'de> for FieldReader {
    type Value = Field;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Field, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for FieldReader {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Field, E> {
        if FOREIGN.contains(&name) {
            return Ok(Field::Foreign);
        }
        Ok(Field::Own(FIELDS.into_iter().find(|field| *field == name).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_kept_and_the_rest_is_read_over() {
        let json = r#"{"a": [1, "x", {"headline": "H", "n": 1.5, "comment": {"headline": "C"}}], "headline": "x", "headline": "y"}"#;
        let value = Value::read(json).unwrap().unwrap();
        assert_eq!(value.get("headline").and_then(Value::as_str), Some("y"));
        assert!(value.get("comment").is_none());
        let Value::Object(fields) = &value else { panic!("{value:?}") };
        assert_eq!(fields.len(), 3);
        assert!(matches!(&fields[0], ("", Value::List(list)) if list[0].get("headline").is_some()));
        assert!(Value::read("[1, 2, []]").unwrap().is_none());
        assert!(Value::read("x [1]").is_err());
        assert!(Value::read(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn what_is_too_much_is_left_out() {
        let json = format!("[{}1]", "{\"name\": \"x\"},".repeat(MAX_VALUES));
        let Some(Value::List(list)) = Value::read(&json).unwrap() else { panic!("no list") };
        assert!(list.len() < MAX_VALUES);
    }
}

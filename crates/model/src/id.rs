//! Identities: 16 bytes of BLAKE3 over labelled parts, written as 32 hexadecimal digits.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An identity that stays: of a feed, an entry or an article.
///
/// 128 bits: among 10^12 of them the chance that any two collide is about 10^-15.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id([u8; 16]);

/// The text is not 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an id: 32 hexadecimal digits are expected")]
pub struct ParseIdError(String);

impl Id {
    /// The identity of `parts` under `label`. Parts are length-prefixed, so that ("ab", "c") and
    /// ("a", "bc") differ; the label keeps kinds of identities apart.
    pub fn of(label: &str, parts: &[&str]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in std::iter::once(&label).chain(parts) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let mut bytes = [0; 16];
        hasher.finalize_xof().fill(&mut bytes);
        Self(bytes)
    }

    /// The identity as 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The identity that these 16 bytes are.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Id {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = match text.len() {
            32 => u128::from_str_radix(text, 16).ok().filter(|_| !text.starts_with('+')),
            _ => None,
        };
        number.map(|n| Self(n.to_be_bytes())).ok_or_else(|| ParseIdError(text.to_owned()))
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Id {
    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9a-f]{32}$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let id = Id::of("feed", &["https://a.example/feed"]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(serde_json::from_str::<Id>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
    }

    #[test]
    fn keeps_labels_and_part_borders_apart() {
        assert_ne!(Id::of("feed", &["ab", "c"]), Id::of("feed", &["a", "bc"]));
        assert_ne!(Id::of("feed", &["a"]), Id::of("entry", &["a"]));
    }

    #[test]
    fn refuses_other_text() {
        for text in ["", "abc", "+0000000000000000000000000000000", "zz000000000000000000000000000000"] {
            assert!(text.parse::<Id>().is_err(), "{text}");
        }
    }
}

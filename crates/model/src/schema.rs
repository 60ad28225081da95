use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};

use crate::{Article, Copies, Duplicate, Entry, Feed, Recount, Story};

type Make = fn(SchemaGenerator) -> Schema;

fn make<T: JsonSchema>(generator: SchemaGenerator) -> Schema {
    generator.into_root_schema_for::<T>()
}

const SCHEMAS: [(&str, Make); 7] = [
    ("feed", make::<Feed>),
    ("entry", make::<Entry>),
    ("story", make::<Story>),
    ("article", make::<Article>),
    ("duplicate", make::<Duplicate>),
    ("copies", make::<Copies>),
    ("recount", make::<Recount>),
];

/// The version of all schemas: it counts up when a reader of the last one could misread a record.
pub const SCHEMA_VERSION: u32 = 1;

/// The header that names a record's schema.
pub const SCHEMA_HEADER: &str = "schema";

/// The header that tells its version.
pub const SCHEMA_VERSION_HEADER: &str = "schema-version";

/// The headers of a record whose value is JSON of the kind `name`: see [`schema`].
pub fn json_headers(name: &str) -> Vec<(String, Vec<u8>)> {
    vec![
        ("content-type".to_owned(), b"application/json".to_vec()),
        (SCHEMA_HEADER.to_owned(), name.as_bytes().to_vec()),
        (SCHEMA_VERSION_HEADER.to_owned(), SCHEMA_VERSION.to_string().into_bytes()),
    ]
}

/// The names of the record kinds that have a JSON Schema.
pub fn schema_names() -> impl Iterator<Item = &'static str> {
    SCHEMAS.iter().map(|(name, _)| *name)
}

/// The JSON Schema (draft 2020-12) of the record kind `name`, for values as khabar writes them: a
/// field that is always there is required, even where it may be null.
pub fn schema(name: &str) -> Option<Schema> {
    let (_, make) = SCHEMAS.iter().find(|(known, _)| *known == name)?;
    Some(make(SchemaSettings::draft2020_12().for_serialize().into_generator()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_schema_and_requires_what_is_always_there() {
        for name in schema_names() {
            let schema = schema(name).unwrap();
            assert!(schema.get("required").is_some(), "{name}");
        }
        let article = serde_json::to_value(schema("article").unwrap()).unwrap();
        let required = article["required"].as_array().unwrap();
        for field in
            ["id", "revision", "kind", "page", "url", "source", "feed", "title", "text", "blocks", "links"]
        {
            assert!(required.iter().any(|name| name == field), "{field} in {required:?}");
        }
        insta::assert_json_snapshot!(article);
    }

    #[test]
    fn an_unknown_kind_has_none() {
        assert!(schema("nothing").is_none());
    }
}

//! JSON Feed: by feed-rs as the document came, and mended where that fails.

use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use crate::mend::json::{Mended, mend};
use crate::{Document, Limits, ParseError, mapping, reader};

/// As much of a document as it takes to know how many items it has.
#[derive(Deserialize)]
struct Outline<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
}

pub(crate) fn read(text: &str, base: Option<&Url>, limits: &Limits) -> Result<Document, ParseError> {
    let items = serde_json::from_str::<Outline<'_>>(text).ok().map(|outline| outline.items.len());
    if items.is_some_and(|items| items <= limits.max_entries)
        && let Ok(feed) = reader::read(text)
    {
        return Ok(mapping::document(feed, base));
    }
    let Mended { json, left_out } = mend(text, limits)?;
    let feed = reader::read(&json).map_err(|reason| ParseError::Unreadable { reason })?;
    let mut document = mapping::document(feed, base);
    document.left_out = left_out;
    // A document that only has too many items was cut, not mended.
    document.repaired = items.is_none_or(|items| items <= limits.max_entries);
    Ok(document)
}

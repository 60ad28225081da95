//! Records that could not be handled, as `dead-letters` keeps them.

use bytes::Bytes;
use jiff::Timestamp;

use crate::record::{Emit, Headers};
use crate::stage::{Origin, Reject};
use crate::topics::DEAD_LETTERS;

/// The headers that say where a letter came from and why it is here. The record's own headers stand
/// beside them, under their own names.
pub const ORIGIN_HEADERS: [&str; 8] = [
    "khabar-stage",
    "khabar-topic",
    "khabar-partition",
    "khabar-offset",
    "khabar-key",
    "khabar-reason",
    "khabar-message",
    "khabar-at",
];

/// The header that tells the full length of a value that was cut.
const CUT_FROM: &str = "khabar-cut-from-bytes";

/// The most of a value that a letter keeps: with its headers it fits the topic's 1 MiB.
const MAX_VALUE_BYTES: usize = 768 * 1024;

/// The letter for a record that `stage` could not handle. Its key is `topic/partition/offset`, so
/// that handling the record again replaces the letter.
pub fn dead_letter(
    stage: &str,
    origin: &Origin,
    headers: &Headers,
    value: Option<Bytes>,
    reject: &Reject,
    at: Timestamp,
) -> Emit {
    let offset = match origin.offset {
        Some(offset) => offset.to_string(),
        None => String::from_utf8_lossy(&origin.key).into_owned(),
    };
    let key = format!("{}/{}/{offset}", origin.topic, origin.partition);
    let facts: [Vec<u8>; 8] = [
        stage.into(),
        origin.topic.clone().into(),
        origin.partition.to_string().into(),
        offset.into(),
        origin.key.clone(),
        reject.reason.into(),
        reject.message.clone().into(),
        at.to_string().into(),
    ];
    let own = headers.iter().filter(|(name, _)| !name.starts_with("khabar-")).cloned();
    let mut letter_headers: Headers = ORIGIN_HEADERS.iter().map(ToString::to_string).zip(facts).collect();
    letter_headers.extend(own);
    let value = value.map(|value| {
        if value.len() <= MAX_VALUE_BYTES {
            return value;
        }
        letter_headers.push((CUT_FROM.to_owned(), value.len().to_string().into_bytes()));
        value.slice(..MAX_VALUE_BYTES)
    });
    Emit {
        topic: DEAD_LETTERS,
        partition_key: key.clone().into(),
        key: key.into(),
        headers: letter_headers,
        value,
    }
}

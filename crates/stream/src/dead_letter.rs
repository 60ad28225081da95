//! Records that could not be handled, as `dead-letters` keeps them; [`letter`](crate::letter) reads them.

use bytes::Bytes;
use jiff::Timestamp;

use crate::record::{Emit, Headers, Spread};
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
pub(crate) const CUT_FROM: &str = "khabar-cut-from-bytes";

/// The header that tells how many of the record's own headers were too long to keep.
pub(crate) const HEADERS_LEFT_OUT: &str = "khabar-headers-left-out";

/// The header that tells that the record had no value. The letter has an empty one: without, it would be
/// a tombstone, and compaction would take it away.
pub(crate) const NO_VALUE: &str = "khabar-no-value";

/// The header that names the topic of a record that was to be written, where the letter is not the input.
pub(crate) const OUTPUT_TOPIC: &str = "khabar-output-topic";

/// The header that tells that no record but a wake-up began it; `khabar-offset` is the timer's name then.
pub(crate) const TIMER: &str = "khabar-timer";

/// What could not be handled.
pub(crate) struct Undeliverable<'a> {
    /// The input record that it goes back to.
    pub(crate) origin: &'a Origin,
    /// The key of the job that it comes from, if any.
    pub(crate) job: Option<&'a [u8]>,
    /// Which of the records that the handler wrote it is, and for which topic, where it is not the input
    /// itself.
    pub(crate) output: Option<(usize, &'a str)>,
    /// The record's own headers.
    pub(crate) headers: &'a Headers,
    /// The record's value.
    pub(crate) value: Option<Bytes>,
    /// Why.
    pub(crate) reject: &'a Reject,
}

/// The letter for a record that `stage` could not handle: no larger than `max_bytes`, for which first
/// the value is cut and then the record's own headers are left out; both are marked.
///
/// Its key is `topic/partition/offset`, so that handling the record again replaces the letter; a job
/// under another key than the record's and a record that was to be written add theirs, for there may be
/// several of one origin.
pub(crate) fn dead_letter(stage: &str, what: Undeliverable<'_>, at: Timestamp, max_bytes: usize) -> Emit {
    let Undeliverable { origin, job, output, headers, value, reject } = what;
    let offset = match origin.offset {
        Some(offset) => offset.to_string(),
        None => String::from_utf8_lossy(&origin.key).into_owned(),
    };
    let place = output.map_or(String::new(), |(place, _)| format!("/{place}"));
    let job =
        job.filter(|job| *job != origin.key).map_or(String::new(), |job| format!("/{}", job.escape_ascii()));
    let key = format!("{}/{}/{offset}{job}{place}", origin.topic, origin.partition);
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
    let mut letter_headers: Headers = ORIGIN_HEADERS.iter().map(ToString::to_string).zip(facts).collect();
    if let Some((_, topic)) = output {
        letter_headers.push((OUTPUT_TOPIC.to_owned(), topic.into()));
    }
    if origin.offset.is_none() {
        letter_headers.push((TIMER.to_owned(), b"true".to_vec()));
    }
    let marks = 2 * (CUT_FROM.len() + HEADERS_LEFT_OUT.len() + NO_VALUE.len());
    let mut room = max_bytes.saturating_sub(key.len() + bytes_of(&letter_headers) + marks);

    let own: Headers = headers.iter().filter(|(name, _)| !name.starts_with("khabar-")).cloned().collect();
    if bytes_of(&own) <= room {
        room -= bytes_of(&own);
        letter_headers.extend(own);
    } else {
        letter_headers.push((HEADERS_LEFT_OUT.to_owned(), own.len().to_string().into_bytes()));
    }
    let value = match value {
        None => {
            letter_headers.push((NO_VALUE.to_owned(), b"true".to_vec()));
            Bytes::new()
        }
        Some(value) if value.len() > room => {
            letter_headers.push((CUT_FROM.to_owned(), value.len().to_string().into_bytes()));
            value.slice(..room)
        }
        Some(value) => value,
    };
    Emit {
        topic: DEAD_LETTERS,
        spread: Spread::By(key.clone().into()),
        key: key.into(),
        headers: letter_headers,
        value: Some(value),
    }
}

fn bytes_of(headers: &Headers) -> usize {
    headers.iter().map(|(name, value)| name.len() + value.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(headers: &Headers, value: Option<&[u8]>, max_bytes: usize) -> Emit {
        let origin =
            Origin { topic: "in".into(), partition: 3, offset: Some(9), key: b"k".to_vec(), trace: None };
        let reject = Reject::new("bad", "it is bad");
        let value = value.map(Bytes::copy_from_slice);
        let what =
            Undeliverable { origin: &origin, job: None, output: None, headers, value, reject: &reject };
        dead_letter("stage", what, Timestamp::UNIX_EPOCH, max_bytes)
    }

    fn weight(letter: &Emit) -> usize {
        letter.key.len() + bytes_of(&letter.headers) + letter.value.as_ref().map_or(0, Bytes::len)
    }

    #[test]
    fn a_letter_keeps_what_fits_and_says_what_does_not() {
        let headers = vec![("own".to_owned(), vec![b'h'; 100])];
        let whole = letter(&headers, Some(&[b'v'; 100]), 10_000);
        assert_eq!(whole.key, b"in/3/9");
        assert_eq!(whole.value.as_ref().unwrap().len(), 100);
        assert!(whole.headers.contains(&headers[0]));

        let cut = letter(&headers, Some(&[b'v'; 20_000]), 10_000);
        assert!(weight(&cut) <= 10_000 && cut.value.as_ref().unwrap().len() > 9_000);
        assert!(cut.headers.contains(&(CUT_FROM.to_owned(), b"20000".to_vec())));

        let long = vec![("own".to_owned(), vec![b'h'; 20_000])];
        let bare = letter(&long, Some(&[b'v'; 100]), 10_000);
        assert_eq!(bare.value.as_ref().unwrap().len(), 100);
        assert!(bare.headers.contains(&(HEADERS_LEFT_OUT.to_owned(), b"1".to_vec())));
    }

    #[test]
    fn a_letter_is_no_tombstone() {
        let empty = letter(&Headers::new(), None, 10_000);
        assert_eq!(empty.value, Some(Bytes::new()));
        assert!(empty.headers.iter().any(|(name, _)| name == NO_VALUE));
    }
}

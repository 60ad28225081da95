//! W3C Trace Context on records: a story can be followed from the poll that found it to its article.
//!
//! Each record that a stage writes carries the header `traceparent` (W3C Recommendation, November 2021, section 3.2)
//! with the trace of the record that led to it, however many jobs and restarts lie between. Ids follow from the records
//! alone, so what is done again has the same ones.

use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::record::{self, Headers};

/// The name of the header.
pub const TRACEPARENT: &str = "traceparent";

/// Which trace something belongs to: 32 digits, as the header writes them.
pub(crate) fn of_headers(headers: &Headers) -> Option<String> {
    let mut fields = std::str::from_utf8(record::header(headers, TRACEPARENT)?).ok()?.split('-');
    let (version, trace, span) = (fields.next()?, fields.next()?, fields.next()?);
    let hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let known = hex(version, 2) && version != "ff" && hex(trace, 32) && hex(span, 16);
    (known && trace.bytes().any(|byte| byte != b'0')).then(|| trace.to_owned())
}

/// The trace that begins with what `name` names: a record in its place, a wake-up in its time.
pub(crate) fn begun_with(name: &str) -> String {
    format!("{:032x}", xxh3_128(name.as_bytes()).max(1))
}

/// The header of a record that is written in `trace`; `name` names it among those of the trace.
pub(crate) fn header(trace: &str, name: &[u8]) -> (String, Vec<u8>) {
    // Sampled: whoever reads on may keep it.
    let value = format!("00-{trace}-{:016x}-01", xxh3_64(name).max(1));
    (TRACEPARENT.to_owned(), value.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_names_the_trace_it_was_made_for() {
        let trace = begun_with("entries/3/9");
        let headers = vec![header(&trace, b"pages/1/k")];
        assert_eq!(of_headers(&headers), Some(trace));
    }

    #[test]
    fn what_is_no_trace_is_left_alone() {
        for value in [
            "",
            "00-0-0-0",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(of_headers(&vec![(TRACEPARENT.to_owned(), value.into())]), None, "{value}");
        }
    }
}

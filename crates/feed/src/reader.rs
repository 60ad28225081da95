//! feed-rs, told what to do where it would guess.

use std::panic::catch_unwind;

use chrono::DateTime;
use feed_rs::model::Feed;
use feed_rs::parser::Builder;

use crate::parse_date;

/// Reads the feed in `text`, or says why feed-rs refuses it.
///
/// The text is UTF-8 and must not declare another encoding: feed-rs would decode it once more, and
/// panics where that is UTF-16.
pub(crate) fn read(text: &str) -> Result<Feed, String> {
    // feed-rs slices persons beside their mail address without regard to characters ("a@b.example（甲）"),
    // and takes for granted that the digits of `itunes:duration` are ASCII and fit into 64 bits. Both
    // panic, and both are in feeds. Nothing of the parser outlives the panic: it is made for one call,
    // which it has to be anyway, since it is not `Send`.
    let reading = catch_unwind(|| {
        let parser = Builder::new()
            // Its own makes ids up: of title and link, which change, or at random. Where the feed gives
            // none, there is none; see `Item::settle_id`.
            .id_generator(|_, _, _| String::new())
            // Its own knows English only, and takes 24:00 for the midnight before.
            .timestamp_parser(|text| DateTime::from_timestamp_micros(parse_date(text)?.as_microsecond()))
            .sanitize_content(false)
            .build();
        parser.parse(text.as_bytes()).map_err(|error| error.to_string())
    });
    reading.unwrap_or_else(|_| Err("the reader panicked".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_refusal() {
        let feed =
            "<rss version='2.0'><channel><item><author>a@b.example（甲）</author></item></channel></rss>";
        assert_eq!(read(feed), Err("the reader panicked".to_owned()));
    }
}

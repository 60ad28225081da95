//! Bytes to text: which character set a page is written in.
//!
//! In this order, and what the step before cannot tell:
//!
//! | Evidence | Taken when |
//! |---|---|
//! | byte order mark | it is there |
//! | UTF-16 by its zeros | the bytes read as text in one order ([`utf16`]) |
//! | the escapes of ISO-2022-JP | all is ASCII and they are there |
//! | UTF-8 | the bytes are valid, or broken in few places: its rules are so strict that no other encoding passes for it by chance, whatever the page declares ([`utf8`]) |
//! | HTTP, then XML declaration or `<meta>` | the bytes agree; Latin-1 counts for nothing, since it is what tools say that do not know ([`declared`]) |
//! | a guess by chardetng | else |
//!
//! What cannot be told: a page labelled in one encoding of its script but written in another that
//! has the same bytes ("EUC-KR" for GBK), and short text of few letters beyond ASCII without a
//! label. Hebrew in visual order, as of before 2000, is left in that order.

mod declared;
mod utf16;
mod utf8;

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, WINDOWS_1252};

pub(crate) use utf16::order as utf16_order;

/// chardetng reads some 13 MB/s, and 16 KB around the first letters tell as much as all.
const GUESS_BYTES: usize = 16 * 1024;

/// The text of `bytes`, without zeros; `tld` is the top-level domain of its address, which helps a guess.
pub(crate) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>, tld: Option<&str>) -> Cow<'a, str> {
    let text = read(bytes, content_type, tld);
    match memchr::memchr(0, text.as_bytes()) {
        Some(_) => Cow::Owned(text.replace('\0', "")),
        None => text,
    }
}

fn read<'a>(bytes: &'a [u8], content_type: Option<&str>, tld: Option<&str>) -> Cow<'a, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let bytes = bytes.get(length..).unwrap_or_default();
        return if encoding == UTF_8 { utf8(bytes) } else { encoding.decode_without_bom_handling(bytes).0 };
    }
    if let Some(encoding) = utf16_order(bytes) {
        return encoding.decode_without_bom_handling(bytes).0;
    }
    let ascii = Encoding::ascii_valid_up_to(bytes);
    if ascii == bytes.len() {
        return iso_2022_jp(bytes).unwrap_or_else(|| utf8(bytes));
    }
    // As long as the rest is ASCII, too.
    if std::str::from_utf8(bytes).is_ok() || utf8::is_meant(bytes.get(ascii..).unwrap_or_default()) {
        return utf8(bytes);
    }
    let declared = declared::encoding(bytes, content_type).filter(|encoding| *encoding != UTF_8);
    if let Some(encoding) = declared.filter(|encoding| *encoding != WINDOWS_1252) {
        let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
        if !had_errors || text.matches('\u{FFFD}').count() * 50 < text.len() - ascii.min(text.len()) {
            return text;
        }
    }
    // A page that says Latin-1 is not of its country's encoding.
    let tld = tld.filter(|_| declared.is_none());
    guess(bytes.get(ascii.saturating_sub(64)..).unwrap_or(bytes), tld).decode_without_bom_handling(bytes).0
}

/// Reads UTF-8, broken in places or not, encoded twice or not.
fn utf8(bytes: &[u8]) -> Cow<'_, str> {
    let text = UTF_8.decode_without_bom_handling(utf8::whole(bytes)).0;
    utf8::undone(&text).map_or(text, Cow::Owned)
}

/// Reads ISO-2022-JP, if the escape to Japanese is there.
fn iso_2022_jp(bytes: &[u8]) -> Option<Cow<'_, str>> {
    memchr::memmem::find(bytes, b"\x1B$")?;
    let (text, had_errors) = ISO_2022_JP.decode_without_bom_handling(bytes);
    (!had_errors).then_some(text)
}

fn guess(sample: &[u8], tld: Option<&str>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample.get(..GUESS_BYTES).unwrap_or(sample), sample.len() <= GUESS_BYTES);
    detector.guess(
        tld.map(str::as_bytes).filter(|tld| tld.iter().all(u8::is_ascii_lowercase)),
        Utf8Detection::Deny,
    )
}

#[cfg(test)]
mod tests;

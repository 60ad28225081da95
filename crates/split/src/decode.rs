//! Bytes to text: which character set a page is written in.
//!
//! In this order: a byte order mark; valid UTF-8 with characters beyond ASCII (its rules are
//! strict enough that no other encoding passes for it by chance, whatever the page declares); the
//! declared charset of HTTP, `<meta>` or the XML declaration, when the bytes agree with it; a
//! guess by chardetng from the first part that is not ASCII.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// chardetng reads some 13 MB/s, and 16 KB around the first letters tell as much as all.
const GUESS_BYTES: usize = 16 * 1024;
/// Where browsers look for a `<meta charset>`; some sites put it later, behind scripts.
const PRESCAN_BYTES: usize = 8 * 1024;

/// The text of `bytes`; `tld` is the top-level domain of its address, which helps a guess.
pub(crate) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>, tld: Option<&str>) -> Cow<'a, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(bytes.get(length..).unwrap_or_default()).0;
    }
    if let Some(encoding) = utf16_by_zeros(bytes) {
        return encoding.decode_without_bom_handling(bytes).0;
    }
    let head = bytes.get(..PRESCAN_BYTES).unwrap_or(bytes);
    let http = content_type.and_then(|value| charset_in(value.as_bytes()));
    let declared = pick(http, declared_in(head));
    let ascii = Encoding::ascii_valid_up_to(bytes);
    if ascii == bytes.len() {
        return match declared {
            Some(encoding) if encoding == encoding_rs::ISO_2022_JP => {
                encoding.decode_without_bom_handling(bytes).0
            }
            _ => UTF_8.decode_without_bom_handling(bytes).0,
        };
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let (valid, invalid) = utf8_sequences(bytes.get(ascii..).unwrap_or_default());
    // A page cut in mid-character, or with a foreign snippet, is still UTF-8.
    if invalid == 0 || valid > invalid * 8 {
        return UTF_8.decode_without_bom_handling(bytes).0;
    }
    if let Some(encoding) = declared.filter(|encoding| *encoding != UTF_8) {
        let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
        if !had_errors || text.matches('\u{FFFD}').count() * 50 < text.len() - ascii.min(text.len()) {
            return text;
        }
    }
    guess(bytes.get(ascii.saturating_sub(64)..).unwrap_or(bytes), tld).decode_without_bom_handling(bytes).0
}

/// A server that says Latin-1 often says so of every file; the page itself knows better.
fn pick(http: Option<&'static Encoding>, page: Option<&'static Encoding>) -> Option<&'static Encoding> {
    match (http, page) {
        (Some(http), Some(page)) if http == WINDOWS_1252 => Some(page),
        (http, page) => http.or(page),
    }
}

fn guess(sample: &[u8], tld: Option<&str>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(sample.get(..GUESS_BYTES).unwrap_or(sample), sample.len() <= GUESS_BYTES);
    detector.guess(
        tld.map(str::as_bytes).filter(|tld| tld.iter().all(u8::is_ascii_lowercase)),
        Utf8Detection::Deny,
    )
}

/// How many sequences beyond ASCII are well-formed UTF-8, and how many are not.
fn utf8_sequences(mut bytes: &[u8]) -> (usize, usize) {
    let (mut valid, mut invalid) = (0, 0);
    loop {
        match std::str::from_utf8(bytes) {
            Ok(text) => return (valid + beyond_ascii(text.as_bytes()), invalid),
            Err(error) => {
                let (good, rest) = bytes.split_at(error.valid_up_to());
                valid += beyond_ascii(good);
                invalid += 1;
                bytes = rest.get(error.error_len().unwrap_or(rest.len())..).unwrap_or_default();
            }
        }
    }
}

fn beyond_ascii(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte >= 0xC0).count()
}

/// UTF-16 without a mark: in markup or Latin text every other byte of the start is zero.
fn utf16_by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..64.min(bytes.len()))?;
    let zeros = |odd: usize| head.iter().enumerate().filter(|(i, byte)| i % 2 == odd && **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let enough = head.len() / 4;
    match (even, odd) {
        (0, odd) if odd > enough => Some(UTF_16LE),
        (even, 0) if even > enough => Some(UTF_16BE),
        _ => None,
    }
}

/// The charset that a `<meta>` or an XML declaration in `head` names.
fn declared_in(head: &[u8]) -> Option<&'static Encoding> {
    let mut rest = head;
    if rest.starts_with(b"<?xml") {
        let end = memchr::memchr(b'>', rest)?;
        if let Some(encoding) = value_after(rest.get(..end)?, b"encoding") {
            return Some(encoding);
        }
    }
    while let Some(start) = memchr::memchr(b'<', rest) {
        rest = rest.get(start + 1..)?;
        if rest.get(..4).is_some_and(|name| name.eq_ignore_ascii_case(b"meta")) {
            let end = memchr::memchr(b'>', rest).unwrap_or(rest.len());
            if let Some(encoding) = charset_in(rest.get(..end)?) {
                return Some(encoding);
            }
        }
    }
    None
}

fn charset_in(bytes: &[u8]) -> Option<&'static Encoding> {
    value_after(bytes, b"charset")
}

/// The encoding named after `key`, an equals sign and perhaps a quote.
fn value_after(bytes: &[u8], key: &[u8]) -> Option<&'static Encoding> {
    let at = bytes.windows(key.len()).position(|window| window.eq_ignore_ascii_case(key))?;
    let rest = bytes.get(at + key.len()..)?.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let end = rest
        .iter()
        .position(|b| matches!(b, b'"' | b'\'' | b';' | b'>' | b' ' | b'/' | b'?'))
        .unwrap_or(rest.len());
    // A page that could be read up to here is not written in UTF-16, whatever it says.
    Encoding::for_label(rest.get(..end)?).map(|e| if e == UTF_16LE || e == UTF_16BE { UTF_8 } else { e })
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{GB18030, KOI8_R, SHIFT_JIS, WINDOWS_1256};

    const ARABIC: &str = "قال وزير الخارجية إن الاجتماع سيعقد يوم الاثنين في العاصمة بحضور الوفود كلها";

    #[test]
    fn declared_charsets_are_followed() {
        let html = format!("<html><head><meta charset=windows-1256></head><p>{ARABIC}");
        let (bytes, ..) = WINDOWS_1256.encode(&html);
        assert_eq!(decode(&bytes, None, None), html);
        let (bytes, ..) = WINDOWS_1256.encode(ARABIC);
        assert_eq!(decode(&bytes, Some("text/html; charset=windows-1256"), None), ARABIC);
        assert_eq!(decode(&bytes, Some("text/plain"), Some("sa")), ARABIC);
    }

    #[test]
    fn utf8_wins_over_a_wrong_label_and_a_page_over_latin1_by_default() {
        let html = format!("<meta charset='iso-8859-1'><p>{ARABIC}");
        assert_eq!(decode(html.as_bytes(), Some("text/html; charset=windows-1256"), None), html);
        let html =
            format!("<meta http-equiv='Content-Type' content='text/html; charset=windows-1256'><p>{ARABIC}");
        let (bytes, ..) = WINDOWS_1256.encode(&html);
        assert_eq!(decode(&bytes, Some("text/html; charset=ISO-8859-1"), None), html);
    }

    #[test]
    fn what_lies_is_guessed() {
        for (encoding, text) in [
            (
                KOI8_R,
                "Президент подписал указ о назначении нового министра, сообщили в пресс-службе правительства",
            ),
            (
                SHIFT_JIS,
                "首相は月曜日に記者会見を開き、新しい経済対策を発表した。与野党の反応は分かれている。",
            ),
            (GB18030, "总理星期一举行记者会，宣布新的经济措施。朝野各党的反应不一。"),
        ] {
            let (bytes, ..) = encoding.encode(text);
            assert_eq!(decode(&bytes, Some("text/html; charset=utf-8"), None), text);
        }
    }

    #[test]
    fn utf16_is_read_with_and_without_a_mark() {
        let html = "<html><p>Ein Test ist ein Test.";
        let bare: Vec<u8> = html.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&bare, None, None), html);
        let marked: Vec<u8> =
            std::iter::once(0xFEFF).chain(html.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&marked, None, None), html);
    }
}

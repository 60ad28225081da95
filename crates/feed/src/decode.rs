//! Bytes of any charset to text.

use std::borrow::Cow;

use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

/// The document's text, and whether bytes had to be replaced or removed to get it.
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) repaired: bool,
}

/// How much of a document that declares no charset is looked at to guess it, in bytes.
const DETECTED_BYTES: usize = 16 << 10;

pub(crate) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    let (encoding, bytes) = encoding_of(bytes, content_type);
    let (text, replaced) = encoding.decode_without_bom_handling(bytes);
    // XML 1.0 allows no control characters but these three; C1 controls are allowed, and harmless.
    let forbidden =
        |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || c == '\u{feff}' || c == '\u{fffe}';
    if text.contains(forbidden) {
        return Decoded { text: Cow::Owned(text.replace(forbidden, "")), repaired: true };
    }
    Decoded { text, repaired: replaced }
}

/// The encoding of `bytes`, and the bytes without their byte order mark.
///
/// What the bytes prove (a byte order mark, UTF-16's zeros, valid UTF-8) beats what labels claim, and
/// the document's label beats HTTP's, which is often a server's default. A label that claims UTF-8 is
/// believed of bytes that are no valid UTF-8 only if nothing else is claimed.
fn encoding_of<'a>(bytes: &'a [u8], content_type: Option<&str>) -> (&'static Encoding, &'a [u8]) {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return (encoding, bytes.get(length..).unwrap_or_default());
    }
    match bytes {
        [b'<' | b'{', 0, ..] => return (UTF_16LE, bytes),
        [0, b'<' | b'{', ..] => return (UTF_16BE, bytes),
        _ => {}
    }
    let labels = [declared(bytes), content_type.and_then(charset_of)];
    let mut labels = labels.into_iter().flatten();
    // A UTF-16 label that could be read as ASCII is wrong.
    let other = labels.find(|encoding| ![UTF_8, UTF_16LE, UTF_16BE].contains(encoding));
    let valid = std::str::from_utf8(bytes).is_ok();
    let encoding = match other {
        // The one encoding of the web whose every text is also valid UTF-8: it escapes in ASCII.
        Some(encoding) if !valid || encoding == ISO_2022_JP => encoding,
        _ if valid => UTF_8,
        _ => detected(bytes),
    };
    (encoding, bytes)
}

/// The encoding that the XML declaration names.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(1024))?;
    let start = memchr::memmem::find(head, b"<?xml")?;
    let head = head.get(start..)?;
    let declaration = head.get(..memchr::memchr(b'>', head)?)?;
    let at = memchr::memmem::find(declaration, b"encoding")? + "encoding".len();
    let value = declaration.get(at..)?.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, value) = value.split_first()?;
    let label = value.get(..memchr::memchr(*quote, value)?)?;
    Encoding::for_label(label)
}

/// The encoding that a `Content-Type` header names.
fn charset_of(content_type: &str) -> Option<&'static Encoding> {
    let at = content_type.to_ascii_lowercase().find("charset=")? + "charset=".len();
    let label = content_type.get(at..)?.split(';').next()?.trim().trim_matches(['"', '\'']);
    Encoding::for_label(label.as_bytes())
}

/// A guess from the bytes around the first one that is not ASCII.
fn detected(bytes: &[u8]) -> &'static Encoding {
    let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or_default();
    let sample = bytes.get(first..).unwrap_or_default();
    let sample = sample.get(..DETECTED_BYTES).unwrap_or(sample);
    // A stray byte or a cut character in UTF-8: replaced, rather than all the rest misread.
    let broken = sample.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    let sound: usize =
        sample.utf8_chunks().map(|chunk| chunk.valid().chars().filter(|c| !c.is_ascii()).count()).sum();
    if sound > broken {
        return UTF_8;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    detector.guess(None, chardetng::Utf8Detection::Allow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], content_type: Option<&str>) -> String {
        decode(bytes, content_type).text.into_owned()
    }

    #[test]
    fn reads_what_the_bytes_prove_whatever_the_labels_claim() {
        let utf16 =
            |bytes: fn(u16) -> [u8; 2]| "<a>خبر</a>".encode_utf16().flat_map(bytes).collect::<Vec<_>>();
        for bytes in [utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)] {
            assert_eq!(text(&bytes, Some("text/xml; charset=utf-8")), "<a>خبر</a>");
        }
        let mislabelled = "<?xml version='1.0' encoding='windows-1256'?><a>خبر</a>";
        assert_eq!(text(mislabelled.as_bytes(), None), mislabelled);
        assert_eq!(text("\u{feff}<a/>".as_bytes(), None), "<a/>");
        let unmarked = "<?xml version='1.0' encoding='utf-16'?><a>é</a>";
        assert_eq!(text(unmarked.as_bytes(), None), unmarked);
    }

    #[test]
    fn reads_what_labels_claim_when_bytes_prove_nothing() {
        let declared = b"<?xml version=\"1.0\" encoding = \"windows-1256\" ?><a>\xce\xc8\xd1</a>";
        assert!(text(declared, Some("text/xml; charset=iso-8859-1")).ends_with("<a>خبر</a>"));
        assert_eq!(text(b"<a>\xce\xc8\xd1</a>", Some("text/xml; Charset=\"windows-1256\"")), "<a>خبر</a>");
        let japanese = b"<?xml version='1.0' encoding='iso-2022-jp'?>\x1b$B%K%e!<%9\x1b(B";
        assert!(text(japanese, None).ends_with("ニュース"));
    }

    #[test]
    fn guesses_where_nothing_is_claimed_and_keeps_utf8_with_a_stray_byte() {
        assert_eq!(text(b"<a>caf\xe9 cr\xe8me</a>", None), "<a>café crème</a>");
        let stray = [b"<a>".as_slice(), "été à".as_bytes(), b"\xff</a>"].concat();
        let decoded = decode(&stray, None);
        assert_eq!(decoded.text, "<a>été à\u{fffd}</a>");
        assert!(decoded.repaired);
    }

    #[test]
    fn drops_control_characters() {
        let decoded = decode(b"<a>b\x0b\x00c\n</a>", None);
        assert_eq!(decoded.text, "<a>bc\n</a>");
        assert!(decoded.repaired);
    }
}

//! What HTTP, `<meta>` or the XML declaration say of a page's encoding.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};
use memchr::memmem;

/// How far into a page its `<meta>` is looked for: some sites put it behind scripts.
const PRESCAN_BYTES: usize = 64 * 1024;

/// The encoding that a page is said to have. A server that says Latin-1 often says so of every file;
/// the page itself knows better.
pub(super) fn encoding(bytes: &[u8], content_type: Option<&str>) -> Option<&'static Encoding> {
    let http = content_type.and_then(|value| named(value.as_bytes(), b"charset"));
    let page = || in_page(bytes.get(..PRESCAN_BYTES).unwrap_or(bytes));
    match http {
        None => page(),
        Some(http) if http == WINDOWS_1252 => page().or(Some(http)),
        Some(http) => Some(http),
    }
}

/// The first encoding that an XML declaration or a `<meta>` names. What stands in comments, scripts
/// and styles does not count.
fn in_page(head: &[u8]) -> Option<&'static Encoding> {
    let mut rest = head.trim_ascii_start();
    if rest.starts_with(b"<?xml") {
        let declaration = rest.get(..memchr::memchr(b'>', rest)?)?;
        if let Some(encoding) = named(declaration, b"encoding") {
            return Some(encoding);
        }
    }
    while let Some(start) = memchr::memchr(b'<', rest) {
        rest = rest.get(start + 1..)?;
        let starts = |name: &[u8]| rest.get(..name.len()).is_some_and(|own| own.eq_ignore_ascii_case(name));
        if starts(b"!--") {
            rest = behind(rest, b"-->")?;
        } else if starts(b"script") {
            rest = behind(rest, b"</script").or_else(|| behind(rest, b"</SCRIPT"))?;
        } else if starts(b"style") {
            rest = behind(rest, b"</style").or_else(|| behind(rest, b"</STYLE"))?;
        } else if starts(b"meta") {
            let tag = rest.get(..memchr::memchr(b'>', rest).unwrap_or(rest.len()))?;
            if let Some(encoding) = named(tag, b"charset") {
                return Some(encoding);
            }
        }
    }
    None
}

fn behind<'a>(bytes: &'a [u8], end: &[u8]) -> Option<&'a [u8]> {
    bytes.get(memmem::find(bytes, end)? + end.len()..)
}

/// The encoding named after `key`, an equals sign and perhaps a quote.
fn named(bytes: &[u8], key: &[u8]) -> Option<&'static Encoding> {
    let keys = bytes.windows(key.len()).enumerate().filter(|(_, window)| window.eq_ignore_ascii_case(key));
    keys.filter_map(|(at, _)| label(bytes.get(at + key.len()..)?)).find_map(known)
}

/// The value behind an equals sign.
fn label(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let rest =
        rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest).trim_ascii_start();
    let ends = |b: &u8| matches!(b, b'"' | b'\'' | b';' | b',' | b'>' | b' ' | b'/' | b'?');
    rest.get(..rest.iter().position(ends).unwrap_or(rest.len()))
}

/// The encoding that a page means by `label`.
fn known(label: &[u8]) -> Option<&'static Encoding> {
    match Encoding::for_label_no_replacement(label)? {
        // It says nothing of letters.
        encoding if encoding == X_USER_DEFINED => None,
        // A page that could be read up to here is not written in UTF-16, whatever it says.
        encoding if encoding == UTF_16LE || encoding == UTF_16BE => Some(UTF_8),
        encoding => Some(encoding),
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{EUC_KR, KOI8_R};

    use super::*;

    #[test]
    fn labels_are_found_in_every_dress() {
        for page in [
            "<meta charset=koi8-r>",
            "<META CharSet = \" KOI8-R \"/>",
            "<meta name='charset' content='x'><meta http-equiv=Content-Type content='text/html; charset=koi8-r'>",
            " <?xml version='1.0' encoding='koi8-r'?>",
            "<!-- <meta charset=big5> --><meta charset='koi8-r'>",
            "<script>'<meta charset=big5>'</script><meta charset='koi8-r'>",
            "<STYLE><meta charset=big5></STYLE><meta charset='koi8-r'>",
            "<meta charset=utf8mb4><meta charset=x-user-defined><meta charset=iso-2022-kr><meta charset=koi8-r>",
        ] {
            assert_eq!(in_page(page.as_bytes()), Some(KOI8_R), "{page}");
        }
        for page in ["<meta charset>", "<meta charset=none>", "charset=koi8-r", "<!-- <meta charset=koi8-r>"]
        {
            assert_eq!(in_page(page.as_bytes()), None, "{page}");
        }
    }

    #[test]
    fn http_is_heard_first_unless_it_says_latin1() {
        let page = b"<meta charset=euc-kr>";
        for (header, encoding) in [
            ("text/html; charset=KOI8-R", KOI8_R),
            ("text/html;CHARSET=\"koi8-r\"; x=y", KOI8_R),
            ("text/html; charset=iso-8859-1", EUC_KR),
            ("text/html; charset=none", EUC_KR),
            ("text/html", EUC_KR),
        ] {
            assert_eq!(super::encoding(page, Some(header)), Some(encoding), "{header}");
        }
        assert_eq!(super::encoding(b"", Some("text/html; charset=latin1")), Some(WINDOWS_1252));
    }
}

//! What a page is: HTML or plain text, as far as its type and its first bytes tell.

/// The beginnings of files that are no text, and their names.
const SIGNATURES: [(&[u8], &str); 12] = [
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a RIFF file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"ID3", "an MP3 file"),
    (b"OggS", "an Ogg file"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"wOF", "a font"),
];

/// Types under which text is served. Servers that do not know send the last two.
const TEXT_TYPES: [&str; 7] = [
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "text/xml",
    "application/xml",
    "application/octet-stream",
    "",
];

/// Why an answer is no page; none when it may be one. The charset is the splitter's business.
pub(crate) fn not_a_page(content_type: Option<&str>, body: &[u8]) -> Option<String> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Some("it is empty".to_owned());
    }
    if let Some((_, name)) = SIGNATURES.iter().find(|(start, _)| body.starts_with(start)) {
        return Some(format!("it is {name}"));
    }
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    // What has no slash is no type, and says nothing.
    let is_text = !essence.contains('/') || TEXT_TYPES.iter().any(|text| essence.eq_ignore_ascii_case(text));
    (!is_text).then(|| format!("it is declared as {essence}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_under_any_likely_label_is_a_page() {
        for label in [
            None,
            Some(""),
            Some("html"),
            Some("text/html"),
            Some("Text/HTML; charset=windows-1256"),
            Some("text/plain;charset=utf-8"),
            Some("application/xhtml+xml"),
            Some("application/octet-stream"),
        ] {
            assert_eq!(not_a_page(label, b"<p>news"), None, "{label:?}");
        }
    }

    #[test]
    fn anything_else_is_not() {
        for (label, body, reason) in [
            (Some("text/html"), &b"%PDF-1.7"[..], "it is a PDF"),
            (Some("application/pdf"), b"x", "it is declared as application/pdf"),
            (Some("image/svg+xml; charset=utf-8"), b"<svg>", "it is declared as image/svg+xml"),
            (None, b"PK\x03\x04", "it is a ZIP archive"),
            (Some("text/html"), b"", "it is empty"),
            (Some("text/html"), b" \r\n\t", "it is empty"),
        ] {
            assert_eq!(not_a_page(label, body).as_deref(), Some(reason));
        }
    }
}

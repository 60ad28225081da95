//! What the bytes are: binary, HTML or plain text.

use crate::{NoStory, decode};

/// Refuses what is no text.
pub(crate) fn refuse(bytes: &[u8]) -> Result<(), NoStory> {
    // First bytes of formats that links of news pages lead to.
    const MAGIC: [(&[u8], &str); 18] = [
        (b"\x89PNG", "a PNG image"),
        (b"\xFF\xD8\xFF", "a JPEG image"),
        (b"GIF8", "a GIF image"),
        (b"RIFF", "a RIFF container, such as WebP"),
        (b"PK\x03\x04", "a ZIP archive or an office document"),
        (b"\x1F\x8B", "gzip data"),
        (b"\x28\xB5\x2F\xFD", "zstd data"),
        (b"BZh", "bzip2 data"),
        (b"\xFD7zXZ", "xz data"),
        (b"7z\xBC\xAF", "a 7z archive"),
        (b"Rar!", "a RAR archive"),
        (b"\x00\x00\x00\x18ftyp", "an MP4 video"),
        (b"\x00\x00\x00\x20ftyp", "an MP4 video"),
        (b"\x1A\x45\xDF\xA3", "a Matroska video"),
        (b"ID3", "an MP3 recording"),
        (b"OggS", "an Ogg recording"),
        (b"\xD0\xCF\x11\xE0", "an old office document"),
        (b"\x7FELF", "a program"),
    ];
    let start = bytes.trim_ascii_start();
    if start.is_empty() {
        return Err(NoStory::Empty);
    }
    if start.starts_with(b"%PDF-") {
        return Err(NoStory::Pdf);
    }
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(NoStory::Binary { kind });
    }
    // UTF-16 is full of zeros and controls; other text has next to none.
    let head = bytes.get(..4096).unwrap_or(bytes);
    let marked = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    let zeros = memchr::memchr_iter(0, head).count();
    let control = head
        .iter()
        .filter(|byte| **byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C | 0x1B | 0))
        .count();
    let is_binary = zeros * 50 > head.len() || control * 20 > head.len();
    if is_binary && !marked && decode::utf16_order(bytes).is_none() {
        return Err(NoStory::Binary { kind: "unknown" });
    }
    Ok(())
}

/// Whether `text` is HTML, by its tags; the content type decides where there are few.
pub(crate) fn is_html(text: &str, content_type: Option<&str>) -> bool {
    let head = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let lower: String = head.chars().take(512).collect::<String>().to_ascii_lowercase();
    if lower.starts_with("<!doctype html")
        || lower.starts_with("<html")
        || (lower.starts_with("<?xml") && lower.contains("<html"))
    {
        return true;
    }
    const TAGS: [&str; 22] = [
        "p", "div", "br", "a", "span", "html", "head", "body", "h1", "h2", "h3", "article", "section", "ul",
        "li", "table", "td", "img", "meta", "title", "main", "hr",
    ];
    let mut tags = 0;
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'<', text.as_bytes().get(from..).unwrap_or_default()) {
        from += at + 1;
        let rest = text.get(from..).unwrap_or_default();
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let name: &str =
            rest.get(..rest.bytes().take_while(u8::is_ascii_alphanumeric).count()).unwrap_or_default();
        let ends = rest
            .as_bytes()
            .get(name.len())
            .is_some_and(|byte| matches!(byte, b'>' | b' ' | b'/' | b'\n' | b'\t' | b'\r'));
        tags += usize::from(ends && TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(name)));
        if tags >= 8 {
            return true;
        }
    }
    let says_html = content_type.is_some_and(|value| {
        let value = value.to_ascii_lowercase();
        value.contains("html") || value.contains("xml")
    });
    tags >= 3 || (tags >= 1 && (says_html || head.starts_with('<')))
}

//! Cuts tags with too many attributes, before html5ever compares each with all before it.

use std::borrow::Cow;

/// `html` with at most `max` attributes in each tag.
pub(super) fn bounded(html: &str, max: usize) -> Cow<'_, str> {
    let bytes = html.as_bytes();
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(open) = memchr::memchr(b'<', bytes.get(at..).unwrap_or_default()) {
        at += open + 1;
        if !bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let tag = Tag::read(bytes, at, max);
        if let Some(cut) = tag.cut {
            out.push_str(html.get(copied..cut).unwrap_or_default());
            copied = tag.end;
        }
        at = tag.end;
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(html.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

struct Tag {
    /// Where the attribute after the last allowed one begins.
    cut: Option<usize>,
    /// Where the closing `>` is, or the end of the input.
    end: usize,
}

impl Tag {
    /// Reads a tag as the tokenizer does: names, and values bare or in quotes.
    fn read(bytes: &[u8], start: usize, max: usize) -> Self {
        let skip = |from: usize, stop: &dyn Fn(u8) -> bool| {
            bytes.get(from..).and_then(|b| b.iter().position(|b| stop(*b))).map_or(bytes.len(), |n| from + n)
        };
        let space = |b: u8| b.is_ascii_whitespace() || b == b'/';
        let mut cut = None;
        let mut count = 0;
        let mut at = skip(start, &|b| space(b) || b == b'>');
        loop {
            at = skip(at, &|b| !space(b));
            match bytes.get(at) {
                None => return Self { cut, end: bytes.len() },
                Some(b'>') => return Self { cut, end: at },
                Some(_) => {}
            }
            if count == max {
                cut = cut.or(Some(at));
            }
            count += 1;
            // A name may start with an equals sign.
            at = skip(at + 1, &|b| space(b) || b == b'>' || b == b'=');
            let value = skip(at, &|b| !b.is_ascii_whitespace());
            if bytes.get(value) == Some(&b'=') {
                let value = skip(value + 1, &|b| !b.is_ascii_whitespace());
                at = match bytes.get(value) {
                    Some(quote @ (b'"' | b'\'')) => {
                        let rest = bytes.get(value + 1..).unwrap_or_default();
                        memchr::memchr(*quote, rest).map_or(bytes.len(), |n| value + 1 + n + 1)
                    }
                    _ => skip(value, &|b| b.is_ascii_whitespace() || b == b'>'),
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_too_much_is_cut() {
        assert_eq!(bounded("<a b=1 c='>' d>x</a>", 3), "<a b=1 c='>' d>x</a>");
        assert_eq!(bounded("<a b=1 c='>' d e = \"<\" >x</a><p f>", 2), "<a b=1 c='>' >x</a><p f>");
        assert_eq!(bounded("<a b c", 1), "<a b ");
        assert_eq!(bounded("1 < 2 <", 0), "1 < 2 <");
    }
}

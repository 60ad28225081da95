//! Character references ("&eacute;") that are left in text: of pages that escape their titles twice,
//! and of plain text made from HTML.

use std::borrow::Cow;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// How often a text is escaped at most.
const MOST_TIMES: usize = 3;

/// `text` with its references read as HTML reads them, but for those without a semicolon: these may
/// be part of an address.
pub(crate) fn resolved(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..MOST_TIMES {
        match once(&text) {
            Some(resolved) => text = Cow::Owned(resolved),
            None => break,
        }
    }
    text
}

/// `text`, which is plain, with its references read; or as it stands where it seems to mean what it
/// says: it shows tags, has a single reference, or more ampersands that are none.
pub(crate) fn of_plain(text: &str) -> Cow<'_, str> {
    let after = |sign: char| text.split(sign).skip(1);
    let tags = after('<').any(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/'));
    let references = after('&').filter(|rest| reference(rest).is_some()).count();
    let bare = after('&').count() - references;
    if tags || references < 2 || bare > references { Cow::Borrowed(text) } else { resolved(text) }
}

fn once(text: &str) -> Option<String> {
    let mut parts = text.split('&');
    let mut out = parts.next()?.to_owned();
    let mut found = false;
    for rest in parts {
        match reference(rest) {
            Some((chars, rest)) => {
                found = true;
                out.extend(chars.into_iter().flatten());
                out.push_str(rest);
            }
            None => {
                out.push('&');
                out.push_str(rest);
            }
        }
    }
    found.then_some(out)
}

/// What the reference is whose ampersand stands before `text`, and what follows it.
fn reference(text: &str) -> Option<([Option<char>; 2], &str)> {
    const LONGEST: usize = 32;
    let end = text.bytes().take(LONGEST).position(|byte| !byte.is_ascii_alphanumeric() && byte != b'#')?;
    let rest = text.get(end..)?.strip_prefix(';')?;
    let name = text.get(..end)?;
    let chars = match name.strip_prefix('#') {
        Some(number) => [Some(numbered(number)?), None],
        None => {
            let (first, second) = *NAMED_ENTITIES.get(text.get(..=end)?)?;
            [char::from_u32(first), char::from_u32(second).filter(|c| *c != '\0')]
        }
    };
    Some((chars, rest))
}

/// The character of a number, decimal or hexadecimal; one that would be a control as Windows-1252
/// has it.
fn numbered(number: &str) -> Option<char> {
    let number = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
        None => number.parse().ok()?,
    };
    let replaced = number.checked_sub(0x80).and_then(|at| *C1_REPLACEMENTS.get(usize::try_from(at).ok()?)?);
    replaced.or_else(|| char::from_u32(number)).filter(|c| !c.is_control() || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_references_are_read() {
        for (text, read) in [
            ("caf&eacute; &#233; &#xE9; &#XE9;", "café é é é"),
            ("&#150; &#146;", "– ’"),
            ("AT&amp;amp;T &amp;quot;x&amp;quot;", "AT&T \"x\""),
            ("&NotEqualTilde;", "\u{2242}\u{338}"),
            ("?a=1&copy=2&lt=3&", "?a=1&copy=2&lt=3&"),
            (
                "&nosuch; &; &#; &#x; &#xD800; &#0; &#99999999999; &é;",
                "&nosuch; &; &#; &#x; &#xD800; &#0; &#99999999999; &é;",
            ),
        ] {
            assert_eq!(resolved(text), read);
        }
    }

    #[test]
    fn plain_text_is_read_only_where_it_is_full_of_them() {
        assert_eq!(of_plain("&quot;Tom &amp; Tim&quot;"), "\"Tom & Tim\"");
        for text in ["Write &amp; for it", "<b>&quot;x&quot;</b>", "a&b&c&d &quot;x&quot;", "R&D"] {
            assert_eq!(of_plain(text), text);
        }
    }
}

//! White space, invisible marks, and characters written by name.

use std::borrow::Cow;

/// `text` on one line: runs of white space become one space, invisible marks go.
///
/// Taken out are soft hyphens, zero-width spaces and joiners, bidirectional controls, the byte order
/// mark and control characters; and tatweel inside a word, where it only stretches it, but not where
/// a letter leans on it, as in "لـ«". The zero-width non-joiner stays: Persian and Indic words are
/// spelled with it.
pub(crate) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push(&mut out, text);
    out.truncate(out.trim_end().len());
    out
}

/// `text` with the references that HTML writes for characters read once more.
pub(crate) fn entities(text: &str) -> Cow<'_, str> {
    /// The longest is `&#1114111;`.
    const LONGEST: usize = 10;
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let end = after.bytes().take(LONGEST).position(|byte| byte == b';');
        let found = end
            .and_then(|end| after.split_at_checked(end))
            .and_then(|(name, after)| Some((character(name)?, after.strip_prefix(';')?)));
        let (c, after) = found.unwrap_or(('&', after));
        out.push(c);
        rest = after;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character that a reference means: one of those that text is made of, or any by its number.
fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?);
    }
    Some(match name {
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "lt" => '<',
        "gt" => '>',
        "nbsp" => ' ',
        "shy" => '\u{AD}',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "Auml" => 'Ä',
        "Ouml" => 'Ö',
        "Uuml" => 'Ü',
        "szlig" => 'ß',
        "eacute" => 'é',
        "egrave" => 'è',
        "agrave" => 'à',
        "aacute" => 'á',
        "iacute" => 'í',
        "oacute" => 'ó',
        "uacute" => 'ú',
        "ntilde" => 'ñ',
        "ccedil" => 'ç',
        "atilde" => 'ã',
        "otilde" => 'õ',
        "acirc" => 'â',
        "ecirc" => 'ê',
        "ocirc" => 'ô',
        "lsquo" => '‘',
        "rsquo" => '’',
        "sbquo" => '‚',
        "ldquo" => '“',
        "rdquo" => '”',
        "bdquo" => '„',
        "laquo" => '«',
        "raquo" => '»',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "euro" => '€',
        _ => return None,
    })
}

/// Appends `text` to `out` as [`line`] would, keeping one trailing space.
pub(crate) fn push(out: &mut String, text: &str) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let inside = |next: &char| next.is_alphabetic() || *next == TATWEEL;
        if c == TATWEEL && out.ends_with(char::is_alphabetic) && chars.peek().is_some_and(inside) {
            continue;
        }
        if c.is_ascii() {
            match c {
                ' ' | '\n' | '\t' | '\r' | '\u{C}' | '\u{B}' => space(out),
                c if c.is_ascii_control() => {}
                c => out.push(c),
            }
        } else if c.is_whitespace() {
            space(out);
        } else if !is_invisible(c) {
            out.push(c);
        }
    }
}

const TATWEEL: char = '\u{640}';

fn space(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

/// Marks that print nothing and part no words.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{200B}' | '\u{200D}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
        | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{61C}' | '\u{80}'..='\u{9F}')
}

#[cfg(test)]
mod tests {
    use super::{entities, line};

    #[test]
    fn references_are_read_once_more() {
        assert_eq!(entities("&#8222;A&#x201c; &amp; b&nbsp;c; &d; é& &"), "„A“ & b c; &d; é& &");
    }

    #[test]
    fn marks_go_and_spelling_stays() {
        assert_eq!(line("  a\u{200B}b\u{AD}c \n\t d\u{A0}"), "abc d");
        assert_eq!(line("الســـعودية لـ«الشرق ــ"), "السعودية لـ«الشرق ــ");
        assert_eq!(line("می\u{200C}خواهم"), "می\u{200C}خواهم");
        assert_eq!(line("\u{202B}خبر\u{202C}"), "خبر");
    }
}

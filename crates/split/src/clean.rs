//! White space and invisible marks.

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
    use super::line;

    #[test]
    fn marks_go_and_spelling_stays() {
        assert_eq!(line("  a\u{200B}b\u{AD}c \n\t d\u{A0}"), "abc d");
        assert_eq!(line("الســـعودية لـ«الشرق ــ"), "السعودية لـ«الشرق ــ");
        assert_eq!(line("می\u{200C}خواهم"), "می\u{200C}خواهم");
        assert_eq!(line("\u{202B}خبر\u{202C}"), "خبر");
    }
}

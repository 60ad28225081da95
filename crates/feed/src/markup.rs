//! Text cut into tags, text and CDATA sections, whatever it is: there is no error.
//!
//! The tolerance, rule by rule: a `<` that opens no tag is text, and so is an `&` that opens no
//! reference; the entities of HTML are known; attributes may lack quotes or values; a tag, comment or
//! CDATA section that is still open at the end is the end. One pass, linear in the length.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memmem};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    Start(Tag<'a>),
    /// The name of an element that ends.
    End(&'a str),
    /// Text with its references.
    Text(&'a str),
    /// Text without references.
    CData(&'a str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    pub(crate) name: &'a str,
    attributes: &'a str,
    /// Whether the tag ends itself.
    pub(crate) empty: bool,
}

/// The tokens of a text. Comments, declarations and processing instructions are left out.
#[derive(Debug, Clone)]
pub(crate) struct Tokens<'a> {
    source: &'a str,
    at: usize,
    /// An internal subset of a DOCTYPE was searched for its end in vain: not to be tried again, or a
    /// document full of them costs quadratic time.
    endless_subset: bool,
}

impl<'a> Tokens<'a> {
    pub(crate) fn of(source: &'a str) -> Self {
        Self { source, at: 0, endless_subset: false }
    }

    /// The position of the next token, in bytes.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Goes back or on to `position`, which [`Self::position`] told.
    pub(crate) fn seek(&mut self, position: usize) {
        self.at = position;
    }

    /// The source between two positions.
    pub(crate) fn between(&self, from: usize, to: usize) -> &'a str {
        self.source.get(from..to).unwrap_or_default()
    }

    /// Takes `length` bytes as they are, after which `skipped` bytes of markup are passed over.
    fn take(&mut self, length: usize, skipped: usize) -> &'a str {
        let taken = self.between(self.at, self.at + length);
        self.at = (self.at + length + skipped).min(self.source.len());
        taken
    }

    /// The rest, when something that should have ended did not.
    fn take_rest(&mut self) -> &'a str {
        self.take(self.source.len() - self.at, 0)
    }

    /// Skips a declaration; `rest` starts with `<!` or `<?`.
    fn skip_declaration(&mut self, rest: &'a str) {
        let bytes = rest.as_bytes();
        let mut end = memchr(b'>', bytes);
        if !self.endless_subset && memchr2(b'[', b'>', bytes).is_some_and(|at| bytes.get(at) == Some(&b'[')) {
            match memmem::find(bytes, b"]>") {
                Some(at) => end = Some(at + 1),
                None => self.endless_subset = true,
            }
        }
        match end {
            Some(end) => self.take(end + 1, 0),
            None => self.take_rest(),
        };
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = self.source.get(self.at..)?;
            let bytes = rest.as_bytes();
            match bytes {
                [] => return None,
                [b'<', b'!', b'-', b'-', ..] => match memmem::find(bytes, b"-->") {
                    Some(end) => _ = self.take(end, 3),
                    None => _ = self.take_rest(),
                },
                [b'<', b'!', b'[', b'C', b'D', b'A', b'T', b'A', b'[', ..] => {
                    self.take(9, 0);
                    return Some(Token::CData(match memmem::find(bytes, b"]]>") {
                        Some(end) => self.take(end - 9, 3),
                        None => self.take_rest(),
                    }));
                }
                [b'<', b'!' | b'?', ..] => self.skip_declaration(rest),
                [b'<', b'/', ..] => {
                    let Some(end) = memchr(b'>', bytes) else {
                        self.take_rest();
                        return None;
                    };
                    let name = self.take(end, 1).get(2..).unwrap_or_default();
                    return Some(Token::End(name.split_ascii_whitespace().next().unwrap_or_default()));
                }
                [b'<', ..] if rest.chars().nth(1).is_some_and(|c| c.is_alphabetic() || c == '_') => {
                    let Some(end) = end_of_tag(bytes) else {
                        self.take_rest();
                        return None;
                    };
                    return Some(Token::Start(Tag::of(self.take(end, 1).get(1..).unwrap_or_default())));
                }
                [first, ..] => {
                    let from = usize::from(*first == b'<');
                    let end = bytes.get(from..).and_then(|rest| memchr(b'<', rest)).map(|at| at + from);
                    return Some(Token::Text(self.take(end.unwrap_or(bytes.len()), 0)));
                }
            }
        }
    }
}

/// Where the `>` of the start tag stands that `bytes` begin with.
fn end_of_tag(bytes: &[u8]) -> Option<usize> {
    let (mut quote, mut before) = (None, b'<');
    for (at, &byte) in bytes.iter().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') if before == b'=' => quote = Some(byte),
            (Some(open), close) if open == close => quote = None,
            // No attribute holds a `<`: a quote, or the tag itself, was never closed.
            (_, b'<') => break,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
    }
    memchr(b'>', bytes)
}

impl<'a> Tag<'a> {
    fn of(inside: &'a str) -> Self {
        let (inside, empty) = match inside.strip_suffix('/') {
            Some(inside) => (inside, true),
            None => (inside, false),
        };
        let end = inside.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(inside.len());
        let (name, attributes) = inside.split_at_checked(end).unwrap_or((inside, ""));
        Self { name, attributes, empty }
    }

    /// The attributes, values unescaped.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/' || c == '=');
            if rest.is_empty() {
                return None;
            }
            let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '=').unwrap_or(rest.len());
            let (name, after) = rest.split_at_checked(end)?;
            let Some(value) = after.trim_start().strip_prefix('=') else {
                rest = after;
                return Some((name, Cow::Borrowed("")));
            };
            let value = value.trim_start();
            let quoted = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (value, after) = match quoted {
                Some(quote) => {
                    let value = value.get(1..)?;
                    value.split_once(quote).unwrap_or((value, ""))
                }
                None => {
                    let end = value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len());
                    value.split_at_checked(end)?
                }
            };
            rest = after;
            Some((name, unescape(value)))
        })
    }

    /// The value of the attribute `name`, unless empty.
    pub(crate) fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let (_, value) = self.attributes().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        let value = match value {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        Some(value).filter(|value| !value.is_empty())
    }
}

/// The longest name of an entity that HTML knows, `CounterClockwiseContourIntegral`, with room for a
/// number.
const MAX_REFERENCE: usize = 32;

/// `text` with its references resolved, those of HTML too. An `&` out of place stays.
pub(crate) fn unescape(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    out.push_str(text.get(..first).unwrap_or_default());
    let mut rest = text.get(first..).unwrap_or_default();
    while let Some(after) = rest.strip_prefix('&') {
        let window = after.as_bytes().get(..MAX_REFERENCE).unwrap_or(after.as_bytes());
        let name = memchr(b';', window).and_then(|end| after.get(..end));
        rest = match name {
            Some(name) if resolve(name, &mut out) => after.get(name.len() + 1..).unwrap_or_default(),
            _ => {
                out.push('&');
                after
            }
        };
        let end = memchr(b'&', rest.as_bytes()).unwrap_or(rest.len());
        let (plain, next) = rest.split_at_checked(end).unwrap_or((rest, ""));
        out.push_str(plain);
        rest = next;
    }
    Cow::Owned(out)
}

/// Appends what the reference `name` stands for.
fn resolve(name: &str, out: &mut String) -> bool {
    let Some(number) = name.strip_prefix('#') else {
        let text = quick_xml::escape::resolve_html5_entity(name);
        out.push_str(text.unwrap_or_default());
        return text.is_some();
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    let Ok(code) = code else { return false };
    // HTML reads the C1 range as windows-1252, because that is what was meant.
    let windows = u8::try_from(code).ok().filter(|byte| (0x80..=0x9f).contains(byte));
    match (windows, char::from_u32(code)) {
        (Some(byte), _) => out.push_str(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0),
        (None, Some(c)) if c < ' ' && !matches!(c, '\t' | '\n' | '\r') => {}
        (None, Some(c)) => out.push(c),
        (None, None) => out.push(char::REPLACEMENT_CHARACTER),
    }
    true
}

/// The name without its prefix.
pub(crate) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(source: &str) -> Vec<String> {
        Tokens::of(source)
            .map(|token| match token {
                Token::Start(tag) => {
                    let attributes: Vec<_> = tag.attributes().map(|(n, v)| format!(" {n}={v}")).collect();
                    format!("<{}{}{}>", tag.name, attributes.concat(), if tag.empty { "/" } else { "" })
                }
                Token::End(name) => format!("</{name}>"),
                Token::Text(text) => format!("'{text}'"),
                Token::CData(text) => format!("[{text}]"),
            })
            .collect()
    }

    #[test]
    fn sound_markup() {
        let tokens = shown(
            "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x '>'>]><a b='1 &gt; 0' c:d = \"2\"><!-- > --><e/><![CDATA[<&]]>x</a >",
        );
        assert_eq!(tokens, ["<a b=1 > 0 c:d=2>", "<e/>", "[<&]", "'x'", "</a>"]);
    }

    #[test]
    fn broken_markup() {
        for (source, expected) in [
            ("a < b <3 c", vec!["'a '", "'< b '", "'<3 c'"]),
            ("<a b=c d e='f>g</a>", vec!["<a b=c d= e=f>", "'g'", "</a>"]),
            ("<a>x<b y='", vec!["<a>", "'x'"]),
            ("<a><![CDATA[x", vec!["<a>", "[x]"]),
            ("<a><!-- x", vec!["<a>"]),
            ("<!D[>x", vec!["'x'"]),
        ] {
            assert_eq!(shown(source), expected, "{source}");
        }
    }

    #[test]
    fn references() {
        for (text, expected) in [
            ("a &amp; b &#38; c &#x26;", "a & b & c &"),
            ("AT&T &copy;&nbsp;x & y;", "AT&T ©\u{a0}x & y;"),
            ("&#146;&#xD800;&#0;&#99999999;&unknown;&", "’\u{fffd}\u{fffd}&unknown;&"),
        ] {
            assert_eq!(unescape(text), expected, "{text}");
        }
    }
}

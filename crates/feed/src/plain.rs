//! HTML to the text that it shows.

use crate::markup::{Tag, Token, Tokens, unescape};

/// The elements of HTML whose tags separate words.
const BLOCKS: [&str; 32] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "td",
    "th",
    "tr",
    "ul",
];

/// The elements of HTML whose tags show nothing by themselves.
const INLINE: [&str; 42] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "embed", "font",
    "i", "iframe", "img", "input", "ins", "kbd", "label", "main", "mark", "nav", "noscript", "object",
    "picture", "q", "s", "samp", "small", "source", "span", "strike", "strong", "sub", "sup", "time", "tt",
    "u", "var", "wbr",
];

/// A title as plain text: tags of HTML and references resolved, white space made single.
///
/// What is no tag of HTML ("a < b", "Vec<T>") stays. Feeds escape titles once or twice, and not even
/// their formats say which; so this is for text that the document's own escaping is already off of.
pub(crate) fn title(text: &str) -> Option<String> {
    shown(text, true)
}

/// The text that a piece of HTML shows, white space made single.
pub(crate) fn text(html: &str) -> Option<String> {
    shown(html, false)
}

/// Text without markup, white space made single.
pub(crate) fn spaced(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(text).filter(|text| !text.is_empty())
}

fn shown(html: &str, keep_unknown: bool) -> Option<String> {
    if !html.contains(['<', '&']) {
        return spaced(html);
    }
    let mut out = String::with_capacity(html.len());
    let mut tokens = Tokens::of(html);
    let mut hidden: Option<&str> = None;
    loop {
        let from = tokens.position();
        let Some(token) = tokens.next() else {
            // A `<` whose tag never ends is text after all.
            if keep_unknown && hidden.is_none() {
                out.push_str(tokens.between(from, html.len()));
            }
            break;
        };
        if let Some(name) = hidden {
            if matches!(token, Token::End(end) if end.eq_ignore_ascii_case(name)) {
                hidden = None;
            }
            continue;
        }
        match token {
            Token::Text(text) => out.push_str(&unescape(text)),
            Token::CData(text) => out.push_str(text),
            Token::Start(Tag { name, empty, .. }) => {
                if !empty && ["script", "style"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
                    hidden = Some(name);
                } else {
                    out.push_str(shown_of_tag(name, keep_unknown, tokens.between(from, tokens.position())));
                }
            }
            Token::End(name) => {
                out.push_str(shown_of_tag(name, keep_unknown, tokens.between(from, tokens.position())));
            }
        }
    }
    spaced(&out)
}

fn shown_of_tag<'a>(name: &str, keep_unknown: bool, source: &'a str) -> &'a str {
    let among = |known: &[&str]| known.iter().any(|known| name.eq_ignore_ascii_case(known));
    if among(&BLOCKS) {
        " "
    } else if among(&INLINE) || !keep_unknown {
        ""
    } else {
        source
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles() {
        for (html, expected) in [
            ("  One\n two ", Some("One two")),
            ("<b>One</b><br/>two &amp; <EM>three</EM>&nbsp;", Some("One two & three")),
            ("a < b, Vec<T> and <3", Some("a < b, Vec<T> and <3")),
            ("if x<y", Some("if x<y")),
            ("AT&T", Some("AT&T")),
            ("<style>b{}</style> <img src='x'>", None),
        ] {
            assert_eq!(title(html).as_deref(), expected, "{html}");
        }
    }

    #[test]
    fn texts_lose_every_tag() {
        assert_eq!(text("<x-y>One</x-y><p>two").as_deref(), Some("One two"));
    }
}

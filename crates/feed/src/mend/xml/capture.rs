use std::borrow::Cow;

use super::Mender;
use crate::markup::{Tag, Token, local, unescape};

/// The inside of an element.
pub(super) struct Captured<'a> {
    /// Its text, references resolved.
    text: String,
    /// Its source, where it holds elements.
    markup: Option<&'a str>,
}

impl Captured<'_> {
    /// The text; markup as the HTML that it is.
    pub(super) fn html(self) -> Option<String> {
        let html = match self.markup {
            Some(markup) if markup.contains("<![CDATA[") => {
                Cow::Owned(markup.replace("<![CDATA[", "").replace("]]>", ""))
            }
            Some(markup) => Cow::Borrowed(markup),
            None => Cow::Owned(self.text),
        };
        let html = html.trim();
        (!html.is_empty()).then(|| html.to_owned())
    }

    /// The text in one line, as a value: of a link, an id, a number.
    pub(super) fn value(&self) -> Option<String> {
        let text = self.text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

impl<'a> Mender<'a> {
    /// Reads the element that `tag` opened up to its end.
    ///
    /// Elements inside are part of it, so an unescaped `<p>` in a description does no harm, closed or
    /// not. If its own end tag is missing, it ends where the item does, or the next field begins.
    pub(super) fn capture(&mut self, tag: Tag<'a>, is_short: bool) -> Captured<'a> {
        let mut captured = Captured { text: String::new(), markup: None };
        if tag.empty {
            return captured;
        }
        let start = self.tokens.position();
        let (mut end, mut depth, mut has_markup) = (start, 0_usize, false);
        while let Some(token) = self.tokens.next() {
            let is_beyond = match token {
                Token::Text(text) => {
                    captured.text.push_str(&unescape(text));
                    false
                }
                Token::CData(text) => {
                    captured.text.push_str(text);
                    false
                }
                Token::Start(inner) => {
                    let is_same = inner.name == tag.name;
                    depth += usize::from(is_same && !inner.empty);
                    let is_beyond = !is_same && is_barrier(inner.name, is_short);
                    has_markup |= !is_beyond;
                    is_beyond
                }
                Token::End(name) if name.eq_ignore_ascii_case(tag.name) => {
                    if depth == 0 {
                        break;
                    }
                    depth -= 1;
                    false
                }
                Token::End(name) => is_barrier(name, false),
            };
            if is_beyond {
                self.tokens.seek(end);
                break;
            }
            end = self.tokens.position();
        }
        captured.markup = has_markup.then(|| self.tokens.between(start, end));
        captured
    }
}

/// Whether an element of this name stands in no text, so that the text before it has ended.
fn is_barrier(name: &str, is_short: bool) -> bool {
    if name.contains(':') && !matches!(name, "rdf:RDF") {
        return false;
    }
    match &*local(name).to_ascii_lowercase() {
        "item" | "entry" | "channel" | "rss" | "feed" | "rdf" | "guid" | "pubdate" => true,
        "title" | "link" | "description" | "category" | "author" | "published" | "updated" | "id"
        | "summary" | "content" | "comments" => is_short,
        _ => false,
    }
}

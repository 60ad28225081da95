use std::borrow::Cow;

use super::{Walk, lower};
use crate::markup::{Tag, Token, Tokens, local, unescape};

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
            Some(markup) => without_cdata(unwrapped(markup)).into_owned(),
            None => self.text,
        };
        let trimmed = html.trim();
        (!trimmed.is_empty())
            .then(|| if trimmed.len() == html.len() { html.clone() } else { trimmed.to_owned() })
    }

    /// The text in one line, as a value: of a link, an id, a number.
    pub(super) fn value(&self) -> Option<String> {
        let text = self.text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

impl<'a> Walk<'a> {
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
        loop {
            let Some(token) = self.tokens.next() else {
                self.repaired = true;
                break;
            };
            match token {
                Token::Text(text) => {
                    let (text, flawed) = unescape(text);
                    self.repaired |= flawed;
                    captured.text.push_str(&text);
                }
                Token::CData(text) => captured.text.push_str(text),
                Token::Start(inner) => {
                    if is_barrier(inner.name, is_short) && inner.name != tag.name {
                        return self.capture_ends_early(captured, start, end, has_markup);
                    }
                    has_markup = true;
                    depth += usize::from(inner.name == tag.name && !inner.empty);
                }
                Token::End(name) if name.eq_ignore_ascii_case(tag.name) => {
                    if depth == 0 {
                        break;
                    }
                    depth -= 1;
                }
                Token::End(name) => {
                    if is_barrier(name, false) {
                        return self.capture_ends_early(captured, start, end, has_markup);
                    }
                }
            }
            end = self.tokens.position();
        }
        captured.markup = has_markup.then(|| self.tokens.between(start, end));
        captured
    }

    fn capture_ends_early(
        &mut self,
        mut captured: Captured<'a>,
        start: usize,
        end: usize,
        has_markup: bool,
    ) -> Captured<'a> {
        self.repaired = true;
        self.tokens.seek(end);
        captured.markup = has_markup.then(|| self.tokens.between(start, end));
        captured
    }
}

/// Whether an element of this name stands in no text, so that the text before it has ended.
fn is_barrier(name: &str, is_short: bool) -> bool {
    if name.contains(':') && !matches!(name, "rdf:RDF") {
        return false;
    }
    match &*lower(local(name)) {
        "item" | "entry" | "channel" | "rss" | "feed" | "rdf" | "guid" | "pubdate" => true,
        "title" | "link" | "description" | "category" | "author" | "published" | "updated" | "id"
        | "summary" | "content" | "comments" => is_short,
        _ => false,
    }
}

/// The inside of the `div` that Atom wraps XHTML in.
fn unwrapped(markup: &str) -> &str {
    let all = markup.trim();
    let Some(inner) = all.strip_suffix("</div>") else { return all };
    let mut tokens = Tokens::of(inner);
    if !matches!(tokens.next(), Some(Token::Start(tag)) if tag.name == "div") {
        return all;
    }
    let start = tokens.position();
    let mut depth = 0_usize;
    for token in tokens {
        match token {
            Token::Start(tag) if tag.name == "div" && !tag.empty => depth += 1,
            // It ends before the end, so it does not wrap all of it.
            Token::End("div") if depth == 0 => return all,
            Token::End("div") => depth -= 1,
            _ => {}
        }
    }
    inner.get(start..).unwrap_or(all)
}

fn without_cdata(markup: &str) -> Cow<'_, str> {
    if markup.contains("<![CDATA[") {
        Cow::Owned(markup.replace("<![CDATA[", "").replace("]]>", ""))
    } else {
        Cow::Borrowed(markup)
    }
}

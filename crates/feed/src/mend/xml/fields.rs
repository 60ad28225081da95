//! Which element is written as which.

use quick_xml::escape::escape;

use super::{Format, Mender, Space};
use crate::ParseError;
use crate::markup::{Tag, Token, Tokens, local, unescape};
use crate::mend::without_mail;
use crate::plain;

impl<'a> Mender<'a> {
    /// Writes the field that `tag` begins, or passes it over.
    pub(super) fn field(
        &mut self,
        tag: Tag<'a>,
        format: Format,
        space: Space,
        name: &str,
    ) -> Result<(), ParseError> {
        use Format::{Atom, Rss};
        match (format, space, name) {
            (_, Space::Own, "title") | (Rss, Space::Own, "category") => self.html(tag, name, true),
            (Rss, Space::Own, "description") | (Atom, Space::Own, "summary") => self.html(tag, name, false),
            (Rss, Space::Content, "encoded") => self.html(tag, "content:encoded", false),
            // It holds nothing, closed or not.
            (Rss, Space::Own, "enclosure") => {}
            (Rss, Space::Own, "guid" | "ttl") => self.value(tag, name),
            (Rss, Space::Own | Space::DublinCore, "language") => self.value(tag, name),
            (Rss, Space::Own, "author") | (Rss, Space::DublinCore, "creator") => self.person(tag),
            (Rss, Space::Own, "link") => {
                let href = tag.attribute("href").map(|href| href.into_owned());
                if let Some(link) = self.capture(tag, true).value().or(href) {
                    self.write("link", &link);
                }
            }
            (Rss, Space::Own | Space::DublinCore, "pubdate" | "date" | "issued" | "published") => {
                self.value(tag, "pubDate");
            }
            (Rss, Space::Own | Space::Atom | Space::DublinCore, "updated" | "modified") => {
                self.value(tag, "updated");
            }
            (Rss, Space::Atom, "link") => return self.link(tag, "atom:link"),
            (Atom, Space::Own, "link") => return self.link(tag, "link"),
            (Atom, Space::Own, "id") => self.value(tag, "id"),
            (Atom, Space::Own, "content") => self.content(tag),
            (Atom, Space::Own, "author") => self.author(tag),
            (Atom, Space::Own, "category") => {
                self.out.push_str("<category");
                self.keep_attributes(&tag, &["term", "label"]);
                self.out.push_str("/>");
                return self.pass(&tag);
            }
            (Atom, Space::Own, "published" | "pubdate" | "issued" | "created") => {
                self.value(tag, "published")
            }
            (Atom, Space::Own, "updated" | "modified") => self.value(tag, "updated"),
            _ => return self.pass(&tag),
        }
        Ok(())
    }

    /// `is_short`: whether the text ends where another field begins.
    fn html(&mut self, tag: Tag<'a>, name: &str, is_short: bool) {
        if let Some(html) = self.capture(tag, is_short).html() {
            self.write(name, &html);
        }
    }

    fn value(&mut self, tag: Tag<'a>, name: &str) {
        if let Some(value) = self.capture(tag, true).value() {
            self.write(name, &value);
        }
    }

    fn link(&mut self, tag: Tag<'a>, name: &str) -> Result<(), ParseError> {
        self.out.push_str(&format!("<{name}"));
        self.keep_attributes(&tag, &["rel", "type", "href"]);
        self.out.push_str("/>");
        self.pass(&tag)
    }

    /// Content, unless it is base64 of something binary; what is elsewhere becomes a link.
    fn content(&mut self, tag: Tag<'a>) {
        let kind = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
        let is_text = !kind.contains('/') || kind.starts_with("text/") || kind.ends_with("xml");
        if let Some(source) = tag.attribute("src") {
            self.out.push_str(&format!(
                "<link rel=\"alternate\" type=\"content\" href=\"{}\"/>",
                escape(&*source)
            ));
        }
        if let Some(html) = self.capture(tag, false).html().filter(|_| is_text) {
            self.out.push_str(&format!("<content type=\"html\">{}</content>", escape(html.as_str())));
        }
    }

    /// RSS' person.
    fn person(&mut self, tag: Tag<'a>) {
        let text = self.capture(tag, true).html();
        if let Some(name) = text.as_deref().and_then(plain::title).and_then(|text| without_mail(&text)) {
            self.write("dc:creator", &name);
        }
    }

    /// Atom's person.
    fn author(&mut self, tag: Tag<'a>) {
        let inside = self.capture(tag, true).html().unwrap_or_default();
        let mut tokens = Tokens::of(&inside);
        let is_name = |token: Token<'_>| matches!(token, Token::Start(tag) if local(tag.name).eq_ignore_ascii_case("name"));
        while let Some(token) = tokens.next() {
            if is_name(token)
                && let Some(Token::Text(text) | Token::CData(text)) = tokens.next()
            {
                self.out.push_str("<author>");
                self.write("name", &unescape(text));
                self.out.push_str("</author>");
            }
        }
    }
}

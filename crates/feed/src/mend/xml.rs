//! One walk over the tags of a broken feed, which writes a sound one: RSS 2.0 for RSS and RDF, Atom for
//! Atom.
//!
//! Elements with text are read whole by [`Mender::capture`], and what is inside them is written as
//! text, tags and all; so nothing can be nested wrongly any more. All others are passed over. An end
//! tag closes what is open down to its own element, or nothing; an item that begins inside another ends
//! that one; an item that is still open when the document breaks off is dropped.

mod capture;
mod fields;

use quick_xml::escape::escape;
use url::Url;

use crate::markup::{Tag, Token, Tokens, local};
use crate::{Limits, ParseError};

/// A feed, mended.
pub(crate) struct Mended {
    /// The feed as well-formed XML.
    pub(crate) xml: String,
    /// How many entries were left out because there are more than the limit.
    pub(crate) left_out: usize,
}

/// Mends the feed in `text`; gives back none when no feed begins in it.
pub(crate) fn mend(text: &str, limits: &Limits) -> Result<Option<Mended>, ParseError> {
    let mut mender = Mender {
        tokens: Tokens::of(text),
        limits,
        format: None,
        prefix: "",
        passed: Vec::new(),
        out: String::new(),
        item: None,
        items: 0,
        left_out: 0,
    };
    while let Some(token) = mender.tokens.next() {
        match token {
            Token::Start(tag) => mender.start(tag)?,
            Token::End(name) => mender.end(name),
            Token::Text(_) | Token::CData(_) => {}
        }
    }
    Ok(mender.finish())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Rss,
    Atom,
}

/// What a prefix means. Broken feeds forget to declare them, and hardly any calls them otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Space {
    /// The format's own.
    Own,
    Atom,
    DublinCore,
    Content,
    Other,
}

struct Mender<'a> {
    tokens: Tokens<'a>,
    limits: &'a Limits,
    format: Option<Format>,
    /// The prefix of the root element.
    prefix: &'a str,
    /// The open elements of no interest.
    passed: Vec<&'a str>,
    out: String,
    /// Where in `out` the open item begins.
    item: Option<usize>,
    items: usize,
    left_out: usize,
}

impl<'a> Mender<'a> {
    fn start(&mut self, tag: Tag<'a>) -> Result<(), ParseError> {
        let name = local(tag.name).to_ascii_lowercase();
        let Some(format) = self.format else {
            self.start_root(&tag, &name);
            return Ok(());
        };
        let space = self.space_of(tag.name);
        if space == Space::Own && is_item(&name) {
            // Whatever is open was not closed.
            self.passed.clear();
            self.end_item();
            self.start_item(&tag);
            return Ok(());
        }
        if matches!(&*name, "rss" | "rdf" | "channel" | "feed") {
            return Ok(());
        }
        if self.passed.is_empty() { self.field(tag, format, space, &name) } else { self.pass(&tag) }
    }

    /// Enters the first element that is a feed's root; others before it are junk of a broken server.
    fn start_root(&mut self, tag: &Tag<'a>, name: &str) {
        let format = match name {
            "rss" | "rdf" | "channel" => Format::Rss,
            "feed" | "entry" => Format::Atom,
            "html" => {
                // No feed begins in here.
                self.tokens.seek(usize::MAX);
                return;
            }
            _ => return,
        };
        self.format = Some(format);
        self.prefix = prefix(tag.name);
        if format == Format::Rss {
            self.out.push_str(RSS);
        } else {
            self.out.push_str(ATOM);
            self.keep_attributes(tag, &["xml:lang"]);
            self.keep_base(tag);
            self.out.push('>');
        }
        if name == "entry" {
            self.start_item(tag);
        }
    }

    fn start_item(&mut self, tag: &Tag<'a>) {
        if tag.empty {
            return;
        }
        self.item = Some(self.out.len());
        if self.format == Some(Format::Atom) {
            self.out.push_str("<entry");
            self.keep_base(tag);
            self.out.push('>');
        } else {
            self.out.push_str("<item>");
        }
    }

    fn end_item(&mut self) {
        let Some(start) = self.item.take() else { return };
        if self.items == self.limits.max_entries {
            self.out.truncate(start);
            self.left_out += 1;
            return;
        }
        self.items += 1;
        self.out.push_str(if self.format == Some(Format::Atom) { "</entry>" } else { "</item>" });
    }

    fn end(&mut self, name: &str) {
        if let Some(at) = self.passed.iter().rposition(|open| open.eq_ignore_ascii_case(name)) {
            self.passed.truncate(at);
        } else if matches!(
            &*local(name).to_ascii_lowercase(),
            "item" | "entry" | "channel" | "rss" | "rdf" | "feed"
        ) {
            self.passed.clear();
            self.end_item();
        }
    }

    /// Enters an element of no interest.
    fn pass(&mut self, tag: &Tag<'a>) -> Result<(), ParseError> {
        if tag.empty {
            return Ok(());
        }
        // Root, channel and item are around it.
        if self.passed.len() + 3 >= self.limits.max_depth {
            return Err(ParseError::TooDeep { max_depth: self.limits.max_depth });
        }
        self.passed.push(tag.name);
        Ok(())
    }

    fn finish(mut self) -> Option<Mended> {
        let format = self.format?;
        // The document broke off in it.
        if let Some(start) = self.item {
            self.out.truncate(start);
        }
        self.out.push_str(if format == Format::Rss { "</channel></rss>" } else { "</feed>" });
        Some(Mended { xml: self.out, left_out: self.left_out })
    }

    fn space_of(&self, name: &str) -> Space {
        match prefix(name) {
            own if own == self.prefix => Space::Own,
            "" | "rss" => Space::Own,
            "atom" | "atom10" | "a10" if self.format == Some(Format::Atom) => Space::Own,
            "atom" | "atom10" | "a10" => Space::Atom,
            "dc" | "dcterms" => Space::DublinCore,
            "content" => Space::Content,
            _ => Space::Other,
        }
    }

    /// Writes the element `name` around `text`.
    fn write(&mut self, name: &str, text: &str) {
        self.out.push_str(&format!("<{name}>{}</{name}>", escape(text)));
    }

    /// Writes those of `names` that `tag` has, into an open start tag.
    fn keep_attributes(&mut self, tag: &Tag<'a>, names: &[&str]) {
        for name in names {
            if let Some(value) = tag.attribute(name) {
                self.out.push_str(&format!(" {name}=\"{}\"", escape(&*value)));
            }
        }
    }

    /// The same with `xml:base`, if it is one: feed-rs refuses the whole document otherwise.
    fn keep_base(&mut self, tag: &Tag<'a>) {
        let base = tag.attribute("xml:base").map(|base| Url::parse(&base));
        if matches!(base, Some(Ok(_) | Err(url::ParseError::RelativeUrlWithoutBase))) {
            self.keep_attributes(tag, &["xml:base"]);
        }
    }
}

const RSS: &str = "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" \
     xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
     xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel>";

const ATOM: &str = "<feed xmlns=\"http://www.w3.org/2005/Atom\"";

fn is_item(name: &str) -> bool {
    matches!(name, "item" | "entry")
}

fn prefix(name: &str) -> &str {
    name.split_once(':').map_or("", |(prefix, _)| prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_entries_are_read_from_and_closes_it() {
        for (text, expected) in [
            (
                "<rss><channel><title>A & B<item><Title>1 < 2<dc:creator>甲：a@b.example</dc:creator><media:x><title>no",
                "<title>A &amp; B</title>",
            ),
            (
                "<rss><item><guid>1</guid><enclosure url=x><title>T</title><x:y><z></item>",
                "<item><guid>1</guid><title>T</title></item>",
            ),
            (
                "<rdf:RDF><item rdf:about='x'><link>/1</link><description><p>a<br>&nbsp;b</description></item></rdf:RDF>",
                "<item><link>/1</link><description>&lt;p&gt;a&lt;br&gt;&amp;nbsp;b</description></item>",
            ),
            (
                "<feed xml:base='http://[' xml:lang=fr><entry><id>1</id><link href='a' href='b'/><author><name>N<email>m</author><content type='x'><div>c</div></entry>",
                " xml:lang=\"fr\"><entry><id>1</id><link href=\"a\"/><author><name>N</name></author><content type=\"html\">&lt;div&gt;c&lt;/div&gt;</content></entry>",
            ),
        ] {
            let xml = mend(text, &Limits::default()).unwrap().unwrap().xml;
            let inner = xml.strip_prefix(RSS).or_else(|| xml.strip_prefix(ATOM)).unwrap();
            let inner = inner.strip_suffix("</channel></rss>").or_else(|| inner.strip_suffix("</feed>"));
            assert_eq!(inner, Some(expected), "{text}");
        }
    }
}

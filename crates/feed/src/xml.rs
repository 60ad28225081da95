//! RSS and Atom: by feed-rs as the document came, and mended where that fails.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use url::Url;

use crate::markup::{Token, Tokens};
use crate::mend::xml::{Mended, mend};
use crate::{Document, Limits, ParseError, hints, html, mapping, reader};

pub(crate) fn read(text: &str, base: Option<&Url>, limits: &Limits) -> Result<Document, ParseError> {
    let outline = outline(text, limits.max_depth);
    if let Some(outline) = &outline
        && outline.entries <= limits.max_entries
        && let Ok(feed) = reader::read(outline.root)
        // It passes over what is in a namespace that it does not know: all of Atom 0.3, say.
        && feed.entries.len() >= outline.entries
    {
        let mut document = mapping::document(feed, base);
        hints::add(&mut document, outline.root, base);
        return Ok(document);
    }
    let Some(Mended { xml, left_out }) = mend(text, limits)? else { return Err(no_feed(text, base)) };
    let feed = reader::read(&xml).map_err(|reason| ParseError::Unreadable { reason })?;
    let mut document = mapping::document(feed, base);
    hints::add(&mut document, text, base);
    document.left_out = left_out;
    // A document that only has too many entries was cut, not mended.
    document.repaired = outline.is_none_or(|outline| outline.entries <= limits.max_entries);
    Ok(document)
}

/// A well-formed document.
struct Outline<'a> {
    /// The root element and what follows, without the declaration, which would make feed-rs decode the
    /// text once more, and without the DOCTYPE.
    root: &'a str,
    /// How many entries it seems to have.
    entries: usize,
}

/// The outline of `text`, unless it is not well-formed or nests deeper than `max_depth`, which feed-rs
/// would follow until the stack ends.
fn outline(text: &str, max_depth: usize) -> Option<Outline<'_>> {
    let mut reader = Reader::from_str(text);
    let (mut root, mut depth, mut entries) = (None, 0_usize, 0);
    loop {
        let at = reader.buffer_position();
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                root.get_or_insert(at);
                entries += usize::from(depth <= 2 && is_entry(&tag));
                depth += 1;
                if depth > max_depth {
                    return None;
                }
            }
            Event::Empty(tag) => entries += usize::from(depth <= 2 && is_entry(&tag)),
            Event::End(_) => depth = depth.checked_sub(1)?,
            Event::Decl(_) if root.is_some() => return None,
            Event::Eof => break,
            _ => {}
        }
    }
    let root = text.get(usize::try_from(root?).ok()?..)?;
    (depth == 0).then_some(Outline { root, entries })
}

fn is_entry(tag: &BytesStart<'_>) -> bool {
    matches!(tag.local_name().as_ref(), "item" | "entry")
}

fn no_feed(text: &str, base: Option<&Url>) -> ParseError {
    let first = Tokens::of(text).find_map(|token| match token {
        Token::Start(tag) => Some(tag.name),
        _ => None,
    });
    let head = text.get(..text.floor_char_boundary(512)).unwrap_or_default().to_ascii_lowercase();
    let is_page = first.is_some_and(|name| ["html", "head", "body"].contains(&&*name.to_ascii_lowercase()));
    if is_page || head.contains("<!doctype html") || head.contains("<html") {
        return ParseError::Html { feeds: html::feeds(text, base) };
    }
    let found = match first {
        None => "plain text or binary data".to_owned(),
        Some(name) => {
            format!("a document that begins with <{}>", name.chars().take(40).collect::<String>())
        }
    };
    ParseError::NotAFeed { found }
}

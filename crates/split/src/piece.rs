//! Pieces: what a page's text is made of, in reading order, whether it came as HTML or as text.

use std::cell::OnceCell;

use crate::dom::NodeId;
use crate::{date, words};

/// One block of text, or a mark between blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// What it is by its markup.
    pub(crate) kind: Form,
    /// Its text, on one line.
    pub(crate) text: String,
    /// The weight of the text, as [`words::weight`] has it.
    pub(crate) weight: usize,
    /// See [`Piece::is_running`], which tells what it means.
    pub(crate) running: bool,
    /// How many bytes of the text are links.
    pub(crate) linked: usize,
    /// Whether all of it is set in bold.
    pub(crate) bold: bool,
    /// Whether all of it is set in italics.
    pub(crate) slanted: bool,
    /// How many bytes at its start are set in bold, where the rest is not.
    pub(crate) lead: usize,
    /// Where its first link leads.
    pub(crate) href: Option<Box<str>>,
    /// Its links.
    pub(crate) links: Vec<NodeId>,
    /// The machine-readable date of a `<time>` in it.
    pub(crate) time: Option<Box<str>>,
    /// The element it stands in; the document in plain text.
    pub(crate) node: NodeId,
    /// Blank lines before it, in plain text.
    pub(crate) gap: u8,
    /// It is the headline of a brief, cut off its paragraph.
    pub(crate) brief: bool,
    /// Its class or the like says that it names the author.
    pub(crate) byline: bool,
    /// It is part of a row of openings of other stories.
    pub(crate) teaser: bool,
    /// See [`Piece::is_date_line`]; found when it is first asked for.
    pub(crate) date_line: OnceCell<bool>,
}

/// What a piece is by its markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    /// A paragraph, or a line of plain text.
    Paragraph,
    /// A heading of level 1 to 6.
    Heading(u8),
    /// An item of a list.
    ListItem,
    /// A quotation.
    Quote,
    /// Preformatted text.
    Preformatted,
    /// A row of a table.
    TableRow,
    /// A rule or a line of signs between parts.
    Rule,
}

impl Piece {
    /// A piece of plain text.
    pub(crate) fn plain(kind: Form, text: String, gap: u8) -> Self {
        Self::unweighed(kind, text, gap).weighed()
    }

    /// … which is still to be [weighed](Self::weighed).
    pub(crate) fn unweighed(kind: Form, text: String, gap: u8) -> Self {
        Self {
            kind,
            text,
            weight: 0,
            running: false,
            linked: 0,
            bold: false,
            slanted: false,
            lead: 0,
            brief: false,
            href: None,
            links: Vec::new(),
            time: None,
            node: NodeId::DOCUMENT,
            gap,
            byline: false,
            teaser: false,
            date_line: OnceCell::new(),
        }
    }

    /// The piece, weighed again: to be called where its text or its links were changed.
    pub(crate) fn weighed(mut self) -> Self {
        self.weight = words::weight(&self.text);
        let sentence = || words::ends_sentence(&self.text) || words::has_inner_sentence(&self.text);
        let text =
            !self.is_heading() && !self.teaser && self.kind != Form::Rule && self.link_density() <= 0.5;
        self.running = text && (self.weight >= 140 || (self.weight >= 50 && sentence()));
        self.date_line = OnceCell::new();
        self
    }

    /// The share of the text that is links, 0 to 1.
    pub(crate) fn link_density(&self) -> f64 {
        if self.text.is_empty() { 0.0 } else { self.linked as f64 / self.text.len() as f64 }
    }

    /// Whether it is a line of plain text, of which no element tells what it is.
    pub(crate) fn is_plain(&self) -> bool {
        self.node == NodeId::DOCUMENT
    }

    /// Whether it is marked as a heading.
    pub(crate) fn is_heading(&self) -> bool {
        matches!(self.kind, Form::Heading(_))
    }

    /// Whether it could be a headline or subhead by its looks: short, and not ended as a sentence.
    pub(crate) fn looks_like_heading(&self) -> bool {
        (4..=180).contains(&self.weight)
            && !words::ends_sentence(&self.text.replace(['?', '؟', '!', '？', '！', '…'], ""))
            && !self.text.ends_with([',', ';', '،', '؛', '、'])
    }

    /// Whether its text is a date and little else.
    pub(crate) fn is_date_line(&self) -> bool {
        *self.date_line.get_or_init(|| date::is_line(&self.text))
    }

    /// Whether it is running text: long enough, a sentence, and not mostly links.
    pub(crate) fn is_running(&self) -> bool {
        self.running
    }
}

/// The weight of the running text in `pieces`.
pub(crate) fn running_weight(pieces: &[Piece]) -> usize {
    pieces.iter().filter(|piece| piece.is_running()).map(|piece| piece.weight).sum()
}

/// Running text of a story: about 40 words, which is 120 characters in a script without spaces.
pub(crate) const STORY_WEIGHT: usize = 190;

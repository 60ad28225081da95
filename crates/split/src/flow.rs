//! HTML to pieces: what a reader sees, block by block, without what is furniture by its name.

use std::ops::Range;

use crate::dom::{Dom, NodeId, Step};
use crate::furniture::{self, Classes, Furniture};
use crate::grow::push;
use crate::labels::{self, Label};
use crate::piece::{Form, Piece};
use crate::run::{self, Run, Setting};
use crate::{briefs, bulk, sites};

/// A page as pieces, and where each element's pieces are.
#[derive(Debug)]
pub(crate) struct Flow {
    /// The pieces in reading order.
    pub(crate) pieces: Vec<Piece>,
    /// The images, each with the number of pieces before it.
    pub(crate) images: Vec<(usize, NodeId)>,
    /// The elements that were taken for furniture, each with the number of pieces before it.
    pub(crate) passed_by: Vec<(usize, NodeId)>,
    spans: Vec<(u32, u32)>,
}

impl Flow {
    /// The pieces that stand in `node`.
    pub(crate) fn span(&self, node: NodeId) -> Range<usize> {
        let (start, end) = self.spans.get(node.index()).copied().unwrap_or_default();
        start as usize..end.max(start) as usize
    }

    /// The pieces of `range`, which may reach too far.
    pub(crate) fn get(&self, range: Range<usize>) -> &[Piece] {
        let end = range.end.min(self.pieces.len());
        self.pieces.get(range.start.min(end)..end).unwrap_or_default()
    }

    /// Lines of plain text, in which no element has a place.
    pub(crate) fn of_lines(pieces: Vec<Piece>) -> Self {
        Self { pieces, images: Vec::new(), passed_by: Vec::new(), spans: Vec::new() }
    }

    /// Reads `dom`, at most `max` pieces of it, telling furniture by its classes too.
    pub(crate) fn read(dom: &Dom, max: usize) -> Self {
        let mut classes = Classes::default();
        Self::read_by(dom, |_, node| furniture::of(dom, node, &mut classes), max, false)
    }

    /// Reads `dom` as the lines that it shows: each break, and each line of preformatted text, ends a
    /// piece.
    pub(crate) fn read_lines(dom: &Dom, max: usize) -> Self {
        let mut classes = Classes::default();
        Self::read_by(dom, |_, node| furniture::of(dom, node, &mut classes), max, true)
    }

    /// Reads `dom` once more, where trusting its classes has left no story.
    pub(crate) fn read_all(dom: &Dom, max: usize) -> Self {
        Self::read_by(dom, furniture::by_tag, max, false)
    }

    fn read_by(
        dom: &Dom,
        mut verdict: impl FnMut(&Dom, NodeId) -> Furniture,
        max: usize,
        lines: bool,
    ) -> Self {
        let weights = bulk::weights(dom);
        let total = weights.first().copied().unwrap_or(0);
        let mut reader = Reader {
            dom,
            pieces: Vec::new(),
            images: Vec::new(),
            passed_by: Vec::new(),
            spans: vec![(0, 0); dom.len()],
            run: Run::default(),
            forms: Vec::new(),
            links: 0,
            bolds: 0,
            slants: 0,
            bylines: 0,
            lines,
            max,
        };
        let mut step = Some(Step::Enter(NodeId::DOCUMENT));
        let mut shut = None;
        while let Some(now) = step.filter(|_| reader.pieces.len() < max) {
            let mut inside = true;
            match now {
                Step::Enter(node) => {
                    let own = weights.get(node.index()).copied().unwrap_or(0);
                    let holds = |tenths| u64::from(own) * 10 >= u64::from(total) * tenths;
                    inside = match verdict(dom, node) {
                        Furniture::No => true,
                        Furniture::Always => false,
                        Furniture::Likely => holds(4),
                        Furniture::Beside => holds(8),
                    };
                    // A label in a box of its own is no text, but it says where a story ends.
                    if !inside && let Some(line) = label_line(dom, node) {
                        shut = Some(node);
                        reader.line(node, line);
                        step = dom.step(now, NodeId::DOCUMENT, false);
                        continue;
                    }
                    if inside && let Some(cells) = table_row(dom, node) {
                        shut = Some(node);
                        inside = false;
                        reader.row(node, cells);
                    } else if inside {
                        reader.enter(node, own);
                    } else {
                        shut = Some(node);
                        reader.shut(node);
                    }
                }
                Step::Leave(node) if shut == Some(node) => shut = None,
                Step::Leave(node) => reader.leave(node),
            }
            step = dom.step(now, NodeId::DOCUMENT, inside);
        }
        reader.flush();
        reader.pieces.shrink_to_fit();
        let (pieces, places) = briefs::cut(sites::shape(dom, reader.pieces));
        let place = |at: u32| places.get(at as usize).map_or(at, |at| u32::try_from(*at).unwrap_or(u32::MAX));
        let spans = reader.spans.into_iter().map(|(start, end)| (place(start), place(end))).collect();
        let placed = |noted: Vec<(usize, NodeId)>| {
            noted.into_iter().map(|(at, node)| (places.get(at).copied().unwrap_or(at), node)).collect()
        };
        Self { images: placed(reader.images), passed_by: placed(reader.passed_by), pieces, spans }
    }
}

/// A heading holds fewer bytes of running text.
const LONGEST_HEADING: u32 = 1000;

struct Reader<'a> {
    dom: &'a Dom,
    pieces: Vec<Piece>,
    images: Vec<(usize, NodeId)>,
    passed_by: Vec<(usize, NodeId)>,
    spans: Vec<(u32, u32)>,
    run: Run,
    forms: Vec<(NodeId, Form)>,
    links: usize,
    bolds: usize,
    slants: usize,
    bylines: usize,
    /// Whether each line is a piece of its own.
    lines: bool,
    /// How many pieces there may be.
    max: usize,
}

impl Reader<'_> {
    /// Notes where a node begins.
    fn mark(&mut self, node: NodeId) {
        let at = u32::try_from(self.pieces.len()).unwrap_or(u32::MAX);
        if let Some(span) = self.spans.get_mut(node.index()) {
            *span = (at, at);
        }
    }

    /// Passes by an element that is furniture.
    fn shut(&mut self, node: NodeId) {
        if self.dom.name(node).is_some_and(|name| is_block(name.as_ref())) {
            self.flush();
        }
        self.passed_by.push((self.pieces.len(), node));
        self.mark(node);
    }

    /// A row of a table of data.
    fn row(&mut self, node: NodeId, cells: String) {
        self.whole(node, Form::TableRow, cells);
    }

    /// A line of furniture that is a label.
    fn line(&mut self, node: NodeId, text: String) {
        self.whole(node, Form::Paragraph, text);
    }

    /// An element that is one piece.
    fn whole(&mut self, node: NodeId, form: Form, text: String) {
        self.flush();
        self.mark(node);
        push(&mut self.pieces, Piece { node, ..Piece::plain(form, text, 0) });
        if let Some(span) = self.spans.get_mut(node.index()) {
            span.1 += 1;
        }
    }

    /// Steps into a node that holds `weight` bytes of running text.
    fn enter(&mut self, node: NodeId, weight: u32) {
        if let Some(text) = self.dom.text(node) {
            let preformatted = || self.forms.iter().any(|(_, form)| *form == Form::Preformatted);
            if self.lines && preformatted() {
                for line in text.split_inclusive('\n') {
                    if self.pieces.len() >= self.max {
                        return;
                    }
                    self.add(node, line);
                    if line.ends_with('\n') {
                        self.flush();
                    }
                }
            } else {
                self.add(node, text);
            }
            return;
        }
        let Some(name) = self.dom.name(node) else { return };
        let form = match name.as_ref() {
            "h1" => Some(Form::Heading(1)),
            "h2" => Some(Form::Heading(2)),
            "h3" => Some(Form::Heading(3)),
            "h4" => Some(Form::Heading(4)),
            "h5" => Some(Form::Heading(5)),
            "h6" => Some(Form::Heading(6)),
            "li" | "dt" | "dd" => Some(Form::ListItem),
            "blockquote" => Some(Form::Quote),
            "pre" => Some(Form::Preformatted),
            _ => None,
        };
        // A heading that is never closed holds the story.
        let form = form.filter(|form| !matches!(form, Form::Heading(_)) || weight < LONGEST_HEADING);
        if is_block(name.as_ref()) {
            self.flush();
        }
        self.mark(node);
        if let Some(form) = form {
            self.forms.push((node, form));
        }
        match name.as_ref() {
            "br" if self.run.end_line() || self.lines => self.flush(),
            "hr" => {
                self.flush();
                push(&mut self.pieces, Piece { node, ..Piece::plain(Form::Rule, String::new(), 0) });
            }
            "img" => self.images.push((self.pieces.len(), node)),
            "a" => {
                self.links += 1;
                self.run.link(node, self.dom.attribute(node, "href"));
            }
            "i" | "em" => self.slants += 1,
            "time" => {
                let time =
                    self.dom.attribute(node, "datetime").or_else(|| self.dom.attribute(node, "content"));
                self.run.time(node, time);
            }
            _ => {}
        }
        self.bolds += usize::from(run::is_bold(self.dom, node));
        self.bylines += usize::from(is_byline(self.dom, node));
    }

    fn leave(&mut self, node: NodeId) {
        let Some(name) = self.dom.name(node) else { return };
        let block = is_block(name.as_ref());
        if block {
            self.flush();
        }
        match name.as_ref() {
            "a" => self.links = self.links.saturating_sub(1),
            "i" | "em" => self.slants = self.slants.saturating_sub(1),
            _ => {}
        }
        if self.bolds > 0 && run::is_bold(self.dom, node) {
            self.bolds -= 1;
        }
        if !block && holds_date(self.dom, node) {
            self.run.end_date();
        }
        if self.forms.last().is_some_and(|(open, _)| *open == node) {
            self.forms.pop();
        }
        if self.bylines > 0 && is_byline(self.dom, node) {
            self.bylines -= 1;
        }
        let end = u32::try_from(self.pieces.len()).unwrap_or(u32::MAX);
        if let Some(span) = self.spans.get_mut(node.index()) {
            span.1 = end;
        }
    }

    fn add(&mut self, node: NodeId, text: &str) {
        let setting = Setting {
            linked: self.links > 0,
            bold: self.bolds > 0,
            slanted: self.slants > 0,
            byline: self.bylines > 0,
        };
        self.run.add(self.dom.parent(node).unwrap_or(node), text, setting);
    }

    fn flush(&mut self) {
        // A heading inside a list item is a heading; a paragraph inside a quote is a quote.
        let form = self
            .forms
            .iter()
            .rev()
            .map(|(_, form)| *form)
            .find(|form| matches!(form, Form::Heading(_)))
            .or_else(|| self.forms.last().map(|(_, form)| *form))
            .unwrap_or(Form::Paragraph);
        std::mem::take(&mut self.run).finish(form, &mut self.pieces);
    }
}

/// The cells of a row of data, parted by tabs: two or more short ones, without blocks or links in
/// them. Rows that lay out a page are read like any other element.
fn table_row(dom: &Dom, node: NodeId) -> Option<String> {
    const LONGEST_CELL: usize = 120;
    if !dom.is(node, "tr") {
        return None;
    }
    let cells: Vec<NodeId> =
        dom.children(node).filter(|cell| dom.is(*cell, "td") || dom.is(*cell, "th")).collect();
    let plain = |cell: &NodeId| {
        dom.descendants(*cell).skip(1).all(|inner| {
            dom.name(inner).is_none_or(|name| !is_block(name) && &**name != "a" && &**name != "img")
        })
    };
    if cells.len() < 2 || !cells.iter().all(plain) {
        return None;
    }
    let texts: Vec<String> = cells.iter().map(|cell| dom.inner_text(*cell)).collect();
    let data = texts.iter().all(|text| text.len() <= LONGEST_CELL)
        && texts.iter().filter(|text| !text.is_empty()).count() >= 2;
    data.then(|| texts.join("\t"))
}

/// The text of a small element that is furniture, where it is a label of the story before it:
/// "read also" alone, or source or keywords with what they say. Links in a list are parted by commas.
fn label_line(dom: &Dom, node: NodeId) -> Option<String> {
    const LARGEST: usize = 60;
    if dom.descendants(node).nth(LARGEST).is_some()
        || dom.descendants(node).any(|inner| dom.is(inner, "script") || dom.is(inner, "style"))
    {
        return None;
    }
    let text = dom.inner_text(node);
    if text.is_empty() || text.len() > 600 {
        return None;
    }
    let found =
        labels::at_start_of(&text, &[Label::ReadAlso, Label::Source, Label::Keywords, Label::Advertisement])?;
    match found.label {
        Label::ReadAlso => found.rest.is_empty().then_some(text),
        Label::Advertisement => labels::inside(&text, &[Label::Source]).is_some().then_some(text),
        Label::Keywords if found.colon => {
            let links: Vec<String> = dom
                .descendants(node)
                .filter(|inner| dom.is(*inner, "a"))
                .map(|link| dom.inner_text(link))
                .collect();
            let head = text.split([':', '：']).next().unwrap_or_default();
            Some(if links.len() > 1 { format!("{head}: {}", links.join(", ")) } else { text })
        }
        _ => found.colon.then_some(text),
    }
}

/// Whether an element holds a date or time.
fn holds_date(dom: &Dom, node: NodeId) -> bool {
    const NAMES: [&str; 10] =
        ["time", "date", "datetime", "timestamp", "published", "datum", "fecha", "data", "zeit", "ago"];
    dom.is(node, "time")
        || dom.attribute(node, "class").is_some_and(|class| {
            class
                .split(|c: char| !c.is_alphabetic())
                .any(|word| NAMES.iter().any(|name| name.eq_ignore_ascii_case(word)))
        })
}

/// Whether an element names the author.
fn is_byline(dom: &Dom, node: NodeId) -> bool {
    dom.attribute(node, "rel") == Some("author")
        || dom.attribute(node, "itemprop") == Some("author")
        || dom.attribute(node, "class").is_some_and(|class| {
            class.split(|c: char| !c.is_alphabetic()).any(|word| {
                ["byline", "author", "authors", "autor", "writer"]
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(word))
            })
        })
}

/// Whether an element parts the text before it from the text in it.
pub(crate) fn is_block(name: &str) -> bool {
    !matches!(
        name,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "br"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "img"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "q"
            | "rb"
            | "rp"
            | "rt"
            | "ruby"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
            | "nobr"
            | "picture"
            | "source"
    )
}

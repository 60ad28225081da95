//! Inline text that is being gathered into pieces: what stands between two blocks or blank lines.

use crate::dom::{Dom, NodeId};
use crate::grow::push;
use crate::labels;
use crate::piece::{Form, Piece, STORY_WEIGHT};
use crate::{clean, date, plain, words};

/// Text and how much of it is linked, bold or slanted, in bytes.
#[derive(Debug, Default)]
pub(crate) struct Run {
    text: String,
    linked: usize,
    bold: usize,
    slanted: usize,
    lead: usize,
    href: Option<Box<str>>,
    /// The links, each with where it begins.
    links: Vec<(usize, NodeId)>,
    time: Option<Box<str>>,
    breaks: u8,
    byline: bool,
    node: Option<NodeId>,
    /// The lines before the last break.
    lines: Vec<Line>,
}

/// A line that a break has ended: where, and what had been gathered by then.
#[derive(Debug, Clone, Copy, Default)]
struct Line {
    end: usize,
    linked: usize,
    bold: usize,
    slanted: usize,
    node: Option<NodeId>,
    /// The end of an element that holds a date: the text goes on behind it.
    dated: bool,
}

/// How a stretch of text is set.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Setting {
    /// In a link.
    pub(crate) linked: bool,
    /// In bold.
    pub(crate) bold: bool,
    /// In italics.
    pub(crate) slanted: bool,
    /// In an element that names the author.
    pub(crate) byline: bool,
}

/// Whether an element sets its text in bold: by its name, unless its style says otherwise.
pub(crate) fn is_bold(dom: &Dom, node: NodeId) -> bool {
    const LONGEST: usize = 1024;
    let named = || dom.name(node).is_some_and(|name| matches!(name.as_ref(), "b" | "strong"));
    let style = dom.attribute(node, "style").and_then(|style| {
        let mut declarations = words::head(style, LONGEST).split(';').filter_map(|one| one.split_once(':'));
        declarations.rfind(|(name, _)| name.trim().eq_ignore_ascii_case("font-weight"))
    });
    let weight =
        style.map(|(_, weight)| weight.trim().trim_end_matches("!important").trim().to_ascii_lowercase());
    match weight.as_deref() {
        Some("normal" | "100" | "200" | "300" | "400" | "500" | "lighter") => false,
        Some(weight) => {
            named() || weight.starts_with("bold") || matches!(weight, "600" | "700" | "800" | "900")
        }
        None => named(),
    }
}

/// Lines of one run that are told apart; the rest is one paragraph.
const MOST_LINES: usize = 64;

impl Run {
    /// Adds `text`, which stands in `node`.
    pub(crate) fn add(&mut self, node: NodeId, text: &str, setting: Setting) {
        let before = self.text.len();
        clean::push(&mut self.text, text);
        let added = self.text.len().saturating_sub(before);
        if !text.chars().any(|c| !c.is_whitespace()) {
            return;
        }
        self.breaks = 0;
        self.node.get_or_insert(node);
        self.byline |= setting.byline;
        self.linked += if setting.linked { added } else { 0 };
        self.slanted += if setting.slanted { added } else { 0 };
        if setting.bold {
            self.bold += added;
            if self.bold == self.text.len() {
                self.lead = self.bold;
            }
        }
    }

    /// Ends a line. True where the break is the second in a row, which ends a paragraph.
    pub(crate) fn end_line(&mut self) -> bool {
        self.breaks = self.breaks.saturating_add(1);
        if self.breaks == 1 {
            self.line(false);
        }
        clean::push(&mut self.text, " ");
        self.breaks >= 2
    }

    /// Ends an element that holds a date, where nothing stands before it.
    pub(crate) fn end_date(&mut self) {
        if self.lines.is_empty() && date::is_line(&self.text) {
            self.line(true);
        }
    }

    fn line(&mut self, dated: bool) {
        if self.lines.len() < MOST_LINES && !self.text.is_empty() {
            let (linked, bold, slanted) = (self.linked, self.bold, self.slanted);
            self.lines.push(Line {
                end: clean::end(&self.text),
                linked,
                bold,
                slanted,
                node: self.node.take(),
                dated,
            });
        }
    }

    /// Notes a link that begins here.
    pub(crate) fn link(&mut self, node: NodeId, href: Option<&str>) {
        if href.is_some() {
            self.links.push((self.text.len(), node));
        }
        if self.href.is_none() {
            self.href = href.map(Into::into);
        }
    }

    /// Notes the machine-readable date of a `<time>`.
    pub(crate) fn time(&mut self, node: NodeId, time: Option<&str>) {
        if self.time.is_none() && time.is_some_and(|time| !time.is_empty()) {
            self.time = time.map(Into::into);
            self.node.get_or_insert(node);
        }
    }

    /// The pieces of what was gathered, adding them to `out`.
    pub(crate) fn finish(mut self, form: Form, out: &mut Vec<Piece>) {
        self.text.truncate(clean::end(&self.text));
        if self.text.is_empty() && self.time.is_none() {
            return;
        }
        // The last line has its own break behind it where a paragraph ends in two.
        let ended = self.lines.pop_if(|line| line.end == self.text.len()).and_then(|line| line.node);
        let end = Line {
            end: self.text.len(),
            linked: self.linked,
            bold: self.bold,
            slanted: self.slanted,
            node: ended.or(self.node),
            dated: false,
        };
        let mut lines = std::mem::take(&mut self.lines);
        lines.retain(|line| line.end < end.end);
        lines.push(end);
        let cuts = self.cuts(&lines);
        let mut from = Line::default();
        let mut node = None;
        for (line, cut) in lines.iter().zip(cuts) {
            node = node.or(line.node);
            if !cut {
                continue;
            }
            push(out, self.piece(form, &from, line, node.take()));
            from = *line;
        }
    }

    fn piece(&mut self, form: Form, from: &Line, to: &Line, node: Option<NodeId>) -> Piece {
        let raw = self.text.get(from.end..to.end).unwrap_or_default();
        let text = raw.trim().to_owned();
        let skipped = raw.len() - raw.trim_start().len();
        // A line of signs parts stories in HTML as it does in plain text.
        let mut signs = text.chars().filter(|c| !c.is_whitespace());
        let first = signs.next();
        // Of different ones it is a rating: "★★★★☆".
        if plain::is_rule(&text) && signs.all(|sign| Some(sign) == first) {
            return Piece {
                node: node.unwrap_or(NodeId::DOCUMENT),
                ..Piece::plain(Form::Rule, String::new(), 0)
            };
        }
        let whole = |bytes: usize| bytes > 0 && bytes + 1 >= text.len();
        let lead = self.lead.saturating_sub(from.end + skipped);
        let linked = (to.linked - from.linked).min(text.len());
        let links = self.links.partition_point(|(at, _)| *at < to.end);
        Piece {
            bold: whole(to.bold - from.bold),
            slanted: whole(to.slanted - from.slanted),
            lead: if from.end == 0 && lead < text.len() { lead } else { 0 },
            linked,
            // The first link belongs to the first piece that has one.
            href: if linked > 0 { self.href.take() } else { None },
            links: self.links.drain(..links).map(|(_, node)| node).collect(),
            time: self.time.take(),
            node: node.unwrap_or(NodeId::DOCUMENT),
            byline: std::mem::take(&mut self.byline),
            ..Piece::unweighed(form, text, 0)
        }
        .weighed()
    }

    /// After which of `lines` a piece ends: a headline, a date or a byline stands on a line of its own above
    /// a paragraph, though but one break follows it.
    fn cuts(&self, lines: &[Line]) -> Vec<bool> {
        let mut cuts = vec![false; lines.len()];
        if let Some(last) = cuts.last_mut() {
            *last = true;
        }
        let starts = std::iter::once(Line::default()).chain(lines.iter().copied());
        let texts: Vec<(&str, bool)> = starts
            .zip(lines)
            .map(|(from, to)| {
                let text = self.text.get(from.end..to.end).unwrap_or_default().trim();
                let bold = to.bold - from.bold;
                (text, bold > 0 && bold + 1 >= text.len())
            })
            .collect();
        let is_head = |text: &str| date::is_line(text) || labels::is_byline(text);
        let weights: Vec<usize> = texts.iter().map(|(text, _)| words::weight(text)).collect();
        let mut head = true;
        for (at, (text, bold)) in texts.iter().enumerate() {
            let Some((next, next_bold)) = texts.get(at + 1) else { break };
            let weight = weights.get(at).copied().unwrap_or(0);
            if lines.get(at).is_some_and(|line| line.dated) && next.starts_with(|c: char| !c.is_lowercase()) {
                if let Some(cut) = cuts.get_mut(at) {
                    *cut = true;
                }
                continue;
            }
            let longest = || weights.get(at + 1..).unwrap_or_default().iter().max().copied().unwrap_or(0);
            let is_above_more = |least: usize| longest() >= least.max(STORY_WEIGHT / 2);
            let dated = head && is_head(text) && (!next.starts_with(char::is_lowercase) || is_head(next));
            head &= dated || is_above(text, weight, next);
            // A poem or a wrapped text has lines of one length.
            let above = head && (is_above_more(weight * 2) || is_head(next));
            let capitals = || at == 0 && words::is_all_capitals(text) && !words::is_all_capitals(next);
            let set_apart = (*bold && !next_bold) || (capitals() && is_above_more(weight));
            let own = set_apart && (4..=200).contains(&weight) && !text.ends_with([':', ',']);
            if let Some(cut) = cuts.get_mut(at) {
                *cut |= above || own;
            }
            if own && let Some(before) = at.checked_sub(1).and_then(|before| cuts.get_mut(before)) {
                *before = true;
            }
        }
        cuts
    }
}

/// Whether a line could be a headline above `next`: short, no sentence, and not gone on with.
fn is_above(text: &str, weight: usize, next: &str) -> bool {
    (4..=200).contains(&weight)
        && !words::ends_sentence(text)
        && !text.ends_with([',', ';', '،', '؛', '、', '-'])
        && !next.starts_with(char::is_lowercase)
}

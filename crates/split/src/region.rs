//! The parts of a page's tree that hold running text: several alike, or one.

use std::collections::HashMap;
use std::ops::Range;

use crate::dom::{Dom, NodeId};
use crate::flow::Flow;
use crate::labels::{self, Label};
use crate::piece::{Piece, STORY_WEIGHT};
use crate::{rhythm, title, words};

/// Prefix sums of the running text, so that any part's share is known at once.
pub(crate) struct Weights(Vec<usize>);

impl Weights {
    /// Sums over `pieces`.
    pub(crate) fn of(pieces: &[Piece]) -> Self {
        let mut sums = vec![0];
        let mut sum = 0;
        for piece in pieces {
            sum += if piece.is_running() { piece.weight } else { 0 };
            sums.push(sum);
        }
        Self(sums)
    }

    /// The weight of the running text in `range`.
    pub(crate) fn get(&self, range: &Range<usize>) -> usize {
        let at = |index: usize| self.0.get(index).or(self.0.last()).copied().unwrap_or(0);
        at(range.end).saturating_sub(at(range.start))
    }
}

/// What makes elements look alike: name and class, numbers aside.
fn signature(dom: &Dom, node: NodeId) -> String {
    let name = dom.name(node).map_or("", |name| name.as_ref());
    let class: String = words::head(dom.attribute(node, "class").unwrap_or_default(), 1024)
        .chars()
        .filter(|c| !c.is_ascii_digit())
        .collect();
    let mut classes: Vec<&str> = class.split_ascii_whitespace().collect();
    classes.sort_unstable();
    format!("{name}.{}", classes.join("."))
}

/// The part of the page that holds the text which the page's own description gives as the
/// article's: where most of `body` is found again. It ends with that text, unless `main` has far more.
pub(crate) fn described(
    flow: &Flow,
    weights: &Weights,
    body: &str,
    main: &Range<usize>,
) -> Option<Range<usize>> {
    const START: usize = 40;
    const MOST_SOUGHT: usize = 500_000_000;
    let squash = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let body = squash(body);
    // Each is sought in all of the body: a page of so much is not worth it.
    if body.len().saturating_mul(flow.pieces.len()) > MOST_SOUGHT {
        return None;
    }
    let finder = |piece: &Piece| {
        let text = squash(&piece.text);
        let end = text.char_indices().nth(START).map_or(text.len(), |(at, _)| at);
        memchr::memmem::find(body.as_bytes(), text.get(..end).unwrap_or_default().as_bytes()).is_some()
    };
    let found: Vec<usize> = flow
        .pieces
        .iter()
        .enumerate()
        .filter(|(_, piece)| piece.is_running() && finder(piece))
        .map(|(at, _)| at)
        .collect();
    let span = *found.first()?..found.last()? + 1;
    let weight: usize = found.iter().map(|at| weights.get(&(*at..*at + 1))).sum();
    let whole = words::weight(&body);
    if weight * 2 < whole || weight < STORY_WEIGHT || weights.get(&span) > weight * 2 {
        return None;
    }
    let overlaps = main.start < span.end && span.start < main.end;
    // Some descriptions give only the beginning.
    if overlaps && weights.get(main) * 2 > weight * 3 {
        Some(main.start.min(span.start)..main.end.max(span.end))
    } else {
        Some(span)
    }
}

/// The place of the paragraph that the page's `description` begins with, where it stands a few pieces before
/// the `start` of the text; else `start`.
pub(crate) fn lead(flow: &Flow, description: Option<&str>, start: usize) -> usize {
    const BEFORE: usize = 12;
    let from = start.saturating_sub(BEFORE);
    let described = |piece: &Piece| {
        piece.is_running() && description.is_some_and(|description| title::same(description, &piece.text))
    };
    flow.get(from..start).iter().position(described).map_or(start, |at| from + at)
}

/// The part of the page that holds its running text: from the root down, as long as one child holds
/// most of it.
pub(crate) fn main(dom: &Dom, flow: &Flow, weights: &Weights) -> Range<usize> {
    let mut node = NodeId::DOCUMENT;
    loop {
        let own = weights.get(&flow.span(node).clone());
        let own = if node == NodeId::DOCUMENT { weights.get(&(0..flow.pieces.len())) } else { own };
        let heaviest = dom.children(node).max_by_key(|child| weights.get(&flow.span(*child)));
        match heaviest {
            Some(child)
                if own > 0
                    && weights.get(&flow.span(child)) * 10 >= own * 7
                    && flow.span(child).len() > 1 =>
            {
                node = child
            }
            _ => break,
        }
    }
    if node == NodeId::DOCUMENT {
        return 0..flow.pieces.len();
    }
    // A second story may hang beside the first one's text, and the text may be in several pieces.
    let inner = flow.span(node);
    let style = main_style(dom, flow, &inner);
    let mut range = inner;
    for above in dom.ancestors(node).skip(1).take(FURTHEST) {
        let span = flow.span(above);
        let span = span.start.max(range.start.saturating_sub(BESIDE))..span.end.min(range.end + BESIDE);
        // Source and keywords often stand just outside the text.
        while range.end < span.end && flow.get(range.end..range.end + 1).iter().any(is_field) {
            range.end += 1;
        }
        let after = range.end..span.end;
        if rhythm::announces_story(flow.get(after.clone())) {
            range.end = span.end;
            continue;
        }
        let before = span.start..range.start;
        for side in [before, after] {
            if let Some(more) = styled(dom, flow, &side, &style) {
                range = range.start.min(more.start)..range.end.max(more.end);
            }
        }
    }
    range
}

/// Elements around the text that are looked at, and pieces before and behind it.
const FURTHEST: usize = 40;
const BESIDE: usize = 1500;

/// Whether a piece is a labelled field of the story before it.
fn is_field(piece: &Piece) -> bool {
    labels::at_start_of(&piece.text, &[Label::Source, Label::Keywords, Label::Published, Label::Updated])
        .is_some_and(|found| found.colon)
        && piece.weight < 150
}

/// How most of the running text of `range` is marked up: its blocks' name and class.
fn main_style(dom: &Dom, flow: &Flow, range: &Range<usize>) -> String {
    let mut weights: HashMap<String, usize> = HashMap::new();
    for piece in flow.get(range.clone()).iter().filter(|piece| piece.is_running()) {
        *weights.entry(style(dom, piece)).or_default() += piece.weight;
    }
    weights
        .into_iter()
        .max_by(|one, other| (one.1, &one.0).cmp(&(other.1, &other.0)))
        .map(|(style, _)| style)
        .unwrap_or_default()
}

/// The name and class of the block around a piece's text, with its parent's name.
fn style(dom: &Dom, piece: &Piece) -> String {
    let block = dom
        .ancestors(piece.node)
        .take(4)
        .find(|node| dom.name(*node).is_some_and(|name| crate::flow::is_block(name)));
    let block = block.unwrap_or(piece.node);
    signature(dom, block)
}

/// The pieces of `side` that are marked up in the text's own `style`, when that style is a named
/// one and most of the running text there has it.
fn styled(dom: &Dom, flow: &Flow, side: &Range<usize>, wanted: &str) -> Option<Range<usize>> {
    if wanted.ends_with('.') {
        return None;
    }
    let (mut same, mut other) = (0, 0);
    let mut found: Option<Range<usize>> = None;
    for (at, piece) in flow.get(side.clone()).iter().enumerate().filter(|(_, piece)| piece.is_running()) {
        if style(dom, piece) == wanted {
            same += piece.weight;
            let at = side.start + at;
            found = Some(found.map_or(at, |range| range.start)..at + 1);
        } else {
            other += piece.weight;
        }
    }
    found.filter(|_| same > other * 3)
}

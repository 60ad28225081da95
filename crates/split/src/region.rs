//! The parts of a page's tree that hold running text: several alike, or one.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use crate::dom::{Dom, NodeId};
use crate::flow::Flow;
use crate::labels::{self, Label};
use crate::piece::{Piece, STORY_WEIGHT};
use crate::{rhythm, words};

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

/// Elements alike that each hold a headline and running text, in page order, when together they
/// hold most of the page's; empty otherwise.
pub(crate) fn units(dom: &Dom, flow: &Flow, weights: &Weights) -> Vec<Range<usize>> {
    let total = weights.get(&(0..flow.pieces.len()));
    let mut groups: BTreeMap<(Option<NodeId>, String), Vec<NodeId>> = BTreeMap::new();
    for node in dom.descendants(NodeId::DOCUMENT) {
        let Some(name) = dom.name(node) else { continue };
        if !matches!(name.as_ref(), "article" | "section" | "div" | "li" | "td" | "tr" | "table" | "tbody") {
            continue;
        }
        let span = flow.span(node);
        if !is_story(flow.get(span.clone()), weights.get(&span)) {
            continue;
        }
        let article = &**name == "article";
        // Articles may each be wrapped; other elements are alike only side by side.
        let key =
            if article { (None, "article".to_owned()) } else { (dom.parent(node), signature(dom, node)) };
        groups.entry(key).or_default().push(node);
    }
    let mut best: Vec<Range<usize>> = Vec::new();
    let mut best_weight = 0;
    for ((parent, _), nodes) in groups {
        let mut spans: Vec<Range<usize>> = nodes.iter().map(|node| flow.span(*node)).collect();
        spans.sort_by_key(|span| (span.start, usize::MAX - span.end));
        // Of nested ones the outer counts.
        let mut outer: Vec<Range<usize>> = Vec::new();
        for span in spans {
            if outer.last().is_none_or(|last| span.start >= last.end) {
                outer.push(span);
            }
        }
        let article = parent.is_none();
        if let Some(parent) = parent {
            add_between(flow, weights, &mut outer, flow.span(parent));
        }
        // A box about the paper beside a long story is no second story.
        let heaviest = outer.iter().map(|span| weights.get(span)).max().unwrap_or(0);
        outer.retain(|span| weights.get(span) >= STORY_WEIGHT * 2 || weights.get(span) * 10 >= heaviest);
        if outer.len() < 2 || (!article && !are_stories(flow, &outer)) {
            continue;
        }
        let weight: usize = outer.iter().map(|span| weights.get(span)).sum();
        if weight * 10 >= total * 6
            && (weight > best_weight || (weight == best_weight && outer.len() > best.len()))
        {
            best_weight = weight;
            best = outer;
        }
    }
    best
}

/// Adds what stands before, between and after `spans` within `whole` and is a story too: the first
/// story of a page is often not wrapped like those that follow it.
fn add_between(flow: &Flow, weights: &Weights, spans: &mut Vec<Range<usize>>, whole: Range<usize>) {
    let ends = std::iter::once(whole.start).chain(spans.iter().map(|span| span.end));
    let starts = spans.iter().map(|span| span.start).chain(std::iter::once(whole.end));
    let gaps: Vec<Range<usize>> = ends.zip(starts).map(|(end, start)| end..start.max(end)).collect();
    spans.extend(gaps.into_iter().filter(|gap| is_story(flow.get(gap.clone()), weights.get(gap))));
    spans.sort_by_key(|span| span.start);
}

/// Whether these pieces could be a story of their own: a headline before running text.
fn is_story(pieces: &[Piece], weight: usize) -> bool {
    if weight < STORY_WEIGHT {
        return false;
    }
    let first = pieces.iter().position(Piece::is_running).unwrap_or(pieces.len());
    pieces.get(..first).is_some_and(|head| {
        head.iter().take(6).any(|piece| piece.is_heading() || (piece.bold && piece.looks_like_heading()))
    })
}

/// Whether parts that look alike are stories rather than chapters of one: most of them have a date,
/// a byline or a permalink of their own.
fn are_stories(flow: &Flow, spans: &[Range<usize>]) -> bool {
    let own = |span: &&Range<usize>| {
        let pieces = flow.get((*span).clone());
        let first = pieces.iter().position(Piece::is_running).unwrap_or(pieces.len());
        pieces.iter().take(first).any(|piece| {
            piece.time.is_some() || piece.byline || (piece.is_heading() && piece.link_density() > 0.8)
        })
    };
    spans.iter().filter(own).count() * 3 >= spans.len() * 2
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
    for above in dom.ancestors(node).skip(1) {
        let span = flow.span(above);
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

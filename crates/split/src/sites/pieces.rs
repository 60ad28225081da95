//! What marks mean for the pieces of a page, and for the stories that are made of them.

use std::collections::HashMap;
use std::ops::Range;

use crate::dom::{Dom, NodeId};
use crate::draft::Draft;
use crate::flow::Flow;
use crate::piece::{Form, Piece};

/// `pieces`, in the same number and order, with headlines as headings and without text outside of
/// the elements that are text.
///
/// What stands before the text and does not run, headline, date and byline among it, is left for the
/// story to read.
pub(crate) fn shape(dom: &Dom, mut pieces: Vec<Piece>) -> Vec<Piece> {
    let marks = dom.marks();
    if marks.titles.is_empty() && !marks.has_body {
        return pieces;
    }
    // Where the text begins, of each story or of the page.
    let mut begins: HashMap<Option<NodeId>, usize> = HashMap::new();
    for (at, piece) in pieces.iter().enumerate().filter(|(_, piece)| marks.in_body(piece.node)) {
        begins.entry(story_around(dom, piece.node)).or_insert(at);
    }
    for (at, piece) in pieces.iter_mut().enumerate() {
        let begin = begins.get(&story_around(dom, piece.node));
        if begin.is_none_or(|begin| at < *begin) && marks.in_title(piece.node) {
            let headline = Piece { kind: Form::Heading(1), ..piece.clone() };
            *piece = headline.weighed();
        } else if let Some(begin) = begin
            && !marks.in_body(piece.node)
            && (at > *begin || piece.is_running())
        {
            *piece = Piece { node: piece.node, ..Piece::plain(Form::Paragraph, String::new(), 0) };
        }
    }
    pieces
}

fn story_around(dom: &Dom, node: NodeId) -> Option<NodeId> {
    if !dom.marks().has_stories() {
        return None;
    }
    dom.ancestors(node).find(|above| dom.marks().is_story(*above))
}

/// The pieces of each story, where the rules say which elements are stories.
pub(crate) fn stories(dom: &Dom, flow: &Flow) -> Option<Vec<Range<usize>>> {
    let marks = dom.marks();
    marks.has_stories().then(|| marks.stories.iter().map(|node| flow.span(*node)).collect())
}

/// From the first to the last piece that is text, where the rules say what is.
pub(crate) fn body(dom: &Dom, flow: &Flow) -> Option<Range<usize>> {
    let is_text = |piece: &Piece| dom.marks().in_body(piece.node) && !piece.text.is_empty();
    let first = flow.pieces.iter().position(is_text)?;
    let last = flow.pieces.iter().rposition(is_text)?;
    Some(first..last + 1)
}

/// The headline of the story made of `own` pieces, or of the page's only one.
pub(crate) fn title(dom: &Dom, own: &[Piece], one: bool) -> Option<String> {
    let marks = dom.marks();
    let in_title = |node: &NodeId| marks.in_title(*node);
    let first = marks.titles.first()?;
    let found = own.iter().find(|piece| marks.in_title(piece.node));
    let found = found.and_then(|piece| dom.ancestors(piece.node).take_while(in_title).last());
    let text = dom.inner_text(found.or(one.then_some(*first))?);
    Some(text).filter(|text| !text.is_empty())
}

/// Lets the rules win over what a draft has read from its `own` pieces: its `title`, and that a line
/// under the headline that is not in the text is none.
pub(crate) fn settle(draft: &mut Draft, dom: &Dom, own: &[Piece], title: Option<String>) {
    if title.is_some() {
        draft.title = title;
    }
    let marks = dom.marks();
    let mut text = own.iter().filter(|piece| marks.in_body(piece.node)).peekable();
    if let Some(subtitle) = draft.subtitle.as_deref()
        && text.peek().is_some()
        && text.all(|piece| piece.text != subtitle)
        && draft.blocks.first().is_some_and(|block| block.text == subtitle)
    {
        draft.remove_first();
    }
}

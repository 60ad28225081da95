//! Pages of HTML whose tags say nothing: all lines in the same element, or parted by breaks alone.
//!
//! Such a page is a text that somebody put into HTML, and is read as one: its lines, and the labels,
//! rules and glued subheads among them, are all there is to go by.

use crate::dom::{Dom, NodeId};
use crate::flow::Flow;
use crate::piece::{Form, Piece};
use crate::rhythm;
use crate::title::Headlines;
use crate::unit::Unit;

/// The most of a flat page's text that may be links: a list of links is no text, and a page with much
/// of a site around it has tags to go by.
const MOST_LINKED: f64 = 0.1;

/// The page read as lines, and the lines of each story; none where its tags tell more.
pub(crate) fn read(dom: &Dom, flow: &Flow, one: bool, max: usize) -> Option<(Vec<Piece>, Vec<Unit>)> {
    if dom.marks().has_stories() || !is_flat(&flow.pieces) {
        return None;
    }
    let lines: Vec<Piece> = Flow::read_lines(dom, max).pieces.into_iter().map(as_line).collect();
    let units = rhythm::split(&lines, one, &Headlines::default());
    // Of a page that is one story either way, the tags still tell paragraphs from quotations.
    let breaks_matter = lines.len() >= flow.pieces.len() * 2 && lines.len() >= 4;
    (units.len() > 1 || breaks_matter).then_some((lines, units))
}

/// Whether nothing in `pieces` stands out: no headings but one at the top, nothing in bold, no rules,
/// next to no links.
fn is_flat(pieces: &[Piece]) -> bool {
    let stands_out =
        |piece: &Piece| piece.is_heading() || piece.bold || piece.kind == Form::Rule || piece.time.is_some();
    let top = pieces.first().is_some_and(Piece::is_heading);
    let text: usize = pieces.iter().map(|piece| piece.text.len()).sum();
    let linked: usize = pieces.iter().map(|piece| piece.linked).sum();
    !pieces.iter().skip(usize::from(top)).any(stands_out) && linked as f64 <= text as f64 * MOST_LINKED
}

/// The piece as a line of plain text.
fn as_line(piece: Piece) -> Piece {
    let form = if piece.kind == Form::ListItem { Form::ListItem } else { Form::Paragraph };
    Piece { node: NodeId::DOCUMENT, kind: form, ..piece }.weighed()
}

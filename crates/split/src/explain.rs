//! Why a page was split as it was: what became of each block of it.

use std::fmt::Write;

use crate::dom::Dom;
use crate::draft::{Draft, Fate};
use crate::flow::Flow;
use crate::furniture;
use crate::piece::{Form, Piece};
use crate::signs::Signs;
use crate::unit::Unit;

/// Characters of a block that are shown.
const SHOWN: usize = 80;

/// The stories and why each opens (at 2, of an article at 3), the best other ways to take the page apart, then
/// every block of the page on a line: its story (or a dot), what
/// became of it, its form, its weight (`*` where it is running text), the share of it that is links, and how
/// it begins. Elements that were passed by stand where they are in the page.
///
/// ```text
/// story 1: the first
/// story 2: rule +1.0, other words +1.0 = 2.0
///
///   1 title                      h1      48   0% Otters return to the Ard
///   . passed by: named `share`   div            Share this Facebook Mastodon
///   1 kept                       text   243*  0% For the first time in forty years …
/// ```
pub(crate) fn page<'a>(
    flow: &Flow,
    dom: Option<&Dom>,
    considered: &[(Signs, Vec<Unit>)],
    units: &[Unit],
    drafts: impl Iterator<Item = &'a Draft>,
) -> String {
    let mut out = String::new();
    if dom.is_some_and(|dom| dom.marks().given_up) {
        out.push_str("the rules of its site cost too much on this page and were not used: make their selectors simpler\n");
    }
    for (n, unit) in (1..).zip(units) {
        let sum = unit.signs.sum();
        // Writing to a string does not fail.
        let _ = if sum == 0.0 {
            writeln!(
                out,
                "story {n}: {}",
                if n == 1 { "the first" } else { "marked so by the rules of its site" }
            )
        } else {
            writeln!(out, "story {n}: {} = {sum:.1}", unit.signs)
        };
    }
    alternatives(&mut out, flow, considered, units);
    out.push('\n');
    let fates: Vec<&[Fate]> = drafts.map(|draft| draft.fates.as_slice()).collect();
    let mut passed = flow.passed_by.iter().peekable();
    for (at, piece) in flow.pieces.iter().enumerate() {
        while let Some((_, node)) = passed.next_if(|(place, _)| *place <= at) {
            element(&mut out, dom, *node);
        }
        let story = units.iter().position(|unit| unit.range.contains(&at));
        let fate = story.and_then(|n| {
            let unit = units.get(n)?;
            fates.get(n)?.get(at.checked_sub(unit.range.start)?).copied()
        });
        block(&mut out, piece, story, fate);
    }
    passed.for_each(|(_, node)| element(&mut out, dom, *node));
    out
}

/// The other ways to take the page apart, those that most speaks for first.
fn alternatives(out: &mut String, flow: &Flow, considered: &[(Signs, Vec<Unit>)], units: &[Unit]) {
    const MOST: usize = 3;
    let starts = |units: &[Unit]| units.iter().map(|unit| unit.range.start).collect::<Vec<_>>();
    let mut others: Vec<_> = considered.iter().filter(|(_, group)| starts(group) != starts(units)).collect();
    others.sort_by(|(one, _), (other, _)| other.sum().total_cmp(&one.sum()));
    for (signs, group) in others.into_iter().take(MOST) {
        let first = group.first().and_then(|unit| flow.pieces.get(unit.headline.unwrap_or(unit.range.start)));
        let first = first.map(|piece| shown(&piece.text)).unwrap_or_default();
        let (sum, parts) = (signs.sum(), group.len());
        let _ = writeln!(out, "not taken: {parts} parts from \u{201C}{first}\u{201D}: {signs} = {sum:.1}");
    }
}

fn block(out: &mut String, piece: &Piece, story: Option<usize>, fate: Option<Fate>) {
    let story = story.map_or(".".to_owned(), |n| (n + 1).to_string());
    let fate = match fate {
        Some(Fate::Kept) => "kept".to_owned(),
        Some(Fate::Field(name)) => name.to_owned(),
        Some(Fate::Dropped(reason)) => format!("dropped: {reason}"),
        Some(Fate::Empty) => String::new(),
        None => "outside of the stories".to_owned(),
    };
    let form = match piece.kind {
        Form::Paragraph => "text".to_owned(),
        Form::Heading(rank) => format!("h{rank}"),
        Form::ListItem => "item".to_owned(),
        Form::Quote => "quote".to_owned(),
        Form::Preformatted => "pre".to_owned(),
        Form::TableRow => "row".to_owned(),
        Form::Rule => "rule".to_owned(),
    };
    let running = if piece.is_running() { '*' } else { ' ' };
    let (weight, linked, start) = (piece.weight, piece.link_density() * 100.0, shown(&piece.text));
    let line = format!("{story:>3} {fate:<34} {form:<5} {weight:>6}{running} {linked:>3.0}% {start}");
    let _ = writeln!(out, "{}", line.trim_end());
}

/// An element that was passed by, if there is text in it.
fn element(out: &mut String, dom: Option<&Dom>, node: crate::dom::NodeId) {
    let Some(dom) = dom else { return };
    let text = dom.inner_text(node);
    let name = dom.name(node).map_or("", |name| &**name);
    if text.is_empty() || matches!(name, "script" | "style" | "head" | "template") {
        return;
    }
    let reason = format!("passed by: {}", furniture::reason(dom, node));
    let line = format!("  . {reason:<34} {name:<5} {:>12} {}", "", shown(&text));
    let _ = writeln!(out, "{}", line.trim_end());
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

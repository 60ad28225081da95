//! Which parts of a page are its stories.
//!
//! In this order: the elements that the rules of its site call stories; the parts that its markup tells
//! apart ([`unit`]); where its tags tell nothing, what its lines do ([`flat`]); else the one part that holds
//! its text ([`region`]), cut where one story follows another in it ([`rhythm`]).

use std::ops::Range;

use crate::clean::references;
use crate::dom::Dom;
use crate::flow::Flow;
use crate::meta::Meta;
use crate::piece::{Form, Piece, STORY_WEIGHT};
use crate::region::{self, Weights};
use crate::signs::Signs;
use crate::title::Headlines;
use crate::unit::{self, Unit};
use crate::{evidence, flat, labels, plain, rhythm, sites, tail, title};

/// The stories of a page of HTML in its order, and the pieces they are parts of: those of `flow`, or
/// at most `max` lines where its tags tell nothing.
pub(crate) fn of_html(dom: &Dom, mut flow: Flow, meta: &Meta, max: usize) -> (Flow, Vec<Unit>) {
    if let Some(marked) = sites::stories(dom, &flow) {
        return (flow, marked.into_iter().map(Unit::at).collect());
    }
    let marked = sites::body(dom, &flow);
    let named = Headlines::of(&meta.item_headlines());
    let one = calls_itself_one(meta, &named);
    let alike = if marked.is_some() { Vec::new() } else { alike(dom, &flow, meta, &named) };
    if alike.is_empty()
        && let Some((lines, units)) = flat::read(dom, &flow, meta.is_article, max)
    {
        return (Flow::of_lines(lines), units);
    }
    let parts = match marked {
        Some(body) => vec![Unit::at(with_headline(&flow, meta, body))],
        None if alike.is_empty() => {
            tail::mark_teasers(&mut flow.pieces);
            vec![Unit::at(whole(dom, &flow, meta))]
        }
        None => alike,
    };
    let units = parts.into_iter().flat_map(|part| {
        let one = one || part.headline.is_some();
        cut(&flow, part, one, &named)
    });
    let units = units.collect();
    (flow, units)
}

/// The stories of a page of plain text in its order, and the pieces they are parts of.
pub(crate) fn of_plain(text: &str, max: usize) -> (Vec<Piece>, Vec<Unit>) {
    let flow = Flow::of_lines(plain::pieces(&references::of_plain(text), max));
    let units = unit::best(considered(&Dom::default(), &flow, &Meta::default(), &Headlines::default()));
    let rhythm = rhythm::split(&flow.pieces, false, &Headlines::default());
    // What repeats may find more stories than each headline's own signs do, but none may go for it.
    let starts = |other: &Unit| units.iter().any(|unit| unit.range.start == other.range.start);
    let more = units.len() > rhythm.len() && (rhythm.len() == 1 || rhythm.iter().all(starts));
    (flow.pieces, if more { units } else { rhythm })
}

/// The parts of the page that are marked up alike, with what speaks for their being stories; `named` are the
/// headlines of its JSON-LD.
pub(crate) fn considered(dom: &Dom, flow: &Flow, meta: &Meta, named: &Headlines) -> Vec<(Signs, Vec<Unit>)> {
    let live = || flow.pieces.iter().take(LIVE_WITHIN).any(|piece| labels::says_live(&piece.text));
    let page = evidence::Page {
        one: calls_itself_one(meta, named),
        live: meta.is_live() || live(),
        headline: meta.named().or(meta.title.as_deref()),
        named,
    };
    unit::groups(dom, flow, &Weights::of(&flow.pieces), &page)
}

/// The stories that the page's markup tells apart, if it does.
fn alike(dom: &Dom, flow: &Flow, meta: &Meta, named: &Headlines) -> Vec<Unit> {
    let mut units = unit::best(considered(dom, flow, meta, named));
    // The first story of a page is often not set like those that follow it.
    let start = units.first().map_or(0, |unit| unit.range.start);
    let top = flow.get(0..start).iter().rposition(|piece| piece.kind == Form::Heading(1));
    let weights = Weights::of(&flow.pieces);
    if let Some(top) = top.filter(|top| weights.get(&(*top..start)) >= STORY_WEIGHT * 2) {
        units.insert(0, Unit { headline: Some(top), ..Unit::at(top..start) });
    }
    units
}

/// Pieces among which a page calls itself live.
const LIVE_WITHIN: usize = 60;

/// Whether the page calls itself one article.
fn calls_itself_one(meta: &Meta, named: &Headlines) -> bool {
    meta.is_article || (named.len() == 1 && meta.item().is_some())
}

/// `part`, cut where one story follows another in it.
fn cut(flow: &Flow, part: Unit, one: bool, named: &Headlines) -> Vec<Unit> {
    let start = part.range.start;
    let mut units = rhythm::split(flow.get(part.range.clone()), one, named);
    if units.len() <= 1 {
        return vec![part];
    }
    for (n, unit) in units.iter_mut().enumerate() {
        unit.range = unit.range.start + start..unit.range.end + start;
        unit.headline = part.headline.filter(|at| unit.range.contains(at));
        if n == 0 && unit.signs == Signs::default() {
            unit.signs.clone_from(&part.signs);
        }
    }
    units
}

/// The part of the page that holds its text.
fn whole(dom: &Dom, flow: &Flow, meta: &Meta) -> Range<usize> {
    let weights = Weights::of(&flow.pieces);
    let main = region::main(dom, flow, &weights);
    let body = meta.item().and_then(|item| item.body.as_deref());
    let described = body.and_then(|body| region::described(flow, &weights, body, &main));
    with_headline(flow, meta, tail::without(&flow.pieces, described.unwrap_or(main)))
}

/// `part`, reaching back to the headline that stands before it, if one does.
fn with_headline(flow: &Flow, meta: &Meta, part: Range<usize>) -> Range<usize> {
    let first =
        part.clone().find(|at| flow.pieces.get(*at).is_some_and(Piece::is_running)).unwrap_or(part.start);
    let before = flow.get(0..first);
    let named = [
        meta.headline.as_deref(),
        meta.title.as_deref(),
        meta.item().and_then(|item| item.headline.as_deref()),
    ];
    let is_named = |piece: &Piece| named.iter().flatten().any(|name| title::same(&piece.text, name));
    let start = before
        .iter()
        .rposition(|piece| piece.is_heading() && is_named(piece))
        .or_else(|| before.iter().rposition(|piece| matches!(piece.kind, Form::Heading(1))));
    let start = start.unwrap_or(part.start).min(part.start);
    region::lead(flow, meta.description.as_deref(), start)..part.end
}

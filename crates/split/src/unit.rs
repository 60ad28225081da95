//! Stories that are marked up alike: the repeated structure of a page.
//!
//! Two things repeat where a page holds several stories: the way their headlines are set, and the
//! elements around them. Each way of setting a short line, and each kind of sibling elements, that
//! comes at least twice with running text is a *group*; [`evidence`](crate::evidence) says how much
//! speaks for its members being stories of their own, and the group that most speaks for is taken.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use crate::dom::{Dom, NodeId};
use crate::evidence::{self, Page};
use crate::flow::Flow;
use crate::labels;
use crate::piece::{Form, Piece, STORY_WEIGHT};
use crate::region::Weights;
use crate::signs::Signs;
use crate::{line, rhythm, words};

/// A part of the page that is a story.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Unit {
    /// Its pieces.
    pub(crate) range: Range<usize>,
    /// Which of them is its headline, where that is known.
    pub(crate) headline: Option<usize>,
    /// The element that holds it and no other.
    pub(crate) node: Option<NodeId>,
    /// Whether its headline begins with a number, as those of all parts do, one by one.
    pub(crate) numbered: bool,
    /// What speaks for a story's opening here; nothing for the first of a page.
    pub(crate) signs: Signs,
}

impl Unit {
    /// A part of which nothing but its place is known.
    pub(crate) fn at(range: Range<usize>) -> Self {
        Self { range, ..Self::default() }
    }
}

/// Members of a group have at least this weight of running text: two lines of a brief.
const LEAST: usize = STORY_WEIGHT / 2;
/// A group that is looked at has no more members.
const MOST: usize = 2000;
/// Groups that are weighed; those with the most text go first.
const MOST_GROUPS: usize = 24;
/// Pieces that may stand between a headline and its text: a kicker, a date, a byline, a row of links.
const NEAR: usize = 8;

/// The stories of the page, in its order: the group that most speaks for, if enough does.
pub(crate) fn best(mut groups: Vec<(Signs, Vec<Unit>)>) -> Vec<Unit> {
    groups.retain(|(signs, _)| signs.sum() >= evidence::ENOUGH);
    let most = groups.iter().map(|(signs, _)| signs.sum()).fold(0.0, f64::max);
    // Of groups that about as much speaks for, the one that leaves the smaller parts: an update of a live
    // page may have no headline, where others have one.
    let headed =
        |group: &[Unit]| group.iter().filter(|unit| unit.headline.is_some()).count() * 3 >= group.len() * 2;
    let most_headed =
        groups.iter().filter(|(_, group)| headed(group)).map(|(signs, _)| signs.sum()).fold(0.0, f64::max);
    groups.retain(|(signs, group)| {
        let (sum, live) = (signs.sum(), signs.has(&[evidence::LIVE]));
        (sum >= most || (sum + 1.2 >= most && (headed(group) || live)))
            && (headed(group) || live || sum > most_headed + 0.5)
    });
    let rank = |(signs, group): &(Signs, Vec<Unit>)| (group.len(), (signs.sum() * 16.0).round() as i64);
    let best = groups.into_iter().reduce(|best, other| if rank(&other) > rank(&best) { other } else { best });
    best.map(|(_, group)| group).unwrap_or_default()
}

/// The groups that hold most of the page's text, with what speaks for each.
pub(crate) fn groups(dom: &Dom, flow: &Flow, weights: &Weights, page: &Page<'_>) -> Vec<(Signs, Vec<Unit>)> {
    let total = weights.get(&(0..flow.pieces.len()));
    let mut groups = by_headline(dom, flow, weights);
    groups.extend(by_element(dom, flow, weights));
    groups.extend(by_salutation(dom, flow, weights));
    let weight = |group: &[Unit]| group.iter().map(|unit| weights.get(&unit.range)).sum::<usize>();
    groups.retain(|group| group.len() >= 2 && weight(group) * 10 >= total * 6);
    groups.sort_by_key(|group| std::cmp::Reverse(weight(group)));
    groups.truncate(MOST_GROUPS);
    let weighed = groups.into_iter().map(|mut group| {
        let signs = evidence::of(dom, flow, weights, &group, page);
        let numbered = are_counted(flow, &group);
        for unit in &mut group {
            unit.signs.clone_from(&signs);
            unit.numbered = numbered;
        }
        (signs, group)
    });
    weighed.collect()
}

/// Whether the headlines count up from one to the next.
fn are_counted(flow: &Flow, group: &[Unit]) -> bool {
    let number = |unit: &Unit| Some(line::numbered(&flow.pieces.get(unit.headline?)?.text)?.0);
    let numbers: Option<Vec<u32>> = group.iter().map(number).collect();
    let up = |pair: &[u32]| matches!(pair, [one, next] if one.checked_add(1) == Some(*next));
    numbers.is_some_and(|numbers| numbers.windows(2).all(up))
}

/// Groups of headlines that are set alike, each with the text behind it.
fn by_headline(dom: &Dom, flow: &Flow, weights: &Weights) -> Vec<Vec<Unit>> {
    let mut order: Vec<u64> = Vec::new();
    let mut styles: HashMap<u64, Vec<usize>> = HashMap::new();
    let usual_gap = rhythm::usual_gap(&flow.pieces);
    let mut settings = Settings { dom, known: HashMap::new() };
    for (at, piece) in flow.pieces.iter().enumerate() {
        if is_short(piece) {
            let ruled = at.checked_sub(1).and_then(|before| flow.pieces.get(before));
            let ruled = ruled.is_some_and(|before| before.kind == Form::Rule);
            let style =
                if piece.is_plain() { line_style(piece, usual_gap, ruled) } else { settings.of(piece) };
            let members = styles.entry(style).or_default();
            if members.is_empty() {
                order.push(style);
            }
            members.push(at);
        }
    }
    // The first line of a plain text has nothing before it, whatever parts the others.
    let first = flow.pieces.iter().position(|piece| piece.kind != Form::Rule);
    let first = first
        .filter(|at| flow.pieces.get(*at).is_some_and(|piece| piece.is_plain() && could_be_headline(piece)));
    let body = body_styles(&mut settings, flow);
    let mut groups = Vec::new();
    for style in order {
        let members = styles.remove(&style).unwrap_or_default();
        let like = |at: &usize| {
            flow.pieces
                .get(*at)
                .map(|piece| (words::is_all_capitals(&piece.text), line::is_numbered(&piece.text)))
        };
        let first = first.filter(|first| {
            members.first().is_some_and(|other| other != first && like(other) == like(first))
        });
        let all = members.len();
        // Of two with no text between, only the second could be a headline.
        let next = members.iter().skip(1).copied().chain(std::iter::once(usize::MAX)).collect::<Vec<_>>();
        let leads = |(at, next): (usize, usize)| leads_to_text(flow, at, next).then_some(at);
        let members: Vec<usize> = members.into_iter().zip(next).filter_map(leads).collect();
        // Most of a menu's items lead to no text.
        if members.len() * 2 < all {
            continue;
        }
        let could = |at: &usize| flow.pieces.get(*at).is_some_and(could_be_headline);
        let members: Vec<usize> = members.into_iter().filter(could).collect();
        let first =
            first.filter(|first| leads_to_text(flow, *first, members.first().copied().unwrap_or(usize::MAX)));
        let members: Vec<usize> = first.into_iter().chain(members).take(MOST).collect();
        // Where running text is set in a style too, it tells nothing.
        let is_body = body.iter().filter(|other| **other == style).count() * 8 > body.len();
        if members.len() >= 2 && !is_body {
            groups.push(cut(dom, flow, weights, &members));
        }
    }
    groups
}

/// Whether a piece has a headline's length.
fn is_short(piece: &Piece) -> bool {
    !matches!(piece.kind, Form::Rule | Form::TableRow | Form::Preformatted)
        && (4..=220).contains(&piece.weight)
        && !piece.byline
}

/// Whether a piece could be a headline of a story by what it says.
pub(crate) fn could_be_headline(piece: &Piece) -> bool {
    let letters = || piece.text.chars().filter(|c| c.is_alphabetic()).count();
    let label = || labels::at_start(&piece.text).is_some_and(|found| found.colon || found.rest.is_empty());
    // A headline of two sentences passes for running text.
    let set_apart = || line::is_numbered(&piece.text) || words::is_all_capitals(&piece.text);
    (!piece.is_running() || (piece.weight <= 200 && (!piece.is_plain() || set_apart())))
        && !matches!(piece.kind, Form::Rule | Form::TableRow | Form::Preformatted)
        && (4..=220).contains(&piece.weight)
        && !piece.byline
        && letters() >= 3
        // It leads to what stands below it.
        && !(piece.is_plain() && piece.text.ends_with([':', '：']))
        && !label()
        && !piece.is_date_line()
        && !labels::is_byline(&piece.text)
}

/// Whether running text follows within a few pieces, and before `next`.
fn leads_to_text(flow: &Flow, at: usize, next: usize) -> bool {
    flow.get(at + 1..next.min(at + 1 + NEAR)).iter().any(|piece| piece.is_running() && piece.weight >= 60)
}

/// How the running text at the page's beginning is set.
fn body_styles(settings: &mut Settings<'_>, flow: &Flow) -> Vec<u64> {
    let body = |piece: &&Piece| piece.is_running() && piece.weight > 140 && !piece.is_plain();
    flow.pieces.iter().filter(body).take(64).map(|piece| settings.of(piece)).collect()
}

/// How pieces are set.
struct Settings<'a> {
    dom: &'a Dom,
    /// What the elements with long attributes say of it, so that none is read for each of its lines.
    known: HashMap<NodeId, u64>,
}

impl Settings<'_> {
    /// How a piece's text is set: the elements around its first letters, up to the block that holds it,
    /// with their classes, numbers aside, and what they say of the font. Links don't count: of headlines
    /// set alike one may lead to another page and one not.
    fn of(&mut self, piece: &Piece) -> u64 {
        const DEEPEST: usize = 6;
        let mut hasher = DefaultHasher::new();
        for node in self.dom.ancestors(piece.node).take(DEEPEST) {
            let Some(name) = self.dom.name(node) else { break };
            if &**name != "a" {
                name.hash(&mut hasher);
                self.element(node).hash(&mut hasher);
            }
            if crate::flow::is_block(name) {
                break;
            }
        }
        (piece.bold, piece.kind == Form::ListItem).hash(&mut hasher);
        hasher.finish()
    }

    /// What the attributes of `node` say.
    fn element(&mut self, node: NodeId) -> u64 {
        const LONG: usize = 64;
        if let Some(known) = self.known.get(&node) {
            return *known;
        }
        let (mut hasher, mut bytes) = (DefaultHasher::new(), 0);
        for (key, value) in self.dom.attributes(node) {
            bytes += value.len();
            match key {
                "class" => class(value).hash(&mut hasher),
                "size" | "color" => words::head(value, LONGEST_NAMES).hash(&mut hasher),
                "style" => font(value).hash(&mut hasher),
                _ => {}
            }
        }
        let hash = hasher.finish();
        if bytes > LONG {
            self.known.insert(node, hash);
        }
        hash
    }
}

/// How a line of plain text is set.
fn line_style(piece: &Piece, usual_gap: u8, ruled: bool) -> u64 {
    let mut hasher = DefaultHasher::new();
    let capitals = words::is_all_capitals(&piece.text);
    (piece.kind, piece.gap > usual_gap, capitals, line::is_numbered(&piece.text), ruled).hash(&mut hasher);
    hasher.finish()
}

/// Bytes of an attribute that are looked at: no page sets its text apart by more.
const LONGEST_NAMES: usize = 1024;

/// The class names in their order by letters, numbers aside.
pub(crate) fn class(names: &str) -> String {
    let names: String = words::head(names, LONGEST_NAMES).chars().filter(|c| !c.is_ascii_digit()).collect();
    let mut names: Vec<&str> = names.split_ascii_whitespace().collect();
    names.sort_unstable();
    names.join(".")
}

/// What a `style` attribute says of the font.
fn font(style: &str) -> String {
    let font = |declaration: &&str| {
        let name = declaration.split(':').next().unwrap_or_default().trim();
        matches!(name, "font-size" | "font-weight" | "font" | "text-transform" | "color")
    };
    let squash =
        |declaration: &str| -> String { declaration.chars().filter(|c| !c.is_whitespace()).collect() };
    words::head(style, LONGEST_NAMES).split(';').filter(font).map(squash).collect()
}

/// The stories that begin at the headlines `members`: each within the largest element that holds it
/// and no other, or up to the next one where the text is not in there.
fn cut(dom: &Dom, flow: &Flow, weights: &Weights, members: &[usize]) -> Vec<Unit> {
    let boxes: Vec<Option<NodeId>> = (0..members.len()).map(|n| own_element(dom, flow, members, n)).collect();
    let span = |n: usize| boxes.get(n).copied().flatten().map(|node| flow.span(node));
    let start = |n: usize| {
        let at = members.get(n).copied().unwrap_or(flow.pieces.len());
        // What stands above the headline in its element is its kicker or date.
        let own = span(n).map_or(at, |span| span.start);
        let above = flow.get(own..at);
        if above.len() <= NEAR && !above.iter().any(Piece::is_running) { own.min(at) } else { at }
    };
    let mut units = Vec::new();
    for (n, at) in members.iter().copied().enumerate() {
        let (own, from) = (span(n).unwrap_or(at..at + 1), start(n));
        let parent = boxes.get(n).copied().flatten().and_then(|node| dom.parent(node));
        let around = parent.map_or(0..flow.pieces.len(), |parent| flow.span(parent));
        let next = if n + 1 < members.len() { start(n + 1) } else { around.end.max(own.end) };
        let inside = weights.get(&(at..own.end));
        let behind = weights.get(&(own.end..next.max(own.end)));
        let boxed = inside >= LEAST && behind < inside.max(STORY_WEIGHT);
        let end = if boxed { own.end } else { next.max(own.end) };
        units.push(Unit {
            range: from..end,
            headline: Some(at),
            node: boxes.get(n).copied().flatten().filter(|_| boxed),
            ..Unit::default()
        });
    }
    units.retain(|unit| weights.get(&unit.range) >= LEAST);
    units
}

/// The largest element that holds the `n`th of `members` and no other.
fn own_element(dom: &Dom, flow: &Flow, members: &[usize], n: usize) -> Option<NodeId> {
    let at = *members.get(n)?;
    let before = n.checked_sub(1).and_then(|n| members.get(n)).copied();
    let after = members.get(n + 1).copied();
    let alone = |node: &NodeId| {
        let span = flow.span(*node);
        before.is_none_or(|before| before < span.start) && after.is_none_or(|after| after >= span.end)
    };
    let piece = flow.pieces.get(at)?;
    // The outermost ones of the first and the last would reach over all that stands around the stories.
    let page = |node: &NodeId| matches!(dom.name(*node).map(|name| &**name), Some("html" | "body") | None);
    dom.ancestors(piece.node).take_while(alone).filter(|node| !page(node)).last()
}

/// Groups of letters, each of which begins with the same words: "Dear Editor,".
fn by_salutation(dom: &Dom, flow: &Flow, weights: &Weights) -> Vec<Vec<Unit>> {
    let mut order: Vec<&str> = Vec::new();
    let mut said: HashMap<&str, Vec<usize>> = HashMap::new();
    // Without a comma it is one where a rule or a signature ends the letter before it, if there is one.
    let ends = |before: &Piece| before.kind == Form::Rule || line::is_signature(before);
    let short = |(at, piece): &(usize, &Piece)| {
        let before = at.checked_sub(1).and_then(|before| flow.pieces.get(before));
        (4..60).contains(&piece.weight)
            && piece.linked == 0
            && (piece.text.ends_with([',', '،', '、', '，', '!', ':'])
                || (!piece.is_running() && before.is_none_or(ends)))
    };
    for (at, piece) in flow.pieces.iter().enumerate().filter(short) {
        let members = said.entry(piece.text.as_str()).or_default();
        if members.is_empty() {
            order.push(&piece.text);
        }
        members.push(at);
    }
    let several = order.into_iter().filter_map(|text| said.remove(text)).filter(|members| members.len() >= 3);
    let letters = several.map(|members| {
        let members: Vec<usize> = members.into_iter().take(MOST).collect();
        // Below a kicker stands the headline, below a salutation the letter.
        let headline = |unit: &Unit| {
            let at = unit.headline? + 1;
            flow.pieces
                .get(at)
                .is_some_and(|piece| !piece.is_running() && could_be_headline(piece))
                .then_some(at)
        };
        let letter = |unit: Unit| Unit { headline: headline(&unit), ..unit };
        cut(dom, flow, weights, &members).into_iter().map(letter).collect()
    });
    letters.collect()
}

/// Groups of sibling elements that look alike, each with running text.
fn by_element(dom: &Dom, flow: &Flow, weights: &Weights) -> Vec<Vec<Unit>> {
    let mut order: Vec<(Option<NodeId>, String)> = Vec::new();
    let mut groups: HashMap<(Option<NodeId>, String), Vec<NodeId>> = HashMap::new();
    for node in dom.descendants(NodeId::DOCUMENT) {
        let Some(name) = dom.name(node) else { continue };
        if !matches!(name.as_ref(), "article" | "section" | "div" | "li" | "td" | "tr" | "table" | "tbody") {
            continue;
        }
        if weights.get(&flow.span(node)) < LEAST {
            continue;
        }
        // Articles may each be wrapped; other elements are alike only side by side.
        let key = if &**name == "article" {
            (None, String::new())
        } else {
            let class = dom.attribute(node, "class").map(class).unwrap_or_default();
            (dom.parent(node), format!("{}.{class}", &**name))
        };
        let members = groups.entry(key.clone()).or_default();
        if members.is_empty() {
            order.push(key);
        }
        if members.len() < MOST {
            members.push(node);
        }
    }
    let outermost = |nodes: Vec<NodeId>| {
        let mut units: Vec<Unit> = Vec::new();
        for node in nodes {
            let range = flow.span(node);
            if units.last().is_none_or(|last| range.start >= last.range.end) {
                units.push(Unit {
                    headline: headline(flow, &range),
                    range,
                    node: Some(node),
                    ..Unit::default()
                });
            }
        }
        units
    };
    let groups = order.into_iter().filter_map(|key| groups.remove(&key)).filter(|nodes| nodes.len() >= 2);
    groups.map(outermost).filter(|group| group.len() >= 2).collect()
}

/// The headline at the head of `range`: a heading, else the first piece that could be one.
fn headline(flow: &Flow, range: &Range<usize>) -> Option<usize> {
    let pieces = flow.get(range.clone());
    let first = pieces.iter().position(Piece::is_running).unwrap_or(pieces.len()).min(NEAR);
    let head = pieces.get(..first)?;
    let heading = head.iter().position(|piece| piece.is_heading() && could_be_headline(piece));
    let bold = || head.iter().position(|piece| piece.bold && could_be_headline(piece));
    heading.or_else(bold).or_else(|| head.iter().position(could_be_headline)).map(|at| range.start + at)
}

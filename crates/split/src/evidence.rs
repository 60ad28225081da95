//! How much speaks for parts that are marked up alike being stories of their own, rather than
//! chapters of one, readers' comments or teasers.
//!
//! What a part shows by itself counts by the share of the parts that show it, beyond a half of them; what
//! speaks against it, by the share:
//!
//! | sign | counts |
//! |---|---|
//! | address: the headline leads to one of its own | 1 |
//! | date, time or byline beside the text | 1.5 |
//! | … on a page that calls itself live | 2 more |
//! | element: an address in its attributes; an `<article>`; microdata of an article | 1; 1.5; 2 |
//! | named in JSON-LD, among several | 2 |
//! | dateline at the start of the text, 3 with an agency | 2 |
//! | brief: the bold start of a paragraph | 2 |
//! | signature behind the text | 2 |
//! | end: "read on", comments, source, keywords or sharing behind the text | 1 |
//! | rule before it | 1 |
//! | no headline | −1 |
//! | numbered headline, in HTML | −1.5 |
//!
//! and of all together:
//!
//! | sign | counts |
//! |---|---|
//! | same line at the head: "Dear Editor," | 3 |
//! | other words from one to the next, of three and more; of two | 2; 0.5 |
//! | same words from one to the next: where nothing else tells; in a digest; else | −1; −0.5; −0.25 |
//! | no text above the first, of three and more (layout) | 1.5 |
//! | full headlines, of six words or so (layout) | 0.5 |
//! | longer than the page's own headline (layout) | 0.5 |
//! | shorter than the page's own headline | −0.5 |
//! | a line above the first | 0.5 |
//! | text above the first | −1 |
//! | nothing before, and apart: plain text whose headlines are set apart | 3 |
//! | chapters: the page calls itself one article, and the first of them is not it | −1, below text −2 |
//! | chapters: headlines of plain text that are short beside the first | −3 |
//! | questions for headlines | −1 |
//! | kickers for headlines | −0.5 |
//! | rubrics, each with headlines below | −2 |
//! | short: less text than a story's, on a page that is not live | −2 |
//! | one among teasers: one has by far more text than each of the others | −8 |
//! | named for readers or authors: `comments`, `reviews`, `bio` | −4 |
//! | named for teasers: `related`, `cards` | −1 |
//!
//! Layout counts where there are three parts or more, and not on a page that calls itself one article or has the
//! name of the first part, unless what they show by themselves counts 1.5.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::cohesion::{self, Stems};
use crate::dateline::Dateline;
use crate::dom::{Dom, NodeId};
use crate::flow::Flow;
use crate::labels::{self, Label};
use crate::piece::{Form, Piece, STORY_WEIGHT};
use crate::region::Weights;
use crate::signs::Signs;
use crate::title::Headlines;
use crate::unit::{self, Unit};
use crate::{furniture, line, rhythm, title, words};

/// Parts alike are stories at this sum of signs.
pub(crate) const ENOUGH: f64 = 2.0;
/// The sign that a part has a time on a page that calls itself live.
pub(crate) const LIVE: &str = "time on a live page";
/// Pieces looked at at either end of a part.
const NEAR: usize = 6;
/// Parts looked at; more tell no more.
const SAMPLE: usize = 60;

/// What the page says of itself.
pub(crate) struct Page<'a> {
    /// Whether it calls itself one article.
    pub(crate) one: bool,
    /// Whether it calls itself live.
    pub(crate) live: bool,
    /// The headline that it gives itself.
    pub(crate) headline: Option<&'a str>,
    /// The headlines of its JSON-LD.
    pub(crate) named: &'a Headlines,
}

/// The signs for `group`.
pub(crate) fn of(dom: &Dom, flow: &Flow, weights: &Weights, group: &[Unit], page: &Page<'_>) -> Signs {
    let sample = group.get(..SAMPLE).unwrap_or(group);
    let hrefs: HashSet<&str> = sample.iter().filter_map(|unit| address(flow, unit)).collect();
    // Links to one and the same address lead to no story.
    let linked = hrefs.len() * 2 > sample.len();
    let mut signs =
        Signs::shared(&sample.iter().map(|unit| one(dom, flow, unit, page, linked)).collect::<Vec<_>>());
    let around = sample.iter().find_map(|unit| dom.parent(unit.node?));
    let whole = around.map_or(0..flow.pieces.len(), |around| flow.span(around));
    let own = signs.sum();
    all(flow, weights, sample, page, &whole, own, &mut signs);
    signs.add("same line at the head", 3.0, has_same_head(flow, sample));
    classes(dom, sample, &mut signs);
    // Comparing words costs most, and is left out where it decides nothing.
    if signs.sum() + OTHER_WORDS >= ENOUGH {
        compare(flow, sample, page, own, &mut signs);
    }
    signs
}

/// What other words in each part count, of three and more.
const OTHER_WORDS: f64 = 2.0;

/// Whether the parts have words in common.
fn compare(flow: &Flow, group: &[Unit], page: &Page<'_>, own: f64, signs: &mut Signs) {
    let stems: Vec<Stems> = group.iter().map(|unit| Stems::of(flow.get(unit.range.clone()).iter())).collect();
    let shared: Vec<f64> = stems.windows(2).filter_map(|pair| pair.first()?.shared(pair.get(1)?)).collect();
    let mean = shared.iter().sum::<f64>() / shared.len().max(1) as f64;
    let enough = shared.len() * 2 >= group.len().saturating_sub(1) && !shared.is_empty();
    signs.add(
        "other words",
        if group.len() >= 3 { OTHER_WORDS } else { 0.5 },
        enough && mean < cohesion::OTHER,
    );
    // Stories of one event have words in common too, but are told apart by what each says of itself.
    let against = if own >= 1.0 {
        -0.25
    } else if group.len() >= 3 && !page.one {
        -0.5
    } else {
        -1.0
    };
    signs.add("same words", against, enough && mean > cohesion::SAME);
}

/// What speaks for one part.
fn one(dom: &Dom, flow: &Flow, unit: &Unit, page: &Page<'_>, linked: bool) -> Signs {
    let pieces = flow.get(unit.range.clone());
    let headline = unit.headline.and_then(|at| flow.pieces.get(at));
    let below = unit.headline.map_or(0, |at| at + 1 - unit.range.start);
    let first = pieces.iter().skip(below).position(Piece::is_running).map_or(pieces.len(), |at| at + below);
    let last = pieces.iter().rposition(Piece::is_running).map_or(0, |last| last + 1);
    let head = pieces.get(..first.min(NEAR)).unwrap_or_default();
    let tail = pieces.get(last..(last + NEAR).min(pieces.len())).unwrap_or_default();
    let before = unit.range.start.checked_sub(1).and_then(|before| flow.pieces.get(before));
    let is_rule = |piece: Option<&Piece>| piece.is_some_and(|piece| piece.kind == Form::Rule);
    let timed = head.iter().chain(tail).any(is_time);
    let signed = head.iter().any(|piece| piece.byline || labels::is_byline(&piece.text));
    let mut signs = Signs::default();
    signs.add("address", 1.0, linked && address(flow, unit).is_some());
    signs.add("date or byline", 1.5, timed || signed);
    signs.add(LIVE, 2.0, timed && page.live);
    signs.add("element", unit.node.map_or(0.0, |node| element(dom, node)), true);
    signs.add("no headline", -1.0, headline.is_none());
    if let Some(headline) = headline {
        let named = page.named.len() > 1 && page.named.has(&headline.text);
        signs.add("named in JSON-LD", 2.0, named);
        signs.add("brief", 2.0, headline.brief);
        // The numbers of a plain text that begins with one part its stories.
        signs.add("numbered", -1.5, line::is_numbered(&headline.text) && !headline.is_plain());
    }
    let dateline = pieces.get(first).and_then(|body| Dateline::of(&body.text));
    signs.add("dateline", dateline.map_or(0.0, |dateline| dateline.counts()), true);
    signs.add("end", 1.0, tail.iter().any(ends_story));
    signs.add("signature", 2.0, tail.first().is_some_and(line::is_signature));
    signs.add("rule", 1.0, is_rule(before) || is_rule(pieces.first()));
    signs
}

/// The address that a part's headline leads to: not one on the same page.
fn address<'a>(flow: &'a Flow, unit: &Unit) -> Option<&'a str> {
    let piece = flow.pieces.get(unit.headline?)?;
    let href = piece.href.as_deref().filter(|_| piece.link_density() > 0.7)?;
    (!href.starts_with('#') && !href.starts_with("javascript:")).then_some(href)
}

/// A date or time on a line of its own.
fn is_time(piece: &Piece) -> bool {
    piece.time.is_some() || piece.is_date_line()
}

/// Whether a short piece is of those that stand below a story.
fn ends_story(piece: &Piece) -> bool {
    let label = || {
        labels::at_start_of(&piece.text, &[Label::Source, Label::Keywords, Label::Comments, Label::Share])
            .is_some_and(|found| found.colon || found.label == Label::Comments || found.label == Label::Share)
    };
    piece.weight < 160
        && ((piece.link_density() > 0.3 && labels::is_read_on(&piece.text))
            || label()
            || labels::counts_comments(&piece.text))
}

/// What the element itself says.
fn element(dom: &Dom, node: NodeId) -> f64 {
    const INSIDE: usize = 4;
    let mut sum: f64 = 0.0;
    for inner in dom.descendants(node).take(INSIDE) {
        if dom.is(inner, "article") {
            sum = sum.max(1.5);
        }
        for (name, value) in dom.attributes(inner) {
            match name {
                "data-url" | "data-permalink" | "data-href" | "data-uri" | "data-article-url"
                | "data-canonical-url" | "data-article-id" | "data-post-id" | "itemid" => sum = sum.max(1.0),
                "itemtype" if value.ends_with("Article") || value.ends_with("BlogPosting") => {
                    sum = sum.max(2.0)
                }
                _ => {}
            }
        }
    }
    sum
}

/// What speaks for all parts together.
fn all(
    flow: &Flow,
    weights: &Weights,
    group: &[Unit],
    page: &Page<'_>,
    whole: &Range<usize>,
    own: f64,
    signs: &mut Signs,
) {
    let most =
        |sign: &dyn Fn(&Unit) -> bool| group.iter().filter(|unit| sign(unit)).count() * 2 > group.len();
    signs.add("kicker", -0.5, most(&|unit| is_kicker(flow, unit)));
    signs.add("question", -1.0, most(&|unit| is_question(flow, unit)));
    signs.add("rubric", -2.0, are_rubrics(flow, group));
    signs.add("short", -2.0, are_short(weights, group) && !page.live);
    signs.add("one among teasers", -8.0, is_one_among_teasers(weights, group));
    let Some(start) = group.first().map(|unit| unit.range.start) else { return };
    let plain = group.iter().all(|unit| flow.pieces.get(unit.range.start).is_none_or(Piece::is_plain));
    let above = flow.get(0..start);
    let is_named = |piece: &Piece| page.headline.is_some_and(|named| title::same(&piece.text, named));
    let first = group.first().and_then(|unit| flow.pieces.get(unit.headline?));
    let is_first = first.is_some_and(is_named);
    let named = above.iter().rposition(is_named);
    let top = named.or_else(|| above.iter().rposition(|piece| piece.kind == Form::Heading(1)));
    let lengths: Vec<usize> =
        group.iter().filter_map(|unit| Some(flow.pieces.get(unit.headline?)?.weight)).collect();
    let length = lengths.iter().sum::<usize>() / lengths.len().max(1);
    // On a page that calls itself one article, or has the first one's name, and of two parts, the layout tells
    // little.
    let layout = ((!page.one && !is_first) || own >= 1.5) && !plain && group.len() >= 3;
    signs.add("full headlines", 0.5, layout && length >= 36);
    let top_length =
        top.filter(|_| !is_first).and_then(|top| flow.pieces.get(top)).map_or(0, |top| top.weight);
    signs.add("longer than the page's own", 0.5, layout && length >= 30 && top_length * 10 < length * 7);
    signs.add("shorter than the page's own", -0.5, top_length * 10 > length * 13 && !plain);
    let headlines = group.iter().filter_map(|unit| flow.pieces.get(unit.headline?));
    let chapters = plain && first.is_some_and(|first| line::are_short_beside(first, headlines.skip(1)));
    signs.add("chapters", -3.0, chapters);
    let above = weights.get(&(top.unwrap_or(whole.start.min(start))..start));
    let intro = above >= STORY_WEIGHT;
    let article = page.one && !is_first;
    signs.add("chapters of an article", if above == 0 { -1.0 } else { -2.0 }, article);
    signs.add("text above", -1.0, !article && intro);
    signs.add("a line above", 0.5, above > 0 && !intro && !plain);
    signs.add("no text above", 1.5, above == 0 && layout);
    signs.add("nothing before, and apart", 3.0, plain && above == 0 && apart(flow, group));
}

fn is_question(flow: &Flow, unit: &Unit) -> bool {
    let headline = unit.headline.and_then(|at| flow.pieces.get(at));
    headline.is_some_and(|headline| {
        headline.text.ends_with(['?', '؟', '？', ';']) && headline.link_density() < 0.5
    })
}

/// Whether a headline is rather the kicker of another, longer one below it.
fn is_kicker(flow: &Flow, unit: &Unit) -> bool {
    let Some(at) = unit.headline else { return false };
    let (Some(own), Some(next)) = (flow.pieces.get(at), flow.pieces.get(at + 1)) else { return false };
    unit::could_be_headline(next)
        && !words::ends_sentence(&next.text)
        && next.weight * 2 > own.weight * 3
        && own.weight < 40
}

/// Whether most parts have the same short line above their text: "Dear Editor,".
fn has_same_head(flow: &Flow, group: &[Unit]) -> bool {
    let mut said: HashMap<&str, usize> = HashMap::new();
    for unit in group {
        let pieces = flow.get(unit.range.clone());
        let head = pieces.iter().take(NEAR).take_while(|piece| !piece.is_running());
        let own: HashSet<&str> = head
            .filter(|piece| {
                labels::at_start(&piece.text).is_none()
                    && piece.linked == 0
                    && piece.weight >= 4
                    && piece.text.ends_with([',', '،', '!', '、', '，'])
            })
            .map(|piece| piece.text.as_str())
            .collect();
        for line in own {
            *said.entry(line).or_default() += 1;
        }
    }
    said.values().any(|times| *times * 3 >= group.len() * 2)
}

/// Whether most parts have less text than a story.
fn are_short(weights: &Weights, group: &[Unit]) -> bool {
    let short = group.iter().filter(|unit| weights.get(&unit.range) < STORY_WEIGHT * 3 / 4).count();
    short * 2 > group.len()
}

/// Whether one of the parts has by far more text than each of the others.
fn is_one_among_teasers(weights: &Weights, group: &[Unit]) -> bool {
    let mut all: Vec<usize> = group.iter().map(|unit| weights.get(&unit.range)).collect();
    all.sort_unstable();
    let (Some(heaviest), Some(second)) = (all.pop(), all.pop()) else { return false };
    second < STORY_WEIGHT * 2 && second * 3 < heaviest
}

/// Whether the headlines are those of rubrics: below most of them stands another headline before any text,
/// and more of its kind follow.
fn are_rubrics(flow: &Flow, group: &[Unit]) -> bool {
    let below = |unit: &Unit| {
        flow.pieces
            .get(unit.headline? + 1)
            .filter(|piece| is_set_apart(piece))
            .map(|piece| (piece.kind, piece.bold))
    };
    let kinds: Vec<(Form, bool)> = group.iter().filter_map(below).collect();
    let Some(kind) = kinds.first() else { return false };
    let of_kind = |piece: &&Piece| is_set_apart(piece) && (piece.kind, piece.bold) == *kind;
    let all: usize =
        group.iter().map(|unit| flow.get(unit.range.clone()).iter().filter(of_kind).count()).sum();
    kinds.len() * 4 >= group.len() * 3 && all * 10 > kinds.len() * 13
}

fn is_set_apart(piece: &Piece) -> bool {
    (piece.is_heading() || piece.bold) && unit::could_be_headline(piece)
}

/// Whether the headlines of plain text are set apart from the other short lines in it: by capitals, by
/// numbers, by more blank lines than there are between paragraphs, or by rules.
fn apart(flow: &Flow, group: &[Unit]) -> bool {
    let usual = rhythm::usual_gap(&flow.pieces);
    let apart = |unit: &&Unit| {
        let Some(headline) = unit.headline.and_then(|at| flow.pieces.get(at)) else { return false };
        let ruled = unit.headline.and_then(|at| at.checked_sub(1)).and_then(|at| flow.pieces.get(at));
        headline.gap > usual
            || words::is_all_capitals(&headline.text)
            || line::is_numbered(&headline.text)
            || ruled.is_some_and(|piece| piece.kind == Form::Rule)
    };
    group.iter().skip(1).all(|unit| apart(&unit))
}

/// What the class names of the parts and of what is around them say.
fn classes(dom: &Dom, group: &[Unit], signs: &mut Signs) {
    let Some(node) = group.iter().find_map(|unit| unit.node) else { return };
    let names = dom.ancestors(node).take(3).flat_map(|node| {
        ["class", "id", "itemtype", "itemprop"].iter().filter_map(move |name| dom.attribute(node, name))
    });
    let words: Vec<String> = names.flat_map(furniture::words_of).collect();
    let names = |all: &[&str]| words.iter().any(|word| all.contains(&word.as_str()));
    signs.add("named for readers or authors", -4.0, names(&READERS));
    signs.add("named for teasers", -1.0, names(&TEASERS));
}

/// Words of class names of what readers write, of authors' boxes, and of questions and answers.
const READERS: [&str; 20] = [
    "comment",
    "comments",
    "commentlist",
    "kommentar",
    "kommentare",
    "reply",
    "replies",
    "review",
    "reviews",
    "testimonial",
    "testimonials",
    "author",
    "authors",
    "autor",
    "bio",
    "faq",
    "faqs",
    "question",
    "accordion",
    "user",
];
/// … and of links to other stories.
const TEASERS: [&str; 13] = [
    "teaser",
    "teasers",
    "related",
    "recommended",
    "recommendations",
    "promo",
    "sidebar",
    "widget",
    "popular",
    "trending",
    "card",
    "cards",
    "recirc",
];

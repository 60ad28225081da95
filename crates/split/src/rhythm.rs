//! Where in a run of pieces a story ends and the next begins: the rhythm of headline and body.
//!
//! A piece that looks like a headline, with a story's weight of text behind it, opens a story when
//! enough speaks for it. What speaks, and how loudly:
//!
//! | sign | counts |
//! |---|---|
//! | a rule or a line of signs before it | 2, in HTML 1 |
//! | … where the page calls itself one article, or the first headline ranks higher | 1, in HTML 0.5 |
//! | a line before it that says "read also" | 2 |
//! | a line before it that ends in a colon, as one before an earlier story did | 2 |
//! | … and was the first | 1 |
//! | a dateline at the start of its text | 2 |
//! | … that names an agency | 3 |
//! | a date or a byline between it and its text | 1.5 |
//! | source, keywords or "read on" at the end of what is before | 1.5 |
//! | it is a link (to itself) | 1 |
//! | it is the bold start of a brief | 2 |
//! | JSON-LD names it among several | 2 |
//! | a short line, a signature, ends what is before, and this story too | 2, in HTML 1 |
//! | all in capitals like the first headline, where its text is not | 1 |
//! | more blank lines around it than between paragraphs | 1 |
//! | its text and the one before have next to no words in common | 1 |
//! | … and so have all texts under headlines of this rank, at least three | 1 |
//! | they have many words in common | −1 |
//! | it is numbered | −1.5 |
//! | in text: most headlines between rules are short beside the first | −2 |
//!
//! In an article 3 is enough. In HTML one of the signs must be one that tells of a boundary (`BOUNDARIES`).

use std::collections::HashSet;

use crate::cohesion::{self, Stems};
use crate::dateline::Dateline;
use crate::dom::NodeId;
use crate::labels;
use crate::line::{
    are_short_beside, goes_on_behind_prompts, is_numbered, is_read_also, is_signature, names_source,
};
use crate::piece::{Form, Piece, STORY_WEIGHT, running_weight};
use crate::signs::Signs;
use crate::title::Headlines;
use crate::unit::Unit;
use crate::words;

/// Pieces looked at behind a headline.
const NEAR: usize = 12;
/// Pieces before a "read also" among which a story's end is looked for.
const ENDS: usize = 5;
/// A story opens at this sum of signs.
const ENOUGH: f64 = 2.0;

/// The stories of `pieces`, in order, each beginning with its headline. `one` tells that the page calls
/// itself one article, `named` are the headlines of its JSON-LD.
pub(crate) fn split(pieces: &[Piece], one: bool, named: &Headlines) -> Vec<Unit> {
    let first = pieces.iter().find(|piece| !piece.text.is_empty());
    let capitals = first.is_some_and(|first| words::is_all_capitals(&first.text));
    let (usual_gap, top) = (usual_gap(pieces), top_rank(pieces));
    let prompts = goes_on_behind_prompts(pieces);
    let rhythm = Rhythm { usual_gap, top, one, capitals, prompts, ..Rhythm::over(pieces, named) };
    let openings = rhythm.openings();
    // What stands before the first opening is a story too if it has the text for it.
    let next = openings.first().map(|(start, _)| *start);
    let first = rhythm.first_start(next);
    let head = next.map(|start| pieces.get(first..start).unwrap_or_default());
    let is_story = one
        || head.is_none_or(|head| {
            rhythm.is_body(head.get(1..).unwrap_or_default(), next) && !rhythm.is_contents(head, &openings)
        });
    let first = is_story.then(|| (first, Signs::default()));
    let all: Vec<(usize, Signs)> = first.into_iter().chain(openings).collect();
    let ends: Vec<usize> =
        all.iter().skip(1).map(|(start, _)| *start).chain(std::iter::once(pieces.len())).collect();
    let units = all.into_iter().zip(ends).map(|((start, signs), end)| Unit { signs, ..Unit::at(start..end) });
    without_teasers(pieces, units.collect())
}

/// `stories` without those that only lead elsewhere: a headline that is a link and a paragraph,
/// beside a story many times as long.
fn without_teasers(pieces: &[Piece], mut stories: Vec<Unit>) -> Vec<Unit> {
    let weight = |unit: &Unit| running_weight(pieces.get(unit.range.clone()).unwrap_or_default());
    let longest = stories.iter().map(weight).max().unwrap_or(0);
    stories.retain(|unit| {
        let linked = pieces.get(unit.range.start).is_some_and(|headline| headline.link_density() > 0.8);
        let own = weight(unit);
        !(linked && own < STORY_WEIGHT * 2 && own * 3 < longest)
    });
    stories
}

/// Whether `pieces` hold a whole story that a rule or a "read also" announces.
pub(crate) fn announces_story(pieces: &[Piece]) -> bool {
    let named = &Headlines::default();
    let rhythm = Rhythm::over(pieces, named);
    (0..pieces.len()).any(|at| {
        let body = pieces.get(at + 1..).unwrap_or_default();
        if !rhythm.announced(at) || !rhythm.could_open(at) || !body.iter().take(3).any(Piece::is_running) {
            return false;
        }
        let end = body.iter().position(|piece| piece.kind == Form::Rule || is_read_also(piece));
        running_weight(body.get(..end.unwrap_or(body.len())).unwrap_or_default()) >= STORY_WEIGHT
    })
}

struct Rhythm<'a> {
    pieces: &'a [Piece],
    /// The most usual number of blank lines before running text.
    usual_gap: u8,
    /// The rank of the first headline.
    top: Option<u8>,
    /// Where the first running text stands.
    first_running: usize,
    /// Whether the page calls itself one article.
    one: bool,
    /// Whether the first line is in capitals.
    capitals: bool,
    /// Whether the text goes on behind lines that say "read also": they lead away.
    prompts: bool,
    /// The headlines of JSON-LD.
    named: &'a Headlines,
}

impl<'a> Rhythm<'a> {
    /// The rhythm of `pieces`, of which nothing else is known.
    fn over(pieces: &'a [Piece], named: &'a Headlines) -> Self {
        let first_running = pieces.iter().position(Piece::is_running).unwrap_or(pieces.len());
        Self {
            pieces,
            usual_gap: 0,
            top: None,
            first_running,
            one: false,
            capitals: false,
            prompts: false,
            named,
        }
    }

    /// The headlines at which stories open, and what speaks for each.
    fn openings(&self) -> Vec<(usize, Signs)> {
        let candidates: Vec<usize> = (1..self.pieces.len()).filter(|at| self.could_open(*at)).collect();
        // Lines before stories that open for another reason; seen again, they are reason enough.
        let mut leads: HashSet<String> = HashSet::new();
        let mut signed: Vec<(usize, Signs)> = Vec::new();
        let even = self.even(&candidates);
        let chapters = self.are_chapters(&candidates);
        // The place of the last running text before each piece.
        let mut seen = 0;
        let mut last_running = Vec::with_capacity(self.pieces.len());
        for (at, piece) in self.pieces.iter().enumerate() {
            last_running.push(seen);
            seen = if piece.is_running() { at } else { seen };
        }
        for (n, at) in candidates.iter().copied().enumerate() {
            let lead = at.checked_sub(1).and_then(|before| self.lead(before));
            let mut signs = self.signs(at);
            signs.add("even", 1.0, even.binary_search(&at).is_ok());
            signs.add("chapters", -2.0, chapters);
            if let Some(lead) = &lead {
                signs.add(LEAD, if leads.contains(lead) { 2.0 } else { 1.0 }, true);
            }
            let plain = self.pieces.get(at).is_some_and(Piece::is_plain);
            // Comparing words costs most, and is left out where it decides nothing.
            if signs.sum() + 1.0 < self.enough(at) || !(plain || signs.has(&BOUNDARIES)) {
                continue;
            }
            let shared = self.shared(&candidates, n);
            signs.add("other words", 1.0, shared.is_some_and(|shared| shared < cohesion::OTHER));
            signs.add("same words", -1.0, shared.is_some_and(|shared| shared > cohesion::SAME));
            if signs.sum() < self.enough(at) {
                continue;
            }
            leads.extend(lead);
            // Of two with no text between, one is the other's kicker or byline.
            if let Some(last) = signed.last_mut()
                && last_running.get(at).is_none_or(|running| *running <= last.0)
            {
                if signs.sum() > last.1.sum() + 0.5 {
                    *last = (at, signs);
                }
                continue;
            }
            signed.push((at, signs));
        }
        let ends: Vec<usize> =
            signed.iter().skip(1).map(|(at, _)| *at).chain(std::iter::once(self.pieces.len())).collect();
        let whole = |((at, _), end): &((usize, Signs), usize)| {
            self.is_body(self.pieces.get(*at + 1..*end).unwrap_or_default(), Some(*at))
        };
        signed.into_iter().zip(ends).filter(whole).map(|(opening, _)| opening).collect()
    }

    /// Whether rules part the chapters of one plain text: their headings are short beside its headline.
    fn are_chapters(&self, candidates: &[usize]) -> bool {
        let plain = |at: usize| self.pieces.get(at).filter(|piece| piece.is_plain());
        let below: Vec<usize> = candidates.iter().copied().filter(|at| self.is_ruled(*at)).collect();
        let headings = below.iter().filter_map(|at| plain(*at));
        plain(0).is_some_and(|first| are_short_beside(first, headings))
            && self.mean_shared(&below).is_some_and(|shared| shared >= cohesion::SOME)
    }

    /// The headlines of a digest: those of the first one's rank (in plain text, after a blank line)
    /// with a story's text each, if from one to the next the words change.
    fn even(&self, candidates: &[usize]) -> Vec<usize> {
        let text = |from: usize, to: usize| {
            running_weight(self.pieces.get(from..to).unwrap_or_default()) >= STORY_WEIGHT
        };
        let alike = |at: &usize| match self.pieces.get(*at) {
            Some(piece) if piece.node == NodeId::DOCUMENT => piece.gap > 0,
            Some(Piece { kind: Form::Heading(rank), .. }) => Some(*rank) == self.top,
            Some(piece) => piece.bold && self.top.is_none(),
            None => false,
        };
        let alike: Vec<usize> = candidates.iter().copied().filter(alike).collect();
        let ends = alike.iter().skip(1).copied().chain(std::iter::once(self.pieces.len()));
        let whole = alike.iter().zip(ends).all(|(at, end)| text(*at, end));
        let first = alike.first().is_some_and(|at| text(0, *at));
        if alike.len() < 2 || !whole || !first {
            return Vec::new();
        }
        if self.mean_shared(&alike).is_some_and(|shared| shared < cohesion::OTHER) {
            alike
        } else {
            Vec::new()
        }
    }

    /// The share of words in common before and after each of `candidates`, on average; nothing where most
    /// have too few.
    fn mean_shared(&self, candidates: &[usize]) -> Option<f64> {
        let shared: Vec<f64> = (0..candidates.len()).filter_map(|n| self.shared(candidates, n)).collect();
        (!shared.is_empty() && shared.len() * 2 >= candidates.len())
            .then(|| shared.iter().sum::<f64>() / shared.len() as f64)
    }

    /// The share of words in common before and after the `n`th of `candidates`.
    fn shared(&self, candidates: &[usize], n: usize) -> Option<f64> {
        let at = *candidates.get(n)?;
        let from = n.checked_sub(1).and_then(|n| candidates.get(n)).copied().unwrap_or(0);
        let to = candidates.get(n + 1).copied().unwrap_or(self.pieces.len());
        let before = Stems::of(self.pieces.get(from..at)?.iter());
        before.shared(&Stems::of(self.pieces.get(at..to)?.iter()))
    }

    /// How much must speak for a story: more on a page that calls itself one article.
    fn enough(&self, at: usize) -> f64 {
        let led = self.before(at).is_some_and(is_read_also);
        if !self.one || (led && !self.prompts) { ENOUGH } else { ENOUGH + 1.0 }
    }

    /// Whether `body` has the text of a story. Between rules a few lines are enough.
    fn is_body(&self, body: &[Piece], beside: Option<usize>) -> bool {
        let weight = if beside.is_some_and(|at| self.is_ruled(at)) {
            body.iter()
                .filter(|piece| !piece.is_heading() && piece.link_density() < 0.5)
                .map(|piece| piece.weight)
                .sum()
        } else {
            running_weight(body)
        };
        let least = match (self.one, beside.is_some_and(|at| self.is_ended(at))) {
            (true, false) => STORY_WEIGHT * 2,
            (true, true) => STORY_WEIGHT,
            _ => STORY_WEIGHT / 2,
        };
        weight >= least
    }

    /// Whether `head` does no more than name the headlines of `openings`, as a table of contents does.
    fn is_contents(&self, head: &[Piece], openings: &[(usize, Signs)]) -> bool {
        /// Lines and headlines that are compared.
        const MOST: usize = 64;
        /// Bytes of each that are looked at.
        const LONGEST: usize = 1024;
        if head.len() > MOST {
            return false;
        }
        let normal = |piece: &Piece| words::normal(words::head(&piece.text, LONGEST));
        let lines: Vec<String> = head.iter().map(normal).collect();
        // A line of contents is a headline and little else; text that has its words in it is none.
        let names = |line: &String, headline: &String| {
            line.contains(headline.as_str()) && headline.len() * 2 >= line.len()
        };
        let headlines: Vec<String> = openings
            .iter()
            .take(MOST)
            .filter_map(|(at, _)| self.pieces.get(*at))
            .map(normal)
            .filter(|headline| !headline.is_empty())
            .collect();
        let named =
            headlines.iter().filter(|headline| lines.iter().any(|line| names(line, headline))).count();
        let own = head.iter().zip(&lines).filter(|(piece, line)| {
            let named = piece.weight < STORY_WEIGHT && headlines.iter().any(|headline| names(line, headline));
            piece.is_running() && !named
        });
        named > 0
            && named * 2 >= headlines.len()
            && own.map(|(piece, _)| piece.weight).sum::<usize>() < STORY_WEIGHT / 2
    }

    /// Where the first story begins: at a heading of the rank of the others' headlines.
    fn first_start(&self, next: Option<usize>) -> usize {
        let Some(other) = next.and_then(|start| self.pieces.get(start)) else { return 0 };
        let running = self.pieces.iter().position(Piece::is_running).unwrap_or(0);
        let head = self.pieces.get(..running.min(next.unwrap_or(0))).unwrap_or_default();
        let alike = |piece: &Piece| {
            (piece.is_heading() && piece.kind == other.kind)
                || (other.bold && !other.is_heading() && piece.bold)
        };
        if other.node != NodeId::DOCUMENT {
            return head.iter().rposition(alike).unwrap_or(0);
        }
        // A heading over all of them: a few words on the first line, then a headline of its own.
        let over =
            head.first().is_some_and(|piece| words::count(&piece.text) <= 4 && piece.looks_like_heading());
        let own = head
            .get(1)
            .is_some_and(|piece| piece.gap > 0 && piece.looks_like_heading() && !piece.text.is_empty());
        let named = own
            && head
                .get(1)
                .is_some_and(|piece| labels::at_start(&piece.text).is_none() && !piece.is_date_line());
        usize::from(over && named)
    }

    /// Whether the piece could be a headline.
    fn could_open(&self, at: usize) -> bool {
        let Some(piece) = self.pieces.get(at) else { return false };
        let plain = piece.node == NodeId::DOCUMENT;
        if piece.kind == Form::Rule || piece.weight < 4 || piece.teaser {
            return false;
        }
        let looks = piece.is_heading()
            || (piece.looks_like_heading()
                && (piece.bold || plain && (piece.kind == Form::Paragraph || piece.gap > 0)));
        // A headline may look like an item or a sentence where a rule or label announces it.
        let announced =
            (plain || piece.linked == 0 && !piece.is_running()) && self.announced(at) && piece.weight <= 200;
        // In an article, a link below "read also" leads away, and the text goes on behind it; unless its source
        // and keywords have ended it.
        let teaser = self.one
            && piece.link_density() > 0.8
            && self.before(at).is_some_and(is_read_also)
            && !self.is_ended(at);
        let label = labels::at_start(&piece.text).is_some_and(|found| found.colon || found.rest.is_empty());
        (looks || announced)
            && !label
            && !teaser
            && self.lead(at).is_none()
            && !piece.is_date_line()
            && !labels::is_byline(&piece.text)
    }

    /// Whether source or keywords have ended what stands before `at`.
    fn is_ended(&self, at: usize) -> bool {
        self.pieces.get(at.saturating_sub(ENDS)..at).unwrap_or_default().iter().any(names_source)
    }

    fn announced(&self, at: usize) -> bool {
        self.is_ruled(at) || self.before(at).is_some_and(is_read_also)
    }

    /// The piece before the one at `at`.
    fn before(&self, at: usize) -> Option<&Piece> {
        self.pieces.get(at.checked_sub(1)?)
    }

    /// Whether a rule stands before the piece at `at`.
    fn is_ruled(&self, at: usize) -> bool {
        self.before(at).is_some_and(|before| before.kind == Form::Rule)
    }

    /// The text of a line that leads to what follows: a few words and a colon.
    fn lead(&self, at: usize) -> Option<String> {
        let piece = self.pieces.get(at)?;
        let leads = piece.text.ends_with([':', '：']) && words::count(&piece.text) <= 7 && piece.weight <= 50;
        leads.then(|| words::normal(&piece.text))
    }

    /// Whether the text next to the gap that `pieces` borders on ends in a signature: running text,
    /// then one short line with a capital in each of its parts, then a headline or nothing.
    fn is_signed(&self, pieces: &[Piece]) -> bool {
        let before =
            pieces.last().is_some_and(|last| self.pieces.get(pieces.len()).is_some() && is_signature(last));
        if std::ptr::eq(pieces.as_ptr(), self.pieces.as_ptr()) {
            return before && pieces.len() > 2 && pieces.get(pieces.len() - 2).is_some_and(Piece::is_running);
        }
        let end = pieces.iter().take(NEAR).position(|piece| !piece.is_running() && is_signature(piece));
        end.is_some_and(|end| {
            end > 0 && pieces.get(..end).is_some_and(|body| body.iter().all(Piece::is_running))
        })
    }

    /// The signs that a story opens at `at`, by itself.
    fn signs(&self, at: usize) -> Signs {
        let mut signs = Signs::default();
        let Some(piece) = self.pieces.get(at) else { return signs };
        let before = self.pieces.get(..at).unwrap_or_default();
        let after = self.pieces.get(at + 1..).unwrap_or_default();
        let lower = matches!((piece.kind, self.top), (Form::Heading(rank), Some(top)) if rank > top);
        // A rule in HTML parts all kinds of things.
        let rule = match (piece.is_plain(), self.one || lower) {
            (true, false) => 2.0,
            (false, true) => 0.5,
            _ => 1.0,
        };
        signs.add(RULE, rule, self.is_ruled(at));
        let led = before.last().is_some_and(is_read_also) && after.iter().take(3).any(Piece::is_running);
        signs.add(READ_ALSO, 2.0, led);
        let ends =
            before.iter().rev().take(2).any(|last| {
                names_source(last) || (last.link_density() > 0.8 && labels::is_read_on(&last.text))
            });
        signs.add(END, 1.5, ends);
        // No headline stands further from its text.
        let until = after.iter().take(NEAR).position(Piece::is_running).unwrap_or(after.len());
        let between = after.get(..until.min(5)).unwrap_or_default();
        let dated = between.iter().any(|piece| piece.time.is_some() || piece.byline || piece.is_date_line());
        signs.add("date or byline", 1.5, until <= 5 && dated);
        let dateline = after.iter().take(2).find_map(|body| Dateline::of(&body.text));
        // Between the headline and the first text it stands below a subtitle.
        let below = at > self.first_running;
        signs.add(DATELINE, dateline.map_or(0.0, |dateline| dateline.counts()), below);
        signs.add(
            "address",
            1.0,
            piece.link_density() > 0.8 && !piece.href.as_deref().is_some_and(|href| href.starts_with('#')),
        );
        signs.add(BRIEF, 2.0, piece.brief);
        let named = self.named.len() > 1 && self.named.has(&piece.text);
        signs.add(NAMED, 2.0, named);
        signs.add(
            SIGNATURE,
            if piece.is_plain() { 2.0 } else { 1.0 },
            self.is_signed(before) && self.is_signed(after),
        );
        let body = after.get(until).map(|body| body.text.as_str()).unwrap_or_default();
        let capitals = self.capitals && words::is_all_capitals(&piece.text) && !words::is_all_capitals(body);
        signs.add("capitals", 1.0, capitals);
        let wide =
            piece.gap > self.usual_gap && after.first().is_some_and(|after| after.gap > self.usual_gap);
        signs.add("blank lines", 1.0, wide);
        signs.add("numbered", -1.5, is_numbered(&piece.text));
        signs
    }
}

/// Signs that tell by themselves that one story ends and another begins. In HTML one of them is needed:
/// where none is, the page's structure tells more than what follows on what.
const BOUNDARIES: [&str; 8] = [RULE, READ_ALSO, END, DATELINE, BRIEF, NAMED, SIGNATURE, LEAD];
const RULE: &str = "rule";
const READ_ALSO: &str = "read also";
const END: &str = "end";
const DATELINE: &str = "dateline";
const BRIEF: &str = "brief";
const NAMED: &str = "named in JSON-LD";
const SIGNATURE: &str = "signature";
const LEAD: &str = "line that leads to it";

/// The rank of the first headline: of the last heading before the first running text.
fn top_rank(pieces: &[Piece]) -> Option<u8> {
    let running = pieces.iter().position(Piece::is_running)?;
    pieces.get(..running)?.iter().rev().find_map(|piece| match piece.kind {
        Form::Heading(rank) => Some(rank),
        _ => None,
    })
}

/// The most usual number of blank lines before running text.
pub(crate) fn usual_gap(pieces: &[Piece]) -> u8 {
    let mut counts = [0usize; 4];
    for piece in pieces.iter().filter(|piece| piece.is_running()) {
        if let Some(count) = counts.get_mut(usize::from(piece.gap.min(3))) {
            *count += 1;
        }
    }
    (0u8..).zip(counts).max_by_key(|(_, count)| *count).map_or(0, |(gap, _)| gap)
}

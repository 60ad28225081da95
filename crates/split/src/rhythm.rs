//! Where in a run of pieces a story ends and the next begins: the rhythm of headline and body.
//!
//! A piece that looks like a headline, with a story's weight of running text behind it, opens a
//! story when enough speaks for it. What speaks, and how loudly:
//!
//! | sign | counts |
//! |---|---|
//! | a rule or a line of signs before it | 2 |
//! | a line before it that says "read also" | 2 |
//! | a dateline at the start of its text | 2 |
//! | a date or a byline between it and its text | 1.5 |
//! | source, keywords or "read on" at the end of what is before | 1.5 |
//! | it is a link (to itself) | 1 |
//! | all in capitals, where its text is not | 1 |
//! | more blank lines around it than between paragraphs | 1 |
//! | it is numbered | −1.5 |

use std::ops::Range;

use crate::date;
use crate::labels::{self, Label};
use crate::piece::{Form, Piece, STORY_WEIGHT, running_weight};
use crate::words;

/// A story opens at this sum of signs.
const ENOUGH: f64 = 2.0;

/// The stories of `pieces`, in order: each a range that begins with its headline.
pub(crate) fn split(pieces: &[Piece]) -> Vec<Range<usize>> {
    let usual_gap = usual_gap(pieces);
    let candidates: Vec<usize> = (0..pieces.len()).filter(|at| could_open(pieces, *at)).collect();
    let mut starts: Vec<usize> = Vec::new();
    for (n, at) in candidates.iter().enumerate() {
        let start = opening(pieces, *at);
        let next = candidates.get(n + 1).copied().unwrap_or(pieces.len());
        let end = candidates
            .iter()
            .copied()
            .skip(n + 1)
            .find(|next| signs(pieces, *next, usual_gap) >= ENOUGH)
            .unwrap_or(pieces.len());
        let body = pieces.get(at + 1..end.max(next.min(end))).unwrap_or_default();
        if signs(pieces, *at, usual_gap) >= ENOUGH && running_weight(body) >= STORY_WEIGHT / 2 && start > 0 {
            starts.push(start);
        }
    }
    // What stands before the first opening is a story too if it has the text for it.
    let first = first_start(pieces, &starts);
    let mut all = Vec::new();
    if starts
        .first()
        .is_none_or(|start| running_weight(pieces.get(first..*start).unwrap_or_default()) >= STORY_WEIGHT / 2)
    {
        all.push(first);
    }
    all.extend(starts);
    let ends = all.iter().skip(1).copied().chain(std::iter::once(pieces.len())).collect::<Vec<_>>();
    all.into_iter().zip(ends).map(|(start, end)| start..end).collect()
}

/// Whether `pieces` hold a whole story that a rule or a "read also" announces.
pub(crate) fn announces_story(pieces: &[Piece]) -> bool {
    (0..pieces.len()).any(|at| {
        let body = pieces.get(at + 1..).unwrap_or_default();
        let end = body
            .iter()
            .position(|piece| piece.kind == Form::Rule || is_read_also(piece))
            .unwrap_or(body.len());
        announced(pieces, at)
            && could_open(pieces, at)
            && body.iter().take(3).any(Piece::is_running)
            && running_weight(body.get(..end).unwrap_or_default()) >= STORY_WEIGHT
    })
}

/// Where the first story begins: at a heading of the rank of the others' headlines.
fn first_start(pieces: &[Piece], starts: &[usize]) -> usize {
    let Some(start) = starts.first() else { return 0 };
    let Some(other) = pieces.get(*start) else { return 0 };
    let running = pieces.iter().position(Piece::is_running).unwrap_or(0);
    let alike = pieces
        .get(..running)
        .unwrap_or_default()
        .iter()
        .rposition(|piece| piece.is_heading() && piece.kind == other.kind);
    alike.unwrap_or(0)
}

/// The most usual number of blank lines before running text.
fn usual_gap(pieces: &[Piece]) -> u8 {
    let mut counts = [0usize; 4];
    for piece in pieces.iter().filter(|piece| piece.is_running()) {
        if let Some(count) = counts.get_mut(usize::from(piece.gap.min(3))) {
            *count += 1;
        }
    }
    (0u8..).zip(counts).max_by_key(|(_, count)| *count).map_or(0, |(gap, _)| gap)
}

/// Whether the piece could be a headline.
fn could_open(pieces: &[Piece], at: usize) -> bool {
    let Some(piece) = pieces.get(at) else { return false };
    let plain = piece.node == crate::dom::NodeId::DOCUMENT;
    if piece.kind == Form::Rule || words::weight(&piece.text) < 4 {
        return false;
    }
    let looks = piece.is_heading()
        || (piece.looks_like_heading() && (piece.bold || plain && piece.kind == Form::Paragraph));
    // A headline may be a sentence with a full stop where a rule or label announces it.
    let announced = plain && announced(pieces, at) && words::weight(&piece.text) <= 200;
    (looks || announced)
        && labels::at_start(&piece.text).is_none_or(|found| !found.colon && !found.rest.is_empty())
        && !is_date_line(&piece.text)
}

fn announced(pieces: &[Piece], at: usize) -> bool {
    at.checked_sub(1)
        .and_then(|before| pieces.get(before))
        .is_some_and(|before| before.kind == Form::Rule || is_read_also(before))
}

/// A piece that says "read also" and no more.
pub(crate) fn is_read_also(piece: &Piece) -> bool {
    labels::at_start_of(&piece.text, &[Label::ReadAlso]).is_some_and(|found| found.rest.is_empty())
}

/// Whether `text` is a date and little else.
pub(crate) fn is_date_line(text: &str) -> bool {
    text.len() < 120
        && date::find(text, &date::Context { lang: Some("de"), fetched_at: None })
            .is_some_and(|read| read.coverage.0 * 3 >= read.coverage.1)
}

/// Where the story with its headline at `at` begins: at the rule or label that announces it.
fn opening(_: &[Piece], at: usize) -> usize {
    at
}

/// The sum of the signs that a story opens at `at`.
fn signs(pieces: &[Piece], at: usize, usual_gap: u8) -> f64 {
    let Some(piece) = pieces.get(at) else { return 0.0 };
    let mut sum = 0.0;
    let before = pieces.get(..at).unwrap_or_default();
    let after = pieces.get(at + 1..).unwrap_or_default();
    if before.last().is_some_and(|before| before.kind == Form::Rule) {
        sum += 2.0;
    }
    if before.last().is_some_and(is_read_also) && !is_list_of_links(pieces, at) {
        sum += 2.0;
    }
    if let Some(last) = before.last() {
        let ends = labels::at_start_of(&last.text, &[Label::Source, Label::Keywords])
            .is_some_and(|found| found.colon)
            || (last.link_density() > 0.8 && labels::is_read_on(&last.text));
        sum += if ends { 1.5 } else { 0.0 };
    }
    let until = after.iter().position(Piece::is_running).unwrap_or(after.len());
    let between = after.get(..until.min(5)).unwrap_or_default();
    if until <= 5
        && between.iter().any(|piece| piece.time.is_some() || piece.byline || is_date_line(&piece.text))
    {
        sum += 1.5;
    }
    if until <= 2 && after.get(until).is_some_and(|body| has_dateline(&body.text)) {
        sum += 2.0;
    }
    if piece.link_density() > 0.8 {
        sum += 1.0;
    }
    let body = after.get(until).map(|body| body.text.as_str()).unwrap_or_default();
    if words::is_all_capitals(&piece.text) && !words::is_all_capitals(body) {
        sum += 1.0;
    }
    if piece.gap > usual_gap && after.first().is_some_and(|after| after.gap > usual_gap) {
        sum += 1.0;
    }
    if is_numbered(&piece.text) {
        sum -= 1.5;
    }
    sum
}

/// Whether links follow one another from `at`, with no running text between them.
fn is_list_of_links(pieces: &[Piece], at: usize) -> bool {
    let after = pieces.get(at + 1..).unwrap_or_default();
    !after.iter().take(3).any(Piece::is_running)
}

/// "1. Consume", "3) …": an item of a list, a chapter.
fn is_numbered(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_numeric());
    rest.len() < text.len() && rest.starts_with(['.', ')', ':', '。', '、', '．'])
}

/// A place, and perhaps a date and an agency, before a dash: "PARIS (AFP) — …", "BERLIN, 3 May (dpa) - …".
pub(crate) fn has_dateline(text: &str) -> bool {
    let head: String = text.chars().take(70).collect();
    let dash = [" — ", " – ", " - ", " -- "].iter().filter_map(|dash| head.find(dash)).min();
    let Some(before) = dash.and_then(|at| head.get(..at)) else { return false };
    let agency = before.trim_end().ends_with(')') && before.contains('(');
    let place = before.split(['(', ',']).next().unwrap_or_default().trim();
    let cased = place.chars().any(|c| c.is_lowercase() || c.is_uppercase());
    let capitals =
        place.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase) && place.chars().count() >= 3;
    words::count(place) <= 4
        && !place.is_empty()
        && (capitals && cased || agency && place.chars().next().is_some_and(|c| !c.is_lowercase()))
}

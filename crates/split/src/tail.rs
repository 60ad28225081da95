//! What hangs around a story's text inside the same part of the page: lists of links below it,
//! prompts above and below it, lines that the page says again and again.

use std::collections::HashMap;
use std::ops::Range;

use crate::piece::{Form, Piece, STORY_WEIGHT, running_weight};
use crate::{labels, words};

/// A paragraph of the story, rather than a prompt, has at least this weight.
const LONG: usize = 170;

/// `range` of `pieces` without the links and prompts at its end: cut where the rest is mostly links
/// and holds next to none of the running text.
pub(crate) fn without(pieces: &[Piece], range: Range<usize>) -> Range<usize> {
    let own = pieces.get(range.clone()).unwrap_or_default();
    let total = running_weight(own);
    let (mut weight, mut links, mut count) = (0, 0, 0);
    let mut end = own.len();
    // From the end upwards, as long as what has been passed is not the story's.
    for (at, piece) in own.iter().enumerate().rev() {
        weight += if piece.is_running() { piece.weight } else { 0 };
        links += usize::from(piece.link_density() > 0.5 || piece.teaser);
        count += 1;
        if weight * 7 > total {
            break;
        }
        let starts = piece.link_density() > 0.5 || piece.is_heading() || piece.teaser;
        if starts && links >= 3 && links * 2 >= count {
            end = at;
        }
    }
    range.start..range.start + end
}

/// Marks the rows of teasers in `pieces`: at least two headlines that lead elsewhere, one after the other,
/// each with no more than a few lines below it.
pub(crate) fn mark_teasers(pieces: &mut [Piece]) {
    /// The lines below a headline that leads elsewhere.
    const FEW: usize = 3;
    const LIGHT: usize = 330;
    let leads = |piece: &Piece| {
        piece.linked > 0
            && piece.link_density() > 0.8
            && piece.weight >= 12
            && !labels::is_read_on(&piece.text)
            && !piece.byline
    };
    let mut row: Vec<std::ops::Range<usize>> = Vec::new();
    let mut rows = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        if !pieces.get(at).is_some_and(leads) {
            at += 1;
            continue;
        }
        let below = pieces.get(at + 1..).unwrap_or_default();
        let below = below.get(..FEW + 1).unwrap_or(below);
        let end =
            below.iter().position(|piece| leads(piece) || piece.is_heading() || piece.kind == Form::Rule);
        let end = end.unwrap_or(below.len());
        let weight: usize = below.get(..end).unwrap_or_default().iter().map(|piece| piece.weight).sum();
        if end <= FEW && weight <= LIGHT {
            if row.last().is_some_and(|last| last.end != at) {
                rows.push(std::mem::take(&mut row));
            }
            row.push(at..at + 1 + end);
            at += 1 + end;
        } else {
            at += 1;
        }
    }
    rows.push(row);
    // Where next to no text stands beside them, they are what the page tells.
    let inside: usize = rows
        .iter()
        .filter(|row| row.len() >= 2)
        .flatten()
        .map(|teaser| running_weight(pieces.get(teaser.clone()).unwrap_or_default()))
        .sum();
    let outside = running_weight(pieces).saturating_sub(inside);
    if outside < STORY_WEIGHT * 2 || outside * 4 < inside {
        return;
    }
    for teasers in rows.iter().filter(|row| row.len() >= 2) {
        for teaser in teasers {
            for piece in pieces.get_mut(teaser.clone()).unwrap_or_default() {
                piece.teaser = true;
                piece.running = false;
            }
        }
    }
}

/// Which of `pieces` are furniture by where they stand or how often they are said.
pub(crate) fn prompts(pieces: &[Piece]) -> Vec<bool> {
    let mut said: HashMap<&str, usize> = HashMap::new();
    for piece in pieces.iter().filter(|piece| !piece.text.is_empty()) {
        *said.entry(piece.text.as_str()).or_default() += 1;
    }
    let told = told(pieces);
    let first = pieces.iter().position(|piece| piece.is_running() && piece.weight >= LONG).unwrap_or(0);
    let last =
        pieces.iter().rposition(|piece| piece.is_running() && piece.weight >= LONG).unwrap_or(pieces.len());
    let is_link = |at: Option<usize>| {
        at.and_then(|at| pieces.get(at)).is_some_and(|piece| piece.linked > 0 && piece.link_density() > 0.8)
    };
    let prompt = |(at, piece): (usize, &Piece)| {
        let weight = piece.weight;
        let html = piece.node != crate::dom::NodeId::DOCUMENT;
        let repeated = said.get(piece.text.as_str()).is_some_and(|times| *times >= 3) && weight < 300;
        let outside = at < first || at > last;
        let among_links = outside
            && weight < LONG
            && !piece.is_heading()
            && is_link(at.checked_add(1))
            && is_link(at.checked_sub(1));
        let quoted = html && told.get(at) == Some(&true);
        piece.teaser
            || quoted
            || (html && piece.kind != Form::Rule && piece.kind != Form::TableRow && (repeated || among_links))
    };
    pieces.iter().enumerate().map(prompt).collect()
}

/// Which of `pieces` are pull quotes: quotations of nothing but sentences that a longer paragraph says.
fn told(pieces: &[Piece]) -> Vec<bool> {
    /// Fewer letters are no sentence to be known again.
    const SENTENCE: usize = 30;
    const LONGEST_QUOTE: usize = 400;
    const ENDS: [char; 7] = ['.', '!', '?', '。', '！', '？', '؟'];
    const MARKS: [char; 8] = ['"', '“', '”', '„', '«', '»', '「', '」'];
    let sentences = |piece: &Piece| -> Vec<String> {
        let parts = piece.text.split(ENDS).flat_map(|part| part.split(MARKS));
        let letters = parts.map(|part| part.chars().filter(|c| c.is_alphanumeric()).collect::<String>());
        letters.filter(|part| words::weight(part) >= SENTENCE).collect()
    };
    let quotes = |piece: &Piece| {
        let marked = piece.text.starts_with(MARKS) && !piece.is_heading() && !piece.looks_like_heading();
        (piece.kind == Form::Quote || marked) && (1..=LONGEST_QUOTE).contains(&piece.weight)
    };
    let quotations: Vec<(usize, Vec<String>)> = pieces
        .iter()
        .enumerate()
        .filter(|(_, piece)| quotes(piece))
        .map(|(at, piece)| (at, sentences(piece)))
        .collect();
    let mut told = vec![false; pieces.len()];
    if quotations.is_empty() {
        return told;
    }
    // The weight of the longest paragraph that says each sentence.
    let mut longest: HashMap<&str, usize> =
        quotations.iter().flat_map(|(_, own)| own).map(|sentence| (sentence.as_str(), 0)).collect();
    for piece in pieces.iter().filter(|piece| piece.is_running()) {
        for sentence in sentences(piece) {
            if let Some(known) = longest.get_mut(sentence.as_str()) {
                *known = piece.weight.max(*known);
            }
        }
    }
    for (at, own) in &quotations {
        let weight = pieces.get(*at).map_or(0, |piece| piece.weight);
        let letters: usize = own.iter().map(|sentence| words::weight(sentence)).sum();
        let elsewhere =
            |sentence: &String| longest.get(sentence.as_str()).is_some_and(|other| *other > weight);
        if let Some(told) = told.get_mut(*at) {
            *told = letters * 10 >= weight * 6 && own.iter().all(elsewhere);
        }
    }
    told
}

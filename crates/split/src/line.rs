//! What a line says by itself: that it signs what is above it, leads elsewhere, is one of a count, stands short
//! beside a headline.

use crate::date;
use crate::labels::{self, Label};
use crate::piece::Piece;
use crate::words;

/// Whether most of `headings`, of which there are three and more, are as short as subheads, and half as long
/// as the headline `first`.
pub(crate) fn are_short_beside<'a>(first: &Piece, headings: impl Iterator<Item = &'a Piece>) -> bool {
    const SHORT: usize = 34;
    let weights: Vec<usize> = headings.map(|piece| piece.weight).collect();
    let short = weights.iter().filter(|weight| **weight <= SHORT && **weight * 2 <= first.weight).count();
    weights.len() >= 3 && short * 4 >= weights.len() * 3
}

/// A name, and perhaps a place, on a line of its own: "Margaret Hill, Westbury".
pub(crate) fn is_signature(piece: &Piece) -> bool {
    const LONGEST: usize = 120;
    if piece.weight > LONGEST {
        return false;
    }
    let text = piece.text.trim_matches(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = text.split_whitespace().collect();
    let capital = |word: &&&str| word.chars().next().is_some_and(char::is_uppercase);
    !piece.is_heading()
        && (2..=8).contains(&words.len())
        && !words::ends_sentence(&piece.text)
        && words.iter().filter(capital).count() * 3 >= words.len() * 2
        && !words::is_all_capitals(text)
}

/// Whether running text stands right behind a line that says "read also".
pub(crate) fn goes_on_behind_prompts(pieces: &[Piece]) -> bool {
    let goes_on = |pair: &[Piece]| matches!(pair, [label, next] if is_read_also(label) && next.is_running());
    pieces.windows(2).any(goes_on)
}

/// Whether a piece names the source or the keywords of the story above it.
pub(crate) fn names_source(piece: &Piece) -> bool {
    labels::at_start_of(&piece.text, &[Label::Source, Label::Keywords]).is_some_and(|found| found.colon)
}

/// A piece that says "read also" and no more.
pub(crate) fn is_read_also(piece: &Piece) -> bool {
    labels::at_start_of(&piece.text, &[Label::ReadAlso]).is_some_and(|found| found.rest.is_empty())
}

/// "1. Consume", "(3) …", "2 - …", "1/50 …": an item of a list, a chapter; not "2.1 billion".
pub(crate) fn is_numbered(text: &str) -> bool {
    numbered(text).is_some()
}

/// The number that `text` begins with, and what it numbers.
pub(crate) fn numbered(text: &str) -> Option<(u32, &str)> {
    let inner = text.trim_start_matches(['(', '（', '[']);
    let rest = inner.trim_start_matches(char::is_numeric);
    let digits = inner.get(..inner.len() - rest.len())?;
    if !(1..=6).contains(&digits.len()) {
        return None;
    }
    let number =
        digits.chars().filter_map(date::digit).fold(0, |sum: u32, digit| sum * 10 + digit.unsigned_abs());
    if let Some(all) = rest.strip_prefix('/') {
        let behind = all.trim_start_matches(char::is_numeric);
        return (behind.len() < all.len() && behind.starts_with(' '))
            .then_some((number, behind.trim_start()));
    }
    let mark = |c: char| matches!(c, '.' | ')' | ']' | ':' | '。' | '、' | '．' | '）');
    let behind = match rest.strip_prefix(mark) {
        Some(behind) => behind,
        // A dash counts only with a space behind it: "5-year plan".
        None => rest.trim_start().strip_prefix(['-', '–', '—']).filter(|behind| behind.starts_with(' '))?,
    };
    (!behind.starts_with(char::is_numeric) && !behind.is_empty()).then_some((number, behind.trim_start()))
}

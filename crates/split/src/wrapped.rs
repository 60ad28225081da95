//! Plain text that was wrapped at a fixed width, as in mails: its lines are joined to paragraphs again.
//!
//! Such a line ends where the first word of the next would not have gone into it; one that ends before that
//! ends its paragraph.

use crate::piece::{Form, Piece};
use crate::{line, words};

/// How a line stands on its page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Width {
    /// Columns of white space before it.
    indent: usize,
    /// Columns up to its end, the indent among them.
    whole: usize,
    /// The columns that its first word needs behind another line.
    first_word: usize,
    /// It holds an address, which nobody wraps.
    address: bool,
}

impl Width {
    pub(crate) fn of(raw: &str) -> Self {
        let text = raw.trim_start();
        let indent = columns(raw.get(..raw.len() - text.len()).unwrap_or_default());
        let text = text.trim_end();
        let address = text.contains("://");
        Self { indent, whole: indent + columns(text), first_word: first_word(text), address }
    }

    /// Whether the first word of `next` would have gone beyond `margin`.
    fn is_full(&self, next: &Self, margin: usize) -> bool {
        self.whole + next.first_word > margin
    }
}

/// Joins the lines of `pieces`, of which `widths` tells how wide they stood, where they were wrapped.
pub(crate) fn unwrap_lines(pieces: Vec<Piece>, widths: &[Width]) -> Vec<Piece> {
    /// Lines that must have been wrapped before any is joined.
    const FEWEST: usize = 6;
    let follows = |line: &Piece, next: &Piece| {
        next.gap == 0 && next.kind == Form::Paragraph && matches!(line.kind, Form::Paragraph | Form::ListItem)
    };
    let pairs: Vec<(&Width, &Width)> = pieces
        .windows(2)
        .zip(widths.windows(2))
        .filter_map(|(pieces, widths)| match (pieces, widths) {
            ([line, next], [width, after]) if follows(line, next) && !width.address => Some((width, after)),
            _ => None,
        })
        .collect();
    let Some(margin) = margin(pairs.iter().map(|(width, _)| width.whole)) else { return pieces };
    let wrapped = pairs.iter().filter(|(width, next)| width.is_full(next, margin)).count();
    // Next to no line is wider than where they were wrapped.
    let over = widths.iter().filter(|width| !width.address && width.whole > margin + NEAR).count();
    if wrapped < FEWEST || wrapped * 10 < pairs.len() * 6 || over * 10 > widths.len() {
        return pieces;
    }
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut before: Option<&Width> = None;
    for (lines, widths) in blocks(pieces, widths) {
        let prose = lines.len() > 1 && !is_list(&lines);
        for (piece, width) in lines.into_iter().zip(widths) {
            let last = out.last_mut().filter(|last| prose && follows(last, &piece));
            match (last, before) {
                (Some(last), Some(before)) if goes_on(last, before, &piece, width, margin) => {
                    let glued = is_glued(last.text.chars().next_back())
                        || is_glued(piece.text.chars().next())
                        || is_hyphenated(&last.text, &piece.text);
                    if !glued {
                        last.text.push(' ');
                    }
                    last.text.push_str(&piece.text);
                }
                _ => out.push(piece),
            }
            before = Some(width);
        }
    }
    out.into_iter().map(Piece::weighed).collect()
}

/// Columns by which lines differ that were wrapped at one width: most of them, and the longest.
const NEAR: usize = 8;
const NEXT: usize = 3;

/// Where lines were wrapped: the greatest width that three are near, so that one that sticks out counts for
/// nothing.
fn margin(widths: impl Iterator<Item = usize>) -> Option<usize> {
    let mut widths: Vec<usize> = widths.collect();
    widths.sort_unstable_by(|one, other| other.cmp(one));
    let near = |three: &&[usize]| matches!(three, [widest, _, third] if third + NEXT >= *widest);
    let margin = widths.windows(3).find(near).and_then(|three| three.first()).copied()?;
    (40..=100).contains(&margin).then_some(margin)
}

/// The lines between which there are no blank ones.
fn blocks(pieces: Vec<Piece>, widths: &[Width]) -> Vec<(Vec<Piece>, &[Width])> {
    let mut starts: Vec<usize> =
        pieces.iter().enumerate().filter(|(at, piece)| *at == 0 || piece.gap > 0).map(|(at, _)| at).collect();
    starts.push(pieces.len());
    let mut pieces = pieces.into_iter();
    let block = |ends: &[usize]| {
        let (start, end) = (ends.first().copied()?, ends.last().copied()?);
        Some((pieces.by_ref().take(end - start).collect(), widths.get(start..end)?))
    };
    starts.windows(2).filter_map(block).collect()
}

/// Whether each line of a block is a line of its own: all begin with a capital, and the last is no sentence.
fn is_list(lines: &[Piece]) -> bool {
    lines.iter().all(|line| line.text.starts_with(char::is_uppercase))
        && lines.last().is_some_and(|last| !words::ends_sentence(&last.text))
}

/// Whether the text of `last`, whose last line was `before`, goes on in `next`.
fn goes_on(last: &Piece, before: &Width, next: &Piece, width: &Width, margin: usize) -> bool {
    let speaks = || {
        let first = next.text.split(' ').next().unwrap_or_default();
        first.ends_with(':') && words::is_all_capitals(first)
    };
    // Deeper begins a paragraph, but below the sign of a list's item.
    let deeper = width.indent > before.indent && last.kind != Form::ListItem;
    let sentence = before.whole + 2 * NEAR >= margin
        && !words::ends_sentence(&last.text)
        && next.text.starts_with(char::is_lowercase);
    !before.address
        && !deeper
        && !next.text.starts_with('>')
        && (before.is_full(width, margin) || sentence || is_hyphenated(&last.text, &next.text))
        && !line::is_numbered(&next.text)
        && !speaks()
}

/// Whether a word was parted at the end of a line: "engi-" and "neers"; not "Vor-" and "und".
fn is_hyphenated(last: &str, next: &str) -> bool {
    let first = next.split(' ').next().unwrap_or_default();
    let parted = last.strip_suffix('-').is_some_and(|word| word.ends_with(char::is_alphabetic));
    parted
        && first.starts_with(char::is_lowercase)
        && !["und", "oder", "bis", "and", "or", "to", "och", "og", "en", "of", "et", "y", "e", "i"]
            .contains(&first)
}

/// How wide `text` is where all characters have one width, those of Chinese, Japanese and Korean two.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

fn is_wide(c: char) -> bool {
    words::is_hangul(c) || is_glued(Some(c))
}

/// Whether a line may end anywhere beside `c`, and no space stands for it. Thai and its neighbours, which are
/// narrow, are wrapped at their spaces.
fn is_glued(c: Option<char>) -> bool {
    c.is_some_and(|c| {
        (words::is_unspaced(c) && c >= '\u{2E80}')
            || matches!(c, '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FF60}')
    })
}

/// The columns that the first word of a line needs behind another, its space with it.
fn first_word(text: &str) -> usize {
    /// A character, and a mark that may not begin a line.
    const GLUED: usize = 4;
    /// A phrase of a script without spaces between words; longer ones are wrapped inside.
    const PHRASE: usize = 8;
    let word = text.split(' ').next().unwrap_or_default();
    match word.find(|c| is_glued(Some(c))) {
        Some(0) => GLUED,
        Some(at) => columns(word.get(..at).unwrap_or_default()) + GLUED,
        None if word.starts_with(words::is_unspaced) => columns(word).min(PHRASE) + 1,
        None => columns(word) + 1,
    }
}

#[cfg(test)]
mod tests {
    use crate::plain;

    /// The lines that `text` has when what was wrapped is joined.
    fn joined(text: &str) -> Vec<String> {
        plain::pieces(text, 1000).into_iter().map(|piece| piece.text).collect()
    }

    const PROSE: &str = "\
The committee met on Tuesday to discuss the repair of the old bridge
over the river, which has been closed since the flood of last spring
and whose timbers are rotten beyond what anybody had expected when
the engineers first looked at them in the summer of last year. The
work will take until autumn, and a ferry will run in the meantime.
";

    #[test]
    fn paragraphs_are_whole_again() {
        let text = format!("{PROSE}\n{PROSE}");
        let lines = joined(&text);
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line.ends_with("in the meantime.") && line.contains("bridge over")));
    }

    #[test]
    fn what_stands_on_lines_of_its_own_stays_so() {
        for (block, lines) in [
            (
                "Bridge to be closed until the autumn, says the town council\nFerry runs in the meantime, and takes bicycles for nothing",
                2,
            ),
            (
                "     A first line that is set in from the margin as in books\nand goes on at the margin without any such space before it.",
                1,
            ),
            (
                "ANNA: I have never seen the river as high as it was that day\nBEN: Neither have I, and I have lived here for sixty years.",
                2,
            ),
            (
                "1. The bridge over the river will be closed until the autumn\n2. A ferry will run in the meantime and take bicycles as well.",
                2,
            ),
            ("A headline that sticks out over the margin of the text by a few\nBy Ann Smith", 2),
        ] {
            let text = format!("{PROSE}\n{block}\n\n{PROSE}");
            assert_eq!(joined(&text).len(), lines + 2, "{block}");
        }
    }

    #[test]
    fn scripts_without_spaces_get_none() {
        let line = "古い橋の修理が始まり、町の人々は春の洪水のあと閉ざされた川を渡れずにいた\n";
        let lines = joined(&line.repeat(8));
        assert_eq!(lines.len(), 1);
        assert!(lines.iter().all(|line| !line.contains(' ')));
    }
}

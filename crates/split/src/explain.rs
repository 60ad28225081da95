//! Why a page was split as it was.

use std::fmt::Write;

use crate::piece::{Form, Piece};
use crate::unit::Unit;

/// Each of `pieces` on a line: its story (or a dot), its form, its weight, the share of links, `r`
/// where it is running text, and how it begins.
pub(crate) fn lines(pieces: &[Piece], units: &[Unit]) -> String {
    const SHOWN: usize = 90;
    let mut out = String::new();
    for (n, unit) in units.iter().enumerate() {
        let _ = writeln!(out, "story {}: {}", n + 1, unit.signs);
    }
    for (at, piece) in pieces.iter().enumerate() {
        let story = units
            .iter()
            .position(|unit| unit.range.contains(&at))
            .map_or(".".to_owned(), |n| (n + 1).to_string());
        let form = match piece.kind {
            Form::Paragraph => "text".to_owned(),
            Form::Heading(rank) => format!("h{rank}"),
            Form::ListItem => "item".to_owned(),
            Form::Quote => "quote".to_owned(),
            Form::Preformatted => "pre".to_owned(),
            Form::TableRow => "row".to_owned(),
            Form::Rule => "rule".to_owned(),
        };
        let running = if piece.is_running() { "r" } else { "-" };
        let start: String = piece.text.chars().take(SHOWN).collect();
        // Writing to a string does not fail.
        let _ = writeln!(
            out,
            "{story:>3} {form:5} {:>5} {:>3.0}% {running} {start}",
            piece.weight,
            piece.link_density() * 100.0
        );
    }
    out
}

//! Columns of briefs whose headlines stand at the head of their only paragraph, in bold:
//! "**New fountain.** The council will open …".

use crate::piece::{Form, Piece, STORY_WEIGHT};
use crate::words;

/// `pieces` with those headlines cut off as headings, and for each old place the new one (none where they
/// are the same), when the page is written so: at least two paragraphs with such a headline, most of its
/// running text or, where it begins with one, a third of it.
pub(crate) fn cut(pieces: Vec<Piece>) -> (Vec<Piece>, Vec<usize>) {
    let long = |piece: &&Piece| piece.is_running() && piece.weight >= STORY_WEIGHT / 2;
    let running = pieces.iter().filter(long).count();
    let briefs = pieces.iter().filter(long).filter(|piece| headline(piece).is_some()).count();
    // A column begins with a brief; an article whose points begin in bold, with what they are about.
    let begins = pieces.iter().find(long).is_some_and(|piece| headline(piece).is_some());
    let written_so = briefs >= 2 && (briefs * 10 >= running * 8 || (begins && briefs * 3 >= running));
    if !written_so {
        return (pieces, Vec::new());
    }
    let mut out = Vec::with_capacity(pieces.len());
    let mut places = Vec::with_capacity(pieces.len());
    for piece in pieces {
        places.push(out.len());
        match headline(&piece) {
            Some((head, body)) => {
                let head = Piece {
                    kind: Form::Heading(6),
                    text: head.to_owned(),
                    linked: 0,
                    lead: 0,
                    brief: true,
                    ..piece.clone()
                };
                let body = Piece { text: body.to_owned(), lead: 0, time: None, ..piece };
                out.extend([head.weighed(), body.weighed()]);
            }
            None => out.push(piece),
        }
    }
    places.push(out.len());
    (out, places)
}

/// The bold headline of a brief, without its full stop, and the text behind it.
fn headline(piece: &Piece) -> Option<(&str, &str)> {
    const ENDS: [char; 11] = ['.', ':', '。', '：', '!', '?', '؟', '۔', '।', '–', '—'];
    let (head, body) = piece.text.split_at_checked(piece.lead)?;
    // The stop may stand behind what is set in bold, and a line break instead of it.
    let stopped = head.trim_end().ends_with(ENDS) || body.starts_with(['.', ':', '–', '—', '。', '：']);
    let head = head.trim().trim_end_matches(['.', ':', '。', '：', '۔', '।', '–', '—', ' ']);
    let body = body.trim_start_matches(['.', ':', '–', '—', '。', '：', ' ']);
    let ends = stopped
        || body.starts_with(|c: char| c.is_uppercase() || words::is_unspaced(c) || !c.is_alphabetic());
    let fits = ends && (2..=16).contains(&words::count(head)) && words::weight(body) >= STORY_WEIGHT / 4;
    fits.then(|| (head, body.trim()))
}

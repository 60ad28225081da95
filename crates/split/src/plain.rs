//! Plain text to pieces: one a line.

use crate::piece::{Form, Piece, STORY_WEIGHT};
use crate::wrapped::{self, Width};
use crate::{clean, words};

const BREAKS: [char; 5] = ['\n', '\r', '\u{2028}', '\u{2029}', '\u{C}'];

/// The text that is said in `text` again and again with nothing between, and how often: a mail that was
/// quoted whole, a page saved twice. Of a text of more than `max` lines all is said once.
pub(crate) fn copies(text: &str, max: usize) -> (&str, usize) {
    let lines: Vec<&str> =
        text.split(BREAKS).map(str::trim).filter(|line| !line.is_empty()).take(max + 1).collect();
    if lines.len() > max {
        return (text, 1);
    }
    // For each line, how many before it say the same as those at the start (Knuth, Morris and Pratt 1977).
    let mut borders = vec![0; lines.len()];
    let mut border = 0;
    for at in 1..lines.len() {
        while border > 0 && lines.get(at) != lines.get(border) {
            border = borders.get(border - 1).copied().unwrap_or(0);
        }
        border += usize::from(lines.get(at) == lines.get(border));
        if let Some(own) = borders.get_mut(at) {
            *own = border;
        }
    }
    let period = lines.len() - borders.last().copied().unwrap_or(0);
    if period == 0 || period == lines.len() || !lines.len().is_multiple_of(period) {
        return (text, 1);
    }
    let second = lines.get(period).map_or(text.len(), |line| line.as_ptr() as usize - text.as_ptr() as usize);
    (text.get(..second).unwrap_or(text), lines.len() / period)
}

/// The pieces of `text`, at most `max`.
pub(crate) fn pieces(text: &str, max: usize) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let mut widths: Vec<Width> = Vec::new();
    let mut gap = 0u8;
    let mut lines = text.split(BREAKS);
    while let Some(raw) = lines.next() {
        // Below this mark stands who sent a mail (RFC 3676, section 4.3).
        if raw == "-- " && is_mail_footer(lines.clone()) {
            break;
        }
        let line = clean::line(raw);
        if line.is_empty() {
            gap = gap.saturating_add(1);
            continue;
        }
        if gap == 0
            && let Some(level) = underline(&line)
            && let Some(above) = out.last_mut()
            && above.kind == Form::Paragraph
            && above.looks_like_heading()
        {
            above.kind = Form::Heading(level);
            continue;
        }
        let (kind, line) = form(line);
        if out.len() == max {
            break;
        }
        out.push(linked(kind, line, if out.is_empty() { 0 } else { gap }));
        widths.push(Width::of(raw));
        gap = 0;
    }
    wrapped::unwrap_lines(out, &widths)
}

/// Whether `lines`, all that are left, tell who sent a mail: a few short ones, and no story.
fn is_mail_footer<'a>(lines: impl Iterator<Item = &'a str>) -> bool {
    const MOST: usize = 12;
    const LONGEST: usize = 160;
    let lines: Vec<&str> = lines.map(str::trim).filter(|line| !line.is_empty()).take(MOST + 1).collect();
    lines.len() <= MOST
        && lines.iter().all(|line| line.len() <= LONGEST)
        && lines.iter().filter(|line| words::has_inner_sentence(line)).count() <= 1
        && lines.iter().map(|line| words::weight(line)).sum::<usize>() < STORY_WEIGHT
}

/// The level of the heading that `line` underlines in Markdown.
fn underline(line: &str) -> Option<u8> {
    let all = |sign: u8| line.len() >= 3 && line.bytes().all(|byte| byte == sign);
    if all(b'=') { Some(1) } else { all(b'-').then_some(2) }
}

/// The piece of a line, without the addresses of Markdown's links in it.
fn linked(kind: Form, line: String, gap: u8) -> Piece {
    if !line.contains("](") {
        return Piece::plain(kind, line, gap);
    }
    let (mut text, mut linked, mut href) = (String::with_capacity(line.len()), 0, None);
    let mut rest = line.as_str();
    while let Some((before, label, address, after)) = link(rest) {
        text.push_str(before);
        text.push_str(label);
        linked += label.len();
        href.get_or_insert_with(|| address.into());
        rest = after;
    }
    text.push_str(rest);
    Piece { linked, href, ..Piece::plain(kind, text, gap) }.weighed()
}

/// The first link of Markdown in `text`: what stands before it, its text, its address, and the rest. An
/// address has no white space in it: what has is an aside.
fn link(text: &str) -> Option<(&str, &str, &str, &str)> {
    /// Bytes of what is linked, and of the address; and brackets inside the address: no link has more.
    const LONGEST: usize = 1024;
    const DEEPEST: i32 = 8;
    text.match_indices("](").find_map(|(middle, _)| {
        let (head, tail) = (text.get(..middle)?, text.get(middle + 2..)?);
        let near = text.ceil_char_boundary(middle.saturating_sub(LONGEST));
        let open = near + head.get(near..)?.rfind('[')?;
        let mut depth = 1;
        let close = words::head(tail, LONGEST).find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0 || depth > DEEPEST || char::is_whitespace(c)
        })?;
        let (address, after) = (tail.get(..close)?, tail.get(close..)?.strip_prefix(')')?);
        Some((head.get(..open)?, head.get(open + 1..)?, address, after))
    })
}

/// What a line is by its first signs.
fn form(line: String) -> (Form, String) {
    if is_rule(&line) {
        return (Form::Rule, String::new());
    }
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    if (1..=6).contains(&level) && line.as_bytes().get(level) == Some(&b' ') {
        let text = line.trim_matches('#').trim().to_owned();
        return (Form::Heading(u8::try_from(level).unwrap_or(6)), text);
    }
    for bullet in ["• ", "· ", "- ", "* ", "◦ ", "▪ ", "● "] {
        if let Some(item) = line.strip_prefix(bullet)
            && !item.is_empty()
        {
            return (Form::ListItem, item.to_owned());
        }
    }
    (Form::Paragraph, line)
}

/// A line of signs has fewer bytes.
const LONGEST_RULE: usize = 1000;

/// Whether a line is nothing but at least three signs: `***`, `* * *`, `-----`, `___`, `=====`.
pub(crate) fn is_rule(line: &str) -> bool {
    if line.len() > LONGEST_RULE || line.starts_with(char::is_alphanumeric) {
        return false;
    }
    let signs = line.chars().filter(|c| !c.is_whitespace());
    signs.clone().count() >= 3
        && signs.clone().all(|c| {
            matches!(
                c,
                '*' | '-'
                    | '_'
                    | '='
                    | '~'
                    | '#'
                    | '+'
                    | '•'
                    | '·'
                    | '—'
                    | '–'
                    | '─'
                    | '━'
                    | '═'
                    | '◇'
                    | '◆'
                    | '★'
                    | '☆'
                    | '■'
                    | '□'
                    | '●'
                    | '○'
            )
        })
}

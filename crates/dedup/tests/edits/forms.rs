//! Quotation marks and digits in other forms: the same words, the same numbers.

use crate::set::{Language, Report, Script};

/// In another house's quotation marks and digits.
pub(crate) fn reformed(of: &Language, at: usize) -> Report {
    let report = &of.reports[at];
    let reform = |text: &String| renumbered(of, &requoted(of, text));
    Report { headline: reform(&report.headline), paragraphs: report.paragraphs.iter().map(reform).collect() }
}

/// With other quotation marks than it has, and the other apostrophe.
fn requoted(of: &Language, text: &str) -> String {
    let (open, close) = match text {
        _ if of.script == Script::Han && text.contains('“') => ("「", "」"),
        _ if text.contains(['“', '„']) => ("«\u{a0}", "\u{a0}»"),
        _ => ("“", "”"),
    };
    let mut is_open = false;
    let requote = |c: char| match c {
        '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」' => {
            is_open = !is_open;
            if is_open { open.to_owned() } else { close.to_owned() }
        }
        '’' => '\''.to_string(),
        '\'' => '’'.to_string(),
        c => c.to_string(),
    };
    text.chars().map(requote).collect()
}

/// With ASCII digits for the script's own, and the other way round. Where ASCII digits are the script's
/// own, with other separators of thousands and decimals.
fn renumbered(of: &Language, text: &str) -> String {
    let zero = match (of.script, of.code) {
        (Script::Arabic, "ar") => '٠',
        (Script::Arabic, _) => '۰',
        (Script::Devanagari, _) => '०',
        (Script::Han, _) => '０',
        (Script::Latin | Script::Cyrillic, _) => return reseparated(text),
    };
    let own = |n: u32| char::from_u32(u32::from(zero) + n).unwrap();
    let renumber = |c: char| match c.to_digit(10) {
        Some(n) => own(n),
        None => ('0'..='9').zip(0..).find(|(_, n)| own(*n) == c).map_or(c, |(ascii, _)| ascii),
    };
    text.chars().map(renumber).collect()
}

/// `12,5` for `12.5`, `1 840` for `1.840`.
fn reseparated(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let digits = |range: std::ops::Range<usize>| {
        chars.get(range).is_some_and(|chars| chars.iter().all(char::is_ascii_digit))
    };
    let reseparate = |(at, c): (usize, &char)| match c {
        '.' | ',' | ' ' | '\u{202f}' if at > 0 && digits(at - 1..at) && digits(at + 1..at + 4) => {
            if *c == '\u{202f}' { '.' } else { '\u{202f}' }
        }
        '.' if at > 0 && digits(at - 1..at) && digits(at + 1..at + 2) => ',',
        ',' if at > 0 && digits(at - 1..at) && digits(at + 1..at + 2) => '.',
        c => *c,
    };
    chars.iter().enumerate().map(reseparate).collect()
}

//! White space, and characters that print nothing or only shape others.
//!
//! What readers read is left as the page wrote it; what only lays it out, or what copies of one
//! report differ in though they read the same, goes.
//!
//! | Characters | What is done | Why |
//! |---|---|---|
//! | spaces of any width (no-break, ideographic, Braille and Hangul blanks), line and paragraph separators, tabs | one space, none at the ends | layout |
//! | control characters, U+FFFE, U+FFFF | out; U+0080 to U+009F as Windows-1252 reads them ("\u{92}" is ’) | old pages were converted as if they were Latin-1 |
//! | soft hyphen, zero-width space, word joiner, byte order mark, U+034F, object replacement, ruby marks | out | they say where a line may break, or that a picture stood here |
//! | bidirectional marks, embeddings and isolates | out | whoever shows the text orders it anew |
//! | tatweel (U+0640) between Arabic letters | out | it only stretches the word |
//! | tatweel at the end of a word ("لـ«", "الـBBC") or alone | stays, a run behind a letter as one | a letter leans on it |
//! | zero-width non-joiner | stays between letters, digits and their marks; else out | Persian and Indic words are spelled with it |
//! | zero-width joiner | stays beside a virama (Sinhala ශ්‍රී, Malayalam and Bengali) and between emoji (👩‍🚒); else out | there it makes another letter or picture; elsewhere it shapes |
//! | variation selectors | stay behind what they select a form of | they part emoji from signs, and the forms of a character in names |
//! | tag characters | stay in flags (🏴󠁧󠁢󠁳󠁣󠁴󠁿); else out | elsewhere they hide text |
//! | Arabic presentation forms ("ﺑﻴﺖ") | as the letters they are shapes of; signs such as ﷺ and ﷼ stay | shape is no spelling, and such text cannot be searched |
//! | a letter and a mark behind it ("e" and U+0301), Korean letters | as one character where there is one, as in NFC | Windows-1258 and macOS write them apart; they are the same by definition |
//! | ligatures (ﬁ), full-width letters, superscripts | stay: no NFKC | the page wrote them; who compares texts folds them on its own (`dedup`) |
//! | U+FFFD, private use | stay | they tell that something was lost |

pub(crate) mod references;

use encoding_rs::WINDOWS_1252;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

const TATWEEL: char = '\u{640}';
const NON_JOINER: char = '\u{200C}';
const JOINER: char = '\u{200D}';

/// `text` on one line, cleaned.
pub(crate) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push(&mut out, text);
    out.truncate(end(&out));
    out
}

/// Where `text`, which was cleaned, ends but for what waits for more: a space, a joiner.
pub(crate) fn end(text: &str) -> usize {
    let waits = |c: char| c == ' ' || c == NON_JOINER || c == JOINER;
    let end = text.trim_end_matches(waits).len();
    // A joiner behind a virama waits for nothing.
    match text.get(end..).unwrap_or_default().chars().next() {
        Some(JOINER) if text.get(..end).is_some_and(|text| text.ends_with(is_virama)) => {
            end + JOINER.len_utf8()
        }
        _ => end,
    }
}

/// Appends `text` to `out` as [`line`] would, keeping one trailing space.
pub(crate) fn push(out: &mut String, text: &str) {
    // What stood there before is only ever made shorter by a joiner.
    let start = out.len();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        // Most text is in runs that stay as they are.
        let (run, behind) = rest.split_at(rest.bytes().take_while(u8::is_ascii_graphic).count());
        if !run.is_empty() {
            settle_joiner(out, c);
            out.push_str(run);
            rest = behind;
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '\u{80}'..='\u{9F}' => {
                let byte = u8::try_from(u32::from(c)).unwrap_or(b' ');
                let read = WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next();
                read.filter(|read| !read.is_control()).into_iter().for_each(|read| add(out, start, read));
            }
            c if c.is_whitespace() || matches!(c, '\u{2800}' | '\u{3164}' | '\u{FFA0}') => space(out),
            c if is_invisible(c) => {}
            '\u{FB50}'..='\u{FDF9}' | '\u{FE70}'..='\u{FEFC}' => {
                // Vowel marks have forms that hold a space; they stay.
                let letters = || std::iter::once(c).nfkc();
                match letters().all(char::is_alphabetic) {
                    true => letters().for_each(|letter| add(out, start, letter)),
                    false => add(out, start, c),
                }
            }
            c => add(out, start, c),
        }
    }
}

/// Appends what is no space, as what stands before it wants; nothing before `start` is changed.
fn add(out: &mut String, start: usize, c: char) {
    settle_joiner(out, c);
    let mut before = out.chars().rev();
    let (last, second) = (before.next().unwrap_or(' '), before.next().unwrap_or(' '));
    match c {
        TATWEEL if last == TATWEEL && is_arabic(second) => return,
        NON_JOINER if !is_in_word(last) => return,
        JOINER if !takes_joiner(last) => return,
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' if last == ' ' => return,
        '\u{E0020}'..='\u{E007F}' if last != '\u{1F3F4}' && !is_tag(last) => return,
        _ => {}
    }
    if last == TATWEEL && is_arabic(second) && is_arabic(c) && out.len() > start {
        out.pop();
        return add(out, start, c);
    }
    match composed(last, c).filter(|_| out.len() > start) {
        Some(one) => {
            out.pop();
            out.push(one);
        }
        None => out.push(c),
    }
}

/// The one character that a letter and a mark, or the parts of a Korean syllable, are.
fn composed(letter: char, mark: char) -> Option<char> {
    if !is_combining_mark(mark) && !matches!(mark, '\u{1161}'..='\u{11C2}') {
        return None;
    }
    let mut both = [letter, mark].into_iter().nfc();
    both.next().filter(|_| both.next().is_none())
}

/// Takes back a joiner at the end of `out` that does not join to `next`.
fn settle_joiner(out: &mut String, next: char) {
    if out.as_bytes().last().is_none_or(u8::is_ascii) {
        return;
    }
    let mut before = out.chars().rev();
    let (last, second) = (before.next(), before.next().unwrap_or(' '));
    let stays = match last {
        Some(NON_JOINER) => is_in_word(next),
        Some(JOINER) => is_virama(second) || is_virama(next) || (is_emoji(second) && is_emoji(next)),
        _ => true,
    };
    if !stays {
        out.pop();
    }
}

fn space(out: &mut String) {
    settle_joiner(out, ' ');
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

/// Whether a word goes on over a non-joiner beside `c`.
fn is_in_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Whether a joiner behind `c` may mean something.
fn takes_joiner(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{DFF}') || is_virama(c) || is_emoji(c)
}

/// Whether `c` takes the vowel from an Indic letter.
fn is_virama(c: char) -> bool {
    const VIRAMA: u8 = 9;
    c >= '\u{900}' && canonical_combining_class(c) == VIRAMA
}

/// Whether `c` is part of an emoji: a picture, a sign that can be one, a selector.
fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2190}'..='\u{2BFF}' | '\u{FE0F}') || is_tag(c)
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0020}'..='\u{E007F}')
}

/// Whether `c` is a letter, or a mark of one, in a script that stretches words.
fn is_arabic(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{8FF}') && c != TATWEEL && c.is_alphabetic()
}

/// Marks that print nothing and part no words, and what is no character.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFC}' | '\u{FFFE}' | '\u{FFFF}')
}

#[cfg(test)]
mod tests;

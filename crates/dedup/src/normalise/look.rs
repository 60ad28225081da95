//! A text as a reader sees it.

use std::sync::LazyLock;

use super::composed::Composed;
use super::stretches::stretches;
use super::{is_invisible, normal};

impl Composed<'_> {
    /// What a reader sees: see [`strict`](super::strict).
    pub(crate) fn look(&self) -> String {
        let mut look = String::with_capacity(self.as_str().len());
        append(&mut look, self.as_str());
        look
    }

    /// The same without lines that only count or date: "12 comments", "Updated: 5 May 2026, 12:05". A change of these is
    /// none.
    pub(crate) fn look_without_counters(&self) -> String {
        let text = self.as_str();
        let mut look = String::with_capacity(text.len());
        text.lines().filter(|line| !is_counter(line)).for_each(|line| append(&mut look, line));
        // All of it is such lines: then they are what it says.
        if look.is_empty() { self.look() } else { look }
    }
}

/// Appends what a reader sees of a composed text, with a space before it where there is something.
fn append(look: &mut String, text: &str) {
    let mut space = true;
    for stretch in stretches(text) {
        if is_plain(stretch) {
            space |= stretch.starts_with(' ');
            let words = stretch.trim_matches(' ');
            if !words.is_empty() {
                if space && !look.is_empty() {
                    look.push(' ');
                }
                look.push_str(words);
                space = stretch.ends_with(' ');
            }
            continue;
        }
        for c in stretch.chars().filter(|c| !is_invisible(*c)) {
            if c.is_whitespace() {
                space = true;
                continue;
            }
            if std::mem::take(&mut space) && !look.is_empty() {
                look.push(' ');
            }
            look.push(plain(c));
        }
    }
}

/// One form of each kind of quotation mark and dash.
fn plain(c: char) -> char {
    match c {
        '‘' | '’' | '‚' | '‛' | '′' | '`' | '‹' | '›' => '\'',
        '“' | '”' | '„' | '‟' | '«' | '»' => '"',
        '‐' | '‒' | '–' | '—' | '―' | '−' => '-',
        c => c,
    }
}

/// Whether a reader sees a stretch as it is: letters, or printable ASCII but for the grave accent, with single spaces.
fn is_plain(stretch: &str) -> bool {
    static TABLE: LazyLock<Vec<bool>> = LazyLock::new(|| {
        ('\0'..'\u{a000}').map(|c| !is_invisible(c) && !c.is_whitespace() && plain(c) == c).collect()
    });
    if !stretch.is_ascii() {
        return stretch.chars().all(|c| TABLE.get(c as usize).copied().unwrap_or(false));
    }
    // Nothing is left early, so that many bytes are looked at at once.
    let bytes = stretch.as_bytes();
    let is_odd = |byte: &u8| !(b' '..=b'~').contains(byte) || *byte == b'`';
    let odd = bytes.iter().fold(false, |odd, byte| odd | is_odd(byte));
    let pairs = bytes.iter().zip(bytes.iter().skip(1));
    let spaces = pairs.fold(false, |spaces, (one, other)| spaces | (*one == b' ' && *other == b' '));
    !odd && !spaces
}

/// Whether a line has a number and at most two words beside it, or at most eight words with a time of day, and does
/// not end as a sentence does.
fn is_counter(line: &str) -> bool {
    const COUNTER_WORDS: usize = 3;
    const DATE_LINE_WORDS: usize = 8;
    let line = line.trim();
    if line.len() > 120
        || !line.contains(char::is_numeric)
        || line.ends_with(['.', '!', '?', '…', '。', '؟', '।', ':', '"', '”', '»'])
    {
        return false;
    }
    let words = normal(line);
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    let (all, numbers) = (words.split(' ').count(), words.split(' ').filter(is_number).count());
    let has_time = || {
        let parts: Vec<&str> = line.split([':', '٫']).collect();
        parts.windows(2).any(|pair| match pair {
            [before, after] => {
                let hour = before.chars().rev().take_while(|c| c.is_numeric()).count();
                let minute = after.chars().take_while(|c| c.is_numeric()).count();
                (1..=2).contains(&hour) && minute == 2
            }
            _ => false,
        })
    };
    (numbers == 1 && all <= COUNTER_WORDS && all > 1)
        || (numbers >= 2 && all <= DATE_LINE_WORDS && has_time())
}

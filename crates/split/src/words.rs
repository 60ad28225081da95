//! Measures of text that hold in any script.

/// Whether `c` is written without spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese).
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF
        | 0x3040..=0x30FF | 0x31F0..=0x31FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF
        | 0x20000..=0x3FFFF)
}

/// The number of words; in scripts without spaces, two characters count as one.
pub(crate) fn count(text: &str) -> usize {
    let (mut words, mut unspaced, mut inside) = (0, 0, false);
    for c in text.chars() {
        if is_unspaced(c) {
            unspaced += 1;
            inside = false;
        } else if c.is_alphanumeric() {
            words += usize::from(!inside);
            inside = true;
        } else if !matches!(c, '\'' | '’' | '-' | '.' | ',') || !inside {
            inside = false;
        }
    }
    words + unspaced / 2
}

/// The number of letters and digits, those of scripts without spaces counted 2.5 times: so a
/// threshold in characters means about the same amount of news in every script.
pub(crate) fn weight(text: &str) -> usize {
    let mut halves = 0;
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            halves += 2;
        } else if c.is_ascii() {
            halves += usize::from(c == ' ') * 2;
        } else if is_unspaced(c) || is_hangul(c) {
            halves += 5;
        } else {
            halves += 2;
        }
    }
    halves / 2
}

/// Whether `c` is a Korean syllable.
pub(crate) fn is_hangul(c: char) -> bool {
    matches!(u32::from(c), 0xAC00..=0xD7AF)
}

/// Whether `text` ends as a sentence does, closing quotes and brackets aside.
pub(crate) fn ends_sentence(text: &str) -> bool {
    let end = text.trim_end_matches(|c: char| {
        c.is_whitespace()
            || matches!(c, '"' | '\'' | '”' | '’' | '»' | '«' | '“' | ')' | ']' | '）' | '」' | '』' | '›')
    });
    end.chars().next_back().is_some_and(is_terminal)
        || (end.len() < text.len() && text.trim_end().ends_with([')', ']', '）']) && weight(text) > 200)
}

/// Whether `c` ends a sentence in some script.
pub(crate) fn is_terminal(c: char) -> bool {
    matches!(
        c,
        '.' | '!'
            | '?'
            | '…'
            | '。'
            | '！'
            | '？'
            | '؟'
            | '۔'
            | '।'
            | '॥'
            | '።'
            | '։'
            | '．'
            | '︒'
            | '។'
            | '၊'
            | '။'
    )
}

/// Whether `text` has a sentence break inside: a terminal followed by more text.
pub(crate) fn has_inner_sentence(text: &str) -> bool {
    let mut terminal = false;
    for c in text.chars() {
        if terminal && (c == ' ' || is_unspaced(c)) {
            return true;
        }
        terminal = is_terminal(c);
    }
    false
}

/// Whether most letters of `text` that have a case are capitals, and there are at least four. A long
/// text is known by its beginning.
pub(crate) fn is_all_capitals(text: &str) -> bool {
    const ENOUGH: usize = 4096;
    let (mut upper, mut lower) = (0, 0);
    for c in head(text, ENOUGH).chars() {
        upper += usize::from(c.is_uppercase());
        lower += usize::from(c.is_lowercase());
    }
    upper >= 4 && lower * 8 <= upper
}

/// Letters and digits alone, lower case, words parted by one space: for comparing headlines.
pub(crate) fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    out.extend(normal_chars(text));
    out
}

/// The characters of [`normal`], so that a comparison may end at the first that differs.
pub(crate) fn normal_chars(text: &str) -> impl Iterator<Item = char> {
    let (mut begun, mut space) = (false, false);
    text.chars().flat_map(move |c| {
        let own = c.is_alphanumeric();
        // A space is written before the next word, so that none stands at the end.
        let parts = (own && space).then_some(' ');
        space = !own && (space || (begun && !matches!(c, '\'' | '’' | '\u{AD}')));
        begun |= own;
        parts.into_iter().chain(own.then(|| c.to_lowercase()).into_iter().flatten())
    })
}

/// The beginning of `text`, at most `max` bytes of it.
pub(crate) fn head(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or(text)
}

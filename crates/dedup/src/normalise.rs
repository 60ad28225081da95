//! The two forms in which texts are compared.
//!
//! [`normal`] keeps the words alone, as they sound alike in every house style: what two copies of a
//! report have in common. [`strict`] keeps what a reader sees, so that a corrected comma is a change
//! and a line break is none.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// The words of `text`, one space between them: compatibility forms composed (NFKC), lower case,
/// digits of every script as ASCII, Arabic and Persian letters in one spelling, without vowel marks,
/// punctuation, symbols and invisible characters.
///
/// In scripts that put no spaces between words every character stands as a word. Text without a
/// letter or digit gives the empty string.
pub fn normal(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut in_word = false;
    for c in composed(text).chars().flat_map(char::to_lowercase) {
        if is_invisible(c) || is_vowel_mark(c) {
            continue;
        }
        let alone = is_unspaced(c);
        if !(c.is_alphanumeric() || (in_word && is_combining_mark(c))) {
            in_word = false;
            continue;
        }
        if (!in_word || alone) && !normal.is_empty() {
            normal.push(' ');
        }
        in_word = !alone;
        match c {
            'ß' => normal.push_str("ss"),
            c => normal.push(plain(c)),
        }
    }
    normal
}

/// The first words of `normal` text: 12, or twice as many characters in scripts without spaces.
pub(crate) fn first_words(normal: &str) -> &str {
    // In half words.
    const ENOUGH: usize = 24;
    let mut taken = 0;
    let mut end = 0;
    for word in normal.split(' ') {
        if taken >= ENOUGH {
            break;
        }
        taken += if word.starts_with(is_unspaced) { 1 } else { 2 };
        end += word.len() + 1;
    }
    normal.get(..end).unwrap_or(normal).trim_end()
}

/// `text` as a reader sees it: NFKC, white space as single spaces, no invisible characters, one form
/// of each kind of quotation mark and dash. Case, punctuation and spelling stay.
pub fn strict(text: &str) -> String {
    let mut strict = String::with_capacity(text.len());
    let mut space = false;
    for c in composed(text).chars().filter(|c| !is_invisible(*c)) {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if std::mem::take(&mut space) && !strict.is_empty() {
            strict.push(' ');
        }
        strict.push(match c {
            '‘' | '’' | '‚' | '‛' | '′' | '`' | '´' | '‹' | '›' => '\'',
            '“' | '”' | '„' | '‟' | '″' | '«' | '»' => '"',
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => '-',
            c => c,
        });
    }
    strict
}

/// `text` in NFKC, which most text is in already: seeing that is much faster than composing it.
fn composed(text: &str) -> Cow<'_, str> {
    match is_nfkc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        _ => Cow::Owned(text.nfkc().collect()),
    }
}

/// Soft hyphens, zero-width and directional marks, variation selectors, tatweel: what changes how
/// text is laid out and not what it says.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{640}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

/// Marks that most writers leave out: Arabic and Hebrew vowel and reading marks, and the dot that
/// lower-casing the Turkish İ leaves behind.
fn is_vowel_mark(c: char) -> bool {
    matches!(
        c,
        '\u{307}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c5}' | '\u{5c7}'
            | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}'
            | '\u{6df}'..='\u{6e4}' | '\u{6e7}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}' | '\u{8d3}'..='\u{8ff}'
    )
}

/// Letters and digits that writers take for one another.
fn plain(c: char) -> char {
    match c {
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ی' | 'ې' => 'ي',
        'ة' | 'ۀ' | 'ە' => 'ه',
        'ک' => 'ك',
        'ς' => 'σ',
        c => digit(c).unwrap_or(c),
    }
}

/// The ASCII digit of a decimal digit of another script.
fn digit(c: char) -> Option<char> {
    // Code points of the digits zero in scripts of today's news.
    const ZEROS: [u32; 14] =
        [0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0x1040];
    let zero = ZEROS.iter().rfind(|zero| **zero <= u32::from(c))?;
    char::from_digit(u32::from(c) - zero, 10)
}

/// Letters of scripts that put no spaces between words: Han, kana, Thai, Lao, Burmese, Khmer.
fn is_unspaced(c: char) -> bool {
    matches!(
        u32::from(c),
        0xe01..=0xe4f | 0xe81..=0xecf | 0x1000..=0x103f | 0x1780..=0x17df | 0x3005..=0x3007 | 0x3041..=0x30ff
            | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_text_are_one() {
        for (one, other) in [
            ("Straße  ﬁne", "STRASSE fine"),
            ("إلى المدرسةِ الأولـــى", "الي المدرسه الاولي"),
            ("العام ١٩٧٤", "العام 1974"),
            ("\u{200f}می‌رود", "ميرود"),
            ("“Don’t,” he said — twice", "Don't he said: twice!"),
            ("İstanbul", "istanbul"),
            ("Cafe\u{301}", "café"),
            ("ΟΔΟΣ", "οδος"),
            ("东京，新闻", "东京 新闻"),
        ] {
            assert_eq!(normal(one), normal(other), "{one} and {other}");
        }
    }

    #[test]
    fn other_words_are_others() {
        for (one, other) in [
            ("won 2 of 3", "won 3 of 2"),
            ("a bc", "ab c"),
            ("क्त", "कत"),
            ("résumé", "resume"),
            ("东京", "京东"),
        ] {
            assert_ne!(normal(one), normal(other), "{one} and {other}");
        }
    }

    #[test]
    fn strict_sees_what_a_reader_sees() {
        assert_eq!(strict(" “a”\u{a0}\u{200f}–\r\n b\u{ad}c "), strict("\"a\" - bc"));
        for (one, other) in [("a.", "a"), ("A", "a"), ("إلى", "الى"), ("5%", "5")] {
            assert_ne!(strict(one), strict(other), "{one} and {other}");
        }
    }

    #[test]
    fn first_words_end_between_words() {
        let text = normal("One two three four five six seven eight nine ten eleven twelve thirteen");
        assert_eq!(first_words(&text), "one two three four five six seven eight nine ten eleven twelve");
        assert_eq!(first_words(&normal(&"新".repeat(30))), ["新"; 24].join(" "));
        assert_eq!(first_words("short"), "short");
        assert_eq!(first_words(""), "");
    }

    proptest! {
        #[test]
        fn words_are_kept_apart_by_one_space(text in ".{0,80}") {
            let normal = normal(&text);
            prop_assert!(normal.is_empty() || normal.split(' ').all(|word| !word.is_empty()), "{normal:?}");
        }

        #[test]
        fn layout_is_nothing(words in prop::collection::vec("[a-zء-غ一-龥0-9]{1,8}", 1..20), gap in "[ \n\t.,!«»-]{1,3}") {
            prop_assert_eq!(normal(&words.join(" ")), normal(&words.join(&gap).to_uppercase()));
        }

        #[test]
        fn first_words_are_a_beginning(text in "[\\PC ]{0,200}") {
            let normal = normal(&text);
            prop_assert!(normal.starts_with(first_words(&normal)));
        }
    }
}

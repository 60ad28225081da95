//! The two forms in which texts are compared.
//!
//! [`normal`] keeps the words alone, as they sound alike in every house style: what two copies of a
//! report have in common. [`strict`] keeps what a reader sees, so that a corrected comma is a change
//! and a line break is none.

use std::borrow::Cow;
use std::sync::LazyLock;

use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// The words of `text`, one space between them: compatibility forms composed (NFKC), lower case,
/// digits of every script as ASCII, Arabic and Persian letters in one spelling, without vowel marks,
/// punctuation, symbols and invisible characters.
///
/// In scripts that put no spaces between words every character stands as a word. Text without a
/// letter or digit gives the empty string.
pub fn normal(text: &str) -> String {
    let composed = composed(text);
    let mut words = Words { normal: String::with_capacity(composed.len()), ..Words::default() };
    let mut rest = &*composed;
    while let Some(c) = rest.chars().next() {
        let run = run(rest, |byte| byte.is_ascii_alphanumeric());
        match run {
            "" => words.take(Role::of(c)),
            run => words.take_ascii(run),
        }
        rest = rest.get(run.len().max(c.len_utf8())..).unwrap_or_default();
    }
    words.normal
}

/// Words as they come together.
#[derive(Default)]
struct Words {
    normal: String,
    in_word: bool,
    after_letter: bool,
}

impl Words {
    fn take(&mut self, role: Role) {
        let (letter, alone) = match role {
            Role::Nothing => return,
            Role::Gap => {
                (self.in_word, self.after_letter) = (false, false);
                return;
            }
            Role::Mark(mark) => {
                if self.after_letter {
                    self.normal.push(mark);
                }
                return;
            }
            Role::Letter(letter) => (letter, false),
            Role::Word(letter) => (letter, true),
        };
        self.go_on(alone);
        match letter {
            'ß' => self.normal.push_str("ss"),
            letter => self.normal.push(letter),
        }
    }

    /// Takes words of ASCII letters and digits, a space between them.
    fn take_ascii(&mut self, run: &str) {
        self.go_on(false);
        let start = self.normal.len();
        self.normal.push_str(run);
        if let Some(run) = self.normal.get_mut(start..) {
            run.make_ascii_lowercase();
        }
    }

    /// Begins a word where there is none, or where what comes stands `alone`.
    fn go_on(&mut self, alone: bool) {
        if (!self.in_word || alone) && !self.normal.is_empty() {
            self.normal.push(' ');
        }
        (self.in_word, self.after_letter) = (!alone, true);
    }
}

/// The beginning of `text` that is bytes which are `plain`, with single spaces between them. Most text is in such runs
/// of ASCII, and taking one at once takes a tenth of the time.
fn run(text: &str, plain: impl Fn(&u8) -> bool) -> &str {
    let mut before = b' ';
    let fits = |byte: &u8| {
        let before = std::mem::replace(&mut before, *byte);
        plain(byte) || (*byte == b' ' && before != b' ')
    };
    let len = text.as_bytes().iter().copied().take_while(fits).count();
    let run = text.get(..len).unwrap_or_default();
    run.strip_suffix(' ').unwrap_or(run)
}

/// What a character does to the normal form of the text around it.
#[derive(Debug, Clone, Copy)]
enum Role {
    /// It is as if it were not there.
    Nothing,
    /// It ends a word.
    Gap,
    /// It belongs to the letter before it.
    Mark(char),
    /// It is part of a word.
    Letter(char),
    /// It is a word.
    Word(char),
}

impl Role {
    /// The role of a character of text in NFKC.
    fn of(c: char) -> Self {
        // The scripts of most news from their table: asking Unicode's takes ten times as long.
        static TABLE: LazyLock<Vec<Role>> =
            LazyLock::new(|| ('\0'..'\u{800}').map(Role::by_properties).collect());
        TABLE.get(c as usize).copied().unwrap_or_else(|| Self::by_properties(c))
    }

    fn by_properties(c: char) -> Self {
        // One character, but for İ, whose second is a mark left out anyway.
        let c = c.to_lowercase().next().unwrap_or(c);
        match c {
            c if is_invisible(c) || is_vowel_mark(c) => Self::Nothing,
            c if is_combining_mark(c) => Self::Mark(plain(c)),
            c if c.is_alphanumeric() && is_unspaced(c) => Self::Word(plain(c)),
            c if c.is_alphanumeric() => Self::Letter(plain(c)),
            _ => Self::Gap,
        }
    }
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
    strict_into(&mut strict, text);
    strict
}

/// Appends [`strict`] of `text`, with a space before it where there is something.
fn strict_into(strict: &mut String, text: &str) {
    let composed = composed(text);
    let mut rest = &*composed;
    let mut space = true;
    while let Some(c) = rest.chars().next() {
        // As they are: printable ASCII but for the grave accent.
        let run = run(rest, |byte| matches!(byte, b'!'..=b'_' | b'a'..=b'~'));
        rest = rest.get(run.len().max(c.len_utf8())..).unwrap_or_default();
        if run.is_empty() && (c.is_whitespace() || is_invisible(c)) {
            space |= c.is_whitespace();
            continue;
        }
        if std::mem::take(&mut space) && !strict.is_empty() {
            strict.push(' ');
        }
        match c {
            _ if !run.is_empty() => strict.push_str(run),
            '‘' | '’' | '‚' | '‛' | '′' | '`' | '‹' | '›' => strict.push('\''),
            '“' | '”' | '„' | '‟' | '«' | '»' => strict.push('"'),
            '‐' | '‒' | '–' | '—' | '―' | '−' => strict.push('-'),
            c => strict.push(c),
        }
    }
}

/// [`strict`] without lines that only count or date: "12 comments", "Updated: 5 May 2026, 12:05". A change of these is
/// none.
pub(crate) fn without_counters(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    text.lines().filter(|line| !is_counter(line)).for_each(|line| strict_into(&mut kept, line));
    // All of it is such lines: then they are what it says.
    if kept.is_empty() { strict(text) } else { kept }
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

/// `text` in NFKC. Most text is that already, and seeing so is much faster than composing it.
fn composed(text: &str) -> Cow<'_, str> {
    static TABLE: LazyLock<Vec<bool>> = LazyLock::new(|| ('\0'..'\u{800}').map(is_composed).collect());
    let is_composed = |c| TABLE.get(c as usize).copied().unwrap_or_else(|| is_composed(c));
    match text.is_ascii() || text.chars().all(is_composed) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.nfkc().collect()),
    }
}

/// Whether composition leaves `c` alone whatever stands around it.
fn is_composed(c: char) -> bool {
    is_nfkc_quick(std::iter::once(c)) == IsNormalized::Yes && canonical_combining_class(c) == 0
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
        'ة' | 'ۀ' | 'ە' | 'ہ' | 'ۂ' | 'ۃ' => 'ه',
        'ک' => 'ك',
        'ς' => 'σ',
        'ё' => 'е',
        // Turkish capitals of both are written as I where the letter's language is not known.
        'ı' => 'i',
        // Candrabindu and anusvara.
        '\u{901}' => '\u{902}',
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
            ("ДАЛЁКО", "далеко"),
            ("KAPI ışık", "kapı IŞIK"),
            ("ہوا", "هوا"),
            ("हँसी", "हंसी"),
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

    #[test]
    fn counters_and_dates_are_no_text() {
        let text = |views: &str, time: &str| {
            format!(
                "{views}\nThe river rose by two metres.\n12 killed.\nArsenal 2 Chelsea 1\nUpdated: 5 May 2026, {time}"
            )
        };
        assert_eq!(
            without_counters(&text("12 comments", "12:05")),
            without_counters(&text("13 comments", "13:40"))
        );
        for (one, other) in
            [("12 killed.", "13 killed."), ("Arsenal 2 Chelsea 1", "Arsenal 2 Chelsea 2"), ("4", "5")]
        {
            assert_ne!(without_counters(one), without_counters(other), "{one} and {other}");
        }
    }

    proptest! {
        #[test]
        fn text_is_composed_whether_or_not_it_was(text in "[a-zé\u{301}\u{307}\u{64e}\u{654}ا-ي가-깋\u{1161}\u{11a8}ﬁ…０-９ ]{0,12}") {
            prop_assert_eq!(composed(&text).into_owned(), text.nfkc().collect::<String>());
        }

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

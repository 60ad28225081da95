//! The words of a text.

use std::sync::LazyLock;

use unicode_normalization::char::is_combining_mark;

use super::composed::Composed;
use super::is_invisible;
use super::stretches::stretches;

/// From so many bytes on a stretch of ASCII is worth its own way.
const LONG: usize = 16;
/// So many bytes of it go at once.
const ROOM: usize = 512;

impl Composed<'_> {
    /// Its words: see [`normal`](super::normal).
    pub(crate) fn words(&self) -> String {
        let text = self.as_str();
        let mut words = Words { normal: String::with_capacity(text.len()), ..Words::default() };
        for stretch in stretches(text) {
            match stretch.is_ascii() && stretch.len() >= LONG {
                true => stretch.as_bytes().chunks(ROOM).for_each(|ascii| words.take_ascii(ascii)),
                false => stretch.chars().for_each(|c| words.take(Role::of(c))),
            }
        }
        let len = words.normal.trim_end_matches(' ').len();
        words.normal.truncate(len);
        words.normal
    }

    /// Whether there is any.
    pub(crate) fn has_words(&self) -> bool {
        self.as_str().chars().any(|c| matches!(Role::of(c), Role::Letter(_) | Role::Word(_)))
    }
}

/// Words as they come together, a space between them, and behind one that has ended.
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
        if !self.in_word || alone {
            self.end_word();
        }
        (self.in_word, self.after_letter) = (!alone, true);
        match letter {
            'ß' => self.normal.push_str("ss"),
            letter => self.normal.push(letter),
        }
    }

    /// The same for ASCII, in a fifth of the time: nothing hangs on what a byte is but where the next one goes.
    fn take_ascii(&mut self, ascii: &[u8]) {
        static TABLE: LazyLock<[u8; 256]> = LazyLock::new(|| {
            std::array::from_fn(|byte| match Role::of(byte as u8 as char) {
                Role::Letter(letter) if letter.is_ascii() => letter as u8,
                _ => b' ',
            })
        });
        if !self.in_word {
            self.end_word();
        }
        let mut after_space = self.is_between();
        let mut end = 0;
        let mut room = [b' '; ROOM];
        for byte in ascii {
            let letter = TABLE.get(usize::from(*byte)).copied().unwrap_or(b' ');
            if let Some(place) = room.get_mut(end) {
                *place = letter;
            }
            // A second space is written over.
            end += usize::from(letter != b' ' || !after_space);
            after_space = letter == b' ';
        }
        let ascii = room.get(..end).and_then(|ascii| str::from_utf8(ascii).ok());
        self.normal.push_str(ascii.unwrap_or_default());
        (self.in_word, self.after_letter) = (!after_space, !after_space);
    }

    fn end_word(&mut self) {
        if !self.is_between() {
            self.normal.push(' ');
        }
    }

    fn is_between(&self) -> bool {
        self.normal.is_empty() || self.normal.ends_with(' ')
    }
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
            LazyLock::new(|| ('\0'..'\u{a000}').map(Role::by_properties).collect());
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
    const ZEROS: [u32; 17] = [
        0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20,
        0x1040, 0x17e0, 0x1810,
    ];
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

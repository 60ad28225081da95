//! Whether two texts tell of the same: the share of words that they have in common.
//!
//! Chapters of one story name the same people, places and things again and again; two stories have
//! only the commonest words in common. Words are cut to their first letters, so that endings don't
//! matter, and short ones are left out, so that no list of stop words is needed; Chinese and
//! Japanese text counts in pairs of characters that are not kana, Korean in first syllables.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::piece::Piece;
use crate::words;

/// Enough text to tell, in characters.
const SAMPLE: usize = 900;
/// Bytes of one piece that are looked at.
const LONGEST: usize = 16 * SAMPLE;
/// Fewer words than this tell nothing.
const MIN_STEMS: usize = 8;
/// Letters of a word that count.
const STEM: usize = 6;

/// Chapters of a story share more than this; of 81 stories in chapters nine in ten had over 0.09.
pub(crate) const SAME: f64 = 0.13;
/// Neighbouring stories share less than this; of 180 pages of several stories nine in ten had under 0.055.
pub(crate) const OTHER: f64 = 0.05;

/// Next to no stories that stand beside one another share so much, on average; most chapters do.
pub(crate) const SOME: f64 = 0.07;

/// The stems of a text.
#[derive(Debug, Default)]
pub(crate) struct Stems {
    /// The hash of each.
    stems: HashSet<u64>,
    characters: usize,
}

impl Stems {
    /// The stems of `pieces` in their order, up to a sample's length.
    pub(crate) fn of<'a>(pieces: impl Iterator<Item = &'a Piece>) -> Self {
        let mut all = Self::default();
        for piece in pieces {
            if all.characters >= SAMPLE {
                break;
            }
            all.add(words::head(&piece.text, LONGEST));
        }
        all
    }

    fn add(&mut self, text: &str) {
        self.characters += text.chars().count();
        let mut letters: Vec<char> = Vec::new();
        for word in text.split(|c: char| !c.is_alphanumeric()) {
            letters.clear();
            letters.extend(word.chars().flat_map(char::to_lowercase));
            if letters.iter().any(|c| words::is_unspaced(*c)) {
                let pairs = letters.windows(2).filter(|pair| pair.iter().all(|c| !is_hiragana(*c)));
                self.stems.extend(pairs.map(hash));
                continue;
            }
            let (least, stem) = match letters.first().copied() {
                Some('\u{AC00}'..='\u{D7AF}') => (2, 3),
                Some('\u{590}'..='\u{DFF}') => (5, STEM),
                _ => (6, STEM),
            };
            if letters.len() >= least && !letters.iter().all(char::is_ascii_digit) {
                self.stems.insert(hash(letters.get(..stem.min(letters.len())).unwrap_or_default()));
            }
        }
    }

    /// The share of the smaller text's stems that the other has too; nothing where one is too short.
    pub(crate) fn shared(&self, other: &Self) -> Option<f64> {
        let least = self.stems.len().min(other.stems.len());
        (least >= MIN_STEMS).then(|| self.stems.intersection(&other.stems).count() as f64 / least as f64)
    }
}

fn hash(letters: &[char]) -> u64 {
    let mut hasher = DefaultHasher::new();
    letters.hash(&mut hasher);
    hasher.finish()
}

fn is_hiragana(c: char) -> bool {
    matches!(u32::from(c), 0x3040..=0x309F)
}

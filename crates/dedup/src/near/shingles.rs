//! A text as a set of shingles.

use xxhash_rust::xxh3::xxh3_64;

/// Words in a shingle.
pub(super) const WORDS: usize = 4;

/// What a text is compared by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shingles {
    /// Hashes of all runs of four words, ascending, each once. Text of fewer than four words is one shingle.
    hashes: Vec<u32>,
    /// Where in the text each of them is first.
    places: Vec<u32>,
    /// A byte for each different number and the word before it, in the order of their hashes.
    numbers: Vec<u8>,
}

impl Shingles {
    /// Of text in [`normal`](crate::normal) form; none of an empty one.
    pub(crate) fn of(normal: &str) -> Self {
        if normal.is_empty() {
            return Self::default();
        }
        let mut words = Vec::with_capacity(normal.len() / 4);
        let mut numbers = Vec::new();
        for word in normal.as_bytes().split(|byte| *byte == b' ') {
            let hash = xxh3_64(word);
            if word.iter().any(u8::is_ascii_digit) {
                // With the word before it: two forecasts have the same numbers in other places.
                numbers.push(mixed(&[words.last().copied().unwrap_or(0), hash_of_digits(word)]));
            }
            words.push(hash);
        }
        let runs = words.windows(WORDS.min(words.len())).map(mixed);
        // The hash above the place: sorted at once.
        let mut all: Vec<u64> = runs.zip(0..).map(|(hash, place)| u64::from(hash) << 32 | place).collect();
        all.sort_unstable();
        all.dedup_by_key(|both| *both >> 32);
        let hashes = all.iter().map(|both| (both >> 32) as u32).collect();
        let places = all.iter().map(|both| *both as u32).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let numbers = numbers.into_iter().map(|hash| hash as u8).collect();
        Self { hashes, places, numbers }
    }

    /// All hashes, ascending.
    pub(crate) fn hashes(&self) -> &[u32] {
        &self.hashes
    }

    /// Where in the text each of the hashes is first, in shingles from its beginning.
    pub(crate) fn places(&self) -> &[u32] {
        &self.places
    }

    /// How many shingles there are.
    pub(crate) fn len(&self) -> usize {
        self.hashes.len()
    }

    /// A byte for each different number.
    pub(crate) fn numbers(&self) -> &[u8] {
        &self.numbers
    }

    /// By which a text is found: the smallest hashes. Longer texts have more, for a short one that is a part of them
    /// has only some of theirs.
    pub(crate) fn anchors(&self) -> &[u32] {
        self.first((self.len() / 56).clamp(6, 24))
    }

    /// What to look for anchors of other texts with: the smaller hashes, among which those of texts that are not much
    /// shorter than this are.
    pub(crate) fn probes(&self) -> &[u32] {
        self.first((self.len() / 10).max(32))
    }

    fn first(&self, count: usize) -> &[u32] {
        self.hashes.get(..count).unwrap_or(&self.hashes)
    }
}

/// Of "2016AD" that of "2016".
fn hash_of_digits(word: &[u8]) -> u64 {
    match word.iter().all(u8::is_ascii_digit) {
        true => xxh3_64(word),
        false => xxh3_64(&word.iter().copied().filter(u8::is_ascii_digit).collect::<Vec<u8>>()),
    }
}

/// A hash of words in their order: a polynomial, mixed as MurmurHash3 ends (Appleby, 2011).
fn mixed(words: &[u64]) -> u32 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = words.iter().fold(0, |hash: u64, word| hash.wrapping_mul(FACTOR).wrapping_add(*word));
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    (hash >> 32) as u32
}

//! A text as a set of shingles.

use xxhash_rust::xxh3::xxh3_64;

/// Words in a shingle.
pub(super) const WORDS: usize = 4;

/// What a text is compared by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shingles {
    /// Hashes of all runs of four words, ascending, each once, above where in the text each is first: in one list, for
    /// large ones are slow to be had where much memory is in use. Text of fewer than four words is one shingle.
    all: Vec<u64>,
    /// A byte for each different number and the word before it, in the order of their hashes.
    numbers: Vec<u8>,
}

impl Shingles {
    /// Of text in [`normal`](crate::normal) form; none of an empty one.
    pub(crate) fn of(normal: &str) -> Self {
        if normal.is_empty() {
            return Self::default();
        }
        let words = normal.bytes().filter(|byte| *byte == b' ').count() + 1;
        let mut all = Vec::with_capacity((words + 1).saturating_sub(WORDS).max(1));
        let mut numbers = Vec::new();
        // The last words, the newest last.
        let mut run = [0; WORDS];
        for (word, number) in normal.as_bytes().split(|byte| *byte == b' ').zip(1..) {
            let hash = xxh3_64(word);
            if word.iter().any(u8::is_ascii_digit) {
                // With the word before it: two forecasts have the same numbers in other places.
                numbers.push(mixed(&[run[WORDS - 1], hash_of_digits(word)]));
            }
            run.rotate_left(1);
            run[WORDS - 1] = hash;
            if number >= WORDS {
                all.push(above(&run, number - WORDS));
            }
        }
        if let Some(rest) = run.get(WORDS - words.min(WORDS)..).filter(|_| words < WORDS) {
            all.push(above(rest, 0));
        }
        all.sort_unstable();
        all.dedup_by_key(|both| hash_in(*both));
        numbers.sort_unstable();
        numbers.dedup();
        let numbers = numbers.into_iter().map(|hash| hash as u8).collect();
        Self { all, numbers }
    }

    /// All hashes, ascending.
    pub(crate) fn hashes(&self) -> impl Iterator<Item = u32> + Clone {
        self.all.iter().copied().map(hash_in)
    }

    /// Where in the text each of the hashes is first, in shingles from its beginning.
    pub(crate) fn places(&self) -> impl Iterator<Item = u32> {
        self.all.iter().map(|both| *both as u32)
    }

    /// The hash that so many are smaller than; none where there is none.
    pub(crate) fn hash_at(&self, place: usize) -> Option<u32> {
        self.all.get(place).copied().map(hash_in)
    }

    /// How many of the hashes are as small as `is_small` says, which is so for all that are smaller than one that is.
    pub(crate) fn how_many(&self, is_small: impl Fn(u32) -> bool) -> usize {
        self.all.partition_point(|both| is_small(hash_in(*both)))
    }

    /// How many shingles there are.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// A byte for each different number.
    pub(crate) fn numbers(&self) -> &[u8] {
        &self.numbers
    }

    /// By which a text is found: the smallest hashes. Longer texts have more, for a short one that is a part of them
    /// has only some of theirs.
    pub(crate) fn anchors(&self) -> impl Iterator<Item = u32> + Clone {
        self.hashes().take((self.len() / 56).clamp(6, 24))
    }

    /// What to look for anchors of other texts with: the smaller hashes, among which those of texts that are not much
    /// shorter than this are.
    pub(crate) fn probes(&self) -> impl Iterator<Item = u32> + Clone {
        self.hashes().take(self.probe_count())
    }

    /// Whether a hash is one of the [probes](Self::probes).
    pub(crate) fn has_probe(&self, hash: u32) -> bool {
        let place = self.how_many(|other| other < hash);
        place < self.probe_count() && self.hash_at(place) == Some(hash)
    }

    fn probe_count(&self) -> usize {
        (self.len() / 14).max(24)
    }
}

/// The hash of a run of words above its place.
fn above(run: &[u64], place: usize) -> u64 {
    u64::from(mixed(run)) << 32 | u64::from(place as u32)
}

fn hash_in(both: u64) -> u32 {
    (both >> 32) as u32
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

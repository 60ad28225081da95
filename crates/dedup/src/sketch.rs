//! How alike two texts are, from a few bytes of each.

use xxhash_rust::xxh3::Xxh3;

/// How many hashes a sketch keeps: an estimate's standard error is at most 1/(2√24) ≈ 0.1.
const SIZE: usize = 24;
/// Words in a shingle.
const SHINGLE: usize = 4;

/// The smallest hashes of a text's shingles of four words, ascending: a bottom-k sketch (Cohen and
/// Kaplan, "Summarizing data using bottom-k sketches", 2007).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Sketch(Vec<u32>);

impl Sketch {
    /// The sketch of text in [`normal`](crate::normal) form. Text of fewer than four words is one
    /// shingle.
    pub(crate) fn of(normal: &str) -> Self {
        let words: Vec<&str> = normal.split(' ').collect();
        let hash = |shingle: &[&str]| {
            let mut hasher = Xxh3::new();
            for word in shingle {
                hasher.update(word.as_bytes());
                hasher.update(b" ");
            }
            (hasher.digest() >> 32) as u32
        };
        let mut hashes: Vec<u32> = match words.len() < SHINGLE {
            true => vec![hash(&words)],
            false => words.windows(SHINGLE).map(hash).collect(),
        };
        hashes.sort_unstable();
        hashes.dedup();
        hashes.truncate(SIZE);
        Self(hashes)
    }

    /// The estimated share of shingles that both texts have, of those that either has (Jaccard), 0
    /// to 1.
    pub(crate) fn similarity(&self, other: &Self) -> f64 {
        let mut union: Vec<u32> = self.0.iter().chain(&other.0).copied().collect();
        union.sort_unstable();
        union.dedup();
        union.truncate(SIZE);
        let shared =
            union.iter().filter(|h| self.0.binary_search(h).is_ok() && other.0.binary_search(h).is_ok());
        shared.count() as f64 / union.len().max(1) as f64
    }

    pub(crate) fn hashes(&self) -> &[u32] {
        &self.0
    }

    pub(crate) fn from_hashes(hashes: Vec<u32>) -> Self {
        Self(hashes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(range: std::ops::Range<u32>) -> Sketch {
        Sketch::of(&range.map(|n| n.to_string()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn the_estimate_follows_the_overlap() {
        assert_eq!(numbers(0..300).similarity(&numbers(0..300)), 1.0);
        assert_eq!(numbers(0..300).similarity(&numbers(1000..1300)), 0.0);
        // 200 of 400 shingles are shared: 0.5, give or take three standard errors.
        let half = numbers(0..300).similarity(&numbers(100..400));
        assert!((0.2..0.8).contains(&half), "{half}");
    }

    proptest! {
        #[test]
        fn similarity_is_symmetric_and_one_with_itself(a in "[a-d ]{0,60}", b in "[a-d ]{0,60}") {
            let (a, b) = (Sketch::of(&a), Sketch::of(&b));
            prop_assert_eq!(a.similarity(&a), 1.0);
            prop_assert_eq!(a.similarity(&b), b.similarity(&a));
        }
    }
}

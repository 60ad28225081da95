//! How alike two texts are, as estimated.

use super::shingles::Shingles;
use super::sketch::{Found, Sketch};

/// How alike two texts are, as estimated.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Likeness {
    /// The share of shingles that both have, of those that either has (Jaccard), 0 to 1.
    pub(crate) jaccard: f64,
    /// The share of the shorter one's shingles that the longer one has, 0 to 1.
    pub(crate) containment: f64,
    /// How many shingles the shorter one has.
    pub(crate) shingles: usize,
}

impl Likeness {
    /// Of an earlier text, of which its sketch and the number of its shingles are left, and a later one.
    pub(crate) fn of(earlier: &Sketch<'_>, shingles: usize, later: &Shingles) -> Self {
        let Found { share, .. } = earlier.found_in(later);
        let least = shingles.min(later.len());
        let (here, there) = (shingles.max(1) as f64, later.len().max(1) as f64);
        let shared = (share * here).min(there);
        Self {
            jaccard: shared / (here + there - shared),
            containment: shared / here.min(there),
            shingles: least,
        }
    }
}

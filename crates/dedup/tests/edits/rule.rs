//! What a near-duplicate is, counted exactly.

use std::collections::HashSet;

use dedup::normal;

use crate::set::Report;

/// The shingles of a text: all runs of four words of its normal form.
pub(crate) struct Shingles(HashSet<String>);

impl Shingles {
    pub(crate) fn of(report: &Report) -> Self {
        let normal = normal(&report.text());
        let words: Vec<&str> = normal.split(' ').collect();
        Self(words.windows(4).map(|words| words.join(" ")).collect())
    }

    /// What of both they share, of all that either has.
    pub(crate) fn jaccard(&self, other: &Self) -> f64 {
        let shared = self.shared(other);
        shared / (self.0.len() as f64 + other.0.len() as f64 - shared)
    }

    /// What of the shorter one is in the longer one.
    pub(crate) fn containment(&self, other: &Self) -> f64 {
        self.shared(other) / self.0.len().min(other.0.len()) as f64
    }

    /// Whether both tell the same report in mostly the same words.
    pub(crate) fn same_report(&self, other: &Self) -> bool {
        self.jaccard(other) >= 0.6 || self.containment(other) >= 0.8
    }

    fn shared(&self, other: &Self) -> f64 {
        self.0.intersection(&other.0).count() as f64
    }
}

//! How alike two texts are, as estimated.

use std::cmp::Ordering;

use super::overlap::{LEAST_IN_REACH, Taken, above_chance};
use super::shingles::Shingles;
use super::sketch::Sketch;

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
    /// Of an earlier text, of which its sketch and the number `len` of its shingles are left, and a later one.
    ///
    /// Both are sampled by the same bound, as one bottom-k sketch of both together would be: that wavers less than a
    /// share of the one sample times the numbers of shingles (Cohen and Kaplan, 2007).
    pub(crate) fn of(earlier: &Sketch<'_>, len: usize, later: &Shingles) -> Self {
        let scale = earlier.scale();
        let cells = scale.cells() as f64;
        let taken = Taken::of(earlier);
        let in_reach = earlier.in_reach(later);
        let hits = taken.hits(&scale, later, in_reach);
        let (sampled, in_reach) = (f64::from(taken.sampled), in_reach as f64);
        let by_chance = taken.cells.len() as f64 / cells;
        let shared = above_chance(hits.len() as f64, in_reach, by_chance).min(sampled);
        let containment = match len.cmp(&later.len()) {
            Ordering::Less => taken.share_in(hits, in_reach / cells, len, later.len()),
            Ordering::Equal => shared / sampled.max(1.0),
            Ordering::Greater if in_reach < LEAST_IN_REACH => 0.0,
            Ordering::Greater => shared / in_reach,
        };
        let jaccard = shared / (sampled + in_reach - shared).max(1.0);
        Self { jaccard, containment, shingles: len.min(later.len()) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(range: std::ops::Range<u32>) -> Shingles {
        Shingles::of(&range.map(|n| n.to_string()).collect::<Vec<_>>().join(" "))
    }

    fn likeness(earlier: &Shingles, later: &Shingles) -> Likeness {
        let bytes = Sketch::write(earlier);
        Likeness::of(&Sketch::read(&bytes).unwrap(), earlier.len(), later)
    }

    #[test]
    fn the_estimate_follows_the_overlap() {
        assert_eq!(likeness(&numbers(0..300), &numbers(1_000..1_300)).jaccard, 0.0);
        // 200 of 400 shingles are shared: 0.5, give or take three standard errors.
        for (earlier, later) in [(0..300, 100..400), (100..400, 0..300)] {
            let half = likeness(&numbers(earlier), &numbers(later)).jaccard;
            assert!((0.35..0.65).contains(&half), "{half}");
        }
    }

    #[test]
    fn a_part_is_contained_whichever_comes_first() {
        let (whole, part) = (numbers(0..2_000), numbers(500..900));
        for (earlier, later) in [(&whole, &part), (&part, &whole)] {
            let Likeness { jaccard, containment, shingles } = likeness(earlier, later);
            assert!(containment > 0.75, "{containment}");
            assert!((0.1..0.3).contains(&jaccard), "{jaccard}");
            assert_eq!(shingles, part.len());
        }
    }

    #[test]
    fn a_brief_is_not_in_every_long_text() {
        // Other words, but for a run of five.
        let long: Vec<String> = (0..4_000).map(|word| format!("w{}", word * 7_919 % 10_007)).collect();
        let shingles = Shingles::of(&long.join(" "));
        for brief in 0..500 {
            let mut words: Vec<String> = (0..20).map(|word| format!("b{}", brief * 20 + word)).collect();
            words.extend_from_slice(&long[brief * 7..brief * 7 + 5]);
            let brief = Shingles::of(&words.join(" "));
            for (earlier, later) in [(&brief, &shingles), (&shingles, &brief)] {
                let containment = likeness(earlier, later).containment;
                assert!(containment < 0.6, "{containment} of {words:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_text_is_like_itself(text in "[a-d ]{0,60}", length in 0..1_500_u32) {
            for text in [Shingles::of(crate::normal(&text).as_str()), numbers(0..length)] {
                if text.len() > 0 {
                    let itself = likeness(&text, &text);
                    prop_assert!(itself.jaccard > 0.999 && itself.containment > 0.999, "{itself:?}");
                }
            }
        }
    }
}

//! Chance that falls the same way every time.

use xxhash_rust::xxh3::xxh3_64;

/// SplitMix64.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn seeded(by: &str) -> Self {
        Self(xxh3_64(by.as_bytes()))
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    /// `count` of the numbers below `end`, in no order.
    pub(crate) fn pick(&mut self, count: usize, end: usize) -> Vec<usize> {
        let mut numbers: Vec<usize> = (0..end).collect();
        for place in 0..count {
            let other = place + self.below(end - place);
            numbers.swap(place, other);
        }
        numbers.truncate(count);
        numbers
    }
}

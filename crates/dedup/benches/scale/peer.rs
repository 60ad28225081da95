//! `gaoya` over the same stories: the same runs of four words of lower-case text, 125 permutations in 25 bands.
//!
//! It has no window, no state on disk and no containment.

use std::time::{Duration, Instant};

use gaoya::minhash::{MinHashIndex, MinHasher, MinHasher32};

use crate::stories::{self, COPIES};
use crate::text::Press;

const BANDS: usize = 25;
const WIDTH: usize = 5;
const JACCARD: f64 = 0.6;

/// The time that the first round of stories takes once `stories` are known.
pub(crate) fn timed(press: &Press, stories: u64) -> Duration {
    let hasher = MinHasher32::new(BANDS * WIDTH);
    let signature = |text: &str| {
        let text = text.to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        hasher.create_signature(words.windows(4))
    };
    let mut index: MinHashIndex<u32, u64> = MinHashIndex::new(BANDS, WIDTH, JACCARD);
    for number in 0..stories {
        index.insert(number, signature(&press.text(number)));
    }
    let coming = stories::coming(press, 0, stories);
    let mut duplicates = 0;
    let begun = Instant::now();
    for (number, story) in (stories..).zip(&coming) {
        let signature = signature(&story.text);
        match index.query_one(&signature) {
            Some(_) => duplicates += 1,
            None => index.insert(number, signature),
        }
    }
    let time = begun.elapsed();
    println!("gaoya, {duplicates} of {COPIES} edited copies found");
    time
}

//! What an earlier text, of which a sketch is left, and a later one have in common.

use super::shingles::Shingles;
use super::sketch::Sketch;

/// Where more than this share of cells is hit by chance, larger parts of a text tell nothing.
const MOST_BY_CHANCE: f64 = 0.5;

/// What an earlier text and a later one have in common, as estimated: shares from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Overlap {
    /// Of shingles that both have, among those that either has (Jaccard).
    pub(crate) jaccard: f64,
    /// Of the earlier one's shingles that the later one has.
    pub(crate) of_earlier: f64,
    /// Of the later one's shingles that the earlier one has.
    pub(crate) of_later: f64,
}

impl Overlap {
    /// Of an earlier text of `len` shingles and a later one.
    ///
    /// Both are sampled by the same bound, as one bottom-k sketch of both together would be: that wavers less than a
    /// share of the one sample times the numbers of shingles (Cohen and Kaplan, 2007).
    pub(crate) fn of(earlier: &Sketch<'_>, len: usize, later: &Shingles) -> Self {
        let scale = earlier.scale();
        let cells = scale.cells() as f64;
        let taken = Taken::of(earlier.cells());
        let in_reach = earlier.in_reach(later);
        let others = later.hashes().iter().zip(later.places()).take(in_reach);
        let hits = taken.hits(others.map(|(hash, place)| (scale.cell(*hash), *place)));
        let (sampled, in_reach) = (f64::from(taken.sampled), in_reach as f64);
        let by_chance = taken.cells.len() as f64 / cells;
        let shared = above_chance(hits.len() as f64, in_reach, by_chance).min(sampled);
        Self {
            jaccard: shared / (sampled + in_reach - shared).max(1.0),
            of_earlier: match len >= later.len() {
                true => shared / sampled.max(1.0),
                false => taken.share_in(hits, in_reach / cells, len, later.len()),
            },
            of_later: shared / in_reach.max(1.0),
        }
    }
}

/// How many of `all` are right, where `found` seem to be, and so many of the others only by chance.
fn above_chance(found: f64, all: f64, by_chance: f64) -> f64 {
    if by_chance >= 1.0 { 0.0 } else { ((found - by_chance * all) / (1.0 - by_chance)).clamp(0.0, all) }
}

/// The cells of an earlier text's sampled hashes, ascending, with how many are in each.
struct Taken {
    cells: Vec<(u64, u32)>,
    sampled: u32,
}

/// Where a later text has something in a taken cell: its place in the text, and the cell's number among those taken.
type Hit = (u32, usize);

impl Taken {
    fn of(sampled: impl Iterator<Item = u64>) -> Self {
        let mut taken = Self { cells: Vec::with_capacity(sampled.size_hint().0), sampled: 0 };
        for cell in sampled {
            taken.sampled += 1;
            match taken.cells.last_mut() {
                Some((last, count)) if *last == cell => *count += 1,
                _ => taken.cells.push((cell, 1)),
            }
        }
        taken
    }

    /// The hits of cells and places, in the order of cells.
    fn hits(&self, others: impl Iterator<Item = (u64, u32)>) -> Vec<Hit> {
        let mut others = others.peekable();
        let mut hits = Vec::with_capacity(self.cells.len());
        for (number, (cell, _)) in self.cells.iter().enumerate() {
            while others.next_if(|(other, _)| other < cell).is_some() {}
            while let Some((_, place)) = others.next_if(|(other, _)| other == cell) {
                hits.push((place, number));
            }
        }
        hits
    }

    /// The share of the sampled hashes that a longer text has in the part that has the most of them; `density` is how
    /// many of its hashes there are for each cell.
    ///
    /// By chance alone a whole book has something in every cell. So it is looked at in windows, from half as long again
    /// as the earlier text, each twice as long as the one before.
    fn share_in(&self, mut hits: Vec<Hit>, density: f64, len: usize, other_len: usize) -> f64 {
        hits.sort_unstable();
        let sampled = f64::from(self.sampled);
        let (mut best, mut window) = (0.0_f64, len + len / 2);
        loop {
            let part = (window as f64 / other_len.max(1) as f64).min(1.0);
            // So many cells would have something of a text that has nothing of this.
            let by_chance = 1.0 - (-part * density).exp();
            let found = f64::from(self.most_within(&hits, window));
            best = best.max(above_chance(found, sampled, by_chance) / sampled.max(1.0));
            if part >= 1.0 || by_chance > MOST_BY_CHANCE {
                return best;
            }
            window = window.saturating_mul(2).max(1);
        }
    }

    /// The most sampled hashes whose cells are hit from places within a window. Hits are in the order of places.
    fn most_within(&self, hits: &[Hit], window: usize) -> u32 {
        let weight = |cell: usize| self.cells.get(cell).map_or(0, |(_, count)| *count);
        let mut within = vec![0_u32; self.cells.len()];
        let (mut first, mut now, mut most) = (0, 0, 0);
        for (place, cell) in hits {
            if let Some(count) = within.get_mut(*cell) {
                *count += 1;
                now += if *count == 1 { weight(*cell) } else { 0 };
            }
            let is_out = |(before, _): &&Hit| (place - before) as usize >= window;
            while let Some((_, cell)) = hits.get(first).filter(is_out) {
                if let Some(count) = within.get_mut(*cell) {
                    *count -= 1;
                    now -= if *count == 0 { weight(*cell) } else { 0 };
                }
                first += 1;
            }
            most = most.max(now);
        }
        most
    }
}

//! What an earlier text, of which a sketch is left, and a later one have in common.

use super::shingles::{Shingles, WORDS as RUN};
use super::sketch::{Scale, Sketch};

/// Where more than this share of cells is hit by chance, a part of a text tells nothing: some part of a very long one
/// would have most of a short text by chance.
const MOST_BY_CHANCE: f64 = 0.25;
/// Of fewer hashes than this no share of a later text is told: one that both have by chance would be too much of it.
pub(super) const LEAST_IN_REACH: f64 = 6.0;

/// So many of the sampled hashes are a few.
const FEW: usize = 24;

/// Whether a few of the sampled hashes tell already that the shorter of two texts has nowhere near the share `least` of
/// its shingles in the longer one: most texts that have an anchor in common have it by chance.
pub(crate) fn is_hopeless(earlier: &Sketch<'_>, len: usize, later: &Shingles, least: f64) -> bool {
    let expected = FEW as f64 * least * (later.len() as f64 / len.max(1) as f64).min(1.0);
    if earlier.sampled() < 2 * FEW || expected < FEW as f64 / 2.0 {
        return false;
    }
    let scale = earlier.scale();
    let mut others = later.hashes().map(|hash| scale.cell(hash)).peekable();
    let mut hits = 0;
    for cell in earlier.cells().take(FEW) {
        while others.next_if(|other| *other < cell).is_some() {}
        hits += usize::from(others.peek() == Some(&cell));
    }
    (hits as f64) < expected / 3.0
}

/// The share of words that a later version of a text of `len` shingles has anew, or has no longer, as estimated.
///
/// A word that is replaced takes four shingles with it, a paragraph three more than it has words: so runs of new
/// shingles are counted too.
pub(crate) fn share_changed(earlier: &Sketch<'_>, len: usize, later: &Shingles) -> f64 {
    let scale = earlier.scale();
    let taken = Taken::of(earlier);
    let in_reach = earlier.in_reach(later);
    let mut hits: Vec<u32> =
        taken.hits(&scale, later, in_reach).into_iter().map(|(place, _)| place).collect();
    hits.sort_unstable();
    let mut places: Vec<u32> = later.places().take(in_reach).collect();
    places.sort_unstable();
    let is_new: Vec<bool> = places.iter().map(|place| hits.binary_search(place).is_err()).collect();
    let new = is_new.iter().filter(|is_new| **is_new).count() as f64;
    let runs = is_new.split(|is_new| !is_new).filter(|run| !run.is_empty()).count();
    // One at an end of the text has known words on one side only.
    let at_ends = [is_new.first(), is_new.last()].iter().filter(|end| **end == Some(&true)).count();
    // By chance some that are new seem to be known.
    let new = new / (1.0 - taken.cells.len() as f64 / scale.cells() as f64);
    let words_of = |shingles: usize| if shingles > 0 { (shingles + RUN - 1) as f64 } else { 0.0 };
    let (before, after) = (words_of(len), words_of(later.len()));
    let words =
        new * later.len() as f64 / in_reach.max(1) as f64 - (runs.saturating_sub(at_ends) * (RUN - 1)) as f64;
    let words = words.max(runs as f64).max(after - before);
    let (added, gone) = (words / after.max(1.0), (before - after) / before.max(1.0));
    added.max(gone).clamp(0.0, 1.0)
}

/// How many of `all` are right, where `found` seem to be, and so many of the others only by chance.
pub(super) fn above_chance(found: f64, all: f64, by_chance: f64) -> f64 {
    if by_chance >= 1.0 { 0.0 } else { ((found - by_chance * all) / (1.0 - by_chance)).clamp(0.0, all) }
}

/// The cells of an earlier text's sampled hashes, ascending, with how many are in each.
pub(super) struct Taken {
    pub(super) cells: Vec<(u64, u32)>,
    pub(super) sampled: u32,
}

/// Where a later text has something in a taken cell: its place in the text, and the cell's number among those taken.
type Hit = (u32, usize);

impl Taken {
    pub(super) fn of(sketch: &Sketch<'_>) -> Self {
        let mut taken = Self { cells: Vec::with_capacity(sketch.sampled()), sampled: 0 };
        for cell in sketch.cells() {
            taken.sampled += 1;
            match taken.cells.last_mut() {
                Some((last, count)) if *last == cell => *count += 1,
                _ => taken.cells.push((cell, 1)),
            }
        }
        taken
    }

    /// The hits of those hashes of a later text that are in reach, in their order.
    pub(super) fn hits(&self, scale: &Scale, later: &Shingles, in_reach: usize) -> Vec<Hit> {
        let others = later.hashes().zip(later.places()).take(in_reach);
        let mut others = others.map(|(hash, place)| (scale.cell(hash), place)).peekable();
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
    pub(super) fn share_in(&self, mut hits: Vec<Hit>, density: f64, len: usize, other_len: usize) -> f64 {
        hits.sort_unstable();
        let sampled = f64::from(self.sampled);
        let (mut best, mut window) = (0.0_f64, len + len / 2);
        loop {
            let part = (window as f64 / other_len.max(1) as f64).min(1.0);
            // So many cells would have something of a text that has nothing of this.
            let by_chance = 1.0 - (-part * density).exp();
            if by_chance > MOST_BY_CHANCE {
                return best;
            }
            let found = f64::from(self.most_within(&hits, window));
            best = best.max(above_chance(found, sampled, by_chance) / sampled.max(1.0));
            if part >= 1.0 {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(earlier: &[String], later: &[String]) -> f64 {
        let [earlier, later] = [earlier, later].map(|words| Shingles::of(&words.join(" ")));
        let bytes = Sketch::write(&earlier);
        share_changed(&Sketch::read(&bytes).unwrap(), earlier.len(), &later)
    }

    fn words(range: std::ops::Range<u32>) -> Vec<String> {
        range.map(|word| format!("w{word}")).collect()
    }

    #[test]
    fn what_changed_is_counted_in_words() {
        let text = words(0..400);
        let all = |later: &[&[String]]| changed(&text, &later.concat());
        let scattered: Vec<String> = text
            .iter()
            .enumerate()
            .map(|(n, w)| if n % 20 == 7 { format!("x{n}") } else { w.clone() })
            .collect();
        for (share, expected) in [
            (all(&[&text]), 0.0..0.001),
            (all(&[&scattered]), 0.02..0.09),
            (all(&[&words(1_000..1_080), &text[80..]]), 0.12..0.25),
            (all(&[&text, &words(1_000..1_400)]), 0.4..0.55),
            (all(&[&text[200..]]), 0.49..0.51),
            (all(&[&words(1_000..1_400)]), 0.75..1.001),
        ] {
            assert!(expected.contains(&share), "{share} is not in {expected:?}");
        }
    }

    #[test]
    fn texts_without_anything_have_nothing_in_common() {
        let (none, text) = (Vec::new(), words(0..50));
        assert_eq!(changed(&text, &none), 1.0);
        assert_eq!(changed(&none, &none), 0.0);
        assert_eq!(changed(&none, &text), 1.0);
    }
}

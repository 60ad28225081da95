//! A sample of a text's shingles in about a byte each.

use super::shingles::Shingles;

/// Cells for each sampled hash: another text's hash falls into a taken one by chance once in so many times.
const CELLS: u64 = 64;
/// The least and the most that is sampled of a text that has as much.
const LEAST: usize = 120;
const MOST: usize = 300;
/// Of longer texts one in so many is sampled: a short text that is a part of one has some of them then.
const ONE_IN: usize = 3;
/// How many numbers are sampled.
const NUMBERS: usize = 8;
/// A step that does not fit into a byte goes on in the next.
const ON: u8 = u8::MAX;

/// The smallest hashes of a text's shingles (a bottom-k sketch: Cohen and Kaplan, "Summarizing data using bottom-k
/// sketches", 2007), rounded to cells and written as steps from one to the next; and some of its numbers.
///
/// ```text
/// bound: 4 bytes | numbers in all: 1 | numbers here: 1 | a byte each … | a step each …
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sketch<'a> {
    /// The largest sampled hash.
    bound: u32,
    /// How many numbers the text has, at most 255.
    number_count: u8,
    numbers: &'a [u8],
    steps: &'a [u8],
}

impl Sketch<'static> {
    /// Writes a sketch of `shingles`, and says what it takes to read it.
    pub(crate) fn write(shingles: &Shingles) -> Vec<u8> {
        let all = shingles.hashes();
        let size = (all.len() / ONE_IN).clamp(LEAST, MOST);
        // Of a short text all: then others' hashes are compared up to the very end.
        let sampled = all.get(..size).unwrap_or(all);
        let bound = if sampled.len() < all.len() { sampled.last().copied().unwrap_or(0) } else { u32::MAX };
        let numbers = shingles.numbers();
        let kept = numbers.get(..NUMBERS).unwrap_or(numbers);
        let mut bytes = Vec::with_capacity(sampled.len() + kept.len() + 8);
        bytes.extend(bound.to_le_bytes());
        bytes.push(u8::try_from(numbers.len()).unwrap_or(u8::MAX));
        bytes.push(kept.len() as u8);
        bytes.extend(kept);
        let scale = Scale::new(bound, sampled.len());
        let mut before = 0;
        for hash in sampled {
            let cell = scale.cell(*hash);
            let mut step = cell - before;
            while step >= u64::from(ON) {
                bytes.push(ON);
                step -= u64::from(ON);
            }
            bytes.push(step as u8);
            before = cell;
        }
        bytes
    }
}

impl<'a> Sketch<'a> {
    /// Reads what [`Sketch::write`] wrote; none where it is something else.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (bound, rest) = bytes.split_first_chunk()?;
        let ([number_count, kept], rest) = rest.split_first_chunk()?;
        let (numbers, steps) = rest.split_at_checked(usize::from(*kept))?;
        Some(Self { bound: u32::from_le_bytes(*bound), number_count: *number_count, numbers, steps })
    }

    /// The estimated share of this text's shingles that another one has, 0 to 1.
    pub(crate) fn share_in(&self, other: &Shingles) -> f64 {
        let all = other.hashes();
        let in_reach = all.partition_point(|hash| *hash <= self.bound);
        let scale = self.scale();
        let mut others = all.iter().take(in_reach).map(|hash| scale.cell(*hash)).peekable();
        let (mut sampled, mut hits) = (0_usize, 0_usize);
        for cell in self.cells() {
            while others.next_if(|other| *other < cell).is_some() {}
            sampled += 1;
            // Two of ours in one cell are found by one of the other's: rare enough.
            hits += usize::from(others.peek() == Some(&cell));
        }
        // So many would be found in a text that has nothing of this.
        let chance = 1.0 - (-(in_reach as f64) / (sampled as f64 * CELLS as f64)).exp();
        let raw = hits as f64 / sampled.max(1) as f64;
        ((raw - chance) / (1.0 - chance)).clamp(0.0, 1.0)
    }

    /// Whether a hash may be one of this text's sampled ones: for certain when it is not.
    pub(crate) fn may_hold(&self, hash: u32) -> bool {
        let wanted = self.scale().cell(hash);
        hash <= self.bound && self.cells().any(|cell| cell == wanted)
    }

    /// The cells of the sampled hashes, ascending.
    fn cells(&self) -> impl Iterator<Item = u64> {
        let mut cell = 0;
        self.steps.iter().filter_map(move |step| {
            cell += u64::from(*step);
            (*step != ON).then_some(cell)
        })
    }

    fn scale(&self) -> Scale {
        Scale::new(self.bound, self.steps.iter().filter(|step| **step != ON).count())
    }

    /// Whether the numbers of this text and another are others, though words are the same: of those sampled here that
    /// should be there if the one were a part of the other, fewer than half are.
    pub(crate) fn has_other_numbers_than(&self, other: &Shingles) -> bool {
        let theirs = other.numbers();
        let hits = self.numbers.iter().filter(|number| theirs.contains(number)).count() as f64;
        let (here, there) = (f64::from(self.number_count), theirs.len() as f64);
        let expected = self.numbers.len() as f64 * (there / here.max(1.0)).min(1.0);
        expected >= 2.0 && hits < expected / 2.0
    }
}

/// Cells between 0 and a bound.
struct Scale {
    cells: u64,
    width: u64,
}

impl Scale {
    fn new(bound: u32, sampled: usize) -> Self {
        Self { cells: sampled as u64 * CELLS, width: u64::from(bound) + 1 }
    }

    fn cell(&self, hash: u32) -> u64 {
        // At most 300 times 64 cells: no overflow.
        u64::from(hash) * self.cells / self.width
    }
}

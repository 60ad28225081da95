//! A sample of a text's shingles in about half a byte each.

use super::shingles::Shingles;

/// The least cells for each sampled hash, and in all: another text's hash falls into a taken one by chance once in so
/// many times. With so few a step mostly fits into four bits, and the estimate is hardly wider than with many.
const CELLS: u64 = 8;
const CELLS_IN_ALL: u64 = 1_200;
/// The least and the most that is sampled of a text that has as much.
const LEAST: usize = 120;
const MOST: usize = 240;
/// Of longer texts one in so many is sampled: a short text that is a part of one has some of them then.
const ONE_IN: usize = 4;
/// How many numbers are sampled.
const NUMBERS: usize = 8;
/// A step that does not fit into four bits goes on in the next four.
const ON: u8 = 15;

/// The smallest hashes of a text's shingles (a bottom-k sketch: Cohen and Kaplan, "Summarizing data using bottom-k
/// sketches", 2007), rounded to cells and written as steps from one to the next; and some of its numbers.
///
/// ```text
/// bound: 2 bytes | sampled hashes: 1 | numbers in all: 1 | the first numbers: a byte each | steps: four bits each …
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sketch<'a> {
    /// The upper half of the largest sampled hash.
    bound: u16,
    sampled: u8,
    /// How many numbers the text has, at most 255.
    number_count: u8,
    numbers: &'a [u8],
    steps: &'a [u8],
}

impl Sketch<'static> {
    /// No sketch takes more bytes.
    pub(crate) const MOST_BYTES: usize = 255;

    /// Writes a sketch of `shingles`.
    pub(crate) fn write(shingles: &Shingles) -> Vec<u8> {
        let size = (shingles.len() / ONE_IN).clamp(LEAST, MOST);
        // Of a short text all: then others' hashes are compared up to the very end.
        let (bound, sampled) = match shingles.hash_at(size) {
            None => (u16::MAX, shingles.len()),
            Some(behind) => {
                // Up to before that one: of very long texts, some whose upper halves are the same are left out.
                let bound = upper(behind).saturating_sub(1);
                (bound, shingles.how_many(|hash| upper(hash) <= bound).min(size))
            }
        };
        let numbers = shingles.numbers();
        let mut bytes = Vec::with_capacity(Self::MOST_BYTES);
        bytes.extend(bound.to_le_bytes());
        bytes.push(sampled as u8);
        bytes.push(u8::try_from(numbers.len()).unwrap_or(u8::MAX));
        bytes.extend(numbers.get(..NUMBERS).unwrap_or(numbers));
        let scale = Scale::new(bound, sampled);
        let mut half = None;
        let mut put = |step: u8| match half.take() {
            None => half = Some(step),
            Some(before) => bytes.push(before | step << 4),
        };
        let mut before = 0;
        for hash in shingles.hashes().take(sampled) {
            let cell = scale.cell(hash);
            let mut step = cell - before;
            while step >= u64::from(ON) {
                put(ON);
                step -= u64::from(ON);
            }
            put(step as u8);
            before = cell;
        }
        if let Some(before) = half {
            bytes.push(before | ON << 4);
        }
        bytes
    }
}

impl<'a> Sketch<'a> {
    /// Reads what [`Sketch::write`] wrote; none where it is something else.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (bound, rest) = bytes.split_first_chunk()?;
        let ([sampled, number_count], rest) = rest.split_first_chunk()?;
        let (numbers, steps) = rest.split_at_checked(usize::from(*number_count).min(NUMBERS))?;
        let (bound, sampled, number_count) = (u16::from_le_bytes(*bound), *sampled, *number_count);
        Some(Self { bound, sampled, number_count, numbers, steps })
    }

    /// How many of another text's hashes are as small as the sampled ones.
    pub(super) fn in_reach(&self, other: &Shingles) -> usize {
        other.how_many(|hash| upper(hash) <= self.bound)
    }

    /// How many hashes were sampled.
    pub(super) fn sampled(&self) -> usize {
        usize::from(self.sampled)
    }

    /// The cells of the sampled hashes, ascending.
    pub(super) fn cells(&self) -> impl Iterator<Item = u64> {
        let mut cell = 0;
        self.steps().filter_map(move |step| {
            cell += u64::from(step);
            (step != ON).then_some(cell)
        })
    }

    fn steps(&self) -> impl Iterator<Item = u8> {
        self.steps.iter().flat_map(|pair| [pair & ON, pair >> 4])
    }

    /// The cells that hashes are rounded to.
    pub(super) fn scale(&self) -> Scale {
        Scale::new(self.bound, self.sampled())
    }

    /// Whether the numbers of this text and another are others, though words are the same: of those sampled here that
    /// should be there if the one were a part of the other, three at least, fewer than half are.
    pub(crate) fn has_other_numbers_than(&self, other: &Shingles) -> bool {
        let theirs = other.numbers();
        let hits = self.numbers.iter().filter(|number| theirs.contains(number)).count() as f64;
        let (here, there) = (f64::from(self.number_count), theirs.len().min(255) as f64);
        let expected = self.numbers.len() as f64 * (there / here.max(1.0)).min(1.0);
        expected >= 3.0 && hits < expected / 2.0
    }
}

/// Cells between 0 and a bound.
pub(super) struct Scale {
    cells: u64,
    width: u64,
}

impl Scale {
    fn new(bound: u16, sampled: usize) -> Self {
        Self { cells: CELLS_IN_ALL.max(sampled as u64 * CELLS), width: (u64::from(bound) + 1) << 16 }
    }

    /// How many there are.
    pub(super) fn cells(&self) -> u64 {
        self.cells
    }

    /// The cell of a hash within the bound.
    pub(super) fn cell(&self, hash: u32) -> u64 {
        // Some thousands of cells: no overflow.
        u64::from(hash) * self.cells / self.width
    }
}

fn upper(hash: u32) -> u16 {
    (hash >> 16) as u16
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_sampled_is_read_again(length in 4..3_000_u32) {
            let words: Vec<String> = (0..length).map(|word| word.to_string()).collect();
            let text = Shingles::of(&words.join(" "));
            let bytes = Sketch::write(&text);
            let sketch = Sketch::read(&bytes).unwrap();
            let scale = sketch.scale();
            let sampled = text.hashes().take(sketch.sampled()).map(|hash| scale.cell(hash));
            prop_assert!(sketch.cells().eq(sampled));
            prop_assert_eq!(sketch.in_reach(&text), sketch.sampled());
            prop_assert!(text.anchors().count() <= sketch.sampled());
        }
    }
}

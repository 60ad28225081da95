//! Many short byte strings, in memory that is their own size and little more.

/// Strings begin at multiples of this.
const UNIT: usize = 4;
/// Units of a block.
const BLOCK: usize = 1 << 18;

/// Byte strings by the unit at which they begin. Whoever keeps that keeps the length too.
#[derive(Default)]
pub(super) struct Arena {
    blocks: Vec<Box<[u8]>>,
    /// Units taken of the last block.
    taken: usize,
    /// Free places, by their units.
    free: Vec<Vec<u32>>,
    /// Units of all of them.
    free_units: usize,
}

impl Arena {
    /// Bytes that all of it takes.
    pub(super) fn bytes(&self) -> usize {
        let free: usize = self.free.iter().map(|places| places.capacity() * size_of::<u32>()).sum();
        self.blocks.len() * BLOCK * UNIT + free
    }

    /// Those of them that strings are stored in.
    pub(super) fn used_bytes(&self) -> usize {
        let untaken = if self.blocks.is_empty() { 0 } else { BLOCK - self.taken };
        (self.blocks.len() * BLOCK).saturating_sub(self.free_units + untaken) * UNIT
    }

    /// Stores a string of fewer bytes than a block has.
    pub(super) fn put(&mut self, bytes: &[u8]) -> u32 {
        let units = bytes.len().div_ceil(UNIT);
        let place = self.take_free(units).unwrap_or_else(|| self.take(units));
        if let Some(room) = self.room(place, bytes.len()) {
            room.copy_from_slice(bytes);
        }
        place
    }

    /// The string of `len` bytes that was stored there.
    pub(super) fn get(&self, place: u32, len: usize) -> &[u8] {
        let (block, at) = split(place);
        self.blocks.get(block).and_then(|block| block.get(at..at + len)).unwrap_or_default()
    }

    /// Gives the place of a string of `len` bytes back.
    pub(super) fn free(&mut self, place: u32, len: usize) {
        self.give_back(place, len.div_ceil(UNIT));
    }

    fn give_back(&mut self, place: u32, units: usize) {
        if units == 0 {
            return;
        }
        if self.free.len() <= units {
            self.free.resize_with(units + 1, Vec::new);
        }
        if let Some(places) = self.free.get_mut(units) {
            places.push(place);
            self.free_units += units;
        }
    }

    /// The smallest free place that is large enough; the rest of it stays free.
    fn take_free(&mut self, units: usize) -> Option<u32> {
        let larger =
            self.free.get_mut(units..)?.iter_mut().enumerate().find(|(_, places)| !places.is_empty());
        let (rest, places) = larger.filter(|_| units > 0)?;
        let place = places.pop()?;
        self.free_units -= units + rest;
        self.give_back(place + units as u32, rest);
        Some(place)
    }

    fn take(&mut self, units: usize) -> u32 {
        let left = if self.blocks.is_empty() { 0 } else { BLOCK - self.taken };
        if left < units {
            let rest = self.place();
            self.give_back(rest, left);
            self.blocks.push(vec![0; BLOCK * UNIT].into());
            self.taken = 0;
        }
        let place = self.place();
        self.taken += units;
        place
    }

    /// The first unit of the last block that was never taken.
    fn place(&self) -> u32 {
        (self.blocks.len().saturating_sub(1) * BLOCK + self.taken) as u32
    }

    fn room(&mut self, place: u32, len: usize) -> Option<&mut [u8]> {
        let (block, at) = split(place);
        self.blocks.get_mut(block)?.get_mut(at..at + len)
    }
}

fn split(place: u32) -> (usize, usize) {
    (place as usize / BLOCK, place as usize % BLOCK * UNIT)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn strings_are_what_was_stored(steps in prop::collection::vec((0..8_u8, prop::collection::vec(any::<u8>(), 0..40)), 1..200)) {
            let (mut arena, mut model) = (Arena::default(), HashMap::new());
            for (name, bytes) in steps {
                if let Some((place, old)) = model.remove(&name) {
                    let old: Vec<u8> = old;
                    prop_assert_eq!(arena.get(place, old.len()), &old[..]);
                    arena.free(place, old.len());
                } else {
                    model.insert(name, (arena.put(&bytes), bytes));
                }
                for (place, bytes) in model.values() {
                    prop_assert_eq!(arena.get(*place, bytes.len()), &bytes[..]);
                }
                let used: usize = model.values().map(|(_, bytes)| bytes.len().div_ceil(UNIT) * UNIT).sum();
                prop_assert_eq!(arena.used_bytes(), used);
            }
        }
    }

    #[test]
    fn a_block_that_is_full_is_followed_by_another() {
        let mut arena = Arena::default();
        let long = vec![1; BLOCK * UNIT / 2 - 8];
        let places: Vec<u32> = (0..5).map(|_| arena.put(&long)).collect();
        assert!(places.iter().all(|place| arena.get(*place, long.len()) == long));
        assert_eq!(arena.blocks.len(), 3);
        // What was left of each block is used.
        arena.put(&[2; 16]);
        assert_eq!(arena.blocks.len(), 3);
    }
}

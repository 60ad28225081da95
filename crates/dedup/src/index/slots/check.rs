//! What always holds of the slots, for tests.

use super::{Extra, Slots};

impl Slots {
    /// How many numbers were ever given out.
    pub(in crate::index) fn given_out(&self) -> u32 {
        self.next
    }

    /// Each number is a story's, free, or `is_stale`; what only some stories have belongs to one of them and is counted.
    pub(in crate::index) fn check(&self, is_stale: impl Fn(u32) -> bool) -> Result<(), String> {
        let mut free = self.free.clone();
        free.sort_unstable();
        if free.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(format!("a number is free twice: {free:?}"));
        }
        for number in 0..self.next {
            let states = [self.is_used(number), free.binary_search(&number).is_ok()];
            let count = states.iter().filter(|is| **is).count();
            if count > 1 || count == 0 && !is_stale(number) {
                return Err(format!("number {number}: used and free are {states:?}"));
            }
        }
        if self.len != (0..self.next).filter(|number| self.is_used(*number)).count() {
            return Err(format!("not {} stories", self.len));
        }
        for (number, extra) in &self.extras {
            let is_kept = extra.anchors.is_none() || is_stale(*number);
            if !is_kept || *extra == Extra::default() || self.extra(*number).is_none() {
                return Err(format!("number {number}: {extra:?}"));
            }
        }
        let bytes = |extra: &Extra| {
            extra.aliases.capacity() * size_of::<u64>() + extra.anchors.as_deref().map_or(0, size_of_val)
        };
        match self.extras.values().map(bytes).sum::<usize>() {
            sum if sum == self.extra_bytes => Ok(()),
            sum => Err(format!("{sum} bytes counted as {}", self.extra_bytes)),
        }
    }
}

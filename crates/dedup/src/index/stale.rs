//! What postings lead to and should not: by an anchor that a text had, to a story that is forgotten or was revised.
//!
//! What anchors a text had is not kept. So no other story gets a forgotten one's number, and a revised one's anchors are
//! kept beside it, until a round has gone through all postings: a few shards with each number that comes.

use super::slots::Slots;
use super::{Index, of_id, of_url};
use crate::near::SHARDS;

/// With so many numbers, or a number for so many stories, a round has gone through all shards.
const LEAST_OF_A_ROUND: usize = 1 << 10;
const STORIES_FOR_ONE: usize = 32;

/// Numbers that postings may lead to wrongly.
#[derive(Default)]
pub(super) struct Stale {
    /// Those that were there when this round began: nothing leads to them wrongly when it ends.
    of_this_round: Numbers,
    /// Those that came since.
    of_the_next: Numbers,
    /// The shard that is next.
    shard: usize,
    /// What there was of a shard's share beyond whole shards.
    rest: usize,
}

impl Stale {
    /// Whether something may lead wrongly to a number.
    pub(super) fn has(&self, number: u32) -> bool {
        self.of_this_round.has(number) || self.of_the_next.has(number)
    }

    /// The bytes that all of it takes.
    pub(super) fn bytes(&self) -> usize {
        self.of_this_round.bytes() + self.of_the_next.bytes()
    }

    fn is_empty(&self) -> bool {
        self.of_this_round.list.is_empty() && self.of_the_next.list.is_empty()
    }

    /// How many shards are due for one number more, of an index with so many stories.
    fn due(&mut self, stories: usize) -> usize {
        let numbers = (stories / STORIES_FOR_ONE).max(LEAST_OF_A_ROUND);
        let due = self.rest + SHARDS;
        self.rest = due % numbers;
        due / numbers
    }
}

/// A set of numbers.
#[derive(Default)]
struct Numbers {
    list: Vec<u32>,
    bits: Vec<u64>,
}

impl Numbers {
    fn add(&mut self, number: u32) {
        let (word, bit) = place(number);
        if word >= self.bits.len() {
            self.bits.resize(word + 1, 0);
        }
        let Some(bits) = self.bits.get_mut(word) else { return };
        if *bits & bit == 0 {
            *bits |= bit;
            self.list.push(number);
        }
    }

    fn has(&self, number: u32) -> bool {
        let (word, bit) = place(number);
        self.bits.get(word).is_some_and(|bits| bits & bit != 0)
    }

    fn clear(&mut self) {
        for number in self.list.drain(..) {
            if let Some(bits) = self.bits.get_mut(place(number).0) {
                *bits = 0;
            }
        }
    }

    fn bytes(&self) -> usize {
        self.list.capacity() * size_of::<u32>() + self.bits.capacity() * size_of::<u64>()
    }
}

/// The word of a number's bit, and the bit.
fn place(number: u32) -> (usize, u64) {
    ((number / u64::BITS) as usize, 1 << (number % u64::BITS))
}

impl Index {
    /// Postings may lead to a number and should not: its story is forgotten, or has another text.
    pub(super) fn retire(&mut self, number: u32) {
        self.stale.of_the_next.add(number);
        for _ in 0..self.stale.due(self.slots.len()) {
            self.sweep();
        }
    }

    /// Goes through all postings if there is anything that they may lead to wrongly.
    pub(super) fn sweep_all(&mut self) {
        while !self.stale.is_empty() {
            self.sweep();
        }
    }

    fn sweep(&mut self) {
        let Self { anchors, names, slots, stale, .. } = self;
        anchors.sweep(stale.shard, &|hash, slot| stale.has(slot) && !slots.has_anchor(slot, hash));
        names.sweep(stale.shard, &|hash, slot| stale.has(slot) && !is_name(slots, slot, hash));
        stale.shard += 1;
        if stale.shard == SHARDS {
            stale.shard = 0;
            let (swept, others) = (&mut stale.of_this_round, &mut stale.of_the_next);
            swept
                .list
                .iter()
                .filter(|number| !others.has(**number))
                .for_each(|number| slots.give_back(*number));
            swept.clear();
            std::mem::swap(swept, others);
        }
    }
}

fn is_name(slots: &Slots, slot: u32, hash: u32) -> bool {
    let (page, own) = slots.urls(slot);
    let names = [slots.id(slot).map(of_id), page.map(of_url), own.map(of_url), Some(slots.text(slot))];
    slots.is_used(slot) && names.contains(&Some(hash))
}
